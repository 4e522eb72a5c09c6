/** How weights of fewer bits than float32 are packed: panels of sixteen columns, read back in a few instructions for each vector. */
import type { WeightFormat } from "../../lower/ir.ts";

export type CodedFormat = Exclude<WeightFormat, "float32">;

/** Columns of a panel. The last one is as wide, what is too much of it zero. */
export const codedPanel = 16;

/**
 * A step of depth of a panel is one run of words.
 *
 * - float16: columns one after the other, the lower half of a word first.
 * - int8: column 4 i + l is digit i of word l, in words that are `Σ 256^i q_i` with signed digits. A word shifted left so that digit i is its highest
 *   is a number whose leading part is q_i and whose rest is the digits before it, which `coded-tile.ts` takes away from whole sums.
 */
export interface CodedLayout {
  /** Bytes of a step of depth. */
  readonly rowBytes: number;
  /** Of a column's number within its panel: the bits that say which word of the run it is in, and which part of that word; a part has so many bits. */
  readonly wordOf: { readonly shift: number; readonly mask: number };
  readonly digitOf: { readonly shift: number; readonly mask: number };
  readonly bits: number;
}

export const codedLayouts: Readonly<Record<CodedFormat, CodedLayout>> = {
  float16: { rowBytes: 32, wordOf: { shift: 1, mask: 7 }, digitOf: { shift: 0, mask: 1 }, bits: 16 },
  int8: { rowBytes: 16, wordOf: { shift: 0, mask: 3 }, digitOf: { shift: 2, mask: 3 }, bits: 8 },
};

/** The bits of a float16, moved to where float32 has its own, are those of the number times this: the exponents count from other numbers. */
export const halfScale: number = 2 ** -112;

/** Panels of a matrix of so many columns. */
export function codedPanels(columns: number): number {
  return Math.ceil(columns / codedPanel);
}

/** Bytes of all panels, behind which int8 has its scales. */
export function codedBytes(format: CodedFormat, depth: number, columns: number): number {
  return codedPanels(columns) * depth * codedLayouts[format].rowBytes;
}
