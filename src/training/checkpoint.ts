/** All that a run needs to go on with the same bits: plain data and named arrays. */
import type { Numbers } from "../engine/backend.ts";
import { RecurraError } from "../util/errors.ts";
import type { RandomState } from "../util/random.ts";
import type { PlateauState } from "./schedules.ts";

/** What is known of an epoch that is over. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch, each batch before its update. */
  readonly loss: number;
  readonly validation?: number;
  /** Of its last update. */
  readonly rate: number;
  /** How long it took, validation included. */
  readonly seconds: number;
}

/** How far a run is. */
export interface Progress {
  /** The epoch in progress, from 1. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly batch: number;
  /** Updates done in all. */
  readonly update: number;
  /** Sum of the losses of the epoch so far, and what it is to be divided by. */
  readonly lossSum: number;
  readonly lossCount: number;
  /** The generator at the epoch's start: its order and its dropout follow from it. */
  readonly random: RandomState;
  readonly plateau?: PlateauState;
  readonly best?: { readonly epoch: number; readonly loss: number };
  readonly history: readonly EpochRecord[];
  /** Of the epoch so far. */
  readonly seconds: number;
}

/** What must be the same for a run to go on; compared as plain data. The optimiser's rate alone may be another one: nothing that is kept depends on it. */
export interface RunIdentity {
  readonly network: unknown;
  readonly loss: unknown;
  readonly optimiser: unknown;
  readonly clip: unknown;
  readonly batch: number;
  readonly truncation: unknown;
  readonly scheduledSampling?: unknown;
  /** Which tokens are replaced in training, and how many. */
  readonly replaced?: unknown;
  /** How pictures are augmented. */
  readonly augmentation?: unknown;
  /** Counts, sizes and a hash of the training data. */
  readonly data: unknown;
  readonly numbers: "float32" | "float64";
}

export interface Checkpoint {
  readonly kind: "training-checkpoint";
  readonly version: 1;
  readonly run: RunIdentity;
  /** Where it ran. */
  readonly backend?: string;
  readonly progress: Progress;
  /**
   * `parameter/NAME`, `moment/M/NAME` for each moment M of each trained parameter, `carried/STATE`, and, once there is a best epoch
   * whose parameters are kept, `best/NAME`.
   */
  readonly arrays: Readonly<Record<string, Numbers>>;
}

const saidOf: Readonly<Record<keyof RunIdentity, string>> = {
  network: "another network",
  loss: "another loss",
  optimiser: "another optimiser, or one with other settings",
  clip: "another clipping of gradients",
  batch: "another batch size",
  truncation: "another truncation",
  scheduledSampling: "another share of scheduled sampling, or more or fewer epochs over which it rises",
  replaced: "another share of replaced tokens",
  augmentation: "another augmentation of pictures",
  data: "other training data",
  numbers: "numbers of another precision (another backend)",
};

/** Throws `training/bad-checkpoint` and `training/other-run` unless a run of this identity can go on from the checkpoint. */
export function checkCheckpoint(checkpoint: Checkpoint, run: RunIdentity): void {
  if (checkpoint.kind !== "training-checkpoint")
    throw new RecurraError("training/bad-checkpoint", "What was given to resume from is no checkpoint.");
  if (checkpoint.version !== 1) {
    throw new RecurraError(
      "training/bad-checkpoint",
      `The checkpoint has version ${String(checkpoint.version)}; this version of Recurra reads version 1.`,
    );
  }
  const names = Object.keys(saidOf) as (keyof RunIdentity)[];
  const other = names.find((name) => canonical(compared(checkpoint.run, name)) !== canonical(compared(run, name)));
  if (other === undefined) return;
  throw new RecurraError(
    "training/other-run",
    `The checkpoint is of a run with ${saidOf[other]}; resume with what that run was started with, or start afresh.`,
  );
}

/** A member of an identity without what may change. */
function compared(run: RunIdentity, name: keyof RunIdentity): unknown {
  const value = run[name];
  return name === "optimiser" && typeof value === "object" ? { ...value, rate: undefined } : value;
}

/** How far the run of a checkpoint is, to go on at this learning rate: what a plateau has made of the rate before is made of this one. */
export function progressAt({ progress, run: { optimiser } }: Checkpoint, rate: number): Progress {
  const { plateau } = progress;
  const before =
    typeof optimiser === "object" && optimiser !== null && "rate" in optimiser ? optimiser.rate : undefined;
  if (plateau === undefined || typeof before !== "number" || before === rate) return progress;
  return { ...progress, plateau: { ...plateau, rate: (plateau.rate * rate) / before } };
}

/** An array of a checkpoint. Throws `training/bad-checkpoint` if it is missing or of another length. */
export function takeArray({ arrays }: Checkpoint, name: string, length: number): Numbers {
  const array = arrays[name];
  if (array?.length === length) return array;
  const found = array === undefined ? "is missing" : `has ${array.length} numbers instead of ${length}`;
  throw new RecurraError(
    "training/bad-checkpoint",
    `The checkpoint's array ${name} ${found}; the checkpoint is damaged.`,
  );
}

/** Plain data as text, whatever the order of its keys; what is undefined is left out, as in JSON. */
function canonical(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "absent";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`)
    .join(",")}}`;
}
