/** Colours of heat maps: ends and middle of each scale, and where each value is painted. */
import { expect, test } from "vitest";
import { colourOf, paintHeat } from "./heat-colours.ts";

const light = { tone: "state", theme: "light", most: 2 } as const;

test("zero is the ground, the largest value the full colour, and what goes beyond as well", () => {
  for (const scale of ["diverging", "share"] as const) {
    const ground = colourOf(0, { ...light, scale });
    const full = colourOf(2, { ...light, scale });
    expect(full).toEqual([29, 78, 216]);
    expect(colourOf(50, { ...light, scale })).toEqual(full);
    expect(colourOf(1, { ...light, scale })).toEqual(
      full?.map((value, at) => Math.round((value + (ground?.[at] ?? NaN)) / 2)),
    );
  }
});

test("negative values have a colour of their own where the scale has two signs, and are as zero where it has not", () => {
  expect(colourOf(-2, { ...light, scale: "diverging" })).toEqual([190, 24, 60]);
  expect(colourOf(-2, { ...light, scale: "share" })).toEqual(colourOf(0, { ...light, scale: "share" }));
  expect(colourOf(NaN, { ...light, scale: "share" })).toBeUndefined();
});

test("steps go from left to right and units from top to bottom", () => {
  const values = [0, 2, NaN, 0, 0, 0];
  const pixels = paintHeat(values, { steps: 3, units: 2 }, { ...light, scale: "share" });
  const at = (step: number, unit: number): readonly number[] =>
    Array.from(pixels.subarray(4 * (unit * 3 + step), 4 * (unit * 3 + step) + 4));
  expect(pixels).toHaveLength(24);
  expect(at(0, 1)).toEqual([29, 78, 216, 255]);
  expect(at(0, 0)).toEqual([246, 247, 250, 255]);
  expect(at(1, 0)).toEqual([0, 0, 0, 0]);
});
