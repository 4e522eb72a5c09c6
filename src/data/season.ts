/** The length of a season, found from the data. */
import { known } from "../util/errors.ts";

export interface SeasonOptions {
  /** Longest season looked for, in steps; a third of the values and at most 400 (a year of days and some) where not given. */
  readonly longest?: number | undefined;
}

/** Values looked at, the latest: enough for any season that is looked for, and bounded. */
const mostValues = 20_000;
/** A share of the year of days that is looked for by default. */
const defaultLongest = 400;
/** An autocorrelation below this explains less than a tenth of the variance: no season worth repeating. */
const leastCorrelation = 0.3;
/** Seasons whose correlation is this close to the best one's are as good; the shortest is taken (7, not 14 or 364). */
const nearlyBest = 0.9;

/** How many times in a row a level has to come back: values that wander, and have no season, hardly ever look alike at a lag, twice it and three times it. */
const returns = 3;

/**
 * The number of steps after which a series most nearly repeats itself, or 1 if it does not: the shortest lag at which the
 * autocorrelation of the differences y_t − y_(t−1) (which have no trend) peaks, significantly, and nearly as high as anywhere. Lags before it first falls to 0 are left out: values
 * so near to one another are alike because the series is smooth, not because it repeats itself. Noise doubles in differences and may drown there what
 * the values show, so where none is found in them it is looked for in the values, less their linear trend, at lags that peak threefold.
 */
export function findSeason(values: ArrayLike<number>, options: SeasonOptions = {}): number {
  const latest = Array.from(values).slice(-mostValues);
  const longest = Math.min(options.longest ?? defaultLongest, Math.floor((latest.length - 1) / 3));
  const changes = latest.slice(1).map((value, i) => value - known(latest[i], "a value"));
  const rest = withoutTrend(latest);
  const size = latest.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (isRounding(rest, size)) return 1;
  return findPeak(changes, longest, 1) ?? findPeak(rest, longest, returns) ?? 1;
}

/** The shortest lag, up to `longest`, that is nearly the best of those where the autocorrelation peaks, significantly at so many multiples. */
function findPeak(values: readonly number[], longest: number, multiples: number): number | undefined {
  const correlate = correlationOf(values);
  const correlations = Float64Array.from({ length: Math.max(longest + 2, 0) }, (_, lag) => correlate(lag));
  // 1.96/√n bounds 95 of 100 autocorrelations of noise; three times that bounds all of some hundred lags.
  const least = Math.max(leastCorrelation, (3 * 1.96) / Math.sqrt(values.length));
  const at = (lag: number): number => correlations[lag] ?? 0;
  const peaks = peaksAfterFall(correlations).filter((lag) => lag <= longest && at(lag) >= least);
  const isHigh = (lag: number): boolean => [-1, 0, 1].some((by) => correlate(lag + by) >= least);
  const returning = peaks.filter((lag) => Array.from({ length: multiples - 1 }, (_, n) => (n + 2) * lag).every(isHigh));
  const best = returning.reduce((most, lag) => Math.max(most, at(lag)), 0);
  return returning.find((lag) => at(lag) >= nearlyBest * best);
}

/** Whether values differ by no more than float64 rounds numbers of this size by, as what is left of a straight line does. */
function isRounding(values: readonly number[], size: number): boolean {
  return values.every((value) => Math.abs(value - known(values[0], "a value")) <= 1e-12 * size);
}

/** What is left of values when the line that fits them best (least squares) is taken away. */
function withoutTrend(values: readonly number[]): readonly number[] {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const along = values.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0);
  const square = values.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return values.map((value, i) => value - mean - (square === 0 ? 0 : (along / square) * (i - middle)));
}

/** The middle of each run of correlations above 0, once they have fallen to 0: its lag that is highest together with its neighbours, of which noise lifts one or the other. */
function peaksAfterFall(correlations: Float64Array): readonly number[] {
  const at = (lag: number): number => correlations[lag] ?? 0;
  const around = (lag: number): number => at(lag - 1) + 2 * at(lag) + at(lag + 1);
  const peaks: number[] = [];
  const first = correlations.findIndex((correlation) => correlation <= 0);
  if (first < 0) return [];
  for (let lag = Math.max(first, 1); lag < correlations.length; lag++) {
    if (at(lag) <= 0) continue;
    if (at(lag - 1) <= 0) peaks.push(lag);
    else if (around(lag) > around(peaks.at(-1) ?? lag)) peaks[peaks.length - 1] = lag;
  }
  return peaks;
}

/** Autocorrelations at lags 0 … `longest`: Σ (x_t − m)(x_(t+lag) − m) / Σ (x_t − m)²; all 0 for constant values. */
export function autocorrelate(values: ArrayLike<number>, longest: number): Float64Array {
  const correlate = correlationOf(values);
  return Float64Array.from({ length: Math.max(longest + 1, 0) }, (_, lag) => correlate(lag));
}

/** The autocorrelation at any lag. */
function correlationOf(values: ArrayLike<number>): (lag: number) => number {
  const count = values.length;
  const all = Float64Array.from(values);
  const mean = all.reduce((sum, value) => sum + value, 0) / count;
  const centered = all.map((value) => value - mean);
  const variance = centered.reduce((sum, value) => sum + value * value, 0);
  return (lag) => {
    let sum = 0;
    for (let t = 0; t + lag < count; t++) sum += (centered[t] ?? 0) * (centered[t + lag] ?? 0);
    return variance === 0 ? 0 : sum / variance;
  };
}
