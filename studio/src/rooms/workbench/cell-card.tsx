/** The cell: which one it begins as, its equations in an editor, and what follows from them as they are typed. */
import type { CellName } from "recurra";
import { useMemo } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Formula } from "../../parts/formula.tsx";
import { Note } from "../../parts/note.tsx";
import { explainFailure } from "../../words/explain-failure.ts";
import { Picture } from "../../parts/picture.tsx";
import { Select } from "../../parts/select.tsx";
import { Table } from "../../parts/table.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { language, theme } from "../../settings.ts";
import { printNumber, useWords } from "../../words/index.ts";
import { cellWork } from "../../work/cell.ts";
import type { CellAnswer } from "../../work/cell.ts";
import type { LessonFacts } from "../../work/lessons/plan-lesson.ts";
import { countNumbers } from "../../work/look-at-cell.ts";
import { textOf } from "../../work/own-cell.ts";
import { useAnswer } from "../../work/use-answer.ts";
import { EquationEditor } from "./equation-editor.tsx";
import { baseNames, views } from "./state.ts";
import type { WorkbenchState } from "./state.ts";
import { useWorkbenchWords } from "./use-words.ts";

/** The equations as they are, and what is seen of them; the last right ones stay in view while they are wrong. */
export interface SeenCell {
  readonly text: string;
  readonly isOwn: boolean;
  readonly seen: CellAnswer | undefined;
  readonly isReady: boolean;
}

/** Looks at the cell of the link. */
export function useSeenCell({ cell: base, equations }: Pick<WorkbenchState, "cell" | "equations">): SeenCell {
  const text = equations === "" ? textOf(base) : equations;
  const { answer: seen, isReady } = useAnswer(cellWork, { base, text });
  return { text, isOwn: text.trim() !== textOf(base), seen, isReady };
}

export interface CellCardProps {
  readonly state: WorkbenchState;
  readonly change: (some: Partial<WorkbenchState>) => void;
  readonly cell: SeenCell;
  /** Of the plan, for its sizes. */
  readonly facts: LessonFacts | undefined;
  readonly disabled: boolean;
}

export function CellCard({ state, change, cell, facts, disabled }: CellCardProps) {
  const words = useWorkbenchWords();
  const { cell: base } = state;
  const { text, isOwn, seen } = cell;
  const fault = seen?.kind === "broken" ? seen : undefined;
  return (
    <section class="card stack" aria-labelledby="workbench-cell">
      <h2 id="workbench-cell">{words.parts.cell}</h2>
      <div class="bench-cell">
        <div class="stack">
          <div class="bench-base">
            <Select<CellName>
              label={words.base}
              value={base}
              options={baseNames.map((name) => ({ name, text: name }))}
              disabled={disabled}
              onChange={(name) => change({ cell: name, equations: "" })}
            />
            {isOwn ? (
              <div class="bench-own">
                <span class="bench-tag">{words.ownCell}</span>
                <Button kind="quiet" disabled={disabled} onClick={() => change({ equations: "" })}>
                  {words.backToBase(base)}
                </Button>
              </div>
            ) : null}
          </div>
          <EquationEditor
            text={text}
            fault={fault}
            onChange={(next) => change({ equations: equationsOf(next, base) })}
          />
          <CellFault seen={seen} />
        </div>
        <CellViews state={state} change={change} cell={cell} facts={facts} />
      </div>
    </section>
  );
}

/** For the link, where nothing stands for the base cell: an editor that was emptied holds an empty line. */
function equationsOf(text: string, base: CellName): string {
  if (text.trim() === textOf(base)) return "";
  return text === "" ? "\n" : text;
}

function CellFault({ seen }: { readonly seen: CellAnswer | undefined }) {
  const words = useWorkbenchWords();
  if (seen?.kind === "broken")
    return (
      <Note kind="error">
        <strong>{words.place(seen.line, seen.column)}</strong>{" "}
        {explainFailure({ message: seen.message, code: seen.code }, language.value)}
        <pre class="bench-fault" lang="en">
          {seen.message.replace(/^line \d+, column \d+: /, "")}
        </pre>
      </Note>
    );
  if (seen?.kind !== "cell") return null;
  if (seen.attends) return <Note kind="warning">{words.attends}</Note>;
  if (seen.states.length === 0) return <Note kind="warning">{words.noState}</Note>;
  return (
    <p class="bench-fine small" role="status">
      {words.fine}
    </p>
  );
}

