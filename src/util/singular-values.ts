/** Singular values of real matrices. */
import { RecurraError } from "./errors.ts";

/** Sweeps over all pairs of rows before giving up; six to ten are usual. */
const sweepLimit = 60;

/**
 * The singular values of a row-major matrix of `columns` columns, the largest first. Rotations make its rows orthogonal, whose lengths they then are
 * (one-sided Jacobi, Hestenes 1958; Golub and Van Loan, Matrix Computations, 8.6.3): small ones come out as exactly as large ones. The cost
 * grows with the cube of the size: 64 rows take some 10 ms, 256 up to a second.
 */
export function singularValues(matrix: Float64Array, columns: number): Float64Array {
  const rows = matrix.length / columns;
  if (!Number.isInteger(rows))
    throw new RecurraError(
      "util/bad-argument",
      `A matrix of ${columns} columns cannot have ${matrix.length} numbers; give a multiple.`,
    );
  if (!matrix.every(Number.isFinite))
    throw new RecurraError(
      "util/bad-argument",
      "A matrix with a number that is not finite has no singular values; check what made it.",
    );
  const work = matrix.slice();
  const parts = Array.from({ length: rows }, (_, i) => work.subarray(i * columns, (i + 1) * columns));
  for (let sweep = 0; sweep < sweepLimit; sweep++) {
    let isRotated = false;
    for (let i = 0; i < rows; i++)
      for (let j = i + 1; j < rows; j++) if (rotate(parts[i]!, parts[j]!)) isRotated = true;
    if (!isRotated) break;
  }
  return Float64Array.from(parts, (row) => Math.hypot(...row))
    .sort()
    .reverse()
    .slice(0, Math.min(rows, columns));
}

/** Turns two rows within their plane until they are orthogonal; false where they are already, to rounding. */
function rotate(x: Float64Array, y: Float64Array): boolean {
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xx += x[i]! * x[i]!;
    yy += y[i]! * y[i]!;
    xy += x[i]! * y[i]!;
  }
  if (xy === 0 || Math.abs(xy) <= Number.EPSILON * Math.sqrt(xx * yy)) return false;
  // tan of the smaller of the two angles that do it.
  const cotangent = (yy - xx) / (2 * xy);
  const tangent = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i]!, y[i]!];
    x[i] = cosine * a - sine * b;
    y[i] = sine * a + cosine * b;
  }
  return true;
}
