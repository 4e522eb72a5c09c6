/** Moments and histograms are those of the numbers. */
import { expect, test } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { describeNumbers, drawHistogram } from "./histogram.ts";

test("moments, and counts in bins of one width", () => {
  expect(describeNumbers([1, 2, 3, 4], 3)).toEqual({
    count: 4,
    mean: 2.5,
    deviation: Math.sqrt(1.25),
    least: 1,
    most: 4,
    norm: Math.sqrt(30),
    histogram: [1, 1, 2],
  });
  expect(describeNumbers([2, 2], 5).histogram).toEqual([0, 0, 2, 0, 0]);
});

test("a deviation far from zero is not lost in its square", () => {
  expect(describeNumbers([1e8, 1e8 + 1]).deviation).toBe(0.5);
});

test("a bar for each bin, and a rule where zero is", () => {
  const facts = describeNumbers([-1, 0, 1, 3], 4);
  const svg = drawHistogram({ title: "b", ...facts });
  expect(findXmlFault(svg)).toBeUndefined();
  expect(svg.match(/class="tone-time"/g)).toHaveLength(4);
  expect(svg).toContain('d="M32 0V32"');
  expect(drawHistogram({ title: "b", ...describeNumbers([1, 2]) })).not.toContain('class="row row-state"');
});
