/** Measures of forecasts and of labels. */
import { RecurraError, known } from "../util/errors.ts";

type Values = ArrayLike<number>;

/** Σ |y − f| / n */
export function meanAbsoluteError(truth: Values, forecast: Values): number {
  return average(truth, forecast, (y, f) => Math.abs(y - f));
}

/** √(Σ (y − f)² / n) */
export function rootMeanSquaredError(truth: Values, forecast: Values): number {
  return Math.sqrt(average(truth, forecast, (y, f) => (y - f) ** 2));
}

/** Σ |y − f| / |y| / n, a share (0.1 is ten per cent); NaN where a true value is 0, since the measure is undefined then. */
export function meanAbsolutePercentageError(truth: Values, forecast: Values): number {
  return average(truth, forecast, (y, f) => (y === 0 ? NaN : Math.abs((y - f) / y)));
}

/** Σ 2|y − f| / (|y| + |f|) / n, from 0 to 2; a pair of zeros counts 0 (Makridakis 1993). */
export function symmetricPercentageError(truth: Values, forecast: Values): number {
  return average(truth, forecast, (y, f) => (y === f ? 0 : (2 * Math.abs(y - f)) / (Math.abs(y) + Math.abs(f))));
}

/**
 * Σ |y − f| / s / n: each error as a share of its own scale s, the `seasonalChange` of the training values of its series, so that large series count no more than small
 * ones (Hyndman and Koehler 2006). Below 1 is better than repeating the season was there. Values whose scale is NaN are left out; NaN where all are.
 */
export function meanAbsoluteScaledError(truth: Values, forecast: Values, scales: Values): number {
  checkPairs(truth, forecast);
  checkPairs(truth, scales);
  const errors = Float64Array.from(truth, (y, at) => Math.abs(y - (forecast[at] ?? NaN)) / (scales[at] ?? NaN));
  const scaled = errors.filter((_, at) => !Number.isNaN(scales[at]));
  return scaled.reduce((sum, error) => sum + error, 0) / scaled.length;
}

/** What scaled errors of a series are divided by: the mean of |y_t − y_(t−season)| over its training values. Throws `data/too-few-rows`. */
export function seasonalChange(training: Values, season = 1): number {
  if (training.length <= season)
    throw new RecurraError(
      "data/too-few-rows",
      `The scaled error needs more than ${season} training values (one season); there are ${training.length}`,
    );
  const [later, earlier] = [Array.from(training).slice(season), Array.from(training).slice(0, -season)];
  return meanAbsoluteError(later, earlier);
}

/** The share of values that lie in their interval, its ends included. */
export function coverage(truth: Values, lower: Values, upper: Values): number {
  checkPairs(truth, upper);
  let inside = 0;
  for (let i = 0; i < truth.length; i++) if ((truth[i] ?? NaN) <= (upper[i] ?? NaN)) inside += 1;
  return inside / truth.length - average(truth, lower, (y, low) => (y < low ? 1 : 0));
}

/** The loss of a forecast of the q-quantile: Σ max(q(y − f), (q − 1)(y − f)) / n, 0 < q < 1 (Koenker and Bassett 1978). */
export function pinballLoss(truth: Values, forecast: Values, quantile: number): number {
  if (!(quantile > 0 && quantile < 1))
    throw new RecurraError("util/bad-argument", `The quantile is ${quantile}; give a number between 0 and 1`);
  return average(truth, forecast, (y, f) => Math.max(quantile * (y - f), (quantile - 1) * (y - f)));
}

function average(truth: Values, forecast: Values, measure: (y: number, f: number) => number): number {
  checkPairs(truth, forecast);
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += measure(known(truth[i], "a value"), known(forecast[i], "a forecast"));
  return sum / truth.length;
}

function checkPairs(truth: Values, forecast: Values): void {
  if (truth.length === forecast.length && truth.length > 0) return;
  throw new RecurraError(
    "util/bad-argument",
    `There are ${truth.length} true values and ${forecast.length} predictions; give one prediction a value, and at least one`,
  );
}

/** What is said of a forecast. */
export interface ForecastScores {
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  /** NaN where a true value is 0. */
  readonly meanAbsolutePercentageError: number;
  readonly symmetricPercentageError: number;
  /** Absent without a scale. */
  readonly meanAbsoluteScaledError?: number;
}

/** Every measure; the scaled error where there are scales, one for each value. */
export function scoreForecast(truth: Values, forecast: Values, scales?: Values): ForecastScores {
  return {
    meanAbsoluteError: meanAbsoluteError(truth, forecast),
    rootMeanSquaredError: rootMeanSquaredError(truth, forecast),
    meanAbsolutePercentageError: meanAbsolutePercentageError(truth, forecast),
    symmetricPercentageError: symmetricPercentageError(truth, forecast),
    ...(scales === undefined ? {} : { meanAbsoluteScaledError: meanAbsoluteScaledError(truth, forecast, scales) }),
  };
}

/** The share of labels that are right. */
export function accuracy(truth: Values, predicted: Values): number {
  return average(truth, predicted, (a, b) => (a === b ? 1 : 0));
}

/** Counts `[true class][predicted class]`. Throws `util/bad-argument` for a class number past `classes`. */
export function confusionMatrix(truth: Values, predicted: Values, classes: number): readonly (readonly number[])[] {
  checkPairs(truth, predicted);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = counts[truth[i] ?? -1];
    const column = predicted[i] ?? -1;
    const count = row?.[column];
    if (row === undefined || count === undefined) {
      throw new RecurraError(
        "util/bad-argument",
        `The pair of classes ${truth[i]} and ${predicted[i]} is not within the ${classes} classes, numbered from 0`,
      );
    }
    row[column] = count + 1;
  }
  return counts;
}

/**
 * The mean over classes of F1 = 2·TP / (2·TP + FP + FN). Classes that neither occur nor are predicted are left out.
 */
export function macroF1(truth: Values, predicted: Values, classes: number): number {
  const counts = confusionMatrix(truth, predicted, classes);
  const scores = counts.flatMap((row, own) => {
    const right = row[own] ?? 0;
    const actual = row.reduce((sum, count) => sum + count, 0);
    const guessed = counts.reduce((sum, other) => sum + (other[own] ?? 0), 0);
    return actual + guessed === 0 ? [] : [(2 * right) / (actual + guessed)];
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Probabilities are held this far from 0 and 1, so that one sure mistake does not make the loss infinite. */
const leastProbability = 1e-15;

/** −Σ log p(true class) / n, for probabilities `[n, classes]`. */
export function logLoss(truth: Values, probabilities: Values, classes: number): number {
  if (probabilities.length !== truth.length * classes) {
    throw new RecurraError(
      "util/bad-argument",
      `${truth.length} labels of ${classes} classes need ${truth.length * classes} probabilities; there are ${probabilities.length}`,
    );
  }
  const chosen = Float64Array.from(truth, (label, i) => probabilities[i * classes + label] ?? NaN);
  return average(truth, chosen, (_, p) => -Math.log(Math.min(Math.max(p, leastProbability), 1 - leastProbability)));
}
