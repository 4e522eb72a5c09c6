/** Computes once what does not depend on a graph's inputs. */
import { RecurraError } from "../util/errors.ts";
import { createSpend, evaluateNode } from "./evaluate.ts";
import type { Scope } from "./evaluate.ts";
import type { Graph, GraphNode, ValueName } from "./graph.ts";
import { isGraph } from "./operators/operator.ts";
import { checkGraph, readsOf, writesOf } from "./plan.ts";
import type { Tensor } from "./tensor.ts";

/** Elements of a value that is worth keeping; larger ones (a file may ask for any size in a few bytes) are computed when the graph runs. */
const mostElements = 2 ** 22;

/** All that is kept together. */
const mostKept = 2 ** 26;

/**
 * The graph with operators computed whose inputs are all constants, and without constants that nothing reads. What cannot be computed stays as it is, so that the
 * error comes when it runs, if it runs.
 */
export function foldGraph(graph: Graph): Graph {
  checkGraph(graph);
  const scope: Scope = { values: new Map(graph.constants), outer: undefined };
  const nodes: GraphNode[] = [];
  const spend = createSpend(100_000);
  let kept = 0;
  const evaluation = {
    recur: () => {
      throw new RecurraError("internal/impossible", "a recurrent node was folded");
    },
    spend,
  };
  for (const node of graph.nodes) {
    if (!isFoldable(node, scope.values)) {
      nodes.push(node);
      continue;
    }
    try {
      evaluateNode(node, { scope, graph, evaluation });
    } catch {
      nodes.push(node);
      continue;
    }
    const written = writesOf(node);
    const sizes = written.map((name) => scope.values.get(name)!.data.length);
    kept += sizes.reduce((sum, size) => sum + size, 0);
    if (sizes.every((size) => size <= mostElements) && kept <= mostKept) continue;
    for (const name of written) scope.values.delete(name);
    nodes.push(node);
  }
  const read = new Set<ValueName>([...nodes.flatMap(readsOf), ...graph.outputs.map(({ name }) => name)]);
  const constants = new Map<ValueName, Tensor>();
  for (const [name, value] of scope.values) if (read.has(name)) constants.set(name, value);
  const folded: Graph = { ...graph, constants, nodes };
  checkGraph(folded);
  return folded;
}

function isFoldable(node: GraphNode, values: ReadonlyMap<ValueName, Tensor>): boolean {
  if (node.kind !== "operator") return false;
  // Bodies may hold loops and recurrent nodes.
  if (Object.values(node.attributes).some(isGraph)) return false;
  // What is read but short, or made of a short shape, may still be large: the sizes asked for are looked at first.
  if (growing.has(node.operator) && asks(node, values) > mostElements) return false;
  return readsOf(node).every((name) => values.has(name));
}

/** Operators whose output may be far larger than their inputs. */
const growing: ReadonlySet<string> = new Set([
  "ConstantOfShape",
  "Expand",
  "Tile",
  "Range",
  "Pad",
  "OneHot",
  "EyeLike",
  "Resize",
]);

/** An upper bound of what such an operator may be asked for: the product of all the whole numbers it is given. */
function asks({ inputs }: { readonly inputs: readonly ValueName[] }, values: ReadonlyMap<ValueName, Tensor>): number {
  let product = 1;
  for (const name of inputs) {
    const value = values.get(name);
    if (value === undefined) continue;
    product *= Math.max(1, value.data.length);
    if (value.type !== "int64" && value.type !== "int32") continue;
    for (const size of Array.from(value.data as ArrayLike<number | bigint>, Number))
      product *= Math.max(1, Math.abs(size));
  }
  return product;
}
