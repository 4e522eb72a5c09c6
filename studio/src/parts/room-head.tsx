/** What a room begins with: its title, what it is for, and what has failed, where something has. */
import { Note } from "./note.tsx";

export interface RoomHeadProps {
  readonly words: { readonly title: string; readonly intro: string; readonly failed?: string };
  readonly failure?: string | undefined;
}

export function RoomHead({ words: { title, intro, failed }, failure }: RoomHeadProps) {
  return (
    <>
      <header class="stack">
        <h1>{title}</h1>
        <p class="soft">{intro}</p>
      </header>
      {failure === undefined ? null : (
        <Note kind="error">
          {failed}: {failure}
        </Note>
      )}
    </>
  );
}
