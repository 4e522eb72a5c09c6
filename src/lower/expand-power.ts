/** Powers as lane primitives: multiplications and roots for common exponents, else 2^(b log2 a) with the logarithm in two parts. */
import { clamp, polynomial, round, scale, takeApart } from "./expand-parts.ts";
import type { FloatLane, LaneWriter, MaskLane } from "./lane-primitives.ts";

/** a^b of arguments 0 and 1; `exponent` is b where it is known. Relative error 4e-7 at most. As `**`, but 1^±infinity is 1, -0 counts as 0, and -infinity to a broken power is NaN. */
export function expandPower(w: LaneWriter, exponent: number | undefined): FloatLane {
  const a = w.argument(0);
  const common = exponent === undefined ? undefined : commonPowers.get(exponent);
  return common === undefined ? power(w, a, w.argument(1)) : common(w, a);
}

const commonPowers: ReadonlyMap<number, (w: LaneWriter, a: FloatLane) => FloatLane> = new Map([
  [0, (w) => w.constant(1)],
  [1, (_, a) => a],
  [2, (w, a) => w.multiply(a, a)],
  [3, (w, a) => w.multiply(w.multiply(a, a), a)],
  [4, (w, a) => w.multiply(w.multiply(a, a), w.multiply(a, a))],
  [-1, (w, a) => w.divide(w.constant(1), a)],
  [-2, (w, a) => w.divide(w.constant(1), w.multiply(a, a))],
  [0.5, (w, a) => w.sqrt(a)],
  [-0.5, (w, a) => w.divide(w.constant(1), w.sqrt(a))],
  [1.5, (w, a) => w.multiply(a, w.sqrt(a))],
]);

/** A number as the sum of two: twelve leading bits, and what is left of it. Products of two leading parts are exact. */
interface Split {
  readonly high: FloatLane;
  readonly low: FloatLane;
}

function high(w: LaneWriter, x: FloatLane): FloatLane {
  return w.float(w.and(w.bits(x), w.integer(0xfffff000 | 0)));
}

function split(w: LaneWriter, x: FloatLane): Split {
  const first = high(w, x);
  return { high: first, low: w.subtract(x, first) };
}

/** 2 / ln 2 in two parts: 12 bits and the rest. */
const factorHigh = 2.884765625;
const factorLow = 2 / Math.LN2 - factorHigh;

/** (log2((1 + s)/(1 - s)) - (2 / ln 2) s) / s³ in s², for |s| ≤ 0.172, minimax: relative error of the logarithm 2.4e-9 s². */
const log2Coefficients = [0.9617983102798462, 0.5767500400543213, 0.43106308579444885];

/**
 * log2 of a positive finite number to some 2^-31 of itself (after FreeBSD's e_powf.c):
 *
 *     a = 2ᵏ (1 + f),  s = f / (2 + f),  log2 a = k + (2 / ln 2) artanh s
 */
function log2(w: LaneWriter, a: FloatLane): Split {
  const { k, f } = takeApart(w, a);
  const two = w.constant(2);
  const divisor = w.add(f, two);
  const divisorHigh = high(w, divisor);
  const divisorLow = w.subtract(f, w.subtract(divisorHigh, two));
  const inverse = w.divide(w.constant(1), divisor);
  const s = w.multiply(f, inverse);
  const sHigh = high(w, s);
  const sLow = w.multiply(
    inverse,
    w.subtract(w.subtract(f, w.multiply(sHigh, divisorHigh)), w.multiply(sHigh, divisorLow)),
  );
  const square = w.multiply(s, s);
  const series = w.multiply(w.multiply(square, s), polynomial(w, square, log2Coefficients));
  const first = w.multiply(w.constant(factorHigh), sHigh);
  const rest = w.multiplyAdd(w.constant(factorHigh), sLow, w.multiplyAdd(w.constant(factorLow), s, series));
  const sum = w.add(k, first);
  const below = w.add(w.subtract(first, w.subtract(sum, k)), rest);
  const whole = high(w, w.add(sum, below));
  return { high: whole, low: w.add(w.subtract(sum, whole), below) };
}

/** (2ʳ - 1) / r for |r| ≤ ½, minimax: relative error of 2ʳ 3e-9. */
const exp2Coefficients = [
  0.6931471824645996, 0.24022647738456726, 0.05550359562039375, 0.009618503041565418, 0.0013390997191891074,
  0.0001532784226583317,
];

/** a^b = ±2^y, y = b log2 |a| in two parts; then the cases in which there is no such y. */
function power(w: LaneWriter, a: FloatLane, b: FloatLane): FloatLane {
  const [zero, one] = [w.constant(0), w.constant(1)];
  const size = w.abs(a);
  // So large an exponent gives 0, 1 or infinity as an infinite one does, and its parts are finite.
  const exponent = clamp(w, b, -1e30, 1e30);
  const bParts = split(w, exponent);
  const logarithm = log2(w, size);
  const yHigh = w.multiply(bParts.high, logarithm.high);
  const yLow = w.multiplyAdd(bParts.low, logarithm.high, w.multiply(exponent, logarithm.low));
  const n = round(w, clamp(w, w.add(yHigh, yLow), -151, 129), 1);
  const r = clamp(w, w.add(w.subtract(yHigh, n.whole), yLow), -1, 1);
  const value = scale(w, polynomial(w, r, [1, ...exp2Coefficients]), n);

  const half = w.multiply(exponent, w.constant(0.5));
  const isWhole = w.equal(w.floor(exponent), exponent);
  const isEven = w.equal(w.floor(half), half);
  const signed = (x: FloatLane): FloatLane =>
    w.choose(w.less(a, zero), w.choose(isWhole, w.choose(isEven, x, w.negate(x)), w.constant(NaN)), x);
  const rises: MaskLane = w.less(zero, b);
  const ofZero = w.choose(rises, zero, w.constant(Infinity));
  const ofInfinity = w.choose(rises, w.constant(Infinity), zero);
  const finite = w.choose(
    w.equal(size, zero),
    ofZero,
    w.choose(w.equal(size, w.constant(Infinity)), ofInfinity, value),
  );
  // b = 0 gives 1 whatever a is; else a NaN of either stays.
  const known = w.choose(w.equal(b, b), w.choose(w.equal(a, a), signed(finite), a), b);
  return w.choose(w.equal(b, zero), one, known);
}
