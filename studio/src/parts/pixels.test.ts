/** Pictures as a network reads them. */
import { expect, test } from "vitest";
import { fitInside, halvePixels, shadeRegions } from "./pixels.ts";

test("each pixel is the mean of four, colour by colour", () => {
  // 4 x 4 to 2 x 2: the upper left quarter is half white and half black, the rest is red.
  const bytes = new Uint8ClampedArray(4 * 16);
  for (let at = 0; at < 16; at++) {
    const [x, y] = [at % 4, Math.floor(at / 4)];
    const colour = x < 2 && y < 2 ? (y === 0 ? [255, 255, 255] : [0, 0, 0]) : [255, 0, 0];
    bytes.set([...colour, 255], 4 * at);
  }
  expect(halvePixels(bytes, 2)).toEqual([0.5, 0.5, 0.5, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
});

test("a picture of any size stands whole in the middle", () => {
  expect(fitInside({ width: 200, height: 100 }, 64)).toEqual({ x: 0, y: 16, width: 64, height: 32 });
  expect(fitInside({ width: 10, height: 40 }, 64)).toEqual({ x: 24, y: 0, width: 16, height: 64 });
});

test("the region that was looked at most is not darkened", () => {
  expect(shadeRegions([0.1, 0.4, 0])).toEqual([0.75, 0, 1]);
  expect(shadeRegions([])).toEqual([]);
});
