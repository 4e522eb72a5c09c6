/** Numbers of sixteen bits as float32, exactly, and float32 rounded to them. */
import { roundToEven } from "./round-to-even.ts";

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. */
export function widenFloat16(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  // Subnormal numbers have no leading 1: fraction × 2^-24.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The nearest binary16, of two the even one; beyond its range infinite. */
export function narrowFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return sign | 0x7e00;
  // Half a unit beyond the largest, 65504.
  if (size >= 65_520) return sign | 0x7c00;
  // Numbers of one exponent e are 2^(e-10) apart, subnormal ones 2^-24.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const units = roundToEven(size / 2 ** (exponent - 10));
  return sign | (((exponent + 14) << 10) + units);
}

/** bfloat16: the upper half of a float32. */
export function widenBfloat16(bits: number): number {
  word[0] = bits << 16;
  return float[0] ?? NaN;
}
