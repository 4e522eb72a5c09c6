/** Places in the chart of memory lengths. */
import { expect, test } from "vitest";
import { barAt, medianOf, placeLength, planMemory, ticksOf } from "./memory-bars.ts";

test("the axis goes from a power of ten to another, around all lengths", () => {
  const frame = planMemory([0.4, 3, 85, Infinity], 500);
  expect([frame.least, frame.most]).toEqual([0.1, 100]);
  expect(ticksOf(frame)).toEqual([0.1, 1, 10, 100]);
  expect(placeLength(frame, 0.1)).toBe(frame.bottom);
  expect(placeLength(frame, Infinity)).toBe(12);
  expect(placeLength(frame, 1) - placeLength(frame, 10)).toBeCloseTo(
    placeLength(frame, 10) - placeLength(frame, 100),
    9,
  );
  expect([planMemory([2, 5], 500).least, planMemory([2, 5], 500).most]).toEqual([1, 10]);
});

test("each bar is found at its place", () => {
  const frame = planMemory([1, 2, 3, 4], 444);
  expect([0, 60, 150, 250, 430, 900].map((x) => barAt(frame, x, 4))).toEqual([0, 0, 1, 2, 3, 3]);
});

test("the median lies in the middle, between two where there are as many on both sides", () => {
  expect(medianOf([9, 5, 1])).toBe(5);
  expect(medianOf([9, 5, 2, 1])).toBe(3.5);
  expect(medianOf([Infinity, Infinity, Infinity, 1])).toBe(Infinity);
  expect(medianOf([])).toBeNaN();
});