function CellViews({ state, change, cell, facts }: Omit<CellCardProps, "disabled">) {
  const words = useWorkbenchWords();
  const { view } = state;
  const { text, seen, isReady } = cell;
  const isRight = seen?.kind === "cell";
  const lastRight = useLast(seen?.kind === "cell" ? seen : undefined);
  return (
    <div class={`bench-views${isRight || lastRight === undefined ? "" : " is-old"}`} aria-busy={!isReady}>
      <Tabs
        label={words.parts.cell}
        value={view}
        tabs={views.map((name) => ({ name, text: words.views[name] }))}
        onChange={(name) => change({ view: name })}
      >
        {lastRight === undefined ? (
          <p class="soft">{isReady ? words.whenRight : ""}</p>
        ) : view === "formula" ? (
          <Formula mathml={lastRight.mathml} label={words.formula} />
        ) : view === "shapes" ? (
          <CellShapes seen={lastRight} facts={facts} />
        ) : (
          <CellDiagram base={state.cell} text={isRight ? text : undefined} />
        )}
      </Tabs>
    </div>
  );
}

/** The last value that was there. */
function useLast<T>(value: T | undefined): T | undefined {
  const last = useMemo<{ value: T | undefined }>(() => ({ value: undefined }), []);
  if (value !== undefined) last.value = value;
  return last.value;
}

function CellDiagram({ base, text }: { readonly base: CellName; readonly text: string | undefined }) {
  const words = useWorkbenchWords();
  const { flow } = useWords();
  const drawn = { theme: theme.value, title: "", subtitle: "", words: flow };
  const { answer, isReady } = useAnswer(cellWork, text === undefined ? undefined : { base, text, drawn });
  return (
    <div class="bench-diagram" aria-busy={text !== undefined && !isReady}>
      {answer?.kind === "diagram" ? (
        <Picture svg={answer.svg} label={words.diagramLabel(answer.ends.join(", "))} keepSize />
      ) : null}
    </div>
  );
}

interface CellShapesProps {
  readonly seen: Extract<CellAnswer, { readonly kind: "cell" }>;
  readonly facts: LessonFacts | undefined;
}

function CellShapes({ seen: { parameters, states }, facts }: CellShapesProps) {
  const words = useWorkbenchWords();
  const said = words.shapes;
  const sizes: Readonly<Record<string, number>> =
    facts === undefined ? {} : { I: facts.inputSize, H: facts.hiddenSize };
  const count = (shape: readonly (string | number)[]): number => countNumbers(shape, sizes) ?? NaN;
  const sum = parameters.reduce((total, { shape }) => total + count(shape), 0);
  const row = (name: string, shape: readonly (string | number)[], note: string) => ({
    key: `${note}${name}`,
    cells: [
      <>
        <code>{name}</code>
        {note === "" ? null : <span class="soft small"> {note}</span>}
      </>,
      shape.length === 0 ? "1" : shape.join(" × "),
      printNumber(count(shape)),
    ],
  });
  return (
    <div class="stack">
      <Table
        caption={said.caption}
        columns={[
          { name: "name", title: said.name },
          { name: "shape", title: said.shape },
          { name: "count", title: said.count, isNumber: true },
        ]}
        rows={[
          ...parameters.map(({ name, shape, isFrozen = false }) => row(name, shape, isFrozen ? said.frozen : "")),
          ...states.map(({ name, shape }) => row(name, shape, said.state)),
        ]}
      />
      {facts === undefined || Number.isNaN(sum) ? null : (
        <p class="small">
          <strong>{said.sum(printNumber(sum))}</strong>.{" "}
          <span class="soft">{said.sizes(printNumber(facts.inputSize), printNumber(facts.hiddenSize))}.</span>
        </p>
      )}
    </div>
  );
}
