/** A model at its task: a text of the reader's, or a file. */
import {
  captionPictures,
  classifyTable,
  describeColumns,
  explainText,
  findColumn,
  forecastFuture,
  generateText,
  labelTexts,
  printDate,
  printTagged,
  printValue,
  readingOptions,
  readTable,
  restoreText,
  tagText,
  translateTexts,
} from "recurra";
import type { Classifier, Forecaster, Reading, Table, TaskJob } from "recurra";
import { pictureSet } from "./make-sample.ts";
import type { GivenFile, ModelUse, UseSeen } from "./model.ts";

/** Characters that are generated, rows that are shown of a table, and rows of the past beside a forecast. */
const shown = { characters: 300, rows: 100, past: 60 } as const;

/** Throws the library's errors for what the model cannot read. */
export async function runModel(job: TaskJob | undefined, use: ModelUse): Promise<UseSeen> {
  if (job === undefined) throw new Error("a network without a task was asked for an answer");
  switch (use.kind) {
    case "text":
      return answerText(job, use);
    case "picture":
      return answerPicture(job, use.pixels);
    case "file":
      return answerFile(job, use);
  }
}

function answerPicture(job: TaskJob, pixels: readonly number[]): UseSeen {
  if (job.kind !== "captioner") throw new Error("the model reads no picture");
  return { kind: "text", text: captionPictures(job, pictureSet(job.task, pixels))[0]?.text ?? "" };
}

function answerText(job: TaskJob, { text, temperature }: Extract<ModelUse, { readonly kind: "text" }>): UseSeen {
  switch (job.kind) {
    case "language-model":
      return { kind: "text", text: text + generateText(job, { prompt: text, length: shown.characters, temperature }) };
    case "text-reader": {
      const { prediction, pieces } = explainText(job, text);
      return prediction.kind === "class" ? { ...prediction, pieces } : prediction;
    }
    case "tagger":
      return {
        kind: "text",
        text: job.task.restore === undefined ? printTagged(tagText(job, text), "slashed") : restoreText(job, text),
      };
    case "translator":
      return { kind: "text", text: translateTexts(job, [text])[0]?.text ?? "" };
    case "forecaster":
    case "classifier":
    case "captioner":
      throw new Error("the model reads no text");
  }
}

async function readRows({ name, bytes }: GivenFile, reading: Reading, open: readonly string[] = []): Promise<Table> {
  const { table } = await readTable(bytes, { source: name, ...readingOptions(reading, open) });
  return table;
}

/** The label, which is to be told, need not be there; rows of one sequence may have the same time. */
async function readUnlabelled({ task }: Classifier, file: GivenFile): Promise<Table> {
  const { dateColumn, ...undated } = task.reading;
  const reading = dateColumn !== undefined && task.of.kind === "windows" ? task.reading : undated;
  const { columns: _columns, ...how } = readingOptions(reading);
  const there = await describeColumns(file.bytes, { source: file.name, ...how });
  const columns = reading.columns.filter((name) => name !== task.label || there.some((one) => one.name === name));
  return readRows(file, { ...reading, columns }, [task.label]);
}

/**
 * The rows of a table that are known, as a model reads them to be followed step by step: what is to be forecast at its end is left out. Throws the library's
 * errors.
 */
export async function readKnownRows(job: Forecaster | Classifier, file: GivenFile): Promise<Table> {
  const { reading } = job.task;
  return job.kind === "classifier" ? readUnlabelled(job, file) : readRows(file, { missing: "drop", ...reading });
}

async function answerFile(job: TaskJob, file: GivenFile): Promise<UseSeen> {
  switch (job.kind) {
    case "forecaster": {
      // What is to be forecast is not known at the end.
      const { targets, covariates } = job.task.windows;
      return drawFuture(job, await readRows(file, job.task.reading, [...targets, ...covariates]));
    }
    case "classifier":
      return showTable(classifyTable(job, await readUnlabelled(job, file)));
    case "text-reader":
      return showTable(labelTexts(job, await readRows(file, { ...job.task.reading, columns: [job.task.text] })));
    case "language-model":
    case "tagger":
    case "translator":
    case "captioner":
      throw new Error("the model reads no table");
  }
}

function drawFuture(job: Forecaster, table: Table): UseSeen {
  const future = forecastFuture(job, table);
  const [target = ""] = job.task.windows.targets;
  const { dateColumn } = job.task.reading;
  const from = Math.max(0, table.rows - shown.past);
  const numbers = (of: Table, name: string): number[] => {
    const column = findColumn(of, name);
    return column.kind === "number" ? [...column.values] : [];
  };
  const times = (of: Table, start: number): (string | number)[] | undefined => {
    const column = of.columns.find(({ name }) => name === dateColumn);
    return column?.kind === "date" ? [...column.values].slice(start).map((time) => printDate(time)) : undefined;
  };
  const past = numbers(table, target).slice(from);
  const forecast = numbers(future, `${target} forecast`);
  const [before, after] = [times(table, from), times(future, 0)];
  const known = past.length;
  return {
    kind: "forecast",
    name: target,
    x:
      before !== undefined && after !== undefined
        ? [...before, ...after]
        : Array.from({ length: known + forecast.length }, (_, at) => from + at + 1),
    past: [...past, ...forecast.map(() => NaN)],
    // The line begins where the past ends.
    forecast: [...past.map((value, at) => (at === known - 1 ? value : NaN)), ...forecast],
  };
}

function showTable(table: Table): UseSeen {
  return {
    kind: "table",
    columns: table.columns.map(({ name }) => name),
    rows: Array.from({ length: Math.min(shown.rows, table.rows) }, (_, row) =>
      table.columns.map((column) => (column.kind === "number" ? (column.values[row] ?? NaN) : printValue(column, row))),
    ),
  };
}
