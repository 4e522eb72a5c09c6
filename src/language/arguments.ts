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
    case "keys":
      return [node.matrix, node.memory];
    case "score":
      return [node.rows, node.query, ...(node.weights === undefined ? [] : [node.weights])];
    case "mix":
      return [node.rows, node.weights];
    case "score-gradient":
      return [node.rows, node.query, node.weights, node.adjoint];
    default:
      return [];
  }
}
