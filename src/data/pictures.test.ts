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

/** A picture that says of itself that it lies on its side is read upright, and rectangles are of what is seen. */
async function expectTurned(folder: string): Promise<void> {
  const { default: sharp } = await import("sharp");
  const file = path.join(folder, "turned.png");
  // Stored 8 wide and 4 high, its left half red; orientation 6 turns it clockwise, so the upper half of what is seen is red.
  const left = Buffer.from(Array.from({ length: 8 * 4 }, (_, at) => (at % 8 < 4 ? [255, 0, 0] : [0, 0, 0])).flat());
  await sharp(left, { raw: { width: 8, height: 4, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .png()
    .toFile(file);
  const read = await readPictures([{ file }, { file, crop: { left: 0, top: 4, width: 4, height: 4 } }], {
    height: 8,
    width: 4,
  });
  const [upper, lower] = [pixelsOf(read, 0).subarray(0, 3), pixelsOf(read, 0).subarray(-3)];
  expect([upper, lower]).toEqual([Float32Array.of(1, 0, 0), Float32Array.of(0, 0, 0)]);
  expect(pixelsOf(read, 1).subarray(4 * 4 * 3, 4 * 4 * 3 + 3)).toEqual(Float32Array.of(0, 0, 0));
}

describe("pictures", () => {
  it("are read as ink on white", () => {
    expect([1, 0, 0.5].map(inkOf)).toEqual([0, 2, 1]);
  });

  it("are nearest to themselves", () => {
    expect(nearestPicture(set, [0, 1], pixelsOf(set, 1))).toBe(1);
    expect(nearestPicture(set, [0], pixelsOf(set, 1))).toBe(0);
    expect(() => pixelsOf(set, 2)).toThrow(/no picture 2; there are 2/);
  });

  it("are not brought to a size that cannot be", async () => {
    for (const height of [-1, 0, 1.5, NaN, 1e5])
      await expect(readPictures([], { height, width: 8 })).rejects.toMatchObject({ code: "util/bad-argument" });
    const many = Array.from({ length: 1e6 }, () => ({ file: "a.png" }));
    await expect(readPictures(many, { height: 8192, width: 8192 })).rejects.toMatchObject({
      code: "engine/out-of-memory",
    });
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
      for (const crop of [
        { left: 0, top: 0, width: 0, height: 4 },
        { left: -1, top: 0, width: 4, height: 4 },
        { left: 0, top: 0.5, width: 4, height: 4 },
      ])
        await expect(readPictures([{ file: svg, crop, namedIn: "a.csv, row 3" }], set)).rejects.toThrow(
          /^a\.csv, row 3: .*red\.svg .* give whole numbers, and a width and a height of at least 1/,
        );
      await expectTurned(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
