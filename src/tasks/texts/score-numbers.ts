/** How good told numbers are, beside always telling the mean. */
import { meanAbsoluteError, rootMeanSquaredError } from "../../data/index.ts";
import { correlate } from "../../util/correlation.ts";

export interface NumberScores {
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  /** Pearson's; NaN where one side is constant. */
  readonly correlation: number;
}

export interface NumberEvaluation extends NumberScores {
  readonly count: number;
  /** Of always telling the mean of training. */
  readonly mean: { readonly value: number; readonly meanAbsoluteError: number; readonly rootMeanSquaredError: number };
}

/** Errors and correlation. */
export function measureNumbers(truth: Float64Array, predicted: Float64Array): NumberScores {
  return {
    meanAbsoluteError: meanAbsoluteError(truth, predicted),
    rootMeanSquaredError: rootMeanSquaredError(truth, predicted),
    correlation: correlate(truth, predicted),
  };
}

/** Scores beside those of the mean that training saw. */
export function scoreNumbers(truth: Float64Array, predicted: Float64Array, mean: number): NumberEvaluation {
  const always = new Float64Array(truth.length).fill(mean);
  return {
    count: truth.length,
    ...measureNumbers(truth, predicted),
    mean: {
      value: mean,
      meanAbsoluteError: meanAbsoluteError(truth, always),
      rootMeanSquaredError: rootMeanSquaredError(truth, always),
    },
  };
}
