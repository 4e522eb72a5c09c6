/** What is learned, and from what: the task, its data, and a look into them. */
import { useState } from "preact/hooks";
import { handOver } from "../../handed-file.ts";
import { Button } from "../../parts/button.tsx";
import { FileDrop } from "../../parts/file-drop.tsx";
import { Fold } from "../../parts/fold.tsx";
import { FailureNote } from "../../parts/failure-note.tsx";
import { Note } from "../../parts/note.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { Table } from "../../parts/table.tsx";
import { readServedFile, servedFiles } from "../../served-files.ts";
import type { ServedFile } from "../../served-files.ts";
import { printNumber, useWords } from "../../words/index.ts";
import type { DataFile } from "../../work/lessons/lesson.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";
import type { DataFacts } from "../../work/preview.ts";
import { chooseColumns } from "./choose.ts";
import { chooseData, dataOf, fitSteps, memoryNames, notations, stepsOf, taskNames, units } from "./state.ts";
import type { DataName, WorkbenchState } from "./state.ts";
import type { OpenData, OpenKept } from "./use-preview.ts";
import { useWorkbenchWords } from "./use-words.ts";

export interface DataCardProps {
  readonly state: WorkbenchState;
  readonly change: (some: Partial<WorkbenchState>) => void;
  readonly open: OpenData;
  readonly own: DataFile | undefined;
  /** A checkpoint or a model that was opened, maybe in vain. */
  readonly kept: OpenKept;
  readonly onFile: (file: DataFile) => void;
  readonly onBuiltIn: () => void;
  readonly disabled: boolean;
}

/** The option that stands for the reader's own file. */
const ownOption = "own";

export function DataCard({ state, change, open, own, kept, onFile, onBuiltIn, disabled }: DataCardProps) {
  const words = useWorkbenchWords();
  const { loading } = useWords();
  const { task } = state;
  const builtIn = chooseData(state);
  // Of a run that is gone on with, the task and its columns stand.
  const isKept = kept.facts?.kind === "kept";
  return (
    <section class="card stack" aria-labelledby="workbench-data">
      <h2 id="workbench-data">{words.parts.data}</h2>
      <div class="bench-fields">
        <Select
          label={words.task}
          value={task}
          help={words.taskHelp[task]}
          options={taskNames.map((name) => ({ name, text: words.tasks[name] }))}
          disabled={disabled || isKept}
          onChange={(name) => change({ task: name, hidden: 0, epochs: 0, rate: 0 })}
        />
        {task === "memory" ? (
          <MemoryFields state={state} change={change} disabled={disabled} />
        ) : (
          <>
            <Select<DataName | typeof ownOption>
              label={words.data}
              value={own === undefined ? (builtIn ?? ownOption) : ownOption}
              options={[
                ...dataOf[task].map((name) => ({ name, text: words.dataNames[name] })),
                ...(own === undefined ? [] : [{ name: ownOption, text: words.own(own.name) } as const]),
              ]}
              disabled={disabled}
              onChange={(name) => {
                if (name === ownOption) return;
                onBuiltIn();
                change({ data: name, target: "", text: "" });
              }}
            />
            {open.facts === undefined || isKept ? null : (
              <ColumnFields state={state} change={change} facts={open.facts} disabled={disabled} />
            )}
          </>
        )}
      </div>
      <FileDrop
        label={words.drop}
        accept=".csv,.tsv,.tab,.jsonl,.ndjson,.json,.parquet,.txt,.md,.checkpoint,.safetensors,text/*"
        disabled={disabled}
        onFile={(file) => onFile({ name: file.name, blob: file })}
      />
      <ServedOffers onFile={onFile} disabled={disabled} />
      <KeptFault kept={kept} />
      {task === "memory" ? null : (
        <>
          {open.failure === undefined ? null : <FailureNote what={words.unreadable} failure={open.failure} />}
          <NotationFields state={state} change={change} failure={open.failure} disabled={disabled} />
          {open.facts === undefined ? (
            open.failure === undefined ? (
              <p class="small soft bench-waiting" aria-busy="true">
                {loading}
              </p>
            ) : null
          ) : (
            <DataLook facts={open.facts} />
          )}
        </>
      )}
    </section>
  );
}

const isServable = /\.(csv|tsv|tab|jsonl|ndjson|json|parquet|pq|txt|md|checkpoint)$/i;

