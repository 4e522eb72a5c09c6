/** What a graph needs to go on step by step: which inputs are states, which states its nodes keep inside, and how large a step is. */
import { cellOf } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import type { GraphSessionOptions } from "./graph-model.ts";
import type { Graph, GraphNode, RecurrentNode, SymbolicSize, ValueInfo, ValueName } from "./graph.ts";
import { printShape } from "./operators/operator.ts";
import { dependents, pairStates } from "./pair-states.ts";
import { printNode } from "./plan.ts";
import { findStepAxes } from "./step-axes.ts";
import type { StepAxes } from "./step-axes.ts";
import { outputOfState, repeatsState } from "./step-masks.ts";
import { keepNumbers, keepTensor, tensorsOf } from "./kept-numbers.ts";
import type { KeptNumbers } from "./kept-numbers.ts";
import type { ElementType, Tensor, TensorLike } from "./tensor.ts";
import { convertData, countElements, integerTensor } from "./tensors.ts";
import { walkNodes } from "./walk-nodes.ts";

export function noStream(what: string): RecurraError {
  return new RecurraError("graph/no-stream", what);
}

/** A state that a node keeps inside: what it starts from is computed in the first step. */
export interface CarriedState {
  /** Of the graph with the state as an input. */
  readonly input: ValueName;
  readonly output: ValueName;
  /** What the graph itself computes for it, or undefined for what the cell starts from. */
  readonly first: ValueName | undefined;
  /** Without `first`: a row of it. */
  readonly row: readonly number[];
  readonly value: number;
}

/** What a stream is, but for its states and what runs it. */
export interface StreamPlan {
  /** The graph with the states of its nodes as inputs and outputs. */
  readonly graph: Graph;
  readonly carried: readonly CarriedState[];
  /** Inputs by the outputs that they are next. */
  readonly pairs: ReadonlyMap<ValueName, ValueName>;
  readonly fixed: ReadonlyMap<ValueName, Tensor>;
  readonly free: readonly ValueInfo[];
  readonly batch: number;
  readonly shapes: ReadonlyMap<ValueName, OpenShape>;
  readonly output: ValueName;
  readonly wanted: readonly ValueName[];
}

/** A shape of which some sizes are not known. */
export type OpenShape = readonly (number | undefined)[];

/** How a graph goes on step by step. Throws `graph/no-stream`, naming the node, for one that reads a sequence as a whole. */
export function planStream(graph: Graph, options: Omit<GraphSessionOptions, "weights">): StreamPlan {
  const fixed = fixInputs(graph, options.fixed);
  const pairs = pairStates(graph, { given: options.states, fixed: new Set(fixed.keys()) });
  const stateInputs = new Set(pairs.values());
  const axes = stepAxesOf(graph, { fixed, states: stateInputs, shapes: options.shapes });
  const fault = graphStreamFault(graph, axes);
  if (fault !== undefined) throw noStream(`${fault}, so the graph cannot go on step by step.`);
  const batch = options.batch ?? batchOf(graph, axes) ?? 1;
  if (!Number.isInteger(batch) || batch < 1)
    throw noStream(`batch must be a whole number of at least 1, but is ${batch}.`);
  for (const [count, node] of axes.counts)
    if (count !== batch) throw noStream(`${printNode(node)} has ${count} members, the session ${batch}.`);
  const { inner, carried } = carryStates(graph, stateInputs);
  const output = graph.outputs.find(({ name }) => !pairs.has(name))?.name;
  if (output === undefined)
    throw noStream(`All outputs of graph ${graph.name} are states: there is nothing that a step would give.`);
  return {
    graph: inner,
    carried,
    pairs,
    fixed,
    free: graph.inputs.filter(({ name }) => !fixed.has(name) && !stateInputs.has(name)),
    batch,
    shapes: shapesOf(graph, { axes, withMembers: stateInputs, batch, steps: 1, given: options.shapes }),
    output,
    wanted: [...graph.outputs.map(({ name }) => name), ...carried.map((one) => one.output)],
  };
}

/** Inputs that stay as they are, as tensors. Throws `graph/no-stream` for one that the graph does not have. */
export function fixInputs(graph: Graph, given: GraphSessionOptions["fixed"] = {}): Map<ValueName, Tensor> {
  for (const name of Object.keys(given))
    if (!graph.inputs.some((one) => one.name === name))
      throw noStream(`There is no input ${JSON.stringify(name)} to keep fixed.`);
  return new Map(Object.entries(given).map(([name, value]) => [name, fixedTensor(graph, name, value)]));
}

function fixedTensor(graph: Graph, name: ValueName, { shape, data }: TensorLike): Tensor {
  const { type } = graph.inputs.find((one) => one.name === name)!;
  if (data.length !== countElements(shape))
    throw noStream(`The fixed input ${name} has ${data.length} numbers for ${printShape(shape)}.`);
  return { type, shape, data: convertData(data, type) };
}

