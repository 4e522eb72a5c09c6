import { expect, test } from "vitest";
import { createRandom } from "../util/random.ts";
import { drawStudent, normalQuantile, studentQuantile } from "./distributions.ts";

// Tables of Abramowitz and Stegun (1964), and for Student with 2 degrees of freedom (2p − 1) √(2 / (4p(1 − p))).
test.each([
  [0.5, 0],
  [0.9, 1.2815515655446004],
  [0.975, 1.959963984540054],
  [0.025, -1.959963984540054],
  [0.9999, 3.719016485455709],
])("the %d-quantile of the normal distribution", (p, expected) => {
  expect(normalQuantile(p)).toBeCloseTo(expected, 10);
});

test.each([
  [0.9, 2, 0.8 * Math.sqrt(2 / (4 * 0.9 * 0.1))],
  [0.025, 2, -0.95 * Math.sqrt(2 / (4 * 0.025 * 0.975))],
  [0.5, 3, 0],
  [0.975, 5, 2.5705818366147395],
  [0.95, 10, 1.8124611228107335],
  [0.975, 1e6, 1.95996636],
])("the %d-quantile of Student's distribution with %d degrees of freedom", (p, freedom, expected) => {
  expect(studentQuantile(p, freedom)).toBeCloseTo(expected, 7);
});

test("what is no share is refused", () => {
  expect(() => normalQuantile(1)).toThrow(/between 0 and 1/);
});

test.each([2.5, 8, 1e6])(
  "numbers drawn from Student's distribution with %d degrees of freedom have its quantiles",
  (freedom) => {
    const random = createRandom(3);
    const count = 20_000;
    const drawn = Float64Array.from({ length: count }, () => drawStudent(random, freedom));
    for (const level of [0.05, 0.25, 0.5, 0.9]) {
      const limit = studentQuantile(level, freedom);
      const below = drawn.filter((value) => value <= limit).length / count;
      // Four standard deviations of a share.
      expect(Math.abs(below - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / count));
    }
  },
);
