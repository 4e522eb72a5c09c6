/** How much of its past input a network that is not trained holds: what a linear readout can still recover from its state. */
import { createRandom, initialiseNetwork, network } from "recurra";
import { findCell, findValue, traceNetwork } from "recurra/inspect";
import { cellOf } from "./measure-gradient.ts";
import type { GradientQuestion } from "./measure-gradient.ts";

/** Steps that are left out at the beginning, and those that readouts are fitted on and tested on. */
const counts = { settle: 60, fit: 240, test: 240 } as const;

/** What is added to the diagonal, for each step: hardly anything, so that nearly equal units do no harm. */
const ridge = 1e-7;

/**
 * The memory capacity of a network that reads random numbers: Σ_d r²(d), where r(d) is the correlation of the input d steps ago with what the best linear readout makes of
 * the state, on steps that it was not fitted on. At most the number of units (H. Jaeger 2001, Short term memory in echo state networks).
 */
export function measureRecall(question: GradientQuestion): number {
  const random = createRandom(question.seed);
  const steps = counts.settle + counts.fit + counts.test;
  const inputs = Float64Array.from({ length: steps }, () => 2 * random.uniform() - 1);
  const spec = network({ features: 1 }).recurrent(cellOf(question), { size: question.hidden }).build();
  const parameters = initialiseNetwork(spec, { seed: question.seed });
  const { values } = findValue(findCell(traceNetwork({ spec, parameters }, { inputs })), "h'");
  return memoryCapacity({ inputs, states: values, size: question.hidden });
}

export interface Past {
  /** One number for each step. */
  readonly inputs: Float64Array;
  /** `[steps, size]` */
  readonly states: Float64Array;
  readonly size: number;
}

/** The same from inputs and states, which must be of as many steps as are needed: 540. */
export function memoryCapacity({ inputs, states, size }: Past): number {
  // A column of ones for the bias.
  const columns = size + 1;
  const state = (step: number, column: number): number => (column === size ? 1 : (states[step * size + column] ?? NaN));
  const gram = new Float64Array(columns * columns);
  for (let step = counts.settle; step < counts.settle + counts.fit; step++)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j <= i; j++)
        gram[i * columns + j] = (gram[i * columns + j] ?? 0) + state(step, i) * state(step, j);
  for (let i = 0; i < columns; i++) gram[i * columns + i] = (gram[i * columns + i] ?? 0) + ridge * counts.fit;
  factorise(gram, columns);
  let capacity = 0;
  for (let delay = 1; delay <= Math.min(counts.settle, 2 * size); delay++) {
    const sums = new Float64Array(columns);
    for (let step = counts.settle; step < counts.settle + counts.fit; step++)
      for (let i = 0; i < columns; i++) sums[i] = (sums[i] ?? 0) + state(step, i) * (inputs[step - delay] ?? NaN);
    const weights = solve(gram, sums);
    const tested = Array.from({ length: counts.test }, (_, at) => {
      const step = counts.settle + counts.fit + at;
      const told = weights.reduce((sum, weight, i) => sum + weight * state(step, i), 0);
      return [told, inputs[step - delay] ?? NaN] as const;
    });
    capacity += correlation(tested) ** 2;
  }
  return capacity;
}

/** The Cholesky factor L of a symmetric matrix `[n, n]` of which the lower half is given, in its place: A = L Lᵀ. */
function factorise(matrix: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = matrix[i * n + j] ?? NaN;
      for (let k = 0; k < j; k++) sum -= (matrix[i * n + k] ?? NaN) * (matrix[j * n + k] ?? NaN);
      matrix[i * n + j] = i === j ? Math.sqrt(sum) : sum / (matrix[j * n + j] ?? NaN);
    }
  }
}

/** x of L Lᵀ x = b. */
function solve(factor: Float64Array, right: Float64Array): Float64Array {
  const n = right.length;
  const x = Float64Array.from(right);
  const at = (i: number, j: number): number => factor[i * n + j] ?? NaN;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] ?? NaN) - at(i, k) * (x[k] ?? NaN);
    x[i] = (x[i] ?? NaN) / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] ?? NaN) - at(k, i) * (x[k] ?? NaN);
    x[i] = (x[i] ?? NaN) / at(i, i);
  }
  return x;
}

/** Pearson's; 0 where either does not change. */
function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [meanA, meanB] = [0, 1].map((side) => pairs.reduce((sum, pair) => sum + (pair[side] ?? NaN), 0) / pairs.length);
  let [aa, ab, bb] = [0, 0, 0];
  for (const [a, b] of pairs) {
    const [da, db] = [a - (meanA ?? NaN), b - (meanB ?? NaN)];
    aa += da * da;
    ab += da * db;
    bb += db * db;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
