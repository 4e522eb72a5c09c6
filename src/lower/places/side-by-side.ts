/** Vectors that stand side by side in one row, each at a multiple of four columns. */
import { padTo4 } from "../location.ts";
import type { Location } from "../location.ts";

/** Columns that vectors of these heights take together. */
export function widthOf(heights: readonly number[]): number {
  return heights.reduce((sum, height) => sum + padTo4(height), 0);
}

/** The place of each vector within the row. */
export function partsOf(row: Location, heights: readonly number[]): readonly Location[] {
  return heights.map((columns, i) => ({ ...row, offset: row.offset + widthOf(heights.slice(0, i)), columns }));
}
