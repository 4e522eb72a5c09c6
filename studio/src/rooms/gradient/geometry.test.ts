/** Places in the picture of a gradient. */
import { expect, test } from "vitest";
import {
  arrowWidth,
  lowest,
  namedPowers,
  namedSteps,
  nodeRadius,
  placeShare,
  placeStep,
  planeReach,
  planFrame,
  spacing,
  stepAt,
  strength,
  tracePath,
} from "./geometry.ts";

const ones = (steps: number): readonly number[] => Array.from({ length: steps }, () => 1);
const frame = planFrame(800, ones(20));

test("each step is found again at its place, and beyond the ends the first and the last", () => {
  for (let step = 0; step < 20; step++) expect(stepAt(frame, placeStep(frame, step))).toBe(step);
  expect(stepAt(frame, -50)).toBe(0);
  expect(stepAt(frame, 5000)).toBe(19);
  expect(placeStep(frame, 1) - placeStep(frame, 0)).toBeCloseTo(spacing(frame), 12);
});

test("equal ratios are equal ways, and what goes beyond stands at the ends", () => {
  const way = (one: number, other: number): number => placeShare(frame, one) - placeShare(frame, other);
  expect(way(1e-4, 1e-3)).toBeCloseTo(way(1, 10), 9);
  expect(placeShare(frame, 10 ** frame.highest)).toBeCloseTo(frame.top, 9);
  expect(placeShare(frame, 1e300)).toBe(frame.top);
  expect(placeShare(frame, Infinity)).toBe(frame.top);
  expect(placeShare(frame, 10 ** lowest)).toBeCloseTo(frame.bottom, 9);
  expect(placeShare(frame, 0)).toBe(frame.bottom);
  expect(placeShare(frame, NaN)).toBeNaN();
});

test("an arrow is the thicker the more is left, and none where nothing is", () => {
  const widths = [0, 1e-12, 1e-6, 0.1, 1, 1e3, 1e9].map(arrowWidth);
  expect(widths[0]).toBe(0);
  expect(widths[1]).toBe(0.5);
  expect(widths[4]).toBe(6);
  expect(widths[6]).toBe(16);
  expect(widths).toEqual([...widths].sort((one, other) => one - other));
  expect(arrowWidth(NaN)).toBe(0);
  expect([0, 1e-10, 1e-5, 1, 1e9].map(strength)).toEqual([0.25, 0.25, 0.625, 1, 1]);
});

test("a line has a gap where there is no number", () => {
  expect(tracePath(frame, [1, 1, NaN, 1])).toMatch(/^M[\d. ]+L[\d. ]+M[\d. ]+$/);
  expect(tracePath(frame, [])).toBe("");
});

test.each([5, 24, 60, 100])("of %i steps the first and the last are named, and names do not meet", (steps) => {
  for (const width of [320, 1000]) {
    const one = planFrame(width, ones(steps));
    const named = namedSteps(one);
    expect([named[0], named.at(-1)]).toEqual([0, steps - 1]);
    for (const [at, step] of named.slice(1).entries())
      expect((step - (named[at] ?? NaN)) * spacing(one)).toBeGreaterThan(22);
  }
});

test("nodes are drawn where there is room for them", () => {
  expect(nodeRadius(planFrame(1000, ones(10)))).toBe(9);
  expect(nodeRadius(planFrame(320, ones(100)))).toBeUndefined();
});

test("the plane always shows the unit circle, and every point", () => {
  expect(planeReach([])).toBe(1.2);
  expect(planeReach([{ real: [0.2, -3], imaginary: [0, 4] }])).toBeCloseTo(5.4, 12);
});

test("the axis reaches what explodes, and names 1 and its ends or less", () => {
  const highest = (most: number): number => planFrame(800, [most, 1]).highest;
  expect([1e-9, 1, 1e6, 1.1e6, 1e14, 1e15, Infinity].map(highest)).toEqual([6, 6, 6, 14, 14, 22, 62]);
  for (const most of [1, 1e9, 1e20, 1e60]) {
    const named = namedPowers(planFrame(800, [most]));
    expect(named).toContain(0);
    expect(named.length).toBeLessThan(11);
  }
});
