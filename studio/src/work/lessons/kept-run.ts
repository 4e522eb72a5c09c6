/** Runs that checkpoint files hold, of the command line or of the workbench: what they are, and going on with them. */
import {
  load,
  openCheckpoint,
  openTask,
  planForecast,
  planGenerate,
  planTag,
  planTexts,
  readTexts,
  RecurraError,
  train,
} from "recurra";
import type { GenerateOptions, StoredRun, TaskJob, TextData } from "recurra";
import { describeModel } from "../model/describe-model.ts";
import type { ModelFacts } from "../model/model.ts";
import { teachForecast } from "./forecast.ts";
import { teachGenerate } from "./generate.ts";
import type { DataFile, KeptChoice, Lesson } from "./lesson.ts";
import { findKeptTask } from "./kept-task.ts";
import type { KeptTask } from "./kept-task.ts";
import { readLinesOf, teachMarks } from "./marks.ts";
import { readBytesOf, readTableAgain, readTableOf, readTextOf } from "./read-data.ts";
import { teachTexts } from "./texts.ts";
import { StudioError } from "../../studio-error.ts";

/** A checkpoint, or a model whose run has ended. */
export type KeptFacts =
  | {
      readonly kind: "kept";
      readonly task: KeptTask;
      readonly model: Pick<ModelFacts, "about" | "layers" | "history" | "progress">;
    }
  | { readonly kind: "ended" };

interface Kept {
  readonly task: KeptTask;
  readonly run: StoredRun;
  readonly job: TaskJob;
}

/** What a model file holds of a run. Throws the library's errors, a `StudioError` for a run that the workbench cannot go on with. */
export async function describeKept(file: DataFile): Promise<KeptFacts> {
  const bytes = await readBytesOf(file);
  const model = load(bytes, { source: file.name });
  try {
    if (model.details.checkpoint === undefined) return { kind: "ended" };
    const job = openTask(model, file.name);
    const task = findKeptTask(openCheckpoint(model, file.name), file.name);
    const { about, layers, history, progress } = describeModel({ model, job, name: file.name, bytes: bytes.length });
    return { kind: "kept", task, model: { about, layers, history, ...(progress === undefined ? {} : { progress }) } };
  } finally {
    model.dispose();
  }
}

async function openKept(file: DataFile): Promise<Kept> {
  const model = load(await readBytesOf(file), { source: file.name });
  const run = openCheckpoint(model, file.name);
  const job = openTask(model, file.name);
  model.dispose();
  return { task: findKeptTask(run, file.name), run, job };
}

/**
 * The run as a lesson that goes on where the checkpoint stands, with the numbers it would have had without a stop. Throws `studio/other-data` for other data
 * than it learned from, and the library's errors for data that its task cannot read.
 */
export async function planKeptLesson({ run: file, data, rate }: KeptChoice): Promise<Lesson> {
  const kept = await openKept(file);
  const { checkpoint } = kept.run;
  const lesson = { ...(await teachAgain(kept, { data, rate })), resume: checkpoint };
  try {
    await tryRun(lesson);
  } catch (error) {
    if (!(error instanceof RecurraError) || error.code !== "training/other-run") throw error;
    throw new StudioError(
      "studio/other-data",
      `${data.name} does not hold what the run of ${file.name} learned from: with it the run would be another one. Give it the data that it was started with.`,
      { cause: error },
    );
  }
  return lesson;
}

/** The plan of the run, made again from its options and data. */
async function teachAgain(
  { run, job: { task } }: Kept,
  { data, rate }: { readonly data: DataFile; readonly rate: number | undefined },
): Promise<Lesson> {
  const { notes } = run;
  const at = rate === undefined ? {} : { rate };
  if (run.kind === "forecast" && task.kind === "forecast") {
    const table = await readTableAgain(data, task.reading);
    return teachForecast(planForecast(table, { ...run.options, ...at }), table, notes);
  }
  if (run.kind === "texts" && task.kind === "texts")
    return teachTexts(planTexts(await readTableAgain(data, task.reading), { ...run.options, ...at }), notes);
  if (run.kind === "generate")
    return teachGenerate(planGenerate(await readTextAgain(data, run.options), { ...run.options, ...at }), notes);
  if (run.kind === "tag") return teachMarks(planTag(await readLinesOf(data), { ...run.options, ...at }), notes);
  throw new RecurraError("training/bad-checkpoint", "The checkpoint's run and its model are of different tasks.");
}

/** A text, or a column of a table, a text a line. */
async function readTextAgain(data: DataFile, { text: column }: GenerateOptions): Promise<TextData> {
  if (column === undefined) return { text: await readTextOf(data), source: data.name };
  const table = await readTableOf(data, { columns: [column], texts: [column] });
  return { text: readTexts(table, column).join("\n"), source: data.name };
}

/** Throws what a run would throw before its first update. */
async function tryRun({ training, resume }: Lesson): Promise<void> {
  for await (const _event of train({ ...training, resume }, { signal: AbortSignal.abort() })) return;
}
