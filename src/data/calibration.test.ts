import { expect, test } from "vitest";
import { calibrate } from "./calibration.ts";

test("bins hold what they say, and the error is their weighted distance from the diagonal", () => {
  // Sureness 0.9 right, 0.9 wrong, 0.6 right, 1 right.
  const probabilities = Float64Array.of(0.9, 0.1, 0.1, 0.9, 0.4, 0.6, 0, 1);
  const { bins, error } = calibrate([0, 0, 1, 1], probabilities, 2);
  expect(bins.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 2, 1]);
  expect(bins[8]).toMatchObject({ low: 0.8, high: 0.9, sureness: 0.9, accuracy: 0.5 });
  expect(error).toBeCloseTo((0.4 + 2 * 0.4 + 0) / 4, 12);
});

test("a perfect forecast of a coin has no error", () => {
  const probabilities = new Float64Array(200).fill(0.5);
  expect(
    calibrate(
      Array.from({ length: 100 }, (_, item) => item % 2),
      probabilities,
      2,
    ).error,
  ).toBe(0);
});

test("sizes that do not fit are refused", () => {
  expect(() => calibrate([0], Float64Array.of(1), 2)).toThrow(/need 2 probabilities/);
  expect(() => calibrate([], new Float64Array(0), 2)).toThrow(/there are 0/);
});
