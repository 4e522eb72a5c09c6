/** A run of the workbench in a worker: what is asked of it and what it tells. */
import type { Checkpoint, EpochRecord } from "recurra";
import type { LessonChoice, LessonConclusion, LessonSample } from "./lessons/lesson.ts";
import type { LessonFacts } from "./lessons/plan-lesson.ts";
import type { Work } from "./run-work.ts";

export interface LearnRequest {
  readonly choice: LessonChoice;
  /** Goes on from here. */
  readonly resume?: Checkpoint | undefined;
}

export type LearnEvent =
  | { readonly kind: "planned"; readonly facts: LessonFacts }
  | {
      readonly kind: "started";
      readonly backend: string;
      /** Where it ran before, if that is another backend: the numbers differ by rounding. */
      readonly before?: string;
      readonly updatesPerEpoch: number;
      readonly epochs: number;
      /** Updates that were done before. */
      readonly update: number;
      /** Epochs that were over before. */
      readonly history: readonly EpochRecord[];
      /** The best of them. */
      readonly best?: number;
    }
  | {
      readonly kind: "step";
      readonly update: number;
      readonly updates: number;
      readonly loss: number;
      /** Of the gradient, before it was clipped. */
      readonly norm: number;
      readonly rate: number;
      /** Since the run was started, for its speed. */
      readonly seconds: number;
    }
  | { readonly kind: "epoch"; readonly record: EpochRecord; readonly isBest: boolean }
  | { readonly kind: "sample"; readonly epoch: number; readonly sample: LessonSample }
  | { readonly kind: "paused"; readonly checkpoint: Checkpoint; readonly file?: Uint8Array }
  | {
      readonly kind: "finished";
      readonly because: "epochs" | "patience";
      readonly kept: number;
      readonly conclusion: LessonConclusion;
    };

export const learnWork: Work<LearnRequest, LearnEvent> = {
  create: () => new Worker(new URL("./learn.worker.ts", import.meta.url), { type: "module" }),
};
