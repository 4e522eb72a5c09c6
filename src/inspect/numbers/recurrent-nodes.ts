/** The recurrent nodes of a graph: their cells, and the weights that are constants. */
import type { Graph, RecurrentNode } from "../../graph/graph.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { walkNodes } from "../../graph/walk-nodes.ts";
import type { Cell } from "../../language/index.ts";
import { cellOf } from "../../network/index.ts";

export interface GraphCell {
  /** The node's name; where several nodes of the graph and its bodies have that, with those around it: `loop/body/cell`. */
  readonly path: string;
  readonly cell: Cell;
  /** Hidden size H. */
  readonly size: number;
  readonly direction: "forward" | "backward";
  /** By the names in the equations. What the graph computes from its inputs is not there. */
  readonly parameters: Readonly<Record<string, Tensor>>;
}

/** All recurrent nodes of a graph in its order, those in bodies (both branches of an `If`) among them. */
export function recurrentNodes(graph: Graph): readonly GraphCell[] {
  return walkNodes(graph).flatMap(({ node, path, constant }) =>
    node.kind === "recurrent"
      ? [
          {
            path,
            cell: cellOf(node.cell),
            size: node.size,
            direction: node.direction,
            parameters: constantParameters(node, constant),
          },
        ]
      : [],
  );
}

function constantParameters(
  { parameters }: RecurrentNode,
  constant: (name: string) => Tensor | undefined,
): Readonly<Record<string, Tensor>> {
  const found = Object.entries(parameters).map(([name, value]) => [name, constant(value)] as const);
  return Object.fromEntries(found.filter((entry): entry is readonly [string, Tensor] => entry[1] !== undefined));
}
