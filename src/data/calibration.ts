/** Whether told probabilities are what they say: of all that is said to be 80 % sure, 80 % should be right. */
import { RecurraError } from "../util/errors.ts";

/** Items whose sureness (the probability of the class told) lies in one interval. */
export interface CalibrationBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean sureness, and share that is right; NaN where there are none. */
  readonly sureness: number;
  readonly accuracy: number;
}

export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  /** Σ count · |accuracy − sureness| / n: the expected calibration error (Naeini, Cooper and Hauskrecht 2015). */
  readonly error: number;
}

/** Ten bins of equal width, of probabilities `[n, classes]`; a sureness on a limit belongs to the bin below. Throws `util/bad-argument`. */
export function calibrate(
  truth: ArrayLike<number>,
  probabilities: Float64Array,
  classes: number,
  bins = 10,
): Calibration {
  if (probabilities.length !== truth.length * classes || truth.length === 0)
    throw new RecurraError(
      "util/bad-argument",
      `${truth.length} labels of ${classes} classes need ${truth.length * classes} probabilities; there are ${probabilities.length}`,
    );
  const sums = Array.from({ length: bins }, () => ({ count: 0, sureness: 0, right: 0 }));
  for (let item = 0; item < truth.length; item++) {
    const own = probabilities.subarray(item * classes, (item + 1) * classes);
    const sureness = own.reduce((a, b) => Math.max(a, b));
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(sureness * bins) - 1))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.sureness += sureness;
    bin.right += own.indexOf(sureness) === truth[item] ? 1 : 0;
  }
  return {
    bins: sums.map(({ count, sureness, right }, at) => ({
      low: at / bins,
      high: (at + 1) / bins,
      count,
      sureness: sureness / count,
      accuracy: right / count,
    })),
    error: sums.reduce((sum, { sureness, right }) => sum + Math.abs(right - sureness), 0) / truth.length,
  };
}
