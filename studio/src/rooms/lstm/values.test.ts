/** Numbers of one unit, and orders of units. */
import { expect, test } from "vitest";
import type { Reading } from "../../work/read-text.ts";
import { mostChangedAt, mostVaried, orderByMemory, reorder, seriesOf, valuesAt } from "./values.ts";

/** Three characters, two units. */
const c = Float32Array.of(0.5, 0, 0.5, 1, 0.75, -1);
const reading = {
  hidden: 2,
  values: { c, f: c, i: c, g: c, o: c, h: c },
  memory: Float64Array.of(3, 8),
} as unknown as Reading;

test("a unit's values are those after the character, and its cell starts at zero", () => {
  expect(valuesAt(reading, { at: 0, unit: 0 })).toMatchObject({ before: 0, c: 0.5 });
  expect(valuesAt(reading, { at: 2, unit: 1 })).toMatchObject({ before: 1, c: -1, h: -1 });
  expect([...seriesOf(c, { unit: 1, hidden: 2 })]).toEqual([0, 1, -1]);
});

test("the unit that changes most in a step, and over the text", () => {
  expect([0, 1, 2].map((at) => mostChangedAt(reading, at))).toEqual([0, 1, 1]);
  expect(mostVaried(reading)).toBe(1);
});

test("units are ordered by memory, each with its values", () => {
  const order = orderByMemory(reading.memory);
  expect(order).toEqual([1, 0]);
  expect([...reorder(c, order)]).toEqual([0, 0.5, 1, 0.5, -1, 0.75]);
});
