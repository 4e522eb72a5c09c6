/** What a node of a graph is computed from. */
import type { Node, NodeId } from "./graph.ts";

/** The nodes that a node is computed from. */
export function argumentsOf(node: Node): readonly NodeId[] {
  switch (node.kind) {
    case "apply":
      return node.args;
    case "reduce":
      return [node.arg];
    case "product":
      return [node.matrix, node.vector];
    case "pullback":
      return node.terms.flatMap(({ matrix, vector }) => [matrix, vector]);
    default:
      return [];
  }
}
