/** Augmentation of pictures: moved, scaled, sheared, blurred, and in other colours, each a little, so that a network learns what stays. */
import type { Random } from "../util/random.ts";
import { pictureChannels } from "./pictures.ts";

/** How much augmented pictures differ from their own at most; all 0: not at all. */
export interface PictureAugmentation {
  /** In pixels. */
  readonly height: number;
  readonly width: number;
  /** By which they are moved up or down and to either side, as a share of height and width, from 0 to 1. */
  readonly shift: number;
  /** By which they are scaled and sheared, as a share, from 0 to 1. */
  readonly warp: number;
  /** By which their brightness changes, and half as much that of each channel, as a share, from 0 to 1. */
  readonly colour: number;
  /** What half of them take of the mean of each pixel and those around it, from 0 to 1. */
  readonly blur: number;
  /** The largest number that a pixel's channel may have; the ground has 0. */
  readonly most: number;
}

/** A picture, room for its blurred form, and room for the augmented one: `[height × width, 3]` each. */
export interface PictureRoom {
  readonly from: Float32Array;
  readonly between: Float32Array;
  readonly to: Float32Array;
}

/**
 * Writes an augmented picture. With the middle m, a move s and an affine map A (scales 1 ± warp, shears ± warp), the pixel p takes what lies at m + A (p − m − s), bilinear between four pixels
 * and 0 outside, times a factor for each channel.
 */
export function augmentPicture(room: PictureRoom, augmentation: PictureAugmentation, random: Random): void {
  const { height, width, shift, warp, colour, blur, most } = augmentation;
  const around = (limit: number): number => random.uniform(-limit, limit);
  const middleY = (height - 1) / 2;
  const middleX = (width - 1) / 2;
  const shiftY = around(shift * height);
  const shiftX = around(shift * width);
  const scaleY = 1 + around(warp);
  const scaleX = 1 + around(warp);
  const shearY = around(warp);
  const shearX = around(warp);
  const brightness = 1 + around(colour);
  const factors = Array.from({ length: pictureChannels }, () => brightness + around(colour / 2));
  const share = random.uniform() < 0.5 ? random.uniform(0, blur) : 0;
  if (share > 0) blurPicture(room, augmentation, share);
  const from = share > 0 ? room.between : room.from;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const v = y - middleY - shiftY;
      const u = x - middleX - shiftX;
      const sourceY = middleY + scaleY * v + shearY * u;
      const sourceX = middleX + scaleX * u + shearX * v;
      const top = Math.floor(sourceY);
      const left = Math.floor(sourceX);
      const below = sourceY - top;
      const beside = sourceX - left;
      for (let channel = 0; channel < pictureChannels; channel++) {
        let sum = 0;
        if (top >= 0 && top < height) {
          const row = top * width;
          if (left >= 0 && left < width)
            sum += (1 - below) * (1 - beside) * from[(row + left) * pictureChannels + channel]!;
          if (left >= -1 && left < width - 1)
            sum += (1 - below) * beside * from[(row + left + 1) * pictureChannels + channel]!;
        }
        if (top >= -1 && top < height - 1) {
          const row = (top + 1) * width;
          if (left >= 0 && left < width) sum += below * (1 - beside) * from[(row + left) * pictureChannels + channel]!;
          if (left >= -1 && left < width - 1)
            sum += below * beside * from[(row + left + 1) * pictureChannels + channel]!;
        }
        room.to[(y * width + x) * pictureChannels + channel] = Math.min(most, Math.max(0, sum * factors[channel]!));
      }
    }
  }
}

/** Each pixel becomes by this share the mean of itself and those around it. */
function blurPicture({ from, between }: PictureRoom, { height, width }: PictureAugmentation, share: number): void {
  for (let y = 0; y < height; y++) {
    const firstRow = Math.max(0, y - 1);
    const lastRow = Math.min(height - 1, y + 1);
    for (let x = 0; x < width; x++) {
      const firstColumn = Math.max(0, x - 1);
      const lastColumn = Math.min(width - 1, x + 1);
      const count = (lastRow - firstRow + 1) * (lastColumn - firstColumn + 1);
      for (let channel = 0; channel < pictureChannels; channel++) {
        let sum = 0;
        for (let row = firstRow; row <= lastRow; row++)
          for (let column = firstColumn; column <= lastColumn; column++)
            sum += from[(row * width + column) * pictureChannels + channel]!;
        const at = (y * width + x) * pictureChannels + channel;
        between[at] = (1 - share) * from[at]! + (share * sum) / count;
      }
    }
  }
}
