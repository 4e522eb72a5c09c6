/** What a training run is asked to do, with its defaults. */
import type { BackendName, Numbers } from "../engine/backend.ts";
import type { ThreadCount } from "../engine/thread-count.ts";
import type { NetworkSpec } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import { countMembers } from "./batch-source.ts";
import type { TrainingData } from "./batch-source.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { LossSpec } from "./losses.ts";
import type { ClipSpec } from "./lower-update.ts";
import type { OptimiserSpec } from "./optimisers.ts";
import type { ReadoutOptions } from "./readout.ts";
import { checkSchedule } from "./schedules.ts";
import type { Schedule } from "./schedules.ts";
import type { Truncation } from "./stream-source.ts";

/** A training run. All of it is plain data, so that it can be sent to a worker. */
export interface TrainingOptions {
  readonly network: NetworkSpec;
  readonly data: TrainingData;
  /** Watched after each epoch. */
  readonly validation?: TrainingData | undefined;
  readonly loss: LossSpec;
  /**
   * Solves for the last layer directly instead of training anything by gradients (see `fitReadout`): it must be dense and linear, and the loss the mean squared error. Epochs,
   * optimiser and what belongs to it then mean nothing.
   */
  readonly readout?: Pick<ReadoutOptions, "washout" | "ridges"> | undefined;
  /** Adam if not given. */
  readonly optimiser?: OptimiserSpec | undefined;
  /** Constant if not given. */
  readonly schedule?: Schedule | undefined;
  /** What the schedule's times count: updates if not given. */
  readonly schedulePer?: "update" | "epoch" | undefined;
  readonly clip?: ClipSpec | undefined;
  readonly epochs: number;
  /** Members of a batch, 32 if not given; streams have their own number. */
  readonly batch?: number | undefined;
  /** For streams: how many steps from update to update, and back. */
  readonly truncation?: Truncation | undefined;
  /**
   * The share of a decoder's tokens that are what it would have said itself instead of the true ones (scheduled sampling), which rises evenly over the run; 0 throughout if
   * not given. For networks of tokens whose outputs are logits of the same tokens.
   */
  readonly scheduledSampling?: { readonly from?: number; readonly to: number } | undefined;
  /** A new order in each epoch; true if not given. Streams keep theirs. */
  readonly shuffle?: boolean | undefined;
  /** A whole number that all random numbers follow from; 1 if not given. */
  readonly seed?: number | undefined;
  readonly backend?: BackendName | "auto" | undefined;
  /** Most threads that share the work; if not given `"auto"`, as many as there are cores, up to eight. The numbers are the same for any. */
  readonly threads?: ThreadCount | undefined;
  /** First values of parameters, by name; what is not named is drawn. */
  readonly parameters?: Readonly<Record<string, Numbers>> | undefined;
  /** Ends the run when the watched loss (validation, else training) has not fallen for so many epochs. */
  readonly patience?: number | undefined;
  /** Which parameters the run ends with; `"best"` if there is validation, else `"last"`. */
  readonly keep?: "best" | "last" | undefined;
  /** Seconds between step events, at least; 0.1 if not given, 0 for every update. */
  readonly stepSeconds?: number | undefined;
  /** Updates between step events, at most, however fast they are; no limit if not given. */
  readonly stepUpdates?: number | undefined;
  /** Epochs between checkpoint events; none if not given. */
  readonly checkpointEpochs?: number | undefined;
  /** Goes on from here. */
  readonly resume?: Checkpoint | undefined;
}

/** What is not plain data. */
export interface TrainingControl {
  /** Stops the run after the update in progress: its last event is then `stopped`, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
}

/** Options with every default filled in. */
export type TrainingSettings = TrainingOptions & {
  readonly [
    K in
      | "optimiser"
      | "schedule"
      | "schedulePer"
      | "batch"
      | "shuffle"
      | "seed"
      | "backend"
      | "threads"
      | "keep"
      | "stepSeconds"
  ]-?: NonNullable<TrainingOptions[K]>;
};

/** Fills in defaults. Throws `training/bad-option` and `training/bad-schedule`. */
export function settleOptions(options: TrainingOptions): TrainingSettings {
  const schedule = options.schedule ?? { kind: "constant" };
  checkSchedule(schedule);
  checkWhole("epochs", options.epochs, 1);
  checkWhole("batch", options.batch ?? 32, 1);
  if (options.patience !== undefined) checkWhole("patience", options.patience, 1);
  if (options.checkpointEpochs !== undefined) checkWhole("checkpointEpochs", options.checkpointEpochs, 1);
  if (options.seed !== undefined && !Number.isInteger(options.seed))
    fail(`seed is ${options.seed}; give a whole number.`);
  if (options.stepUpdates !== undefined) checkWhole("stepUpdates", options.stepUpdates, 1);
  if (!((options.stepSeconds ?? 0) >= 0)) fail(`stepSeconds is ${options.stepSeconds}; give a number of at least 0.`);
  for (const share of Object.values(options.scheduledSampling ?? {}))
    if (!(share >= 0 && share <= 1)) fail(`scheduledSampling has the share ${share}; give numbers from 0 to 1.`);
  checkChoice("schedulePer", options.schedulePer, ["update", "epoch"]);
  checkChoice("keep", options.keep, ["best", "last"]);
  const members = countMembers(options.data);
  return {
    ...options,
    optimiser: options.optimiser ?? { kind: "adam" },
    schedule,
    schedulePer: options.schedulePer ?? "update",
    batch: options.data.kind === "stream" ? members : Math.min(options.batch ?? 32, Math.max(1, members)),
    shuffle: options.shuffle ?? true,
    seed: options.seed ?? 1,
    backend: options.backend ?? "auto",
    threads: options.threads ?? "auto",
    keep: options.keep ?? (options.validation === undefined ? "last" : "best"),
    stepSeconds: options.stepSeconds ?? 0.1,
  };
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) fail(`${name} is ${value}; give a whole number from ${least} on.`);
}

function checkChoice(name: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  fail(`${name} is ${JSON.stringify(value)}; give ${choices.map((choice) => JSON.stringify(choice)).join(" or ")}.`);
}

function fail(message: string): never {
  throw new RecurraError("training/bad-option", message);
}
