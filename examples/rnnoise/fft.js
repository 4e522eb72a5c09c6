/** Fourier transforms of any size whose factors are small. */

/** @typedef {{ re: Float64Array, im: Float64Array }} Spectrum */

/** Few and small, 4 where it can be. @param {number} size @returns {readonly number[]} */
function factorsOf(size) {
  if (size === 1) return [];
  const factor = [4, 2, 3, 5].find((one) => size % one === 0) ?? size;
  return [factor, ...factorsOf(size / factor)];
}

/**
 * X_k = Σ_n x_n e^(-2πi kn/size), factor by factor, in Stockham's order, which needs no reordering. What comes out is overwritten by later calls.
 * @param {number} size
 * @returns {(x: Spectrum) => Spectrum}
 */
export function createTransform(size) {
  const factors = factorsOf(size);
  const cos = Float64Array.from({ length: size }, (_, n) => Math.cos((2 * Math.PI * n) / size));
  const sin = Float64Array.from({ length: size }, (_, n) => -Math.sin((2 * Math.PI * n) / size));
  const create = () => ({ re: new Float64Array(size), im: new Float64Array(size) });
  let [from, to] = [create(), create()];
  /** One factor of what is left, `stride` transforms of `count` elements at once. */
  const pass = (/** @type {number} */ factor, /** @type {number} */ count, /** @type {number} */ stride) => {
    const part = count / factor;
    for (let j = 0; j < part; j++)
      for (let t = 0; t < factor; t++)
        for (let k = 0; k < stride; k++) {
          let re = 0;
          let im = 0;
          for (let r = 0; r < factor; r++) {
            const turn = (t * (j * stride + (r * size) / factor)) % size;
            const at = k + stride * (j + part * r);
            const c = cos[turn] ?? 0;
            const s = sin[turn] ?? 0;
            const a = from.re[at] ?? 0;
            const b = from.im[at] ?? 0;
            re += a * c - b * s;
            im += a * s + b * c;
          }
          to.re[k + stride * (factor * j + t)] = re;
          to.im[k + stride * (factor * j + t)] = im;
        }
    [from, to] = [to, from];
  };
  return ({ re, im }) => {
    from.re.set(re);
    from.im.set(im);
    let stride = 1;
    for (const factor of factors) {
      pass(factor, size / stride, stride);
      stride *= factor;
    }
    return from;
  };
}
