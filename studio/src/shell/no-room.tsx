/** Said where a link names a room that there is not. */
import { useWords } from "../words/index.ts";

export function NoRoom() {
  const words = useWords();
  return (
    <div class="stack">
      <h1>{words.noRoom}</h1>
      <p>{words.noRoomAdvice}</p>
      <p>
        <a href="#/">{words.toHome}</a>
      </p>
    </div>
  );
}
