/** Pictures as numbers: red, green and blue from 0 to 1, row by row, on white. */
import { RecurraError } from "../util/errors.ts";

/** Colours of a pixel. */
export const pictureChannels = 3;

export interface PictureSet {
  readonly kind: "pictures";
  readonly height: number;
  readonly width: number;
  /** What each is called, for messages and tables. */
  readonly names: readonly string[];
  /** `[pictures, height × width, 3]` */
  readonly pixels: Float32Array;
}

/** Numbers of a picture. */
export function pictureLength({ height, width }: Pick<PictureSet, "height" | "width">): number {
  return height * width * pictureChannels;
}

/** One picture's pixels. Throws `util/bad-argument`. */
export function pixelsOf(set: PictureSet, index: number): Float32Array {
  const length = pictureLength(set);
  if (!Number.isInteger(index) || index < 0 || index >= set.names.length)
    throw new RecurraError("util/bad-argument", `There is no picture ${index}; there are ${set.names.length}.`);
  return set.pixels.subarray(index * length, (index + 1) * length);
}

/** What a network reads of a pixel's colour: twice its distance from white. The ground is then 0, as is what convolutions pad with, and the rest varies by about 1. */
export function inkOf(value: number): number {
  return mostInk * (1 - value);
}

/** What `inkOf` makes of black. */
export const mostInk = 2;

/** The number of the picture among `among` that differs least from `pixels`, by the sum of squares; the first of those alike. */
export function nearestPicture(set: PictureSet, among: ArrayLike<number>, pixels: Float32Array): number {
  let best = { index: among[0] ?? 0, sum: Infinity };
  for (let n = 0; n < among.length; n++) {
    const index = among[n] ?? 0;
    const sum = differenceUpTo(best.sum, pixelsOf(set, index), pixels);
    if (sum < best.sum) best = { index, sum };
  }
  return best.index;
}

/** Numbers that are compared between two looks at whether that is enough. */
const compared = 128;

/** The sum of squared differences, or a part of it that is at least `most`. */
function differenceUpTo(most: number, one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let from = 0; from < one.length && sum < most; from += compared) {
    const to = Math.min(from + compared, one.length);
    for (let at = from; at < to; at++) {
      const difference = one[at]! - other[at]!;
      sum += difference * difference;
    }
  }
  return sum;
}

/** A picture as a data URL of a Windows bitmap (24 bits, rows from the bottom, each a multiple of four bytes long), for pages and SVG. */
export function pictureUrl(set: PictureSet, index: number): string {
  const { height, width } = set;
  const pixels = pixelsOf(set, index);
  const header = 54;
  const line = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(header + line * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, header, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < pictureChannels; channel++)
        bytes[header + (height - 1 - y) * line + x * 3 + (2 - channel)] = Math.round(
          255 * Math.min(1, Math.max(0, pixels[(y * width + x) * pictureChannels + channel] ?? 0)),
        );
  return `data:image/bmp;base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}
