/** The plainest interpreter of graph nodes, for tests of what makes graphs. */
import { elementwiseOperations } from "../../src/language/index.ts";
import type { Dimension, Node, NodeId } from "../../src/language/index.ts";

export interface GraphValues {
  readonly sizes?: Readonly<Record<string, number>>;
  /** Values of inputs, states, parameters and memories (matrices row by row) and adjoints, by name; rows that count of a memory m by `|m|`. */
  readonly leaves?: Readonly<Record<string, readonly number[]>>;
  readonly step?: number;
}

/** The value of one node, `[1]` long for a number. */
export function evaluateNode(
  nodes: readonly Node[],
  root: NodeId,
  { sizes = {}, leaves = {}, step = 0 }: GraphValues,
): readonly number[] {
  const results: (readonly number[])[] = [];
  const at = (id: NodeId): readonly number[] => results[id]!;
  const sizeOf = (dimension: Dimension): number => (typeof dimension === "number" ? dimension : sizes[dimension]!);
  const lengthOf = (node: Node): number => node.shape.map(sizeOf).reduce((a, b) => a * b, 1);
  const product = (matrix: NodeId, vector: NodeId, transposed: boolean): readonly number[] => {
    const [rows, columns] = nodes[matrix]!.shape.map(sizeOf) as [number, number];
    const entry = (i: number, j: number): number => at(matrix)[transposed ? j * columns + i : i * columns + j]!;
    const length = transposed ? columns : rows;
    return Array.from({ length }, (_, i) => at(vector).reduce((sum, value, j) => sum + entry(i, j) * value, 0));
  };
  const valueOf = (node: Node): readonly number[] => {
    switch (node.kind) {
      case "length":
        return leaves[`|${node.memory}|`]!;
      case "score":
        if (node.weights !== undefined) throw new Error("this interpreter has no additive scores");
        return product(node.rows, node.query, false);
      case "mix":
        return product(node.rows, node.weights, true);
      case "keys":
      case "score-gradient":
        throw new Error(`this interpreter has no ${node.kind}: the reference has`);
      case "memory":
      case "input":
      case "state":
      case "parameter":
      case "adjoint":
        return leaves[node.name]!;
      case "constant":
        return [node.value];
      case "step":
        return [step];
      case "position":
        return Array.from({ length: lengthOf(node) }, (_, i) => i);
      case "size":
        return [sizeOf(node.dimension)];
      case "reduce":
        return [at(node.arg).reduce((a, b) => (node.operation === "sum" ? a + b : Math.max(a, b)))];
      case "product":
        return product(node.matrix, node.vector, false);
      case "pullback":
        return node.terms
          .map((term) => product(term.matrix, term.vector, true))
          .reduce((a, b) => a.map((value, i) => value + b[i]!));
      case "apply": {
        const args = node.args.map((id) => ({ value: at(id), isNumber: nodes[id]!.shape.length === 0 }));
        const element = (i: number): number[] => args.map(({ value, isNumber }) => value[isNumber ? 0 : i]!);
        return Array.from({ length: lengthOf(node) }, (_, i) =>
          elementwiseOperations[node.operation].value(...element(i)),
        );
      }
    }
  };
  for (const node of nodes.slice(0, root + 1)) results.push(valueOf(node));
  return at(root);
}
