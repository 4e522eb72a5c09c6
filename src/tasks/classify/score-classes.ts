/** How good told classes are, beside always telling the most frequent one. */
import { accuracy, calibrate, confusionMatrix, macroF1 } from "../../data/index.ts";
import type { Calibration, Classes } from "../../data/index.ts";
import { known } from "../../util/errors.ts";
import type { Judged } from "../judge.ts";

export interface ClassScores {
  readonly kind: "class-evaluation";
  /** Sequences or windows. */
  readonly count: number;
  readonly classes: readonly string[];
  /** Share of labels that are right. */
  readonly accuracy: number;
  readonly macroF1: number;
  /** The same of always saying the class that was most frequent in training. */
  readonly majority: { readonly label: string; readonly accuracy: number; readonly macroF1: number };
  /** `[true class][predicted class]` */
  readonly confusion: readonly (readonly number[])[];
  /** Whether the probabilities are what they say. */
  readonly calibration: Calibration;
}

/** With what they come to, by accuracy. */
export interface ClassEvaluation extends ClassScores, Judged<"majority"> {}

/** The likeliest class of each item. */
export function mostLikely(probabilities: Float64Array, classes: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classes }, (_, item) => {
    const own = probabilities.subarray(item * classes, (item + 1) * classes);
    return own.indexOf(own.reduce((a, b) => Math.max(a, b)));
  });
}

interface Labelled {
  /** Class numbers. */
  readonly truth: ArrayLike<number>;
  /** `[items, classes]` */
  readonly probabilities: Float64Array;
  readonly classes: Classes;
  /** The class that training saw most. */
  readonly majority: number;
}

/** Scores of probabilities beside the truth. */
export function scoreClasses({ truth, probabilities, classes, majority }: Labelled): ClassScores {
  const count = classes.names.length;
  const predicted = mostLikely(probabilities, count);
  const always = new Int32Array(truth.length).fill(majority);
  return {
    kind: "class-evaluation",
    count: truth.length,
    classes: classes.names,
    accuracy: accuracy(truth, predicted),
    macroF1: macroF1(truth, predicted, count),
    majority: {
      label: known(classes.names[majority], "a class"),
      accuracy: accuracy(truth, always),
      macroF1: macroF1(truth, always, count),
    },
    confusion: confusionMatrix(truth, predicted, count),
    calibration: calibrate(truth, probabilities, count),
  };
}
