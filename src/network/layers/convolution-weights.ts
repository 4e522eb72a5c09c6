/** The weights of a convolution, `[O, taps along y, taps along x, C]`, packed for products with the lines of an input and of a gradient. */
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

/** W[:, ky] of each line of taps, ready for products of a depth of (taps along x × C). */
export function packForward(
  { context, axes, inputs, outputs }: Taps,
  weights: BufferId,
): { readonly packs: readonly Statement[]; readonly lines: readonly BufferId[] } {
  const { builder, name, packedRole = "scratch" } = context;
  const taps = axes.y.kernel * axes.x.kernel;
  const depth = axes.x.kernel * inputs;
  const columns = padTo4(outputs);
  const packs: Statement[] = [];
  const lines = Array.from({ length: axes.y.kernel }, (_, ky) => {
    const to = builder.buffer({
      name: `${name}.W.packed`,
      length: packedLength(depth, columns),
      role: packedRole,
      shape: [depth, columns],
    });
    const block = {
      buffer: weights,
      offset: at(ky * depth),
      depthStride: 1,
      columnStride: taps * inputs,
      depth,
      columns: outputs,
      depthAt: 0,
      columnAt: 0,
    };
    packs.push({ kind: "pack", name: `${name}.W.pack`, depth, columns, blocks: [block], to });
    return to;
  });
  return { packs, lines };
}

/** W of each tap, transposed, for products of a depth of O. */
export function packBackward(
  { context, axes, inputs, outputs }: Taps,
  weights: BufferId,
): { readonly packs: readonly Statement[]; readonly taps: readonly BufferId[] } {
  const { builder, name, packedRole = "scratch" } = context;
  const count = axes.y.kernel * axes.x.kernel;
  const columns = padTo4(inputs);
  const packs: Statement[] = [];
  const taps = Array.from({ length: count }, (_, tap) => {
    const to = builder.buffer({
      name: `${name}.W.packedT`,
      length: packedLength(outputs, columns),
      role: packedRole,
      shape: [outputs, columns],
    });
    const block = {
      buffer: weights,
      offset: at(tap * inputs),
      depthStride: count * inputs,
      columnStride: 1,
      depth: outputs,
      columns: inputs,
      depthAt: 0,
      columnAt: 0,
    };
    packs.push({ kind: "pack", name: `${name}.W.packT`, depth: outputs, columns, blocks: [block], to });
    return to;
  });
  return { packs, taps };
}
