/** Products of matrices and vectors in float64: the only work of a trace that takes time. */

/** to = M v, with M `[to.length, v.length]` row-major. */
export function multiplyInto(matrix: Float64Array, vector: Float64Array, to: Float64Array): void {
  const columns = vector.length;
  const whole = columns - (columns % 4);
  for (let i = 0, row = 0; i < to.length; i++, row += columns) {
    // Four sums at a time, so that an addition need not wait for the one before it.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let j = 0; j < whole; j += 4) {
      a += matrix[row + j]! * vector[j]!;
      b += matrix[row + j + 1]! * vector[j + 1]!;
      c += matrix[row + j + 2]! * vector[j + 2]!;
      d += matrix[row + j + 3]! * vector[j + 3]!;
    }
    for (let j = whole; j < columns; j++) a += matrix[row + j]! * vector[j]!;
    to[i] = a + b + (c + d);
  }
}

/** sum += Mᵀ v, with M `[v.length, sum.length]` row-major. */
export function addTransposed(matrix: Float64Array, vector: Float64Array, sum: Float64Array): void {
  const columns = sum.length;
  for (let i = 0, row = 0; i < vector.length; i++, row += columns) {
    const factor = vector[i]!;
    if (factor === 0) continue;
    for (let j = 0; j < columns; j++) sum[j]! += matrix[row + j]! * factor;
  }
}

/** The product of row-major matrices A `[rows, inner]` and B `[inner, columns]`: a new array. */
export function multiplyMatrices(a: Float64Array, b: Float64Array, inner: number): Float64Array {
  const [rows, columns] = [a.length / inner, b.length / inner];
  const product = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const row = product.subarray(i * columns, (i + 1) * columns);
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]!;
      if (factor === 0) continue;
      for (let j = 0, at = k * columns; j < columns; j++, at++) row[j]! += factor * b[at]!;
    }
  }
  return product;
}

/** The length of a vector. */
export function lengthOfVector(vector: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]!));
  // Scaled, so that squares of what vanishes or explodes do not leave float64.
  if (largest === 0 || !Number.isFinite(largest)) return Number.isNaN(largest) ? NaN : largest;
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** Copies a value into a place, a number into each of its elements. */
export function spreadInto(value: Float64Array, to: Float64Array): void {
  if (value.length === to.length) to.set(value);
  else to.fill(value[0]!);
}
