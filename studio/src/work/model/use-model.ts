/** A model at its task: a text of the reader's, or a file. */
import {
  classifyTable,
  explainText,
  findColumn,
  forecastFuture,
  generateText,
  labelTexts,
  printDate,
  printTagged,
  printValue,
  readTable,
  restoreText,
  tagText,
  translateTexts,
} from "recurra";
import type { Table, TaskJob } from "recurra";
import type { ModelUse, UseSeen } from "./model.ts";

/** Characters that are generated, rows that are shown of a table, and rows of the past beside a forecast. */
const shown = { characters: 300, rows: 100, past: 60 } as const;

/** Throws the library's errors for what the model cannot read. */
export async function runModel(job: TaskJob | undefined, use: ModelUse): Promise<UseSeen> {
  if (job === undefined) throw new Error("a network without a task was asked for an answer");
  return use.kind === "text" ? answerText(job, use) : answerFile(job, use);
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

async function answerFile(
  job: TaskJob,
  { name, bytes }: Extract<ModelUse, { readonly kind: "file" }>,
): Promise<UseSeen> {
  switch (job.kind) {
    case "forecaster": {
      const { table } = await readTable(bytes, { source: name, ...job.task.reading });
      return drawFuture(job, table);
    }
    case "classifier": {
      const { table } = await readTable(bytes, { source: name, ...job.task.reading });
      return showTable(classifyTable(job, table));
    }
    case "text-reader": {
      const { columns } = job.task.reading;
      const { table } = await readTable(bytes, {
        source: name,
        ...job.task.reading,
        columns: columns.filter((column) => column === job.task.text),
      });
      return showTable(labelTexts(job, table));
    }
    case "language-model":
    case "tagger":
    case "translator":
    case "captioner":
      throw new Error("the model reads no table");
  }
}

function drawFuture(job: Extract<TaskJob, { readonly kind: "forecaster" }>, table: Table): UseSeen {
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
      table.columns.map((column) => printValue(column, row)),
    ),
  };
}
