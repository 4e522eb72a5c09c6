/** Gradients through time, measured in a worker. */
import type { GradientLeft, GradientQuestion, StepsMeasured } from "./measure-gradient.ts";
import type { Work } from "./run-work.ts";

/** What is left for each of some networks; or what the steps of one do, what is left for others, and what one that is not trained recalls. */
export type GradientAsked =
  | { readonly kind: "left"; readonly questions: readonly GradientQuestion[] }
  | {
      readonly kind: "steps";
      readonly question: GradientQuestion;
      readonly step: number;
      readonly others: readonly GradientQuestion[];
      readonly reservoir: GradientQuestion;
    };

export type GradientAnswer =
  | { readonly kind: "left"; readonly lefts: readonly GradientLeft[] }
  | {
      readonly kind: "steps";
      readonly question: GradientQuestion;
      readonly steps: StepsMeasured;
      readonly lefts: readonly GradientLeft[];
      /** The memory capacity of the reservoir, in steps. */
      readonly recall: number;
    };

export const gradientWork: Work<GradientAsked, GradientAnswer> = {
  create: () => new Worker(new URL("./gradient.worker.ts", import.meta.url), { type: "module" }),
};
