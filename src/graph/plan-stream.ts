/** What a step of a stream through a graph is: which inputs change, which are states, and which axes are 1. */
import { cellOf } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import type { GraphSessionOptions } from "./graph-model.ts";
import type { Graph, GraphNode, RecurrentNode, ValueInfo, ValueName } from "./graph.ts";
import { isGraph, printShape } from "./operators/operator.ts";
import { dependents, pairStates } from "./pair-states.ts";
import { printNode } from "./plan.ts";
import { findStepAxes } from "./step-axes.ts";
import type { GraphRunner, RunnerOptions } from "./runner.ts";
import type { Tensor, TensorLike } from "./tensor.ts";
import { convertData, countElements } from "./tensors.ts";

export interface SessionHost {
  readonly graph: Graph;
  /** Values of the graph, in plain code. */
  readonly compute: (
    values: ReadonlyMap<ValueName, Tensor>,
    wanted: readonly ValueName[],
  ) => ReadonlyMap<ValueName, Tensor>;
  /** What runs a graph of these shapes again and again. */
  readonly createRunner: (graph: Graph, how: Pick<RunnerOptions, "examples" | "fixed" | "wanted">) => GraphRunner;
}

export function noStream(what: string): RecurraError {
  return new RecurraError("graph/no-stream", what);
}

/** A state that a node keeps inside: what it starts from is computed in the first step. */
export interface Carried {
  /** Of the graph with the state as an input. */
  readonly input: ValueName;
  readonly output: ValueName;
  /** What the graph itself computes for it, or undefined for what the cell starts from. */
  readonly first: ValueName | undefined;
  /** Without `first`: a row of it. */
  readonly row: readonly number[];
  readonly value: number;
}

/** Everything about a stream but its states. */
export interface StreamPlan {
  readonly host: SessionHost;
  /** The graph with the states of its nodes as inputs and outputs. */
  readonly graph: Graph;
  readonly carried: readonly Carried[];
  /** Inputs by the outputs that they are next. */
  readonly pairs: ReadonlyMap<ValueName, ValueName>;
  readonly fixed: ReadonlyMap<ValueName, Tensor>;
  readonly free: readonly ValueInfo[];
  readonly batch: number;
  readonly shapes: ReadonlyMap<ValueName, readonly (number | undefined)[]>;
  readonly output: ValueName;
  readonly wanted: readonly ValueName[];
  /** The runner for the shapes of the last step, by these. */
  readonly runners: Map<string, GraphRunner>;
}

/** Throws `graph/no-stream`, naming the node, for a graph that reads a sequence as a whole. */
export function planStream(host: SessionHost, options: GraphSessionOptions): StreamPlan {
  const { graph } = host;
  const fixed = new Set(Object.keys(options.fixed ?? {}));
  for (const name of fixed)
    if (!graph.inputs.some((one) => one.name === name))
      throw noStream(`There is no input ${JSON.stringify(name)} to keep fixed.`);
  const pairs = pairStates(graph, { given: options.states, fixed });
  const stateInputs = new Set(pairs.values());
  const free = graph.inputs.filter(({ name }) => !fixed.has(name) && !stateInputs.has(name));
  const axes = findStepAxes(graph);
  for (const node of graph.nodes) checkDirection(node);
  for (const label of axes.steps) {
    const node = axes.whole.get(label);
    if (node !== undefined)
      throw noStream(
        `${printNode(node)} reads all steps of a sequence at once, so the graph cannot go on step by step.`,
      );
  }
  const batch = options.batch ?? batchOf(graph, axes) ?? 1;
  if (!Number.isInteger(batch) || batch < 1)
    throw noStream(`batch must be a whole number of at least 1, but is ${batch}.`);
  const shapes = new Map(graph.inputs.map((info) => [info.name, shapeAtStep(info, { axes, batch })]));
  const { inner, carried } = carryStates(graph, stateInputs);
  const output = graph.outputs.find(({ name }) => !pairs.has(name))?.name;
  if (output === undefined)
    throw noStream(`All outputs of graph ${graph.name} are states: there is nothing that a step would give.`);
  return {
    host,
    graph: inner,
    carried,
    pairs,
    fixed: new Map(Object.entries(options.fixed ?? {}).map(([name, value]) => [name, fixedTensor(graph, name, value)])),
    free,
    batch,
    shapes,
    output,
    wanted: [...graph.outputs.map(({ name }) => name), ...carried.map((one) => one.output)],
    runners: new Map(),
  };
}

function fixedTensor(graph: Graph, name: ValueName, { shape, data }: TensorLike): Tensor {
  const { type } = graph.inputs.find((one) => one.name === name)!;
  if (data.length !== countElements(shape))
    throw noStream(`The fixed input ${name} has ${data.length} numbers for ${printShape(shape)}.`);
  return { type, shape, data: convertData(data, type) };
}

