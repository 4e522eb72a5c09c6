/** How much work a workload is, and how long it takes at least on a machine with given limits. */

/** @typedef {import("./workloads.mjs").Workload} Workload */
/** @typedef {import("./limits.mjs").Limits} Limits */

/**
 * A matrix product that is done `times` times: a matrix with `rows` rows.
 * @typedef {{ times: number, rows: number, matrix: number }} Product
 */

const gatesOf = (/** @type {string} */ cell) => (/^gru/i.test(cell) ? 3 : 4);

/**
 * The products of an LSTM's or a GRU's workload. Those of inputs, and the gradients of all weights, can be done for all steps at once;
 * those of states have to wait for the step before.
 * @param {Workload} workload
 * @returns {readonly Product[]}
 */
export function productsOf({ mode, sizes: { cell, B, T, I, H, L, O = 0 } }) {
  return [
    ...Array.from({ length: L }, (_, layer) => {
      const input = gatesOf(cell) * H * (layer === 0 ? I : H);
      const state = gatesOf(cell) * H * H;
      const all = { times: 1, rows: T * B };
      const each = { times: T, rows: B };
      const forwards = [
        { ...all, matrix: input },
        { ...each, matrix: state },
      ];
      if (mode === "infer") return forwards;
      const weights = { ...all, matrix: input + state };
      const inputs = layer === 0 ? [] : [{ ...all, matrix: input }];
      return [...forwards, weights, { ...each, matrix: state }, ...inputs];
    }).flat(),
    ...(mode === "infer" ? [] : [{ times: 3, rows: B, matrix: H * O }]),
  ];
}

/** @param {Workload} workload */
export const multiplyAdds = (workload) =>
  productsOf(workload).reduce((sum, { times, rows, matrix }) => sum + times * rows * matrix, 0);

/** Numbers in the weights' matrices. @param {Workload} workload */
export const countWeights = ({ sizes: { cell, I, H, L } }) =>
  gatesOf(cell) * H * (I + H) + (L - 1) * gatesOf(cell) * H * 2 * H;

/**
 * Milliseconds below which no program can be: a product takes at least its multiply-adds at their peak, and at least what reading its
 * matrix once takes from that cache in which all the weights lie. What is elementwise comes on top.
 * @param {Workload} workload
 * @param {Limits} limits
 * @param {number} [bytesPerWeight]
 */
export function floorOf(workload, { peak, bandwidth }, bytesPerWeight = 4) {
  const bytes = countWeights(workload) * bytesPerWeight;
  const rate = rateAt(bytes, bandwidth);
  const seconds = productsOf(workload).reduce((sum, { times, rows, matrix }) => {
    const calculating = (2 * rows * matrix) / (peak * 1e9);
    const reading = (matrix * bytesPerWeight) / (rate * 1e9);
    return sum + times * Math.max(calculating, reading);
  }, 0);
  return seconds * 1000;
}

/** GB/s at the measured size that is nearest. @param {number} bytes @param {Limits["bandwidth"]} bandwidth */
function rateAt(bytes, bandwidth) {
  const apart = (/** @type {number} */ size) => Math.abs(Math.log(size / bytes));
  const [nearest] = bandwidth.toSorted((a, b) => apart(a.bytes) - apart(b.bytes));
  return nearest?.rate ?? NaN;
}
