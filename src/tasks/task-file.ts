/** Trained tasks and unfinished ones as model files. */
import { save } from "../formats/recurra/index.ts";
import type { Json, LoadedModel } from "../formats/recurra/index.ts";
import { describeNetwork } from "../network/index.ts";
import type { ParameterValues } from "../network/index.ts";
import type { Checkpoint } from "../training/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { plainData } from "../util/plain-data.ts";
import type { PlainData } from "../util/plain-data.ts";
import type { ClassifyResult } from "./classify.ts";
import type { Classifier } from "./classifier.ts";
import { parseClassifyTask } from "./classify-task.ts";
import type { ForecastResult } from "./forecast.ts";
import type { Forecaster } from "./forecaster.ts";
import type { ForecastOptions } from "./forecast-options.ts";
import { parseForecastTask } from "./forecast-task.ts";
import type { ClassifyOptions, ClassifyPlan } from "./plan-classify.ts";
import type { ForecastPlan } from "./plan-forecast.ts";

export type TaskPlan = ForecastPlan | ClassifyPlan;
export type TaskResult = ForecastResult | ClassifyResult;

/** A result as the bytes of a model file: network, task, summary and self-test. The same run gives the same bytes. */
export function saveResult(result: TaskResult): Uint8Array {
  const { model, task } = result.kind === "forecast-result" ? result.forecaster : result.classifier;
  return save(model, { preprocessing: toJson(task), training: toJson(result.summary), selfTest: result.selfTest });
}

/** Plain data without what is undefined. */
function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** The task of a loaded model. Throws `file/bad-model` where it was saved without one. */
export function openTask(model: LoadedModel, source = "The file"): Forecaster | Classifier {
  const { preprocessing } = model.details;
  const kind = plainData(
    preprocessing ?? {},
    "preprocessing",
    (path, what) => new RecurraError("file/bad-model", `${source}: ${path} ${what}`),
  )
    .object()
    .find("kind");
  switch (kind?.oneOf(["forecast", "classify"])) {
    case "forecast": {
      const task = parseForecastTask(preprocessing, source);
      const { targets, horizon, predict } = task.windows;
      checkOutputs(model, targets.length * (predict === "all" ? horizon : 1), source);
      return { kind: "forecaster", model, task };
    }
    case "classify": {
      const task = parseClassifyTask(preprocessing, source);
      checkOutputs(model, task.classes.names.length, source);
      return { kind: "classifier", model, task };
    }
    case undefined:
      throw new RecurraError(
        "file/bad-model",
        `${source} holds a network, but not what data it reads, so it can neither forecast nor classify; use model.predict with numbers.`,
      );
  }
}

function checkOutputs({ shape }: LoadedModel, wanted: number, source: string): void {
  if (shape.outputSize === wanted && !shape.perStep) return;
  throw new RecurraError(
    "file/bad-model",
    `${source}: the task needs ${wanted} outputs a sequence, but the network has ${shape.outputSize}${shape.perStep ? " a step" : ""}.`,
  );
}

/** What an unfinished run needs beside its data. */
export type StoredRun =
  | { readonly kind: "forecast"; readonly options: ForecastOptions; readonly checkpoint: Checkpoint }
  | { readonly kind: "classify"; readonly options: ClassifyOptions; readonly checkpoint: Checkpoint };

/**
 * An unfinished run as the bytes of a model file, from which training goes on, and which forecasts (or classifies) with the best
 * parameters so far.
 */
export function saveCheckpoint(plan: TaskPlan, checkpoint: Checkpoint): Uint8Array {
  const { arrays, ...data } = checkpoint;
  const spec = plan.training.network;
  const shape = describeNetwork(spec);
  const parameters: ParameterValues = Object.fromEntries(
    shape.parameters.map(({ name }) => [
      name,
      Float32Array.from(known(arrays[`best/${name}`] ?? arrays[`parameter/${name}`], name)),
    ]),
  );
  const kind = plan.kind === "forecast-plan" ? "forecast" : "classify";
  return save(
    { spec, shape, parameters, predict: unused },
    {
      preprocessing: toJson(plan.task),
      checkpoint: { data: toJson({ kind, options: plan.options, checkpoint: data }), arrays },
      selfTest: false,
    },
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
  const root = plainData(
    stored.data,
    "checkpoint",
    (path, what) => new RecurraError("file/bad-model", `${source}: ${path} ${what}`),
  ).object();
  const kind = root.get("kind").oneOf(["forecast", "classify"]);
  const data = root.get("checkpoint");
  checkProgress(data);
  const options = root.get("options");
  options.object();
  const checkpoint = { ...(data.value as Omit<Checkpoint, "arrays">), arrays: stored.arrays };
  // Planning checks the options one by one, as it does those of a user.
  return { kind, options: options.value, checkpoint } as StoredRun;
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
