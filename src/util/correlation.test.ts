/** Correlations of rows that are known. */
import { expect, test } from "vitest";
import { correlate } from "./correlation.ts";

test("lines correlate wholly, and what is at right angles not at all", () => {
  const line = Float64Array.of(1, 2, 3, 4);
  expect(
    correlate(
      line,
      Float64Array.from(line, (value) => 5 - 2 * value),
    ),
  ).toBe(-1);
  expect(
    correlate(
      line,
      Float64Array.from(line, (value) => 1e6 + value / 3),
    ),
  ).toBeCloseTo(1, 9);
  expect(correlate(line, Float64Array.of(1, -1, -1, 1))).toBe(0);
  // Of the means 2.5 and 2: Σ = 3, Σ² = 5 and 2.
  expect(correlate(line, Float64Array.of(1, 2, 2, 3))).toBeCloseTo(3 / Math.sqrt(10), 15);
});

test("a constant goes with nothing, whatever its rounding", () => {
  const noise = Float64Array.of(1, 2, 4);
  for (const constant of [0, 0.1, 1 / 3, 1e9 + 0.1])
    expect(correlate(noise, new Float64Array(3).fill(constant))).toBeNaN();
});
