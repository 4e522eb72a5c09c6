/** Computes once what does not depend on a graph's inputs. */
import { RecurraError } from "../util/errors.ts";
import { createSpend, evaluateNode, lookUp } from "./evaluate.ts";
import type { OpenScope, Scope } from "./evaluate.ts";
import type { Attribute, Graph, GraphNode, ValueName } from "./graph.ts";
import { operators } from "./operators/index.ts";
import { isGraph } from "./operators/operator.ts";
import { checkGraph, readsOf } from "./plan.ts";
import { writesOf } from "./walk-nodes.ts";
import type { Tensor } from "./tensor.ts";

/** Elements of a value that is worth keeping however little it is made of; larger ones (a file may ask for any size in a few bytes) are computed when the graph runs. */
const mostElements = 2 ** 22;

/** All that is kept together, unless the graph itself holds more. */
const mostKept = 2 ** 26;

/** A value of at most so many times the elements that it is made of is worth keeping, however large. */
const mostGrowth = 2;

/**
 * The graph with operators computed whose inputs are all constants, in its bodies too, and without constants that nothing reads. What cannot be computed stays as it
 * is, so that the error comes when it runs, if it runs.
 */
export function foldGraph(graph: Graph): Graph {
  checkGraph(graph);
  const held = [...graph.constants.values()].reduce((sum, { data }) => sum + data.length, 0);
  const budget = { kept: Math.max(mostKept, 2 * mostGrowth * held), spend: createSpend(100_000) };
  const folded = foldBody(graph, { outer: undefined, budget });
  checkGraph(folded);
  return folded;
}

interface FoldOptions {
  readonly outer: Scope | undefined;
  readonly budget: { kept: number; readonly spend: (work: number) => void };
}

function foldBody(graph: Graph, { outer, budget }: FoldOptions): Graph {
  const scope: OpenScope = { values: new Map(graph.constants), outer: hideNames(outer, graph) };
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    const inner = foldBodies(node, { outer: scope, budget });
    if (!isFoldable(inner, scope) || !computeOnce(inner, { scope, graph, budget })) nodes.push(inner);
  }
  const read = new Set<ValueName>([...nodes.flatMap(readsDeep), ...graph.outputs.map(({ name }) => name)]);
  const constants = new Map<ValueName, Tensor>();
  for (const [name, value] of scope.values) if (read.has(name)) constants.set(name, value);
  return { ...graph, constants, nodes };
}

/** The scope around a body, without what the body itself gives the same name to. */
function hideNames(outer: Scope | undefined, graph: Graph): Scope | undefined {
  if (outer === undefined) return undefined;
  const own = [...graph.inputs.map(({ name }) => name), ...graph.nodes.flatMap(writesOf)];
  if (own.every((name) => lookUp(outer, name) === undefined)) return outer;
  const values = new Map<ValueName, Tensor>();
  for (let at: Scope | undefined = outer; at !== undefined; at = at.outer)
    for (const [name, value] of at.values) if (!values.has(name)) values.set(name, value);
  for (const name of own) values.delete(name);
  return { values, outer: undefined };
}

/** Values that a node reads, or a node of its bodies. */
function readsDeep(node: GraphNode): ValueName[] {
  if (node.kind === "recurrent") return readsOf(node);
  const bodies = Object.values(node.attributes).filter(isGraph);
  const deep = bodies.flatMap((body) => [...body.nodes.flatMap(readsDeep), ...body.outputs.map(({ name }) => name)]);
  return [...node.inputs, ...deep];
}

/** The node with its bodies folded. */
function foldBodies(node: GraphNode, options: FoldOptions): GraphNode {
  if (node.kind === "recurrent" || !Object.values(node.attributes).some(isGraph)) return node;
  const attributes = Object.entries(node.attributes).map(([name, attribute]): [string, Attribute] => [
    name,
    isGraph(attribute) ? foldBody(attribute, options) : attribute,
  ]);
  return { ...node, attributes: Object.fromEntries(attributes) };
}

/** Computes a node for good; false where that fails or gives too much. */
function computeOnce(
  node: GraphNode,
  {
    scope,
    graph,
    budget,
  }: { readonly scope: OpenScope; readonly graph: Graph; readonly budget: FoldOptions["budget"] },
): boolean {
  const recur = (): never => {
    throw new RecurraError("internal/impossible", "a recurrent node was folded");
  };
  const written = writesOf(node);
  try {
    budget.spend(1);
    evaluateNode(node, { scope, graph, evaluation: { recur, spend: budget.spend } });
  } catch {
    return false;
  }
  const sizes = written.map((name) => scope.values.get(name)!.data.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const given = readsOf(node).reduce((sum, name) => sum + (lookUp(scope, name)?.data.length ?? 0), 0);
  if (sizes.every((size) => size <= Math.max(mostElements, mostGrowth * given)) && total <= budget.kept) {
    budget.kept -= total;
    return true;
  }
  for (const name of written) scope.values.delete(name);
  return false;
}

function isFoldable(node: GraphNode, scope: Scope): boolean {
  if (node.kind !== "operator") return false;
  // Bodies may hold loops and recurrent nodes.
  if (Object.values(node.attributes).some(isGraph)) return false;
  // What is read but short, or made of a short shape, may still be large: the sizes asked for are looked at first.
  const { grows = false, shapedBy = [] } = operators.get(node.operator) ?? {};
  if (grows && asks(node.inputs, shapedBy, scope) > mostElements) return false;
  return readsOf(node).every((name) => lookUp(scope, name) !== undefined);
}

/** About how many numbers an operator that grows is asked for: those that it reads, times all sizes that it is given. */
function asks(inputs: readonly ValueName[], shapedBy: readonly number[], scope: Scope): number {
  let product = 1;
  for (const [at, name] of inputs.entries()) {
    const value = lookUp(scope, name);
    if (value === undefined) continue;
    const factors = shapedBy.includes(at)
      ? Array.from(value.data as ArrayLike<number | bigint>, Number)
      : [value.data.length];
    for (const factor of factors) product *= Math.max(1, Math.abs(factor));
  }
  return product;
}
