/** Ridge regression: the normal equations of centred rows, solved by Cholesky's factors. */
import { RecurraError } from "../util/errors.ts";

/** Rows to be explained and what explains them. */
export interface Rows {
  readonly count: number;
  readonly columns: number;
  readonly targetSize: number;
  /** `[count, columns]` */
  readonly x: Float32Array;
  /** `[count, targetSize]` */
  readonly y: Float64Array;
  /** `[count]`, above 0. */
  readonly w: Float64Array;
}

export interface RidgeSolution {
  readonly ridge: number;
  /** `[targetSize, columns]` */
  readonly weights: Float64Array;
  /** `[targetSize]` */
  readonly offsets: Float64Array;
  /** The mean squared error over rows and targets. */
  error(rows: Rows): number;
}

/**
 * For each ridge λ, the smallest first, the weights with the least `Σ w |V x + c - y|² / Σ w + λ |V|²`. With means x̄, ȳ and centred rows:
 *
 *     (Σ w x xᵀ / Σ w + λ I) Vᵀ = Σ w x yᵀ / Σ w          c = ȳ - V x̄
 *
 * A λ too small for float64 to tell the matrix from a singular one is left out; throws `training/bad-option` where all are, or where rows are not finite.
 */
export async function solveRidge(rows: Rows, ridges: readonly number[]): Promise<readonly RidgeSolution[]> {
  // Few programs solve for a readout: the others should not load what does.
  const { CholeskyDecomposition, Matrix } = await import("ml-matrix");
  const { columns, targetSize } = rows;
  const means = findMeans(rows);
  const { gram, cross } = gatherMoments(rows, means);
  if (!cross.every(Number.isFinite) || !gram.every(Number.isFinite))
    throw new RecurraError(
      "training/bad-data",
      "What the readout reads, or a target, is not a finite number; look for missing or huge values.",
    );
  const right = Matrix.from1DArray(columns, targetSize, cross);
  const solutions = [...ridges]
    .sort((a, b) => a - b)
    .flatMap((ridge) => {
      const left = Matrix.from1DArray(columns, columns, gram);
      for (let i = 0; i < columns; i++) left.set(i, i, left.get(i, i) + ridge);
      const factors = new CholeskyDecomposition(left);
      if (!factors.isPositiveDefinite()) return [];
      const solved = factors.solve(right);
      const weights = Float64Array.from({ length: targetSize * columns }, (_, at) =>
        solved.get(at % columns, Math.floor(at / columns)),
      );
      return [complete({ ridge, weights, means, columns })];
    });
  if (solutions.length > 0) return solutions;
  throw new RecurraError(
    "training/bad-option",
    `No ridge of [${ridges.join(", ")}] is large enough to solve with; give larger ones.`,
  );
}

interface Means {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly weight: number;
}

function findMeans({ count, columns, targetSize, x, y, w }: Rows): Means {
  const sums = { x: new Float64Array(columns), y: new Float64Array(targetSize), weight: 0 };
  for (let row = 0; row < count; row++) {
    const weight = w[row]!;
    sums.weight += weight;
    for (let i = 0; i < columns; i++) sums.x[i]! += weight * x[row * columns + i]!;
    for (let o = 0; o < targetSize; o++) sums.y[o]! += weight * y[row * targetSize + o]!;
  }
  return { x: sums.x.map((sum) => sum / sums.weight), y: sums.y.map((sum) => sum / sums.weight), weight: sums.weight };
}

/** `gram` is `[columns, columns]`, `cross` is `[columns, targetSize]`. */
function gatherMoments(rows: Rows, means: Means): { readonly gram: Float64Array; readonly cross: Float64Array } {
  const { count, columns, targetSize, x, y, w } = rows;
  const gram = new Float64Array(columns * columns);
  const cross = new Float64Array(columns * targetSize);
  const centred = new Float64Array(columns);
  for (let row = 0; row < count; row++) {
    const share = w[row]! / means.weight;
    for (let i = 0; i < columns; i++) centred[i] = x[row * columns + i]! - means.x[i]!;
    for (let i = 0; i < columns; i++) {
      const factor = share * centred[i]!;
      // Above the diagonal; below it is the same.
      for (let j = i, at = i * columns + i; j < columns; j++, at++) gram[at]! += factor * centred[j]!;
      for (let o = 0; o < targetSize; o++)
        cross[i * targetSize + o]! += factor * (y[row * targetSize + o]! - means.y[o]!);
    }
  }
  for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) gram[i * columns + j] = gram[j * columns + i]!;
  return { gram, cross };
}

interface Solved {
  readonly ridge: number;
  readonly weights: Float64Array;
  readonly means: Means;
  readonly columns: number;
}

function complete({ ridge, weights, means, columns }: Solved): RidgeSolution {
  const apply = (o: number, x: ArrayLike<number>, from: number): number => {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += weights[o * columns + i]! * x[from + i]!;
    return sum;
  };
  const offsets = means.y.map((mean, o) => mean - apply(o, means.x, 0));
  const error = ({ count, targetSize, x, y, w }: Rows): number => {
    let [sum, total] = [0, 0];
    for (let row = 0; row < count; row++) {
      total += w[row]! * targetSize;
      for (let o = 0; o < targetSize; o++)
        sum += w[row]! * (apply(o, x, row * columns) + offsets[o]! - y[row * targetSize + o]!) ** 2;
    }
    return sum / total;
  };
  return { ridge, weights, offsets, error };
}
