/** The lines between neurons as a few paths: one for each strength, as hundreds of elements would be slow to move. */
import { findMost } from "recurra/inspect";
import type { Wire } from "./layout.ts";
import { layerMark } from "../../work/network/network-cell.ts";
import type { NetworkTrace } from "../../work/network/trace.ts";

/** The name of the matrix above a layer. */
export const matrixAbove = (layer: number, layers: number): string =>
  layer === layers ? "V" : `W${layerMark(layer + 1, layers)}`;

/** Strengths are told apart in so many levels. */
const levels = 4;

/** Tells how large a line's weight is beside the largest of its matrix, from 0 to 1. */
export function createShares({
  parameters,
  sizes,
}: NetworkTrace): (wire: Pick<Wire, "layer" | "from" | "to">) => number {
  const { layers, inputs, hidden } = sizes;
  const matrices = Array.from({ length: layers + 1 }, (_, layer) => {
    const matrix = parameters[matrixAbove(layer, layers)] ?? new Float64Array();
    return { matrix, most: findMost(matrix), columns: layer === 0 ? inputs : hidden };
  });
  return ({ layer, from, to }) => {
    const { matrix, most, columns } = matrices[layer] ?? { matrix: [], most: 1, columns: 1 };
    return Math.abs(matrix[to * columns + from] ?? 0) / most;
  };
}

export interface WirePath {
  readonly d: string;
  /** From 0 (weak) to 1. */
  readonly strength: number;
}

/** Paths from weak to strong; those without a line are left out. */
export function joinWires(wires: readonly Wire[], shareOf: (wire: Wire) => number): readonly WirePath[] {
  const paths = Array.from({ length: levels }, () => "");
  for (const wire of wires) {
    const level = Math.min(levels - 1, Math.floor(shareOf(wire) * levels));
    const { start, end } = wire;
    paths[level] += `M${start.x.toFixed(1)} ${start.y.toFixed(1)}L${end.x.toFixed(1)} ${end.y.toFixed(1)}`;
  }
  return paths.flatMap((d, level) => (d === "" ? [] : [{ d, strength: (level + 0.5) / levels }]));
}
