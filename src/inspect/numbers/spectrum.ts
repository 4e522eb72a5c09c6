/** What a recurrence does to small differences: the spectrum of each step, products of steps, and growth from step to step. */
import { RecurraError } from "../../util/errors.ts";
import { eigenvalues } from "../../util/eigenvalues.ts";
import type { Eigenvalues } from "../../util/eigenvalues.ts";
import { createRandom } from "../../util/random.ts";
import { singularValues } from "../../util/singular-values.ts";
import { addTransposed, lengthOfVector, multiplyInto, multiplyMatrices } from "./arithmetic.ts";
import type { StepJacobians } from "./jacobian.ts";

/** Square matrices of one size, such as those of `stepJacobians` or `walkJacobians`, the first step's first. */
export interface Matrices {
  readonly size: number;
  /** Each `[size, size]` row-major. */
  readonly matrices: Iterable<Float64Array>;
}

export interface Spectrum {
  /** The largest first: what a step can at most, and at least, multiply a small difference by. */
  readonly singularValues: Float64Array;
  /** The largest moduli first, complex pairs next to one another: what the same step multiplies by, again and again. */
  readonly eigenvalues: Eigenvalues;
  /** The largest modulus of the eigenvalues. */
  readonly spectralRadius: number;
  /** The largest singular value: the matrix's norm. */
  readonly norm: number;
  /** The largest singular value over the smallest; Infinity where that is 0. */
  readonly condition: number;
}

/**
 * The spectrum of each matrix (of a step's Jacobian: Saxe et al. 2013; Pennington et al. 2017). Cost grows with the cube of the size: some 30 ms for
 * 64 states.
 *
 * @throws {RecurraError} `util/bad-argument` for a number that is not finite.
 */
export function jacobianSpectrum({ size, matrices }: Matrices): readonly Spectrum[] {
  return Array.from(matrices, (matrix) => {
    const singular = singularValues(matrix, size);
    const sorted = sortByModulus(eigenvalues(matrix, size));
    const [norm, least] = [singular[0] ?? 0, singular.at(-1) ?? 0];
    return {
      singularValues: singular,
      eigenvalues: sorted,
      spectralRadius: Math.hypot(sorted.real[0] ?? 0, sorted.imaginary[0] ?? 0),
      norm,
      condition: least === 0 ? Infinity : norm / least,
    };
  });
}

function sortByModulus({ real, imaginary }: Eigenvalues): Eigenvalues {
  const modulus = Float64Array.from(real, (value, i) => Math.hypot(value, imaginary[i]!));
  const order = [...real.keys()].sort((i, j) => modulus[j]! - modulus[i]!);
  return {
    real: Float64Array.from(order, (i) => real[i]!),
    imaginary: Float64Array.from(order, (i) => imaginary[i]!),
  };
}

export interface ProductNorms {
  readonly path: string;
  /** As in the Jacobians. */
  readonly steps: readonly number[];
  /** For each of `steps` the norm of J_last … J_(step + 1): the most that a small change of the states after it can become in the end. 1 at the last. */
  readonly norms: Float64Array;
  /** The norm of the product of all: of a change of the first states. */
  readonly whole: number;
}

/**
 * The spectral norms of the products of Jacobians back through time (Bengio et al. 1994; Pascanu et al. 2013): the bound on what a gradient of the final
 * states can be at each step. To some ten digits; takes S³ operations a step.
 */
export function productNorms({ path, steps, size, matrices }: StepJacobians): ProductNorms {
  const norms = new Float64Array(steps.length);
  let product: Float64Array = new Float64Array(size * size);
  for (let i = 0; i < size; i++) product[i * size + i] = 1;
  // The product is kept at length 1, its size apart: over many steps it may leave float64.
  let logarithm = 0;
  let norm = 1;
  for (let k = steps.length - 1; k >= 0; k--) {
    norms[k] = norm;
    product = multiplyMatrices(product, matrices[k]!, size);
    const length = lengthOfVector(product);
    if (length > 0) for (let i = 0; i < product.length; i++) product[i]! /= length;
    logarithm += Math.log(length);
    norm = length === 0 ? 0 : Math.exp(logarithm) * spectralNorm(product, size);
  }
  return { path, steps, norms, whole: norm };
}

/** Steps of the power method, and the relative change at which it ends. */
const powerLimit = 1000;
const powerChange = 1e-14;

