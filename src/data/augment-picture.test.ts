/** Augmented pictures: the same for the same random numbers, no further from their own than was asked for. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../util/random.ts";
import { augmentPicture } from "./augment-picture.ts";
import type { PictureAugmentation } from "./augment-picture.ts";

const [height, width] = [5, 6];
const size = height * width * 3;
const still: PictureAugmentation = { height, width, shift: 0, warp: 0, colour: 0, blur: 0, most: 2 };
/** All ink. */
const full = new Float32Array(size).fill(2);
/** One pixel of a colour in the middle. */
const dot = Float32Array.from({ length: size }, (_, at) =>
  Math.floor(at / 3) === 2 * width + 3 ? 1 + (at % 3) / 4 : 0,
);

function augment(from: Float32Array, change: Partial<PictureAugmentation>, seed = 1): Float32Array {
  const to = new Float32Array(size).fill(NaN);
  augmentPicture({ from, between: new Float32Array(size), to }, { ...still, ...change }, createRandom(seed));
  return to;
}
const seeds = Array.from({ length: 12 }, (_, seed) => seed);
const sumOf = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

describe("an augmented picture", () => {
  it("is the picture where nothing varies, and its own for each seed where something does", () => {
    expect(augment(dot, {})).toEqual(dot);
    const change = { shift: 0.2, warp: 0.1, colour: 0.2, blur: 0.5 };
    expect(augment(dot, change, 4)).toEqual(augment(dot, change, 4));
    expect(augment(dot, change, 4)).not.toEqual(augment(dot, change, 5));
  });

  it("is moved by no more than is said, and ground comes in from the sides", () => {
    for (const seed of seeds) {
      const moved = augment(full, { shift: 1 / 6 }, seed);
      for (let y = 1; y < height - 1; y++)
        for (let x = 1; x < width - 1; x++) expect(moved[(y * width + x) * 3]).toBeCloseTo(2, 5);
      expect(sumOf(moved)).toBeLessThan(sumOf(full));
    }
  });

  it("is stretched about its middle", () => {
    const sums = seeds.map((seed) => sumOf(augment(full, { warp: 0.2 }, seed)) / sumOf(full));
    expect(Math.min(...sums)).toBeLessThan(1);
    for (const sum of sums) expect(sum).toBeGreaterThan(0.5);
    for (const seed of seeds) expect(augment(full, { warp: 0.2 }, seed)[(2 * width + 3) * 3]).toBeCloseTo(2, 5);
  });

  it("is stronger or weaker in each channel, with white left white and no more ink than there can be", () => {
    for (const seed of seeds) {
      const tinted = augment(dot, { colour: 0.2 }, seed);
      tinted.forEach((value, at) => {
        expect(value).toBeGreaterThanOrEqual(dot[at]! * 0.7 - 1e-6);
        expect(value).toBeLessThanOrEqual(dot[at]! * 1.3 + 1e-6);
      });
      expect(Math.max(...augment(full, { colour: 0.2 }, seed))).toBeLessThanOrEqual(2);
    }
  });

  it("is blurred about half of the time, with as much ink", () => {
    const all = seeds.map((seed) => augment(dot, { blur: 0.7 }, seed));
    const blurred = all.filter((one) => one.some((value, at) => Math.abs(value - dot[at]!) > 1e-6));
    expect(blurred.length).toBeGreaterThan(2);
    expect(blurred.length).toBeLessThan(10);
    for (const one of blurred) expect(sumOf(one)).toBeCloseTo(sumOf(dot), 4);
  });
});
