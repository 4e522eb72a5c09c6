/** What a demonstration model answers. */
import {
  captionPictures,
  explainText,
  findColumn,
  forecastFuture,
  load,
  openTask,
  restoreText,
  streamText,
  tableFromRows,
  translateTexts,
} from "recurra";
import type { Captioner, Forecaster, TaskJob, TextReader } from "recurra";
import type { DemoAnswer, DemoQuestion, ForecastDay, Looks } from "./demo.ts";

/** Answers questions, the first of which opens the model. Throws for questions that the model is not for. */
export function createDemo(): (question: DemoQuestion) => DemoAnswer {
  let job: TaskJob | undefined;
  let text: Generator<string, void, undefined> | undefined;
  return (question) => {
    switch (question.kind) {
      case "open":
        job = openTask(load(question.bytes));
        return job.kind === "captioner" ? { kind: "open", side: job.task.width } : { kind: "open" };
      case "feel":
        return feel(expectJob(job, "text-reader"), question.text);
      case "restore":
        return { kind: "restore", text: restoreText(expectJob(job, "tagger"), question.text) };
      case "translate":
        return translate(job, question);
      case "caption":
        return caption(expectJob(job, "captioner"), question);
      case "forecast":
        return { kind: "forecast", days: forecast(expectJob(job, "forecaster"), question.days) };
      case "write":
        text = streamText(expectJob(job, "language-model"), question);
        return { kind: "written", text: "", isDone: false };
      case "more":
        return takePieces(text, question.count);
    }
  };
}

function expectJob<K extends TaskJob["kind"]>(
  job: TaskJob | undefined,
  kind: K,
): Extract<TaskJob, { readonly kind: K }> {
  if (job?.kind !== kind) throw new Error(`a ${kind} is asked, but there is ${job?.kind ?? "none"}`);
  return job as Extract<TaskJob, { readonly kind: K }>;
}

/** The last class is the good one. */
function feel(reader: TextReader, text: string): DemoAnswer {
  const { prediction, pieces } = explainText(reader, text);
  const { answer } = reader.task;
  if (prediction.kind !== "class" || answer.kind !== "class") throw new Error("the model tells no classes");
  const isGood = prediction.name === answer.classes.names.at(-1);
  return {
    kind: "feel",
    probability: isGood ? prediction.probability : 1 - prediction.probability,
    pieces: pieces.map(({ text: piece, effect }) =>
      effect === undefined ? { text: piece } : { text: piece, effect: isGood ? effect : -effect },
    ),
  };
}

const plainLooks = (attention: readonly Float32Array[] | undefined): { readonly looks?: Looks } =>
  attention === undefined ? {} : { looks: attention.map((row) => Array.from(row)) };

function translate(
  job: TaskJob | undefined,
  { text, width }: Extract<DemoQuestion, { readonly kind: "translate" }>,
): DemoAnswer {
  const [said] = translateTexts(expectJob(job, "translator"), [text], { width });
  if (said === undefined) throw new Error("nothing was said");
  return {
    kind: "translate",
    text: said.text,
    tokens: said.tokens,
    source: said.source,
    ...plainLooks(said.attention),
  };
}

function caption(
  captioner: Captioner,
  { side, pixels }: Extract<DemoQuestion, { readonly kind: "caption" }>,
): DemoAnswer {
  const [said] = captionPictures(captioner, {
    kind: "pictures",
    height: side,
    width: side,
    names: ["picture"],
    pixels: Float32Array.from(pixels),
  });
  if (said === undefined) throw new Error("nothing was said");
  return { kind: "caption", words: said.words, ...plainLooks(said.attention) };
}

/** The days after those that are given, with the ends of the one interval. */
function forecast(
  forecaster: Forecaster,
  days: Extract<DemoQuestion, { readonly kind: "forecast" }>["days"],
): readonly ForecastDay[] {
  const { table } = tableFromRows(days, { source: "births", dateColumn: "date" });
  const ahead = forecastFuture(forecaster, table);
  const numbersOf = (part: string): ArrayLike<number> => {
    const found = ahead.columns.find(({ name }) => name.startsWith(`births ${part}`));
    if (found?.kind !== "number") throw new Error(`the forecast has no ${part}`);
    return found.values;
  };
  const dates = findColumn(ahead, "date");
  if (dates.kind !== "date") throw new Error("the forecast has no dates");
  const [values, lows, highs] = [numbersOf("forecast"), numbersOf("lower"), numbersOf("upper")];
  return Array.from(dates.values, (time, at) => ({
    date: new Date(time).toISOString().slice(0, 10),
    value: values[at] ?? NaN,
    low: lows[at] ?? NaN,
    high: highs[at] ?? NaN,
  }));
}

function takePieces(text: Generator<string, void, undefined> | undefined, count: number): DemoAnswer {
  let written = "";
  for (let made = 0; made < count; made++) {
    const next = text?.next() ?? { done: true };
    if (next.done === true) return { kind: "written", text: written, isDone: true };
    written += next.value;
  }
  return { kind: "written", text: written, isDone: false };
}