/** The largest singular value by the power method on MᵀM. */
function spectralNorm(matrix: Float64Array, size: number): number {
  // Spread evenly by the golden ratio, so that no structure of the matrix is likely to be orthogonal to it.
  let v = Float64Array.from({ length: size }, (_, i) => (((i + 1) * 0.6180339887498949) % 1) - 0.5);
  const image = new Float64Array(size);
  let before = 0;
  for (let n = 0; n < powerLimit; n++) {
    const length = lengthOfVector(v);
    if (length === 0) return 0;
    for (let i = 0; i < size; i++) v[i]! /= length;
    multiplyInto(matrix, v, image);
    const norm = lengthOfVector(image);
    if (Math.abs(norm - before) <= powerChange * norm) return norm;
    before = norm;
    v = new Float64Array(size);
    addTransposed(matrix, image, v);
  }
  return before;
}

export interface GrowthOptions {
  /** How many exponents, the largest: as many as there are states, but at most 32, if absent. */
  readonly count?: number;
  /** Steps at the beginning in which directions turn to where they grow, and nothing is counted: 0. */
  readonly warmUp?: number;
  /** Of the directions that are started from: 1. */
  readonly seed?: number;
}

export interface Growth {
  /** The mean of log growth a step, the largest first; -Infinity where a direction is lost altogether. */
  readonly exponents: Float64Array;
  /** Steps that were counted. */
  readonly steps: number;
}

/**
 * Finite-time Lyapunov exponents of a sequence of Jacobians, by QR (Benettin et al. 1980; for recurrent networks Engelken, Wolf and Abbott 2023):
 *
 *     J_t Q_(t-1) = Q_t R_t,     λ_k = 1/T Σ_t log R_t[k, k]
 *
 * λ_1 > 0: two runs that start alike, on the same inputs, drift apart by e^λ a step (chaos; gradients explode). λ_1 < 0: they come together, and what
 * was before is forgotten (gradients vanish). Along the inputs of the trace and over its steps only: with few steps they are still on their way from the
 * directions they started with, which `warmUp` leaves out.
 *
 * @throws {RecurraError} `util/bad-argument` for a count, or where the warm-up leaves no step.
 */
export function growthExponents({ size, matrices }: Matrices, options: GrowthOptions = {}): Growth {
  const { count = Math.min(size, 32), warmUp = 0, seed = 1 } = options;
  if (!(Number.isInteger(count) && count >= 1 && count <= size))
    throw new RecurraError(
      "util/bad-argument",
      `count is ${count}; give a whole number from 1 to ${size}, the states.`,
    );
  const random = createRandom(seed);
  let directions = Array.from({ length: count }, () => Float64Array.from({ length: size }, () => random.normal()));
  orthonormalise(directions);
  const sums = new Float64Array(count);
  let step = 0;
  for (const matrix of matrices) {
    directions = directions.map((direction) => {
      const image = new Float64Array(size);
      multiplyInto(matrix, direction, image);
      return image;
    });
    const lengths = orthonormalise(directions);
    if (step >= warmUp) lengths.forEach((length, k) => (sums[k]! += Math.log(length)));
    step++;
  }
  const steps = step - warmUp;
  if (!(steps >= 1))
    throw new RecurraError(
      "util/bad-argument",
      `A warm-up of ${warmUp} leaves none of ${step} steps to count; give a shorter one, or a longer sequence.`,
    );
  return {
    exponents: sums
      .map((sum) => sum / steps)
      .sort()
      .reverse(),
    steps,
  };
}

/** Gram and Schmidt's way to an orthonormal basis, in place; returns what each vector was long beside those before it. One without length stays zero. */
function orthonormalise(vectors: readonly Float64Array[]): Float64Array {
  return Float64Array.from(vectors, (vector, k) => {
    const whole = lengthOfVector(vector);
    // Twice is enough for orthogonality to rounding (Parlett 1980).
    for (let pass = 0; pass < 2; pass++) for (const before of vectors.slice(0, k)) removePart(vector, before);
    const length = lengthOfVector(vector);
    // What is left of a vector within the span of those before it is rounding.
    const isLost = length <= vector.length * Number.EPSILON * whole;
    for (let i = 0; i < vector.length; i++) vector[i] = isLost ? 0 : vector[i]! / length;
    return isLost ? 0 : length;
  });
}

function removePart(vector: Float64Array, direction: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < vector.length; i++) dot += vector[i]! * direction[i]!;
  for (let i = 0; i < vector.length; i++) vector[i]! -= dot * direction[i]!;
}