/** Which axes are those of steps, where these inputs stay the same and those are states. */
export function stepAxesOf(
  graph: Graph,
  {
    fixed,
    states,
    shapes = {},
  }: {
    readonly fixed: ReadonlyMap<ValueName, Tensor>;
    readonly states: ReadonlySet<ValueName>;
    readonly shapes: GraphSessionOptions["shapes"] | undefined;
  },
): StepAxes {
  return findStepAxes(graph, {
    states,
    fixed: new Map([...fixed].map(([name, { shape }]) => [name, shape])),
    told: new Set(Object.keys(shapes)),
  });
}

/** Why a graph cannot go on step by step, naming the node; undefined where it can. */
export function graphStreamFault(graph: Graph, { whole, lost }: StepAxes): string | undefined {
  for (const { node, depth } of walkNodes(graph)) {
    const fault = node.kind === "recurrent" ? directionFault(node, depth > 0) : undefined;
    if (fault !== undefined) return fault;
  }
  if (whole !== undefined) return `${printNode(whole)} reads all steps of a sequence at once`;
  return lost === undefined
    ? undefined
    : `${printNode(lost)} keeps a state, but its steps or members are not those of an input`;
}

/** Why a node reads from the end, or from the beginning each time. */
function directionFault(node: RecurrentNode, isInBody: boolean): string | undefined {
  if (node.direction === "backward") return `${printNode(node)} reads its sequence from the end`;
  const missing = cellOf(node.cell).states.some(({ name }) => node.states[name] === undefined);
  return isInBody && missing ? `${printNode(node)} stands in a body and starts anew each time` : undefined;
}

/** The number of members that the graph itself says. */
export function batchOf(graph: Graph, { members, counts }: Pick<StepAxes, "members" | "counts">): number | undefined {
  for (const { name, shape = [] } of graph.inputs)
    for (const [axis, size] of shape.entries())
      if (typeof size === "number" && members.has(`${name}:${axis}`)) return size;
  return [...counts.keys()][0];
}

interface ShapeOptions {
  readonly axes: StepAxes;
  /** Inputs that surely have an axis of members, such as states. */
  readonly withMembers: ReadonlySet<ValueName>;
  readonly batch: number;
  /** How long an axis of steps is; undefined where it is not known. */
  readonly steps: number | undefined;
  /** Of inputs whose shapes are told. */
  readonly given: GraphSessionOptions["shapes"];
}

/** The shapes of all inputs. Throws `graph/bad-input` where one is told that does not fit. */
export function shapesOf(graph: Graph, options: ShapeOptions): Map<ValueName, OpenShape> {
  const { given = {} } = options;
  for (const name of Object.keys(given))
    if (!graph.inputs.some((one) => one.name === name))
      throw badInput(`A shape is given for ${JSON.stringify(name)}, but the inputs are ${namesOf(graph.inputs)}.`);
  return new Map(
    graph.inputs.map((info) => {
      const told = Object.hasOwn(given, info.name) ? given[info.name] : undefined;
      return [info.name, told === undefined ? shapeOfInput(graph, info, options) : checkShape(info, told)];
    }),
  );
}

function badInput(what: string): RecurraError {
  return new RecurraError("graph/bad-input", what);
}

function namesOf(infos: readonly ValueInfo[]): string {
  return infos.map(({ name }) => name).join(", ");
}

/** Throws `graph/bad-input` for a shape that the input cannot have. */
export function checkShape({ name, shape }: ValueInfo, told: readonly number[]): OpenShape {
  const isFit =
    told.every((size) => Number.isInteger(size) && size >= 1) &&
    (shape === undefined ||
      (shape.length === told.length && shape.every((size, axis) => typeof size === "string" || size === told[axis])));
  if (isFit) return told;
  const own = shape === undefined ? "any shape of whole numbers" : printShape(shape);
  throw badInput(`The shape ${printShape(told)} is given for the input ${name}, which has ${own}.`);
}

