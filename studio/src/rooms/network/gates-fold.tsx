/** What becomes of U in cells with gates. */
import { Fold } from "../../parts/fold.tsx";
import { useNetworkWords } from "./use-words.ts";

export function GatesFold() {
  const { gates: words } = useNetworkWords();
  return (
    <Fold title={words.title}>
      <div class="stack">
        <p>{words.text}</p>
        <ul class="gate-list">
          <li>{words.lstm}</li>
          <li>{words.gru}</li>
          <li>{words.indrnn}</li>
        </ul>
        <ul class="gate-list">
          <li>
            <a href="#/variants?cell=gru">{words.link}</a>
          </li>
          <li>
            <a href="#/lstm">{words.stepLink}</a>
          </li>
          <li>
            <a href="#/gradient">{words.gradientLink}</a>
          </li>
        </ul>
      </div>
    </Fold>
  );
}
