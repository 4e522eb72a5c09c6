/** How long each unit of a state keeps what it holds. */
import { walkJacobians } from "./jacobian.ts";
import type { JacobianOptions } from "./jacobian.ts";
import type { Trace } from "./trace.ts";

export interface MemoryLength {
  readonly state: string;
  /** For each unit the steps after which a share 1/e of what it held is left; Infinity where it does not fade. */
  readonly lengths: Float64Array;
  /** For each unit the geometric mean of what a step leaves of it. */
  readonly factors: Float64Array;
}

/**
 * The effective memory length of each unit along a trace, in steps, from the diagonal of the step's Jacobian:
 *
 *     τ_i = -1 / mean_t log |∂s_t[i] / ∂s_(t-1)[i]|,     Infinity where that mean is 0 or more
 *
 * For an LSTM's c that is -1 / mean log f, for a leaky unit the characteristic time (Tallec and Ollivier 2018). It sees only what a unit hands on to itself:
 * a memory that goes from unit to unit and back through the matrices is not in it (for that, `productNorms` and `growthExponents` of all
 * states together), and a unit that was once wiped clean (a factor of 0) has a length of 0.
 */
export function memoryLength(trace: Trace, options: JacobianOptions = {}): readonly MemoryLength[] {
  const { size, states, steps, matrices } = walkJacobians(trace, options);
  const sums = new Float64Array(size);
  for (const matrix of matrices) for (let i = 0; i < size; i++) sums[i]! += Math.log(Math.abs(matrix[i * size + i]!));
  const means = sums.map((sum) => sum / steps.length);
  return states.map(({ name, offset, size: units }) => {
    const own = means.slice(offset, offset + units);
    return {
      state: name,
      lengths: own.map((mean) => (mean >= 0 ? Infinity : -1 / mean)),
      factors: own.map(Math.exp),
    };
  });
}
