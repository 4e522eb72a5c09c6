/** Seeded random numbers: the same on every platform, with a state that can be stored and taken up again. */
import { assert, RecurraError } from "./errors.ts";

/** Four unsigned 32-bit numbers, not all zero. */
export type RandomState = readonly [number, number, number, number];

/** An array of anything, typed or not. */
interface Row {
  readonly length: number;
  [index: number]: unknown;
}

export interface Random {
  /** In [low, high), by default [0, 1), with 53 random bits. */
  uniform(low?: number, high?: number): number;
  /** Of the normal distribution. */
  normal(mean?: number, deviation?: number): number;
  /** A whole number in [0, n), each equally likely; n from 1 to 2^32. */
  integer(n: number): number;
  /** Shuffles in place, every order equally likely, and returns the same array. */
  shuffle<T extends Row>(array: T): T;
  /** A generator of its own, started from numbers of this one: for a part whose use must not shift the others'. */
  fork(): Random;
  /** The present state: `createRandom(state)` goes on from here. */
  state(): RandomState;
}

/** A generator started from a seed (a whole number, taken modulo 2^32) or from a stored state. */
export function createRandom(start: number | RandomState): Random {
  const next = createXoshiro(typeof start === "number" ? spreadSeed(start) : checkState(start));
  const uniform = (): number => ((next.draw() >>> 5) * 2 ** 26 + (next.draw() >>> 6)) * 2 ** -53;
  const integer = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RecurraError(
        "util/bad-argument",
        `A random whole number below ${n} was asked for; give a whole number from 1 to 2^32.`,
      );
    }
    // Draws past the last whole multiple of n are drawn again, or small results would be likelier.
    const limit = 2 ** 32 - (2 ** 32 % n);
    let drawn = next.draw();
    while (drawn >= limit) drawn = next.draw();
    return drawn % n;
  };
  return {
    uniform: (low = 0, high = 1) => low + (high - low) * uniform(),
    normal: (mean = 0, deviation = 1) => mean + deviation * drawNormal(uniform),
    integer,
    shuffle: <T extends Row>(array: T): T => {
      // Fisher and Yates: the last place takes any of those not yet placed.
      for (let last = array.length - 1; last > 0; last--) {
        const chosen = integer(last + 1);
        [array[last], array[chosen]] = [array[chosen], array[last]];
      }
      return array;
    },
    fork: () => createRandom([next.draw(), next.draw(), next.draw(), (next.draw() | 1) >>> 0]),
    state: () => next.state(),
  };
}

/** xoshiro128** 1.1 (Blackman and Vigna 2018, "Scrambled linear pseudorandom number generators"). */
function createXoshiro(start: RandomState): { draw(): number; state(): RandomState } {
  let [a, b, c, d] = start;
  return {
    draw: () => {
      const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = rotate(d, 11);
      return result;
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  };
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Four well mixed words from one: a Weyl sequence through MurmurHash3's finaliser (as SplitMix does). */
function spreadSeed(seed: number): RandomState {
  if (!Number.isInteger(seed))
    throw new RecurraError("util/bad-argument", `The random seed ${seed} is not a whole number.`);
  let weyl = seed | 0;
  const word = (): number => {
    weyl = (weyl + 0x9e3779b9) | 0;
    let x = weyl;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  };
  return [word(), word(), word(), word()];
}

/** 32 bits of a number under a salt, for choices that depend on nothing else: the finaliser of MurmurHash3 (Appleby) on both. */
export function mixNumbers(salt: number, number: number): number {
  let x = Math.imul(number + 1, 0x9e3779b1) ^ salt;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function checkState(state: RandomState): RandomState {
  const whole = state.length === 4 && state.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
  if (!whole || state.every((word) => word === 0)) {
    throw new RecurraError(
      "util/bad-argument",
      `The stored random state [${state.join(", ")}] is not four unsigned 32-bit numbers, one of them not zero.`,
    );
  }
  return state;
}

/** A number of N(0, 1). Marsaglia's polar method (1964): u·sqrt(-2 ln(s) / s) for (u, v) uniform in the unit disc and s = u² + v². */
export function drawNormal(uniform: () => number): number {
  for (;;) {
    const u = 2 * uniform() - 1;
    const v = 2 * uniform() - 1;
    const s = u * u + v * v;
    if (s < 1 && s > 0) return u * Math.sqrt((-2 * logOf(s)) / s);
  }
}

/**
 * ln(x) for normal x > 0, from additions, products and divisions alone: Math.log may differ in its last bit from one
 * engine to the next. With x = m·2^e, m in [√½, √2), and z = (m - 1)/(m + 1), |z| < 0.172:
 *
 *     ln(x) = e·ln 2 + 2 Σ_k z^(2k+1) / (2k+1)          (11 terms leave less than 1e-17)
 */
function logOf(x: number): number {
  assert(x > 0 && x < Infinity, `the logarithm of ${x} was asked for`);
  let m = x;
  let e = 0;
  for (; m >= Math.SQRT2; m /= 2) e++;
  for (; m < Math.SQRT1_2; m *= 2) e--;
  const z = (m - 1) / (m + 1);
  let sum = 0;
  for (let k = 10; k >= 0; k--) sum = sum * z * z + 1 / (2 * k + 1);
  return e * Math.LN2 + 2 * z * sum;
}
