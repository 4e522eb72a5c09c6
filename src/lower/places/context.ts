/** What the places of one cell are made from, part by part. */
import type { Derivation } from "../../derive/index.ts";
import type { Node, NodeId } from "../../language/index.ts";
import type { LowerCellOptions } from "../cell-options.ts";
import type { Location } from "../location.ts";
import type { Members } from "../active.ts";
import type { Allocator } from "./allocator.ts";

export interface PlaceContext {
  readonly options: LowerCellOptions;
  readonly derivation: Derivation;
  readonly allocator: Allocator;
  /** Of members that differ in length. */
  readonly members: Members | undefined;
  /** The computed values that have a place so far. The first part that has a use for a value's lying somewhere says where. */
  readonly placed: Map<NodeId, Location>;
}

/** Gives a value a place unless it has one. */
export function place({ placed }: PlaceContext, id: NodeId, location: Location): void {
  if (!placed.has(id)) placed.set(id, location);
}

/** Whether a map computes the node, and can so store it wherever it is told to. */
export function isElementwise(node: Node): boolean {
  return node.kind === "apply" || node.kind === "reduce";
}

/** A label for the value in names of buffers: its name in the equations, or what it is and its number. */
export function labelOf({ options, derivation }: PlaceContext, id: NodeId): string {
  for (const [label, node] of options.cell.graph.names) if (node === id) return label;
  const node = derivation.nodes[id]!;
  return node.kind === "apply" ? `${node.operation}${id}` : `${node.kind}${id}`;
}

/** A label for values made by several matrices: `W_i+W_f`. */
export function labelOfMatrices({ derivation }: PlaceContext, terms: readonly { readonly matrix: NodeId }[]): string {
  return terms
    .map(({ matrix }) => {
      const node = derivation.nodes[matrix]!;
      return node.kind === "parameter" ? node.name : node.kind;
    })
    .join("+");
}
