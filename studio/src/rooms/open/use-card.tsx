/** The model at its task: a text of the reader's, or a file; and the model as a smaller file. */
import { drawForecast } from "recurra";
import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { FileDrop } from "../../parts/file-drop.tsx";
import { FailureNote } from "../../parts/failure-note.tsx";
import { PictureDrop } from "../../parts/picture-drop.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { Table } from "../../parts/table.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { saveFile } from "../../save-file.ts";
import { printNumber } from "../../words/index.ts";
import type { ExportForm, GivenFile, ModelFacts, ModelUse, UseSeen } from "../../work/model/model.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";
import { readsTable, readsText } from "./reads.ts";
import type { AskModel } from "./use-model.ts";
import { useOpenWords } from "./use-words.ts";

interface UseProps {
  readonly facts: ModelFacts;
  readonly ask: AskModel;
}

export interface UseCardProps extends UseProps {
  /** Told of a table that was answered to. */
  readonly onTable: (table: GivenFile) => void;
}

export function UseCard({ facts, ask, onTable }: UseCardProps) {
  const words = useOpenWords();
  const [text, setText] = useState(facts.sample);
  const [temperature, setTemperature] = useState(0.7);
  const [seen, setSeen] = useState<UseSeen>();
  const [failure, setFailure] = useState<Failure>();
  const { task, side } = facts;
  const use = (given: ModelUse): void => {
    setFailure(undefined);
    ask({ kind: "use", use: given }).then(
      (answer) => {
        if (answer?.kind !== "used") return;
        setSeen(answer.seen);
        if (given.kind === "file") onTable(given);
      },
      (error: unknown) => {
        setSeen(undefined);
        setFailure(failureOf(error));
      },
    );
  };
  if (task === undefined || (task === "caption" && side === undefined)) return null;
  return (
    <section class="card stack" aria-labelledby="open-use">
      <h2 id="open-use">{words.parts.use}</h2>
      {readsText(task) ? (
        <div class="stack">
          <TextField label={words.input[task]} value={text} onChange={setText} />
          {task === "generate" ? (
            <Slider
              label={words.temperature}
              value={temperature}
              from={0.1}
              to={1.5}
              step={0.1}
              print={(value) => printNumber(value, 2)}
              onChange={setTemperature}
            />
          ) : null}
          <div>
            <Button kind="main" onClick={() => use({ kind: "text", text, temperature })}>
              {words.ask}
            </Button>
          </div>
        </div>
      ) : null}
      {task === "caption" && side !== undefined ? (
        <PictureDrop
          label={words.input[task]}
          side={side}
          unread={words.unread}
          onPicture={({ pixels }) => use({ kind: "picture", pixels })}
        />
      ) : null}
      {readsTable(task) ? (
        <FileDrop
          label={words.file[task]}
          accept=".csv,.tsv,.jsonl,.json,.parquet"
          onFile={(file) =>
            void file
              .arrayBuffer()
              .then((buffer) => use({ kind: "file", name: file.name, bytes: new Uint8Array(buffer) }))
          }
        />
      ) : null}
      {failure === undefined ? null : <FailureNote what={words.failed} failure={failure} />}
      {seen === undefined ? null : (
        <div class="stack" role="status">
          <h3>{words.answer}</h3>
          <Answer seen={seen} />
        </div>
      )}
    </section>
  );
}

function Answer({ seen }: { readonly seen: UseSeen }) {
  const words = useOpenWords();
  switch (seen.kind) {
    case "text":
      return <p class="open-text">{seen.text}</p>;
    case "number":
      return <p class="open-number">{printNumber(seen.value, 4)}</p>;
    case "class": {
      const strongest = Math.max(1e-9, ...seen.pieces.map(({ effect = 0 }) => Math.abs(effect)));
      return (
        <div class="stack">
          <p>
            <strong class="open-number">{seen.name}</strong>{" "}
            <span class="soft">{words.probability(printNumber(Math.round(100 * seen.probability)))}</span>
          </p>
          <p class="open-pieces">
            {seen.pieces.map(({ text, effect = 0 }, at) => (
              <span
                key={at}
                style={{
                  background: `color-mix(in srgb, var(--${effect >= 0 ? "added" : "removed"}-ground) ${Math.round((100 * Math.abs(effect)) / strongest)}%, transparent)`,
                }}
              >
                {text}
              </span>
            ))}
          </p>
          <p class="small soft">{words.pieces}</p>
        </div>
      );
    }
    case "table":
      return (
        <Table
          caption={words.answer}
          columns={seen.columns.map((name) => ({ name, title: name }))}
          rows={seen.rows.map((cells, at) => ({ key: String(at), cells: cells.map(printCell) }))}
        />
      );
    case "forecast":
      return <FutureChart seen={seen} />;
  }
}

/** Whole numbers may be years or names, and stay as they are. */
function printCell(cell: string | number): string {
  return typeof cell === "string" || Number.isInteger(cell) ? String(cell) : printNumber(cell, 7);
}

function FutureChart({ seen }: { readonly seen: Extract<UseSeen, { readonly kind: "forecast" }> }) {
  const words = useOpenWords();
  const draw = useCallback(
    (look: ChartLook) =>
      drawForecast({
        ...look,
        title: seen.name,
        x: seen.x,
        series: [
          { name: words.known, values: seen.past, style: "truth" },
          { name: words.forecast, values: seen.forecast, style: "forecast" },
        ],
      }),
    [seen, words],
  );
  return <Chart label={words.forecastLabel(seen.name)} draw={draw} height={320} />;
}

const exportForms = ["float32", "float16", "int8", "onnx"] as const;

export function ExportCard({ facts, ask }: UseProps) {
  const words = useOpenWords();
  const [form, setForm] = useState<ExportForm>("float16");
  return (
    <section class="card stack" aria-labelledby="open-export">
      <h2 id="open-export">{words.parts.export}</h2>
      <p class="soft">{words.exportIntro}</p>
      <SaveModel name={facts.name} ask={ask} form={form} text={words.save}>
        <Select
          label={words.parts.parameters}
          value={form}
          options={exportForms.map((name) => ({ name, text: words.forms[name] }))}
          onChange={setForm}
        />
      </SaveModel>
    </section>
  );
}

export interface SaveModelProps {
  /** Of the file that was opened. */
  readonly name: string;
  readonly ask: AskModel;
  readonly form: ExportForm;
  /** Of the button. */
  readonly text: string;
  /** What stands before it. */
  readonly children?: ComponentChildren;
}

/** A button that saves the open model in a form, with what went wrong. */
export function SaveModel({ name, ask, form, text, children }: SaveModelProps) {
  const words = useOpenWords();
  const [failure, setFailure] = useState<Failure>();
  const save = async (): Promise<void> => {
    setFailure(undefined);
    try {
      const answer = await ask({ kind: "export", form });
      const stem = name.replace(/\.\w+$/, "");
      if (answer?.kind === "exported")
        saveFile(answer.bytes, form === "onnx" ? `${stem}.onnx` : `${stem}-${form}.safetensors`);
    } catch (error) {
      setFailure(failureOf(error));
    }
  };
  return (
    <>
      <div class="row">
        {children}
        <Button onClick={() => void save()}>{text}</Button>
      </div>
      {failure === undefined ? null : <FailureNote what={words.failed} failure={failure} />}
    </>
  );
}
