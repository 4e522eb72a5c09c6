/** Trained tasks and unfinished ones as model files. */
import { save } from "../formats/recurra/index.ts";
import type { Json, LoadedModel, SaveOptions } from "../formats/recurra/index.ts";
import { describeNetwork } from "../network/index.ts";
import type { ParameterValues } from "../network/index.ts";
import type { Checkpoint } from "../training/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { PlainData } from "../util/plain-data.ts";
import { storedData } from "./stored-task.ts";
import { findTask, taskNames } from "./task-table.ts";
import type { TaskChoice, TaskJob, TaskName, TaskPlan, TaskResult } from "./task-table.ts";

/** A result as the bytes of a model file: network, task, summary and self-test. The same run gives the same bytes. */
export function saveResult(result: TaskResult, { weights }: Pick<SaveOptions, "weights"> = {}): Uint8Array {
  const { model, task } = jobOf(result);
  return save(model, {
    preprocessing: keepNumbers(task),
    training: toJson(result.summary),
    selfTest: result.selfTest,
    weights,
  });
}

/** The trained model of a result, with what its task needs. */
function jobOf(result: TaskResult): TaskJob {
  const name = known(
    taskNames.find((one) => `${one}-result` === result.kind),
    "a task",
  );
  return findTask(name).jobOf(result) as TaskJob;
}

/** The same, unless a number in it is not finite: JSON would have null there, and nothing could open the file. Throws `util/bad-argument`. */
function keepNumbers(task: TaskJob["task"]): Json {
  JSON.stringify(task, (name, value: unknown) => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    throw new RecurraError(
      "util/bad-argument",
      `The task cannot be saved: its "${name}" is ${value}; numbers of a model file are finite. Bring the data to another unit.`,
    );
  });
  return toJson(task);
}

/** Plain data without what is undefined. */
function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** The task of a loaded model. Throws `file/bad-model` where it was saved without one. */
export function openTask(model: LoadedModel, source = "The file"): TaskJob {
  const { preprocessing } = model.details;
  const kind = storedData(preprocessing ?? {}, "preprocessing", source)
    .object()
    .find("kind");
  if (kind === undefined)
    throw new RecurraError(
      "file/bad-model",
      `${source} holds a network, but not what data it reads, so it can neither forecast nor classify; use model.predict with numbers.`,
    );
  return findTask(kind.oneOf(taskNames)).open(model, preprocessing, source) as TaskJob;
}

/** What an unfinished run needs beside its data. */
export type StoredRun = TaskChoice & {
  readonly checkpoint: Checkpoint;
  /** What was kept with it, as it was given; unchecked. */
  readonly notes?: Json;
};

/**
 * An unfinished run as the bytes of a model file, from which training goes on, and which forecasts (or classifies) with the best
 * parameters so far. `notes` is whatever is to be had again with it, such as where its data stand.
 */
export function saveCheckpoint(plan: TaskPlan, checkpoint: Checkpoint, notes?: Json): Uint8Array {
  const { arrays, ...data } = checkpoint;
  const spec = plan.training.network;
  const shape = describeNetwork(spec);
  return save(
    { spec, shape, parameters: checkpointParameters(plan, checkpoint, "best"), predict: unused },
    {
      preprocessing: keepNumbers(plan.task),
      checkpoint: { data: toJson({ kind: plan.task.kind, options: plan.options, checkpoint: data, notes }), arrays },
      selfTest: false,
    },
  );
}

/** The parameters in a checkpoint: the best so far (the last, where none are kept), or those of the last update. */
export function checkpointParameters(
  plan: Pick<TaskPlan, "training">,
  { arrays }: Checkpoint,
  which: "best" | "last",
): ParameterValues {
  const shape = describeNetwork(plan.training.network);
  return Object.fromEntries(
    shape.parameters.map(({ name }) => {
      const last = arrays[`parameter/${name}`];
      const values = which === "best" ? (arrays[`best/${name}`] ?? last) : last;
      return [name, Float32Array.from(known(values, name))];
    }),
  );
}

function unused(): never {
  throw new RecurraError("internal/impossible", "a checkpoint was run while it was saved");
}

/** The unfinished run in a loaded model. Throws `training/bad-checkpoint` where there is none, `file/bad-model` where it is malformed. */
export function openCheckpoint(model: LoadedModel, source = "The file"): StoredRun {
  const stored = model.details.checkpoint;
  if (stored === undefined)
    throw new RecurraError(
      "training/bad-checkpoint",
      `${source} is a finished model, not a checkpoint: there is nothing to resume. Checkpoints end in .checkpoint.`,
    );
  const root = storedData(stored.data, "checkpoint", source).object();
  const kind: TaskName = root.get("kind").oneOf(taskNames);
  const data = root.get("checkpoint");
  checkProgress(data);
  const options = findTask(kind).parseOptions(root.get("options"));
  const checkpoint = { ...(data.value as Omit<Checkpoint, "arrays">), arrays: stored.arrays };
  const notes = root.find("notes")?.value;
  return { kind, options, checkpoint, ...(notes === undefined ? {} : { notes }) } as StoredRun;
}

/** The parts of a checkpoint that the trainer takes as they are. */
function checkProgress(data: PlainData): void {
  const checkpoint = data.object();
  const progress = checkpoint.get("progress").object();
  for (const name of ["epoch", "batch", "update"]) progress.get(name).whole(0);
  for (const name of ["lossSum", "lossCount", "seconds"]) progress.get(name).number();
  for (const word of progress.get("random").array(4)) word.whole(0, 2 ** 32 - 1);
  for (const record of progress.get("history").array())
    for (const name of ["epoch", "loss", "rate"]) record.object().get(name).number();
  const best = progress.find("best")?.object();
  for (const name of ["epoch", "loss"]) best?.get(name).number();
  checkpoint.get("run").object();
  checkpoint.find("backend")?.text();
}
