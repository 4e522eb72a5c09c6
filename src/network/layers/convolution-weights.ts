/** The weights of a convolution, `[O, taps along y, taps along x, C]`, packed for products with the windows of an input and of a gradient. */
import { at, packedLength, padTo4 } from "../../lower/index.ts";
import type { BufferId, Statement } from "../../lower/index.ts";
import type { Axes } from "../spatial.ts";
import type { LayerContext } from "./layer.ts";

/** Sizes of the weights. */
export interface Taps {
  readonly context: LayerContext;
  readonly axes: Axes;
  /** C and O. */
  readonly inputs: number;
  readonly outputs: number;
}

/** Taps of a window that one product takes: so many segments, each a run of taps that lie side by side. */
export interface TapGroup {
  /** Number of the first tap. */
  readonly first: number;
  readonly segments: number;
  readonly run: number;
}

/** All lines of taps at once where the taps of a line lie side by side; else a line at a time, tap by tap. */
export function groupTaps({ axes: { y, x } }: Taps): readonly TapGroup[] {
  if (x.dilation === 1 || x.kernel === 1) return [{ first: 0, segments: y.kernel, run: x.kernel }];
  return Array.from({ length: y.kernel }, (_, ky) => ({ first: ky * x.kernel, segments: x.kernel, run: 1 }));
}

/** For each group of taps a matrix; the first is the first group's. */
interface PackedTaps {
  readonly packs: readonly Statement[];
  readonly groups: readonly BufferId[];
}

/** W of each group of taps, for products of a depth of (taps × C). */
export function packForward(work: Taps, weights: BufferId): PackedTaps {
  const { axes, inputs, outputs } = work;
  const taps = axes.y.kernel * axes.x.kernel;
  return packGroups(work, "packed", { channels: inputs, columns: outputs }, (first, count) => [
    {
      buffer: weights,
      offset: at(first * inputs),
      depthStride: 1,
      columnStride: taps * inputs,
      depth: count * inputs,
      columns: outputs,
      depthAt: 0,
      columnAt: 0,
    },
  ]);
}

/** W of each group of taps, transposed and from the last tap to the first, for products of a depth of (taps × O). */
export function packBackward(work: Taps, weights: BufferId): PackedTaps {
  const { axes, inputs, outputs } = work;
  const taps = axes.y.kernel * axes.x.kernel;
  return packGroups(work, "packedT", { channels: outputs, columns: inputs }, (first, count) =>
    Array.from({ length: count }, (_, n) => ({
      buffer: weights,
      offset: at((taps - 1 - first - n) * inputs),
      depthStride: taps * inputs,
      columnStride: 1,
      depth: outputs,
      columns: inputs,
      depthAt: n * outputs,
      columnAt: 0,
    })),
  );
}

type Blocks = Extract<Statement, { readonly kind: "pack" }>["blocks"];

function packGroups(
  work: Taps,
  label: string,
  sizes: { readonly channels: number; readonly columns: number },
  blocksOf: (first: number, count: number) => Blocks,
): PackedTaps {
  const { builder, name, packedRole = "scratch" } = work.context;
  const columns = padTo4(sizes.columns);
  const packs: Statement[] = [];
  const groups = groupTaps(work).map(({ first, segments, run }) => {
    const depth = segments * run * sizes.channels;
    const length = packedLength(depth, columns);
    const to = builder.buffer({ name: `${name}.W.${label}`, length, role: packedRole, shape: [depth, columns] });
    packs.push({ kind: "pack", name: `${name}.W.pack`, depth, columns, blocks: blocksOf(first, segments * run), to });
    return to;
  });
  return { packs, groups };
}
