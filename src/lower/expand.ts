/** Every lane operation as an expansion in primitives, so that each target computes them in vectors and alike. */
import type { LaneOperation } from "./ir.ts";
import { clamp, polynomial, powerOfTwo, round, scale, takeApart } from "./expand-parts.ts";
import type { Rounded } from "./expand-parts.ts";
import { expandPower } from "./expand-power.ts";
import { writeExpansion } from "./lane-primitives.ts";
import type { Expansion, FloatLane, LaneWriter } from "./lane-primitives.ts";

/**
 * The expansion of `operation`. `constants` may hold, for each argument, its value where it is known; some expansions are then
 * shorter. Float32 with denormal numbers kept; NaN in gives NaN out everywhere (but `less` and `equal`, which are 0, and x^0 = 1).
 */
export function expand(operation: LaneOperation, constants: readonly (number | undefined)[] = []): Expansion {
  const key = `${operation} ${constants.join()}`;
  const before = written.get(key);
  const expansion = before ?? writeExpansion((w) => expansions[operation](w, constants));
  written.set(key, expansion);
  return expansion;
}

/** Expansions written before: the same operation always gives the same object. */
const written = new Map<string, Expansion>();

type Write = (w: LaneWriter, constants: readonly (number | undefined)[]) => FloatLane;

const expansions: Readonly<Record<LaneOperation, Write>> = {
  add: (w) => w.add(w.argument(0), w.argument(1)),
  subtract: (w) => w.subtract(w.argument(0), w.argument(1)),
  multiply: (w) => w.multiply(w.argument(0), w.argument(1)),
  divide: (w) => w.divide(w.argument(0), w.argument(1)),
  negate: (w) => w.negate(w.argument(0)),
  power: (w, [, exponent]) => expandPower(w, exponent),
  // The faster primitive keeps a NaN of its first argument: a constant goes second.
  min: (w, [a, b]) => extreme(a, b, w, w.smaller, w.min),
  max: (w, [a, b]) => extreme(a, b, w, w.larger, w.max),
  abs: (w) => w.abs(w.argument(0)),
  sign: (w) => {
    const [x, zero] = [w.argument(0), w.constant(0)];
    return w.choose(w.less(zero, x), w.constant(1), w.choose(w.less(x, zero), w.constant(-1), x));
  },
  sqrt: (w) => w.sqrt(w.argument(0)),
  floor: (w) => w.floor(w.argument(0)),
  less: (w) => w.choose(w.less(w.argument(0), w.argument(1)), w.constant(1), w.constant(0)),
  equal: (w) => w.choose(w.equal(w.argument(0), w.argument(1)), w.constant(1), w.constant(0)),
  select: (w) => w.choose(w.equal(w.argument(0), w.constant(0)), w.argument(2), w.argument(1)),
  exp: (w) => exp(w, w.argument(0)),
  log: (w) => log(w, w.argument(0)),
  tanh: (w) => tanh(w, w.argument(0)),
  sigmoid: (w) => sigmoid(w, w.argument(0)),
  softplus: (w) => softplus(w, w.argument(0)),
  sin: (w) => sinus(w, w.argument(0), 0),
  cos: (w) => sinus(w, w.argument(0), 1),
};

type Pair = (a: FloatLane, b: FloatLane) => FloatLane;

function extreme(a: number | undefined, b: number | undefined, w: LaneWriter, fast: Pair, exact: Pair): FloatLane {
  if (b !== undefined && !Number.isNaN(b)) return fast(w.argument(0), w.argument(1));
  if (a !== undefined && !Number.isNaN(a)) return fast(w.argument(1), w.argument(0));
  return exact(w.argument(0), w.argument(1));
}

/** ln 2 in two parts, the first of so few bits that small whole multiples are exact (Cody and Waite 1980). */
const ln2High = 0.693359375;
const ln2Low = -2.12194440054690583e-4;

