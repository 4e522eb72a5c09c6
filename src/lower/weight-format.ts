/** How weights are rounded to fewer bits: bit for bit the same on every backend. */
import { roundToEven } from "../util/round-to-even.ts";

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

/** The largest number float16 holds, and the smallest that is not subnormal. */
export const mostHalf = 65_504;
export const leastHalf: number = 2 ** -14;

/** The largest magnitude of int8 weights. */
export const mostByte = 127;

/** The smallest float32 that is not subnormal. */
export const leastNormal: number = 2 ** -126;

/**
 * A float32 as float16: the nearest number of eleven significant bits, of two the even one. What is too large becomes the largest, and what is then
 * too small for a normal number becomes zero.
 */
export function roundToHalf(value: number): number {
  floats[0] = Math.max(-mostHalf, Math.min(mostHalf, value));
  const bits = words[0]!;
  words[0] = (bits + 0xfff + ((bits >>> 13) & 1)) & ~0x1fff;
  return Math.abs(floats[0]) < leastHalf ? 0 : floats[0];
}

/** The scale of a column of int8 weights whose largest magnitude this is: a float32. Where that is no normal number it is 1, and all of the column zero. */
export function byteScale(largest: number): number {
  const scale = Math.fround(Math.fround(largest) / mostByte);
  return scale < leastNormal ? 1 : scale;
}

/** A float32 as the nearest whole number of scales, of two the even one. */
export function roundToByte(value: number, scale: number): number {
  return roundToEven(Math.fround(Math.fround(value) / scale));
}
