/** The Mackey–Glass series: a chaotic curve that forecasts are tried on since 1977. */
import { RecurraError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";

export interface MackeyGlassOptions {
  /** Values to make, one a unit of time. */
  readonly count: number;
  /** The delay in units of time: 17, where the series is mildly chaotic; at 30 it is wildly so. */
  readonly tau?: number;
  /** Where the series starts follows from it: 1. */
  readonly seed?: number;
  /** Units of time before the first value that is given: 1000. */
  readonly skip?: number;
}

/** Steps of the solver in a unit of time. */
const stepsPerUnit = 10;

/**
 * Values of `dy/dt = 0.2 y(t - τ) / (1 + y(t - τ)^10) - 0.1 y(t)` (M. C. Mackey, L. Glass 1977, Oscillation and chaos in physiological control systems), by
 * the classical method of Runge and Kutta with steps of 0.1; between steps the past is interpolated by cubics. It starts from 1.2 and a little noise. Throws `util/bad-argument`.
 */
export function makeMackeyGlass({ count, tau = 17, seed = 1, skip = 1000 }: MackeyGlassOptions): Float64Array {
  const delay = tau * stepsPerUnit;
  if (!Number.isInteger(count) || count < 1) fail(`count is ${count}; give a whole number of at least 1`);
  if (!Number.isInteger(skip) || skip < 0) fail(`skip is ${skip}; give a whole number of at least 0`);
  if (!(Number.isInteger(delay) && delay >= 2)) fail(`tau is ${tau}; give tenths, of at least 0.2`);
  const random = createRandom(seed);
  const steps = (skip + count) * stepsPerUnit;
  // The history before time 0, then one value a step.
  const y = new Float64Array(delay + 1 + steps);
  for (let at = 0; at <= delay; at++) y[at] = 1.2 + random.uniform(-0.1, 0.1);
  const h = 1 / stepsPerUnit;
  for (let at = delay; at < delay + steps; at++) {
    const past = at - delay;
    const [now, first, last] = [y[at]!, y[past]!, y[past + 1]!];
    // The past half a step later, through four of its values (at its very start, through two).
    const middle =
      past === 0 ? (first + last) / 2 : (9 * (first + last) - y[past - 1]! - y[Math.min(past + 2, at)]!) / 16;
    const k1 = slope(now, first);
    const k2 = slope(now + (h / 2) * k1, middle);
    const k3 = slope(now + (h / 2) * k2, middle);
    const k4 = slope(now + h * k3, last);
    y[at + 1] = now + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4);
  }
  return Float64Array.from({ length: count }, (_, n) => y[delay + (skip + n + 1) * stepsPerUnit]!);
}

/** y^10 is products, which are the same everywhere; Math.pow may differ in its last bit. */
function slope(now: number, past: number): number {
  const square = past * past;
  const fourth = square * square;
  return (0.2 * past) / (1 + fourth * fourth * square) - 0.1 * now;
}

function fail(what: string): never {
  throw new RecurraError("util/bad-argument", `${what}.`);
}
