/** Other views of a picture: moved, stretched, slanted, blurred, and with other colours, each a little, so that a network learns what stays. */
import type { Random } from "../util/random.ts";
import { pictureChannels } from "./pictures.ts";

/** How much views differ from their picture. All 0: not at all. */
export interface PictureVariation {
  /** In pixels. */
  readonly height: number;
  readonly width: number;
  /** Pixels by which a view is moved at most, up or down and to either side. */
  readonly shift: number;
  /** The most by which it is stretched and slanted, as a share of its size. */
  readonly warp: number;
  /** The most by which its strength, and half as much by which each channel, is changed, as a share. */
  readonly colour: number;
  /** The most that half of the views take of the mean of each pixel and those around it, from 0 to 1. */
  readonly blur: number;
  /** The largest number that a pixel's channel may have, as the ground has 0. */
  readonly most: number;
}

/** A picture, room for its blurred form, and room for a view of it: `[height × width, 3]` each. */
export interface PictureRoom {
  readonly from: Float32Array;
  readonly between: Float32Array;
  readonly to: Float32Array;
}

/** Writes a view of a picture. What comes in from its sides is ground: 0. */
export function varyPicture({ from, between, to }: PictureRoom, variation: PictureVariation, random: Random): void {
  const { height, width, shift, warp, colour, blur } = variation;
  const around = (limit: number): number => random.uniform(-limit, limit);
  const [middleY, middleX] = [(height - 1) / 2 + around(shift), (width - 1) / 2 + around(shift)];
  const [high, wide, slantY, slantX] = [1 + around(warp), 1 + around(warp), around(warp), around(warp)];
  const strength = 1 + around(colour);
  const factors = Array.from({ length: pictureChannels }, () => strength + around(colour / 2));
  const share = random.uniform() < 0.5 ? random.uniform(0, blur) : 0;
  if (share > 0) blurPicture(from, between, variation, share);
  const taken = share > 0 ? between : from;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [v, u] = [y - middleY, x - middleX];
      const place = { y: (height - 1) / 2 + high * v + slantY * u, x: (width - 1) / 2 + wide * u + slantX * v };
      takeBetween(taken, { variation, place, factors }, to, (y * width + x) * pictureChannels);
    }
  }
}

interface Taking {
  readonly variation: PictureVariation;
  readonly place: { readonly y: number; readonly x: number };
  readonly factors: readonly number[];
}

/** Writes the colour between four pixels, each as much as it is near. */
function takeBetween(from: Float32Array, { variation, place, factors }: Taking, to: Float32Array, at: number): void {
  const { height, width, most } = variation;
  const [top, left] = [Math.floor(place.y), Math.floor(place.x)];
  for (let channel = 0; channel < pictureChannels; channel++) to[at + channel] = 0;
  for (let row = top; row <= top + 1; row++) {
    if (row < 0 || row >= height) continue;
    for (let column = left; column <= left + 1; column++) {
      if (column < 0 || column >= width) continue;
      const near = (1 - Math.abs(place.y - row)) * (1 - Math.abs(place.x - column));
      const start = (row * width + column) * pictureChannels;
      for (let channel = 0; channel < pictureChannels; channel++) to[at + channel]! += near * from[start + channel]!;
    }
  }
  for (let channel = 0; channel < pictureChannels; channel++)
    to[at + channel] = Math.min(most, Math.max(0, to[at + channel]! * factors[channel]!));
}

/** Writes the picture of which each pixel is by this share the mean of itself and those around it. */
function blurPicture(from: Float32Array, to: Float32Array, { height, width }: PictureVariation, share: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const rows = { first: Math.max(0, y - 1), last: Math.min(height - 1, y + 1) };
      const columns = { first: Math.max(0, x - 1), last: Math.min(width - 1, x + 1) };
      const count = (rows.last - rows.first + 1) * (columns.last - columns.first + 1);
      const at = (y * width + x) * pictureChannels;
      for (let channel = 0; channel < pictureChannels; channel++) {
        let sum = 0;
        for (let row = rows.first; row <= rows.last; row++)
          for (let column = columns.first; column <= columns.last; column++)
            sum += from[(row * width + column) * pictureChannels + channel]!;
        to[at + channel] = (1 - share) * from[at + channel]! + (share * sum) / count;
      }
    }
  }
}
