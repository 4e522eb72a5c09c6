/** Logits as probabilities and their logarithms, in float64. */

/** Logits of rows of `size` numbers as logarithms of probabilities: x − log Σ exp x. A new array. */
export function logSoftmax(logits: ArrayLike<number>, size: number): Float64Array {
  const result = Float64Array.from(logits);
  for (let start = 0; start < result.length; start += size) {
    const row = result.subarray(start, start + size);
    const log = logSumExp(row);
    for (let n = 0; n < row.length; n++) row[n]! -= log;
  }
  return result;
}

/** The same as probabilities, in place: exp(x − log Σ exp x). */
export function softmax(logits: Float64Array, size: number): Float64Array {
  for (let start = 0; start < logits.length; start += size) {
    const row = logits.subarray(start, start + size);
    const log = logSumExp(row);
    for (let n = 0; n < row.length; n++) row[n] = Math.exp(row[n]! - log);
  }
  return logits;
}

function logSumExp(row: Float64Array): number {
  const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return top + Math.log(row.reduce((total, logit) => total + Math.exp(logit - top), 0));
}
