/** What a training run tells while it runs. */
import type { BackendName } from "../engine/backend.ts";
import type { ParameterValues } from "../network/index.ts";
import type { Checkpoint, EpochRecord } from "./checkpoint.ts";

/** The first event. */
export interface StartedEvent {
  readonly kind: "started";
  readonly backend: BackendName;
  /** One sentence: which backend it is and why, and where the run takes place if not where it was asked to. */
  readonly note: string;
  /** Numbers that are trained. */
  readonly parameters: number;
  /** Words of memory the program takes (float32: four bytes each). */
  readonly words: number;
  readonly epochs: number;
  readonly updatesPerEpoch: number;
  /** Updates done before, in a run that was resumed. */
  readonly update: number;
  /** Of a run that was resumed, where it ran before if that is another backend: its numbers then differ by rounding from those it would have had. */
  readonly before?: string;
}

/** Now and then (see `stepSeconds`): the last update. */
export interface StepEvent {
  readonly kind: "step";
  /** From 1. */
  readonly epoch: number;
  /** Updates so far, of `updates` in all. */
  readonly update: number;
  readonly updates: number;
  /** Of the batch, before its update. */
  readonly loss: number;
  /** 2-norm of the gradient before clipping. */
  readonly norm: number;
  readonly rate: number;
}

export interface EpochEvent extends EpochRecord {
  readonly kind: "epoch";
  readonly epochs: number;
  /** Whether the watched loss is the least so far. */
  readonly best: boolean;
}

/** All that is needed to go on from here; see `checkpointEpochs`. */
export interface CheckpointEvent {
  readonly kind: "checkpoint";
  readonly checkpoint: Checkpoint;
}

/** The last event of a run that came to its end. */
export interface FinishedEvent {
  readonly kind: "finished";
  /** The best ones where they are kept, else the last. */
  readonly parameters: ParameterValues;
  /** The epoch with the least watched loss. */
  readonly best: { readonly epoch: number; readonly loss: number };
  readonly because: "epochs" | "patience";
  readonly history: readonly EpochRecord[];
}

/** The last event of a run that was stopped. */
export interface StoppedEvent {
  readonly kind: "stopped";
  readonly checkpoint: Checkpoint;
}

export type TrainingEvent = StartedEvent | StepEvent | EpochEvent | CheckpointEvent | FinishedEvent | StoppedEvent;