/** A node that reads from the end, in the graph or in one of its bodies. */
function checkDirection(node: GraphNode, isInBody = false): void {
  if (node.kind === "recurrent") {
    if (node.direction === "backward")
      throw noStream(`${printNode(node)} reads its sequence from the end, so the graph cannot go on step by step.`);
    const missing = cellOf(node.cell).states.find(({ name }) => node.states[name] === undefined);
    if (isInBody && missing !== undefined)
      throw noStream(
        `${printNode(node)} stands in a body and starts anew each time, so the graph cannot go on step by step.`,
      );
    return;
  }
  for (const body of Object.values(node.attributes).filter(isGraph))
    for (const inner of body.nodes) checkDirection(inner, true);
}

/** The number of members that the graph itself says. */
function batchOf(graph: Graph, { members }: { readonly members: ReadonlySet<string> }): number | undefined {
  for (const { name, shape = [] } of graph.inputs)
    for (const [axis, size] of shape.entries())
      if (typeof size === "number" && members.has(`${name}:${axis}`)) return size;
  return undefined;
}

/** The shape of an input in a step: axes of steps are 1, those of members the batch; where nothing else is open, the last open one follows from the numbers. */
function shapeAtStep(
  { name, shape }: ValueInfo,
  { axes, batch }: { readonly axes: ReturnType<typeof findStepAxes>; readonly batch: number },
): readonly (number | undefined)[] {
  if (shape === undefined) throw noStream(`The input ${name} has no shape, so its step is not known.`);
  let isBatchOpen = !shape.some((_, axis) => axes.members.has(`${name}:${axis}`));
  return shape.map((size, axis) => {
    const label = `${name}:${axis}`;
    if (axes.steps.has(label)) return 1;
    if (axes.members.has(label)) return batch;
    if (typeof size === "number") return size;
    // Without a recurrent node that says which axis is that of members, it is the first whose size is open.
    if (!isBatchOpen) return undefined;
    isBatchOpen = false;
    return batch;
  });
}

/** The graph with states that do not come from its inputs as inputs and outputs of their own. */
function carryStates(
  graph: Graph,
  stateInputs: ReadonlySet<ValueName>,
): { readonly inner: Graph; readonly carried: readonly Carried[] } {
  const isGiven = dependents(graph.nodes, stateInputs);
  const carried: Carried[] = [];
  const inputs: ValueInfo[] = [...graph.inputs];
  const outputs: ValueInfo[] = [...graph.outputs];
  const carry = (one: Carried): Carried => {
    carried.push(one);
    inputs.push({ name: one.input, type: "float32" });
    if (!outputs.some(({ name }) => name === one.output)) outputs.push({ name: one.output, type: "float32" });
    return one;
  };
  const nodes = graph.nodes.map((node): GraphNode => {
    if (node.kind === "operator") return node.operator === "Scan" ? carryScan(node, { isGiven, carry }) : node;
    const cell = cellOf(node.cell);
    const sizes = sizesOfNode(node, graph);
    const states: Record<string, ValueName> = { ...node.states };
    const finals: Record<string, ValueName> = { ...node.outputs.states };
    for (const { name, shape } of cell.states) {
      const first = node.states[name];
      if (first !== undefined && isGiven.has(first)) continue;
      const row = shape.map((size) => {
        const known = typeof size === "number" ? size : sizes[size];
        return known ?? fail(node, `the size of its state ${name} is not known`);
      });
      const own = carry({
        input: `${node.name}.${name}`,
        output: finals[name] ?? `${node.name}.${name}'`,
        first,
        row,
        value: node.cell.options.initialStates?.[name] ?? 0,
      });
      states[name] = own.input;
      finals[name] = own.output;
    }
    return { ...node, states, outputs: { ...node.outputs, states: finals } };
  });
  return { inner: { ...graph, inputs, outputs, nodes }, carried };
}

function fail(node: GraphNode, what: string): never {
  throw noStream(`In ${printNode(node)}: ${what}, so the graph cannot go on step by step.`);
}

/** The sizes of a cell's dimensions, as its constant parameters show them. */
function sizesOfNode(node: RecurrentNode, graph: Graph): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = { ...node.sizes, H: node.size };
  for (const { name, shape } of cellOf(node.cell).parameters) {
    const value = graph.constants.get(node.parameters[name] ?? "");
    for (const [axis, size] of shape.entries())
      if (typeof size === "string" && value !== undefined) sizes[size] ??= value.shape[axis]!;
  }
  return sizes;
}

function carryScan(
  node: Extract<GraphNode, { readonly kind: "operator" }>,
  { isGiven, carry }: { readonly isGiven: ReadonlySet<ValueName>; readonly carry: (one: Carried) => Carried },
): GraphNode {
  const scanned = Number(node.attributes["num_scan_inputs"] ?? 1);
  const inputs = [...node.inputs];
  const outputs = [...node.outputs];
  for (let at = 0; at < node.inputs.length - scanned; at++) {
    const first = node.inputs[at]!;
    if (isGiven.has(first)) continue;
    const told = outputs[at] ?? "";
    const output = told === "" ? `${node.name}.${at}'` : told;
    const own = carry({ input: `${node.name}.${at}`, output, first, row: [], value: 0 });
    inputs[at] = own.input;
    outputs[at] = own.output;
  }
  return { ...node, inputs, outputs };
}
