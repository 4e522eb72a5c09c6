import { describe, expect, it } from "vitest";
import { hashRandom } from "./random.ts";

describe("hashRandom", () => {
  it("follows its definition, worked out in whole-number arithmetic without Math.imul", () => {
    const wrap = (x: bigint): bigint => x & 0xffffffffn;
    const exact = (seed: number, salt: number, counter: number): number => {
      let x = wrap(BigInt(seed) * 0x9e3779b1n) ^ wrap(BigInt(salt) * 0x85ebca6bn) ^ BigInt(counter);
      x ^= x >> 16n;
      x = wrap(x * 0x7feb352dn);
      x ^= x >> 15n;
      x = wrap(x * 0x846ca68bn);
      x ^= x >> 16n;
      return Number(x >> 8n) / 2 ** 24;
    };
    for (const [seed, salt, counter] of [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [16777215, 4294967295, 4294967295],
      [12345, 678, 90],
    ] as const) {
      expect(hashRandom(seed, salt, counter)).toBe(exact(seed, salt, counter));
    }
  });

  it("is uniform over counters, over seeds and over salts", () => {
    const count = 20_000;
    for (const draw of [
      (n: number) => hashRandom(9, 4, n),
      (n: number) => hashRandom(n, 4, 9),
      (n: number) => hashRandom(9, n, 4),
    ]) {
      const bins = Array.from({ length: 20 }, () => 0);
      for (let n = 0; n < count; n++) bins[Math.floor(draw(n) * 20)]!++;
      // Chi-squared with 19 degrees of freedom exceeds 50 once in ten thousand.
      expect(bins.reduce((sum, bin) => sum + (bin - count / 20) ** 2 / (count / 20), 0)).toBeLessThan(50);
    }
  });

  it("gives multiples of 2^-24 below 1, which float32 holds exactly", () => {
    for (let n = 0; n < 1000; n++) {
      const drawn = hashRandom(1, 2, n);
      expect(Math.fround(drawn)).toBe(drawn);
      expect(drawn).toBeLessThan(1);
    }
  });
});
