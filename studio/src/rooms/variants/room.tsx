/** The variants: every cell beside the LSTM, and a race between them. */
import { useMemo } from "preact/hooks";
import { Note } from "../../parts/note.tsx";
import { InTurn } from "../../parts/in-turn.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { usePlaceState } from "../../place.ts";
import { CellChoice } from "./cell-choice.tsx";
import { CellCosts } from "./cell-costs.tsx";
import { CellDiagram } from "./cell-diagram.tsx";
import { CellEquations } from "./cell-equations.tsx";
import { KeptComparisons } from "./kept-comparisons.tsx";
import { CellRace } from "./cell-race.tsx";
import { chooseCell, ownName, variantsFields } from "./state.ts";
import { useVariantsWords } from "./use-words.ts";
import "./variants.css";
import { RoomHead } from "../../parts/room-head.tsx";

export function VariantsRoom() {
  const words = useVariantsWords();
  const [state, change] = usePlaceState(variantsFields);
  const { cell: name, equations } = state;
  const chosen = useMemo(() => chooseCell({ cell: name, equations }), [name, equations]);
  const isOwn = name === ownName;
  const title = isOwn ? words.own : name;
  const cell = chosen.kind === "cell" ? chosen.cell : undefined;
  return (
    <div class="wide-stack">
      <RoomHead words={words} />
      <div class="variants">
        <InTurn>
          <CellChoice value={name} onChange={(one) => change({ cell: one })} />
          <div class="wide-stack variants-shown">
            <InTurn>
              <section class="stack" aria-labelledby="variant-name">
                <div>
                  <h2 id="variant-name" class="variant-name">
                    {title}
                  </h2>
                  <p>
                    {isOwn
                      ? words.ownSummary
                      : chosen.kind === "cell" && words.summaryOf(name, chosen.cell.options.summary ?? "")}
                  </p>
                  {chosen.kind === "cell" && chosen.cell.options.source !== undefined ? (
                    <p class="small soft">
                      {words.source}: <span lang="en">{chosen.cell.options.source}</span>
                    </p>
                  ) : null}
                </div>
                {isOwn ? (
                  <TextField
                    code
                    label={words.ownLabel}
                    help={words.ownHelp}
                    value={equations}
                    onChange={(text) => change({ equations: text })}
                  />
                ) : null}
                {chosen.kind === "broken" ? (
                  <Note kind="error">
                    <pre class="own-error">{chosen.message}</pre>
                  </Note>
                ) : (
                  <CellCosts cell={chosen.cell} state={state} change={change} />
                )}
              </section>
              {cell && <CellEquations cell={cell} title={title} state={state} change={change} />}
              {cell && <CellDiagram cell={cell} title={title} />}
              {cell && <CellRace key={name} cell={cell} state={state} change={change} />}
              <KeptComparisons />
            </InTurn>
          </div>
        </InTurn>
      </div>
    </div>
  );
}