/** Axes of steps and those of members, or others of their name, are as long as told; where nothing else is open, the last open one follows from the numbers. */
function shapeOfInput(
  graph: Graph,
  { name, shape }: ValueInfo,
  { axes, batch, steps, withMembers }: ShapeOptions,
): OpenShape {
  if (shape === undefined) throw noStream(`The input ${name} has no shape, so its step is not known.`);
  const names = new Set(
    graph.inputs.flatMap((one) => one.shape?.filter((_, at) => axes.members.has(`${one.name}:${at}`)) ?? []),
  );
  const isOfSteps = (axis: number): boolean => axes.steps.has(`${name}:${axis}`);
  const isOfMembers = (size: SymbolicSize, axis: number): boolean =>
    axes.members.has(`${name}:${axis}`) || (typeof size === "string" && names.has(size));
  // Where no recurrent node says which axis is that of members, it is the first whose size is open, and so in a state.
  const isSaid = withMembers.has(name) ? shape.some(isOfMembers) : axes.members.size + axes.counts.size > 0;
  const first = isSaid ? -1 : shape.findIndex((size, axis) => typeof size === "string" && !isOfSteps(axis));
  return shape.map((size, axis) => {
    if (isOfSteps(axis)) return steps ?? (typeof size === "number" ? size : undefined);
    if (isOfMembers(size, axis) || axis === first) return batch;
    return typeof size === "number" ? size : undefined;
  });
}

/** The graph with states that do not come from its inputs as inputs and outputs of their own. */
function carryStates(
  graph: Graph,
  stateInputs: ReadonlySet<ValueName>,
): { readonly inner: Graph; readonly carried: readonly CarriedState[] } {
  const isGiven = dependents(graph.nodes, stateInputs);
  const zero = `${graph.name}.zero`;
  const carried: CarriedState[] = [];
  const inputs: ValueInfo[] = [...graph.inputs];
  const outputs: ValueInfo[] = [...graph.outputs];
  const carry = (one: CarriedState): CarriedState => {
    carried.push(one);
    inputs.push({ name: one.input, type: "float32" });
    if (!outputs.some(({ name }) => name === one.output)) outputs.push({ name: one.output, type: "float32" });
    return one;
  };
  const nodes = graph.nodes.flatMap((node): readonly GraphNode[] => {
    if (node.kind === "operator") return [node.operator === "Scan" ? carryScan(node, { isGiven, carry }) : node];
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
    const stepped: RecurrentNode = { ...node, states, outputs: { ...node.outputs, states: finals } };
    return repeatsState(node) ? outputOfState(stepped, zero) : [stepped];
  });
  const constants = new Map([...graph.constants, [zero, integerTensor([0])]]);
  return { inner: { ...graph, inputs, outputs, constants, nodes }, carried };
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
  { isGiven, carry }: { readonly isGiven: ReadonlySet<ValueName>; readonly carry: (one: CarriedState) => CarriedState },
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

/** The shape of a state that is an input. Throws `graph/no-stream` where a size of it is open. */
export function stateShape(plan: StreamPlan, name: ValueName): number[] {
  return plan.shapes.get(name)!.map((size) => {
    if (size === undefined)
      throw noStream(
        `The size of the state ${name} is not known; it has ${printShape([...plan.shapes.get(name)!].map((one) => one ?? "?"))}.`,
      );
    return size;
  });
}

/** States by the names of the inputs that they are. */
export type States = Map<ValueName, KeptNumbers>;

/** Values of a graph, for these of its inputs. */
export type ComputeValues = (
  values: ReadonlyMap<ValueName, Tensor>,
  wanted: readonly ValueName[],
) => ReadonlyMap<ValueName, Tensor>;

export interface FirstStatesOptions {
  /** What else the step reads, but for what is fixed. */
  readonly inputs: ReadonlyMap<ValueName, KeptNumbers>;
  readonly states: States;
  /** Values of the graph that was planned. */
  readonly compute: ComputeValues;
}

/** Adds what states start from that are not there yet. */
export function addFirstStates(plan: StreamPlan, { inputs, states, compute }: FirstStatesOptions): void {
  for (const name of plan.pairs.values()) {
    if (states.has(name)) continue;
    const { type } = plan.graph.inputs.find((one) => one.name === name)!;
    states.set(name, keepNumbers(type, stateShape(plan, name)));
  }
  const missing = plan.carried.filter(({ input }) => !states.has(input));
  const computed = missing.flatMap(({ first }) => (first === undefined ? [] : [first]));
  const given = (): Map<ValueName, Tensor> => new Map([...plan.fixed, ...tensorsOf(inputs), ...tensorsOf(states)]);
  const firsts = computed.length === 0 ? undefined : compute(given(), computed);
  for (const { input, first, row, value } of missing) {
    if (first !== undefined) {
      states.set(input, keepTensor(firsts!.get(first)!));
      continue;
    }
    const kept = keepNumbers(floatTypeOf(plan.fixed, inputs), [plan.batch, ...row]);
    kept.numbers.fill(value);
    states.set(input, kept);
  }
}

/** float64 where the graph computes in it. */
function floatTypeOf(
  ...inputs: readonly ReadonlyMap<ValueName, { readonly type: ElementType }>[]
): "float32" | "float64" {
  const isDouble = inputs.some((values) => [...values.values()].some(({ type }) => type === "float64"));
  return isDouble ? "float64" : "float32";
}
