/** Pictures: compared, written as bitmaps, and read from files. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readPictures } from "./picture-files.ts";
import { inkOf, nearestPicture, pictureUrl, pixelsOf } from "./pictures.ts";
import type { PictureSet } from "./pictures.ts";

/** Two pictures of 2 × 3: one red at its left, one black. */
const set: PictureSet = {
  kind: "pictures",
  height: 2,
  width: 3,
  names: ["red", "black"],
  pixels: Float32Array.from({ length: 36 }, (_, at) =>
    at >= 18 ? 0 : Math.floor(at / 3) % 3 === 0 && at % 3 > 0 ? 0 : 1,
  ),
};

describe("pictures", () => {
  it("are read as ink on white", () => {
    expect([1, 0, 0.5].map(inkOf)).toEqual([0, 2, 1]);
  });

  it("are nearest to themselves", () => {
    expect(nearestPicture(set, [0, 1], pixelsOf(set, 1))).toBe(1);
    expect(nearestPicture(set, [0], pixelsOf(set, 1))).toBe(0);
    expect(() => pixelsOf(set, 2)).toThrow(/no picture 2; there are 2/);
  });

  it("are written as bitmaps, and read from files, whole or a rectangle of them", async (context) => {
    if ((await import("sharp").catch(() => undefined)) === undefined)
      return context.skip("sharp is not installed here");
    const folder = await mkdtemp(path.join(tmpdir(), "recurra-pictures-"));
    try {
      const bytes = Buffer.from(pictureUrl(set, 0).split(",")[1]!, "base64");
      expect(bytes.subarray(0, 2).toString()).toBe("BM");
      expect(bytes).toHaveLength(54 + 2 * 12);
      // The lowest line comes first, each pixel as blue, green, red.
      expect([...bytes.subarray(54, 60)]).toEqual([0, 0, 255, 255, 255, 255]);
      const svg = path.join(folder, "red.svg");
      await writeFile(
        svg,
        `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="4" height="8" fill="#f00"/></svg>`,
      );
      const read = await readPictures([{ file: svg }, { file: svg, crop: { left: 0, top: 0, width: 4, height: 4 } }], {
        height: 4,
        width: 4,
      });
      expect(pixelsOf(read, 0).slice(0, 3)).toEqual(Float32Array.of(1, 0, 0));
      expect(pixelsOf(read, 0).slice(9, 12)).toEqual(Float32Array.of(1, 1, 1));
      expect(pixelsOf(read, 1).every((value, at) => value === (at % 3 === 0 ? 1 : 0))).toBe(true);
      await expect(readPictures([{ file: path.join(folder, "none.png") }], set)).rejects.toThrow(/no such file/);
      await writeFile(path.join(folder, "broken.png"), "no picture");
      await expect(readPictures([{ file: path.join(folder, "broken.png") }], set)).rejects.toThrow(
        /broken.png cannot be read as a picture/,
      );
      await expect(readPictures([{ file: svg, crop: { left: 6, top: 0, width: 4, height: 4 } }], set)).rejects.toThrow(
        /reaches past its 8 × 8/,
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