/** (eʳ - 1 - r) / r² for |r| ≤ ln 2 / 2, minimax: relative error of eʳ 3.1e-9. */
const expCoefficients = [
  0.4999999403953552, 0.1666652113199234, 0.04166826978325844, 0.008368677459657192, 0.001382041140459478,
];

/**
 * eˣ = 2ⁿ eʳ with n = round(x / ln 2), r = x - n ln 2; the two factors for |x| ≤ 87.
 */
function expFactors(w: LaneWriter, x: FloatLane): { readonly fraction: FloatLane; readonly n: Rounded } {
  const n = round(w, x, Math.LOG2E);
  const r = w.multiplyAdd(n.whole, w.constant(-ln2Low), w.multiplyAdd(n.whole, w.constant(-ln2High), x));
  return { fraction: polynomial(w, r, [1, 1, ...expCoefficients]), n };
}

/** Relative error 1e-7 (1.6 ulp); denormal results too, 0 and infinity beyond. */
function exp(w: LaneWriter, x: FloatLane): FloatLane {
  const { fraction, n } = expFactors(w, clamp(w, x, -104, 89));
  return scale(w, fraction, n);
}

/** (e⁻ʳ - 1 + r) / r² for |r| ≤ ln 2 / 2, minimax: relative error of e⁻ʳ 1.1e-7. */
const sigmoidCoefficients = [0.499992311000824, -0.16667117178440094, 0.041890256106853485, -0.008312332443892956];

/**
 * 1/(1 + e⁻ˣ), e⁻ˣ = 2ⁿ e⁻ʳ with n = round(-x / ln 2), r = x + n ln 2.
 * Relative error 2.4e-7 and absolute 9e-8 for |x| < 87; 1.6e-38 and 1 beyond.
 */
function sigmoid(w: LaneWriter, argument: FloatLane): FloatLane {
  const x = clamp(w, argument, -87, 87);
  const n = round(w, x, -Math.LOG2E);
  const r = w.multiplyAdd(n.whole, w.constant(ln2Low), w.multiplyAdd(n.whole, w.constant(ln2High), x));
  const fraction = polynomial(w, r, [1, -1, ...sigmoidCoefficients]);
  return w.quotient(w.constant(1), w.multiplyAdd(powerOfTwo(w, n.low), fraction, w.constant(1)));
}

/** (e²ʳ - 1 - 2r) / r² for |r| ≤ ln 2 / 4, minimax: relative error of e²ʳ - 1 1.4e-8. */
const tanhCoefficients = [2, 1.3333234786987305, 0.6666627526283264, 0.267729789018631, 0.08920925110578537];

/** From here on tanh rounds to 1. */
const tanhSaturates = 9.25;

/**
 * tanh x = u / (u + 2) with u = e²ˣ - 1 = 2ⁿ(e²ʳ - 1) + (2ⁿ - 1), n = round(2x / ln 2), r = x - n ln 2 / 2.
 * Relative error 1.7e-7, absolute 1.5e-7; never beyond ±1.
 */
function tanh(w: LaneWriter, argument: FloatLane): FloatLane {
  const x = clamp(w, argument, -tanhSaturates, tanhSaturates);
  const n = round(w, x, 2 * Math.LOG2E);
  // |n| ≤ 27: ln 2 in one part is exact enough.
  const r = w.multiplyAdd(n.whole, w.constant(-Math.LN2 / 2), x);
  const grown = w.multiplyAdd(polynomial(w, r, tanhCoefficients), w.multiply(r, r), w.add(r, r));
  const power = powerOfTwo(w, n.low);
  const u = w.multiplyAdd(power, grown, w.subtract(power, w.constant(1)));
  return w.quotient(u, w.add(u, w.constant(2)));
}

/** (log(1 + u) / s - 2) / s² in s², for s = u / (2 + u) and 0 ≤ u ≤ 1, minimax: relative error of the logarithm 4.6e-9. */
const softplusCoefficients = [0.6666641235351562, 0.4002173840999603, 0.2799855172634125, 0.28027182817459106];

