/** The product of two matrices in plain loops, which products and convolutions share. */
import type { NumberArray } from "../tensors.ts";

/** A matrix in an array: element `[row, column]` stands at `begin + row × rowStep + column × columnStep`. */
export interface MatrixView {
  readonly data: NumberArray;
  readonly begin: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/**
 * Adds A B, `[m, k]` times `[k, n]`, to the sums `[m, n]` at `to`. Four rows of B at a time are read once for each row of A, and sums are kept in float64, so
 * a result is rounded once.
 */
export function multiply(
  a: MatrixView,
  b: MatrixView,
  { m, n, k, sums }: { readonly m: number; readonly n: number; readonly k: number; readonly sums: Float64Array },
): void {
  // B's rows side by side, so that the inner loop reads and writes neighbours.
  const rows = b.columnStep === 1 ? b : packRows(b, k, n);
  const { data: x } = a;
  const { data: y, begin, rowStep } = rows;
  for (let row = 0; row < m; row++) {
    const from = a.begin + row * a.rowStep;
    const to = row * n;
    let p = 0;
    for (; p + 4 <= k; p += 4) {
      const x0 = x[from + p * a.columnStep]!;
      const x1 = x[from + (p + 1) * a.columnStep]!;
      const x2 = x[from + (p + 2) * a.columnStep]!;
      const x3 = x[from + (p + 3) * a.columnStep]!;
      const [y0, y1] = [begin + p * rowStep, begin + (p + 1) * rowStep];
      const [y2, y3] = [begin + (p + 2) * rowStep, begin + (p + 3) * rowStep];
      for (let i = 0; i < n; i++)
        sums[to + i]! += x0 * y[y0 + i]! + x1 * y[y1 + i]! + x2 * y[y2 + i]! + x3 * y[y3 + i]!;
    }
    for (; p < k; p++) {
      const value = x[from + p * a.columnStep]!;
      const place = begin + p * rowStep;
      for (let i = 0; i < n; i++) sums[to + i]! += value * y[place + i]!;
    }
  }
}

function packRows({ data, begin, rowStep, columnStep }: MatrixView, k: number, n: number): MatrixView {
  const packed = new Float64Array(k * n);
  for (let row = 0; row < k; row++)
    for (let i = 0; i < n; i++) packed[row * n + i] = data[begin + row * rowStep + i * columnStep]!;
  return { data: packed, begin: 0, rowStep: n, columnStep: 1 };
}
