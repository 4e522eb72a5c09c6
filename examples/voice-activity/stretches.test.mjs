/** Stretches of speech by hand. */
import { expect, test } from "vitest";
import { findStretches } from "./stretches.js";

/** @param {readonly (readonly [probability: number, steps: number])[]} runs */
const find = (runs) =>
  findStretches(
    runs.flatMap(([probability, count]) => Array.from({ length: count }, () => ({ probability, low: 0, high: 0 }))),
  ).map(({ from, to }) => [from, to].map((seconds) => Math.round(1000 * seconds)));

test("a stretch begins at the threshold and ends with a silence of 100 ms", () => {
  // A step is 32 ms, and 30 ms are added on both sides.
  expect(
    find([
      [0, 10],
      [0.9, 20],
      [0, 10],
    ]),
  ).toEqual([[290, 990]]);
  expect(
    find([
      [0, 10],
      [0.9, 20],
      [0, 3],
      [0.9, 20],
      [0, 10],
    ]),
  ).toEqual([[290, 1726]]);
  expect(
    find([
      [0, 10],
      [0.9, 20],
      [0, 5],
      [0.9, 20],
      [0, 10],
    ]),
  ).toEqual([
    [290, 990],
    [1090, 1790],
  ]);
});

test("what is near the threshold goes on, and does not begin one", () => {
  expect(
    find([
      [0, 10],
      [0.9, 10],
      [0.4, 10],
      [0, 10],
    ]),
  ).toEqual([[290, 990]]);
  expect(find([[0.45, 30]])).toEqual([]);
});

test("short sounds are left out, and the end of the sound is an end", () => {
  expect(
    find([
      [0, 10],
      [0.9, 7],
      [0, 10],
    ]),
  ).toEqual([]);
  expect(find([[0.9, 20]])).toEqual([[0, 640]]);
});
