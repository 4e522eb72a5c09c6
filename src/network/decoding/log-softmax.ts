/** Logits as logarithms of probabilities, for every decoder. */

/** Logits of rows of `size` numbers as logarithms of probabilities, in float64: x − log Σ exp x. A new array. */
export function logSoftmax(logits: ArrayLike<number>, size: number): Float64Array {
  const result = Float64Array.from(logits);
  for (let start = 0; start < result.length; start += size) {
    const row = result.subarray(start, start + size);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - top), 0);
    const log = top + Math.log(sum);
    for (let n = 0; n < row.length; n++) row[n]! -= log;
  }
  return result;
}