/** The files of `recurra studio` that can be learned from, or gone on with. */
function ServedOffers({ onFile, disabled }: Pick<DataCardProps, "onFile" | "disabled">) {
  const words = useWorkbenchWords();
  const { parts } = useWords();
  const [failure, setFailure] = useState<Failure>();
  const offered = servedFiles.value.filter(({ name }) => isServable.test(name));
  if (offered.length === 0) return null;
  const take = async (file: ServedFile): Promise<void> => {
    try {
      const bytes = await readServedFile(file);
      setFailure(undefined);
      onFile({ name: file.name, blob: new Blob([bytes]) });
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <>
      <div class="row" role="group" aria-label={parts.served}>
        {offered.map((file) => (
          <Button key={file.address} disabled={disabled} onClick={() => void take(file)}>
            {file.name}
          </Button>
        ))}
      </div>
      {failure === undefined ? null : <FailureNote what={words.unreadable} failure={failure} />}
    </>
  );
}

/** Why a file of a run cannot be gone on with. */
function KeptFault({ kept: { file, facts, failure } }: Pick<DataCardProps, "kept">) {
  const words = useWorkbenchWords();
  if (file === undefined) return null;
  if (failure !== undefined) return <FailureNote what={words.kept.broken} failure={failure} />;
  if (facts?.kind !== "ended") return null;
  return (
    <Note>
      <div class="row">
        <span>{words.kept.ended(file.name)}</span>
        <Button onClick={() => handOver("open", file)}>{words.lookInside}</Button>
      </div>
    </Note>
  );
}

interface FieldsProps {
  readonly state: WorkbenchState;
  readonly change: (some: Partial<WorkbenchState>) => void;
  readonly disabled: boolean;
}

function MemoryFields({ state: { memory, steps }, change, disabled }: FieldsProps) {
  const words = useWorkbenchWords();
  return (
    <>
      <Select
        label={words.memory}
        value={memory}
        options={memoryNames.map((name) => ({ name, text: words.memories[name] }))}
        disabled={disabled}
        onChange={(name) => change({ memory: name, steps: fitSteps(name, steps) })}
      />
      <Slider
        label={words.steps}
        value={fitSteps(memory, steps)}
        {...stepsOf[memory]}
        disabled={disabled}
        onChange={(value) => change({ steps: value })}
      />
    </>
  );
}

function ColumnFields({ state, change, facts, disabled }: FieldsProps & { readonly facts: DataFacts }) {
  const words = useWorkbenchWords();
  const { task, horizon, unit } = state;
  if (facts.kind === "text" || (task !== "forecast" && task !== "texts")) return null;
  const { target, text } = chooseColumns(state, facts);
  const options = facts.columns.map(({ name, looksLike }) => ({ name, text: `${name} (${words.kinds[looksLike]})` }));
  const targets =
    task === "forecast"
      ? options.filter(({ name }) => facts.columns.some((one) => one.name === name && one.looksLike === "number"))
      : options.filter(({ name }) => name !== text);
  return (
    <>
      {task === "texts" ? (
        <Select
          label={words.textColumn}
          value={text}
          options={options}
          disabled={disabled}
          onChange={(name) => change({ text: name })}
        />
      ) : null}
      <Select
        label={words.target[task]}
        value={target}
        options={targets}
        disabled={disabled}
        onChange={(name) => change({ target: name })}
      />
      {task === "forecast" ? (
        <Slider
          label={words.horizon}
          value={horizon}
          from={1}
          to={60}
          disabled={disabled}
          onChange={(value) => change({ horizon: value })}
        />
      ) : (
        <Select
          label={words.unit}
          value={unit}
          options={units.map((name) => ({ name, text: words.units[name] }))}
          disabled={disabled}
          onChange={(name) => change({ unit: name })}
        />
      )}
    </>
  );
}

const aboutNotation = { decimal: "data/ambiguous-number", dateOrder: "data/ambiguous-date" } as const;

/** How numbers and dates are written: asked for as soon as the table can be read in two ways. */
function NotationFields({ state, change, failure, disabled }: FieldsProps & { readonly failure: Failure | undefined }) {
  const { notation: said } = useWorkbenchWords();
  const isAsked = (name: keyof typeof notations): boolean =>
    state[name] !== "" || failure?.code === aboutNotation[name];
  if (!isAsked("decimal") && !isAsked("dateOrder")) return null;
  return (
    <div class="bench-fields">
      {isAsked("decimal") ? (
        <Select
          label={said.decimal}
          value={state.decimal}
          options={notations.decimal.map((name) => ({ name, text: said.decimals[name] }))}
          disabled={disabled}
          onChange={(decimal) => change({ decimal })}
        />
      ) : null}
      {isAsked("dateOrder") ? (
        <Select
          label={said.dateOrder}
          value={state.dateOrder}
          options={notations.dateOrder.map((name) => ({ name, text: said.dateOrders[name] }))}
          disabled={disabled}
          onChange={(dateOrder) => change({ dateOrder })}
        />
      ) : null}
    </div>
  );
}

function DataLook({ facts }: { readonly facts: DataFacts }) {
  const words = useWorkbenchWords();
  const size =
    facts.kind === "table"
      ? words.table(printNumber(facts.rows), printNumber(facts.columns.length))
      : words.text(printNumber(facts.characters), printNumber(facts.lines));
  return (
    <div class="stack">
      <p class="small soft">{size}</p>
      {facts.kind === "table" ? (
        <Fold title={words.firstRows}>
          <div class="stack">
            <Table
              caption={words.firstRows}
              columns={facts.columns.map(({ name, looksLike }) => ({
                name,
                title: name,
                isNumber: looksLike === "number",
              }))}
              rows={(facts.columns[0]?.first ?? []).map((_, row) => ({
                key: String(row),
                cells: facts.columns.map(({ first }) => first[row] ?? ""),
              }))}
            />
            {facts.notes.length === 0 ? null : (
              <ul class="small soft bench-notes" lang="en">
                {facts.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            )}
          </div>
        </Fold>
      ) : (
        <Fold title={words.startOfText}>
          <p class="bench-text">{facts.start}</p>
        </Fold>
      )}
    </div>
  );
}