/**
 * log(1 + eˣ) = max(x, 0) + log(1 + u), u = e^-|x|; log(1 + u) = 2 artanh s, s = u / (2 + u).
 * Relative error 4e-7; 1.2e-38 where it is less.
 */
function softplus(w: LaneWriter, x: FloatLane): FloatLane {
  const { fraction, n } = expFactors(w, w.larger(w.negate(w.abs(x)), w.constant(-87)));
  const u = w.multiply(fraction, powerOfTwo(w, n.low));
  const s = w.quotient(u, w.add(u, w.constant(2)));
  const z = w.multiply(s, s);
  return w.multiplyAdd(polynomial(w, z, [2, ...softplusCoefficients]), s, w.larger(x, w.constant(0)));
}

/** (log(1 + f) - f + f²/2) / f³, minimax: relative error of the logarithm 5.8e-9. */
const logCoefficients = [
  0.3333333134651184, -0.2500081956386566, 0.2000124305486679, -0.1662341058254242, 0.14201539754867554,
  -0.13159550726413727, 0.12762485444545746, -0.07636940479278564,
];

/** log a = k ln 2 + log(1 + f). Relative error 8e-8; -infinity at 0, NaN below. */
function log(w: LaneWriter, a: FloatLane): FloatLane {
  const { k, f } = takeApart(w, a);
  const square = w.multiply(f, f);
  const cubic = w.multiply(polynomial(w, f, logCoefficients), w.multiply(f, square));
  const small = w.multiplyAdd(square, w.constant(-0.5), w.multiplyAdd(k, w.constant(ln2Low), cubic));
  const value = w.multiplyAdd(k, w.constant(ln2High), w.add(f, small));
  const outside = w.choose(w.equal(a, w.constant(0)), w.constant(-Infinity), w.constant(NaN));
  // Infinity and NaN are their own logarithms.
  return w.choose(w.less(a, w.constant(Infinity)), w.choose(w.less(w.constant(0), a), value, outside), a);
}

/** π/2 in three parts, the first two of so few bits that multiples up to 2^13 are exact (Moshier's Cephes library, sinf). */
const quarterTurn = [1.5703125, 4.837512969970703125e-4, 7.54978995489188216e-8] as const;

/** (sin r - r) / r³ and (cos r - 1 + r²/2) / r⁴ in r², for |r| ≤ π/4, minimax: absolute errors 4e-9 and 1e-10. */
const sinCoefficients = [-0.16666655242443085, 0.008332191035151482, -0.00019518600311130285];
const cosCoefficients = [0.04166664555668831, -0.00138873013202101, 0.0000244306611421052];

/**
 * sin(x + q π/2) with x = n π/2 + r: sine or cosine of r by the last bit of n + q, with the sign of the next.
 * Absolute error 1e-7 for |x| ≤ 10⁴, growing beyond; always within ±1.
 */
function sinus(w: LaneWriter, x: FloatLane, q: 0 | 1): FloatLane {
  const n = round(w, x, 2 / Math.PI);
  const rest = quarterTurn.reduce((r, part) => w.multiplyAdd(n.whole, w.constant(-part), r), x);
  // Where x is too large for this, r is still kept near its range, which rounding may leave by a little.
  const r = clamp(w, rest, -1, 1);
  const square = w.multiply(r, r);
  const sine = w.multiplyAdd(polynomial(w, square, sinCoefficients), w.multiply(r, square), r);
  const cosine = polynomial(w, square, [1, -0.5, ...cosCoefficients]);
  const turns = q === 0 ? n.low : w.addInteger(n.low, w.integer(q));
  const odd = w.lessInteger(w.shiftLeft(turns, 31), w.integer(0));
  const sign = w.shiftLeft(w.and(turns, w.integer(2)), 30);
  return w.float(w.xor(w.bits(w.choose(odd, cosine, sine)), sign));
}
