/** Checks a graph once, and says what its nodes read and write. */
import { cellOf } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import type { Graph, GraphNode, OperatorNode, RecurrentNode, ValueName } from "./graph.ts";
import { operators } from "./operators/index.ts";
import { attributeKinds, isGraph } from "./operators/operator.ts";
import type { Operator } from "./operators/operator.ts";
import { writesOf } from "./walk-nodes.ts";

export interface GraphPlan {
  /** What the graph reads of graphs around it. */
  readonly free: ReadonlySet<ValueName>;
}

/** A graph in a graph in a graph: enough for any real model. */
const mostDepth = 32;

type Names = Pick<ReadonlySet<ValueName>, "has">;

const plans = new WeakMap<Graph, GraphPlan>();

/** The plan of a graph that was checked before. */
export function planOf(graph: Graph): GraphPlan {
  return plans.get(graph) ?? checkGraph(graph);
}

/** Values that a node reads, those of its bodies among them. */
export function readsOf(node: GraphNode): ValueName[] {
  if (node.kind === "operator") {
    const reads = node.inputs.filter((name) => name !== "");
    for (const attribute of Object.values(node.attributes))
      if (isGraph(attribute)) reads.push(...planOf(attribute).free);
    return reads;
  }
  const { input, parameters, states, memories = {}, lengths, mask } = node;
  return [
    input,
    ...Object.values(parameters),
    ...Object.values(states),
    ...Object.values(memories).flatMap((memory) => [
      memory.value,
      ...(memory.lengths === undefined ? [] : [memory.lengths]),
    ]),
    ...(lengths === undefined ? [] : [lengths]),
    ...(mask === undefined ? [] : [mask.value]),
  ];
}

/** How a node is called in messages. */
export function printNode(node: GraphNode): string {
  return node.kind === "operator" ? `node ${node.name} (${node.operator})` : `node ${node.name} (${node.cell.name})`;
}

/**
 * Checks that each value is defined once, before it is read, and that each node is one that can be run. Throws `graph/defined-twice`, `graph/undefined-value`,
 * `graph/unknown-operator`, `graph/bad-value` and `graph/too-deep`, naming the node.
 */
export function checkGraph(graph: Graph, around: Names = new Set(), depth = 0): GraphPlan {
  if (depth > mostDepth)
    throw new RecurraError("graph/too-deep", `Graphs are nested deeper than ${mostDepth} in graph ${graph.name}.`);
  const own = new Set<ValueName>();
  const define = (name: ValueName, by: string): void => {
    if (own.has(name))
      throw new RecurraError(
        "graph/defined-twice",
        `The value ${JSON.stringify(name)} is defined by ${by} of graph ${graph.name}, but something before it defines it too.`,
      );
    own.add(name);
  };
  for (const { name } of graph.inputs) define(name, "an input");
  for (const name of graph.constants.keys()) define(name, "a constant");
  const free = new Set<ValueName>();
  const read = (name: ValueName, by: string): void => {
    if (own.has(name)) return;
    if (!around.has(name))
      throw new RecurraError(
        "graph/undefined-value",
        `${by} of graph ${graph.name} reads ${JSON.stringify(name)}, which nothing before it defines.`,
      );
    free.add(name);
  };
  for (const node of graph.nodes) {
    const what = printNode(node);
    if (node.kind === "operator") {
      checkOperator(node, graph);
      // Names are looked up as they stand now: sets of all of them, one a node, would take long in large graphs.
      const visible: Names = { has: (name) => own.has(name) || around.has(name) };
      for (const attribute of Object.values(node.attributes))
        if (isGraph(attribute)) checkGraph(attribute, visible, depth + 1);
    } else checkRecurrent(node, graph);
    for (const name of readsOf(node)) read(name, what);
    for (const name of writesOf(node)) define(name, what);
  }
  for (const { name } of graph.outputs) read(name, "an output");
  const plan: GraphPlan = { free };
  plans.set(graph, plan);
  return plan;
}

function bad(node: GraphNode, graph: Graph, what: string): RecurraError {
  return new RecurraError("graph/bad-value", `In ${printNode(node)} of graph ${graph.name}: ${what}.`);
}

function checkOperator(node: OperatorNode, graph: Graph): void {
  const operator = operators.get(node.operator);
  if (operator === undefined)
    throw new RecurraError(
      "graph/unknown-operator",
      `Node ${node.name} of graph ${graph.name} is the operator ${node.operator}, which Recurra does not know.`,
    );
  const { inputs, outputs } = operator;
  if (node.inputs.length < inputs[0] || node.inputs.length > inputs[1])
    throw bad(node, graph, `it has ${node.inputs.length} inputs, but takes ${printRange(inputs)}`);
  if (node.outputs.length < Math.min(1, outputs[0]) || node.outputs.length > outputs[1])
    throw bad(node, graph, `it has ${node.outputs.length} outputs, but gives ${printRange(outputs)}`);
  for (const [at, name] of node.inputs.entries())
    if (name === "" && !isOptional(operator, at)) throw bad(node, graph, `input ${at} is missing`);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    const kind = Object.hasOwn(operator.attributes, name) ? operator.attributes[name] : undefined;
    if (kind === undefined) throw bad(node, graph, `there is no attribute ${name}`);
    if (!attributeKinds[kind](attribute)) throw bad(node, graph, `attribute ${name} must be of the kind ${kind}`);
  }
}

function isOptional(operator: Operator, at: number): boolean {
  return operator.optional?.includes(at) ?? false;
}

function printRange([least, most]: readonly [number, number]): string {
  return least === most ? String(least) : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
}

function checkRecurrent(node: RecurrentNode, graph: Graph): void {
  const cell = cellOf(node.cell);
  const states = new Set(cell.states.map(({ name }) => name));
  for (const { name } of cell.parameters)
    if (!Object.hasOwn(node.parameters, name)) throw bad(node, graph, `the cell's parameter ${name} is missing`);
  const parameters = new Set(cell.parameters.map(({ name }) => name));
  for (const name of Object.keys(node.parameters))
    if (!parameters.has(name)) throw bad(node, graph, `the cell has no parameter ${name}`);
  for (const name of [...Object.keys(node.states), ...Object.keys(node.outputs.states)])
    if (!states.has(name)) throw bad(node, graph, `the cell has no state ${name}`);
  for (const { name } of cell.memories)
    if (node.memories === undefined || !Object.hasOwn(node.memories, name))
      throw bad(node, graph, `the cell's memory ${name} is missing`);
  if (cell.inputs.some(({ name }) => name !== "x")) throw bad(node, graph, "the cell reads inputs beside x");
}
