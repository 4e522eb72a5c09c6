/** What a graph holds: how many nodes of each kind, its recurrent nodes, its weights. */
import type { Graph, GraphNode, ValueName } from "../graph/graph.ts";
import type { Tensor } from "../graph/tensor.ts";
import { walkNodes } from "../graph/walk-nodes.ts";
import type { PlacedNode } from "../graph/walk-nodes.ts";
import { recurrentNodes } from "./numbers/recurrent-nodes.ts";
import type { GraphCell } from "./numbers/recurrent-nodes.ts";

export interface NodeFacts {
  readonly path: string;
  /** The operator, or the cell's name. */
  readonly name: string;
  readonly isRecurrent: boolean;
  /** How many bodies it stands in. */
  readonly depth: number;
}

export interface WeightFacts {
  /** After the recurrent node that reads it first (`path.U_f`), else as the graph calls it. */
  readonly name: string;
  /** float32 or float64. */
  readonly tensor: Tensor;
}

export interface GraphFacts {
  readonly nodes: readonly NodeFacts[];
  /** Operators and cells with how many nodes each has, the most frequent first. */
  readonly kinds: readonly { readonly name: string; readonly count: number }[];
  readonly cells: readonly GraphCell[];
  /** Constants of real numbers that nodes read, but for single ones; equal ones once. */
  readonly weights: readonly WeightFacts[];
  /** Numbers of all weights. */
  readonly parameterCount: number;
}

/** Describes a graph, with the bodies of its nodes. */
export function describeGraph(graph: Graph): GraphFacts {
  const placed = walkNodes(graph);
  const nodes = placed.map(({ node, path, depth }) => ({
    path,
    depth,
    name: node.kind === "operator" ? node.operator : node.cell.name,
    isRecurrent: node.kind === "recurrent",
  }));
  const counts = new Map<string, number>();
  for (const { name } of nodes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const weights = findWeights(placed);
  return {
    nodes,
    kinds: [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count),
    cells: recurrentNodes(graph),
    weights,
    parameterCount: weights.reduce((sum, { tensor }) => sum + tensor.data.length, 0),
  };
}

function findWeights(placed: readonly PlacedNode[]): readonly WeightFacts[] {
  const weights: WeightFacts[] = [];
  // Branches that share weights may each have a copy.
  const byShape = new Map<string, Tensor[]>();
  for (const { node, path, constant } of placed)
    for (const { name, value } of readsCalled(node, path)) {
      const tensor = constant(value);
      if (tensor === undefined || tensor.data.length < 2) continue;
      if (tensor.type !== "float32" && tensor.type !== "float64") continue;
      const key = `${tensor.type} ${tensor.shape.join(" ")}`;
      const alike = byShape.get(key) ?? [];
      byShape.set(key, alike);
      if (alike.some((other) => areEqual(other, tensor))) continue;
      alike.push(tensor);
      weights.push({ name, tensor });
    }
  return weights;
}

function areEqual(a: Tensor, b: Tensor): boolean {
  return a === b || (a.data as Float32Array).every((value, at) => value === b.data[at]);
}

/** What a node reads, and how it is called as a weight. */
function readsCalled(node: GraphNode, path: string): readonly { readonly name: string; readonly value: ValueName }[] {
  if (node.kind === "operator") return node.inputs.map((value) => ({ name: value, value }));
  return Object.entries(node.parameters).map(([name, value]) => ({ name: `${path}.${name}`, value }));
}
