/** Pieces that several expansions are made of. */
import type { FloatLane, IntegerLane, LaneWriter } from "./lane-primitives.ts";

/** c₀ + c₁x + c₂x² + …, by Horner's rule. */
export function polynomial(w: LaneWriter, x: FloatLane, coefficients: readonly number[]): FloatLane {
  const [last = 0, ...others] = [...coefficients].reverse();
  return others.reduce<FloatLane>(
    (sum, coefficient) => w.multiplyAdd(sum, x, w.constant(coefficient)),
    w.constant(last),
  );
}

/** x between two bounds; NaN stays. */
export function clamp(w: LaneWriter, x: FloatLane, low: number, high: number): FloatLane {
  return w.smaller(w.larger(x, w.constant(low)), w.constant(high));
}

/** 1.5 × 2^23. The sum of it and a small number is rounded to a whole one, which then stands in the sum's lowest bits. */
const magic = 12582912;

/** The bits of 1.5 × 2^23. */
const magicBits = 0x4b400000;

/** A number rounded to the nearest whole one, as a float and in the low bits of an integer (the rest of its bits is magic's). */
export interface Rounded {
  readonly whole: FloatLane;
  readonly low: IntegerLane;
}

/** x × factor, rounded, for |x × factor| < 2^22. */
export function round(w: LaneWriter, x: FloatLane, factor: number): Rounded {
  const sum = w.multiplyAdd(x, w.constant(factor), w.constant(magic));
  return { whole: w.subtract(sum, w.constant(magic)), low: w.bits(sum) };
}

/** The whole number as an integer, without magic's bits. */
function wholeOf(w: LaneWriter, { low }: Rounded): IntegerLane {
  return w.subtractInteger(low, w.integer(magicBits));
}

/** x·2ⁿ for n from -250 to 250, as the product with two powers: overflow and denormal results come out right. */
export function scale(w: LaneWriter, x: FloatLane, n: Rounded): FloatLane {
  const whole = wholeOf(w, n);
  const half = w.shiftRight(whole, 1);
  return w.multiply(w.multiply(x, powerOfTwo(w, half)), powerOfTwo(w, w.subtractInteger(whole, half)));
}

/** 2^n for n from -126 to 127, by its exponent bits: the shift drops all of magic's. */
export function powerOfTwo(w: LaneWriter, low: IntegerLane): FloatLane {
  return w.float(w.addInteger(w.shiftLeft(low, 23), w.integer(oneBits)));
}

/** The bits of 1. */
const oneBits = 0x3f800000;

/** A positive number a = 2ᵏ (1 + f) with √½ ≤ 1 + f < √2. */
export interface Parts {
  readonly k: FloatLane;
  readonly f: FloatLane;
}

/** The bits of √½. */
const rootHalfBits = 0x3f3504f3;

/** Takes a positive finite number, denormal or not, apart. */
export function takeApart(w: LaneWriter, a: FloatLane): Parts {
  const denormal = w.less(a, w.constant(2 ** -126));
  const bits = w.bits(w.choose(denormal, w.multiply(a, w.constant(2 ** 23)), a));
  const exponent = w.shiftRight(w.subtractInteger(bits, w.integer(rootHalfBits)), 23);
  const mantissa = w.float(w.subtractInteger(bits, w.shiftLeft(exponent, 23)));
  const moved = w.choose(denormal, w.constant(-23), w.constant(0));
  return { k: w.add(w.toFloat(exponent), moved), f: w.subtract(mantissa, w.constant(1)) };
}
