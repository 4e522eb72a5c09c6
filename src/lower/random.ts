/** The hash behind every random number of a program: the same bits on every backend. */

/** Multiplier of the seed in the hash's first state (2^32 / golden ratio, made odd). */
export const seedMultiplier = 0x9e3779b1;
/** Multiplier of the salt in the hash's first state (MurmurHash3's first finaliser constant). */
export const saltMultiplier = 0x85ebca6b;
/** The two multipliers of the mixing rounds: Wellons' "lowbias32" with 16, 15, 16 bit shifts. */
export const mixMultipliers = [0x7feb352d, 0x846ca68b] as const;

/**
 * A number uniform in [0, 1), a multiple of 2^-24 and so exact in float32. All arguments are taken modulo 2^32.
 *
 *     x = seed × 0x9E3779B1 ⊕ salt × 0x85EBCA6B ⊕ counter          (u32 arithmetic)
 *     x ⊕= x >> 16;  x ×= 0x7FEB352D;  x ⊕= x >> 15;  x ×= 0x846CA68B;  x ⊕= x >> 16
 *     value = (x >> 8) × 2^-24
 */
export function hashRandom(seed: number, salt: number, counter: number): number {
  let x = Math.imul(seed, seedMultiplier) ^ Math.imul(salt, saltMultiplier) ^ counter;
  x ^= x >>> 16;
  x = Math.imul(x, mixMultipliers[0]);
  x ^= x >>> 15;
  x = Math.imul(x, mixMultipliers[1]);
  x ^= x >>> 16;
  return (x >>> 8) * 2 ** -24;
}
