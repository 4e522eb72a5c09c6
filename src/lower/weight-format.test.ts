/** Rounding of weights, against what float16 and int8 can hold. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { byteScale, leastHalf, mostHalf, roundToByte, roundToHalf } from "./weight-format.ts";

/** All normal float16 numbers from 0 on, in order. */
const halves: readonly number[] = [
  0,
  ...Array.from({ length: 30 }, (_, e) =>
    Array.from({ length: 1024 }, (__, f) => 2 ** (e - 14) * (1 + f / 1024)),
  ).flat(),
];

test("float16 is the nearest of all numbers it holds, of two the even one", () => {
  const nearest = (value: number): number => {
    let low = 0;
    let high = halves.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (halves[middle]! <= value) low = middle;
      else high = middle;
    }
    const [below, above] = [value - halves[low]!, halves[high]! - value];
    if (below === above) return halves[low % 2 === 1 ? low : high]!;
    return halves[below < above ? low : high]!;
  };
  fc.assert(
    fc.property(fc.float({ min: Math.fround(leastHalf), max: mostHalf, noNaN: true }), (value) => {
      expect(roundToHalf(value)).toBe(nearest(value));
      expect(roundToHalf(-value)).toBe(-nearest(value));
    }),
  );
  for (let n = 1; n < halves.length; n += 97) {
    expect(roundToHalf(halves[n]!)).toBe(halves[n]);
    const tie = (halves[n]! + (halves[n + 1] ?? halves[n]!)) / 2;
    expect(roundToHalf(tie)).toBe(nearest(tie));
  }
});

test("float16 ends at 65504, and below its normal numbers is zero", () => {
  expect([65_519, 65_520, 1e9, -1e9].map(roundToHalf)).toEqual([mostHalf, mostHalf, mostHalf, -mostHalf]);
  expect([leastHalf, leastHalf * 0.9999, leastHalf * 0.999, leastHalf / 2, 1e-40].map(roundToHalf)).toEqual([
    leastHalf,
    leastHalf,
    0,
    0,
    0,
  ]);
});

test("int8 has the largest of a column at 127, and nothing farther than half a scale", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1 }), (column) => {
      const largest = Math.max(...column.map(Math.abs));
      const scale = byteScale(largest);
      for (const value of column) {
        const q = roundToByte(value, scale);
        expect(Number.isInteger(q) && Math.abs(q) <= 127).toBe(true);
        if (largest > 1e-30) expect(Math.abs(q * scale - value)).toBeLessThanOrEqual(scale * 0.50001);
      }
    }),
  );
  expect([0.5, 1.5, 2.5, -0.5, -1.5].map((value) => roundToByte(value, 1) + 0)).toEqual([0, 2, 2, 0, -2]);
  expect([byteScale(0), byteScale(1e-39), byteScale(254)]).toEqual([1, 1, 2]);
});
