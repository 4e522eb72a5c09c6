/** A cell's equations beside those of the LSTM, or as a formula. */
import { cells, printMathML } from "recurra";
import type { Cell } from "recurra";
import { useMemo } from "preact/hooks";
import { Formula } from "../../parts/formula.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import type { VariantsWords } from "../../words/en/variants.ts";
import { compareEquations } from "./compare-equations.ts";
import type { EquationRow, Piece } from "./compare-equations.ts";
import { views } from "./state.ts";
import type { VariantsState } from "./state.ts";
import { useVariantsWords } from "./use-words.ts";

export interface CellEquationsProps {
  readonly cell: Cell;
  readonly title: string;
  readonly state: VariantsState;
  readonly change: (some: Partial<VariantsState>) => void;
}

export function CellEquations({ cell, title, state: { view }, change }: CellEquationsProps) {
  const words = useVariantsWords();
  return (
    <section class="card stack">
      <h3>{words.equations}</h3>
      <Tabs
        label={words.equations}
        value={view}
        tabs={views.map((name) => ({ name, text: words.views[name] }))}
        onChange={(name) => change({ view: name })}
      >
        {view === "compare" ? (
          <ComparedEquations cell={cell} words={words} />
        ) : (
          <CellFormula cell={cell} label={words.formula(title)} />
        )}
      </Tabs>
    </section>
  );
}

function CellFormula({ cell, label }: { readonly cell: Cell; readonly label: string }) {
  const mathml = useMemo(() => printMathML(cell), [cell]);
  return <Formula mathml={mathml} label={label} />;
}

const signs: Readonly<Record<EquationRow["kind"], string>> = { same: "=", changed: "≠", added: "+", missing: "−" };

function ComparedEquations({ cell, words }: { readonly cell: Cell; readonly words: VariantsWords }) {
  const rows = useMemo(() => compareEquations(cells.lstm, cell), [cell]);
  const kinds = (["same", "changed", "added", "missing"] as const).filter((kind) =>
    rows.some((row) => row.kind === kind),
  );
  return (
    <div class="stack">
      <ScrollBox label={words.equations}>
        <ul class="lines">
          {rows.map((row, at) => (
            <li key={at} class={`line ${row.kind}`}>
              <span class="line-sign" aria-hidden="true">
                {signs[row.kind]}
              </span>
              <span class="hidden">{words.lines[row.kind]}: </span>
              <LineText row={row} words={words} />
            </li>
          ))}
        </ul>
      </ScrollBox>
      <p class="line-legend small soft">
        {kinds.map((kind) => (
          <span key={kind}>
            <span class={`line-sign ${kind}`} aria-hidden="true">
              {signs[kind]}
            </span>{" "}
            {words.lines[kind]}
          </span>
        ))}
        <span>{words.legend}</span>
      </p>
    </div>
  );
}

function LineText({ row, words }: { readonly row: EquationRow; readonly words: VariantsWords }) {
  switch (row.kind) {
    case "added":
      return <code>{row.text}</code>;
    case "missing":
      return (
        <del>
          <code>{row.text}</code>
        </del>
      );
    case "same":
      return (
        <>
          <code>{row.text}</code>
          {row.under === undefined ? null : <span class="line-note">{words.under(row.under)}</span>}
        </>
      );
    case "changed":
      return (
        <span class="line-pair">
          <code>{printPieces(row.pieces, "ins")}</code>
          <span class="line-before">
            <span class="line-note">{words.before}</span> <code>{printPieces(row.before, "del")}</code>
          </span>
        </span>
      );
  }
}

function printPieces(pieces: readonly Piece[], Mark: "ins" | "del") {
  return pieces.map(({ text, isMarked }, at) => (isMarked ? <Mark key={at}>{text}</Mark> : text));
}
