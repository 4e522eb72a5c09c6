/** A stream through a graph, one step at a time. */
import type { Numbers } from "../engine/backend.ts";
import { cellOf } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import type { GraphSession, GraphSessionOptions, GraphSnapshot, OnRecurrent } from "./graph-model.ts";
import type { Graph, GraphNode, RecurrentNode, ValueInfo, ValueName } from "./graph.ts";
import { isGraph, printShape } from "./operators/operator.ts";
import { dependents, pairStates } from "./pair-states.ts";
import { printNode } from "./plan.ts";
import { findStepAxes } from "./step-axes.ts";
import type { GraphRunner, RunnerOptions } from "./runner.ts";
import type { Tensor, TensorLike } from "./tensor.ts";
import { convertData, countElements, createArray, isFloat } from "./tensors.ts";

export interface SessionHost {
  readonly graph: Graph;
  /** Values of the graph, in plain code. */
  readonly compute: (
    values: ReadonlyMap<ValueName, Tensor>,
    wanted: readonly ValueName[],
  ) => ReadonlyMap<ValueName, Tensor>;
  /** What runs a graph of these shapes again and again. */
  readonly createRunner: (
    graph: Graph,
    how: Pick<RunnerOptions, "examples" | "fixed" | "wanted" | "onRecurrent">,
  ) => GraphRunner;
}

function noStream(what: string): RecurraError {
  return new RecurraError("graph/no-stream", what);
}

/** A state that a node keeps inside: what it starts from is computed in the first step. */
interface Carried {
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
interface StreamPlan {
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
  readonly runners: Map<string, GraphRunner>;
  readonly onRecurrent: OnRecurrent | undefined;
}

/** Opens a stream. Throws `graph/no-stream`, naming the node, for a graph that reads a sequence as a whole. */
export function createGraphSession(host: SessionHost, options: GraphSessionOptions = {}): GraphSession {
  return openSession(planStream(host, options), new Map());
}

function planStream(host: SessionHost, options: GraphSessionOptions): StreamPlan {
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
    onRecurrent: options.onRecurrent,
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

/** Made in the first step, when the sizes of all inputs are known; forks share it, for it keeps nothing from one step to the next. */
function runnerOf(plan: StreamPlan, examples: ReadonlyMap<ValueName, Tensor>): GraphRunner {
  const key = JSON.stringify([...examples].map(([name, { type, shape }]) => [name, type, shape]));
  const before = plan.runners.get(key);
  if (before !== undefined) return before;
  const made = plan.host.createRunner(plan.graph, {
    examples,
    fixed: plan.fixed,
    wanted: plan.wanted,
    onRecurrent: plan.onRecurrent,
  });
  for (const one of plan.runners.values()) one.dispose();
  plan.runners.clear();
  plan.runners.set(key, made);
  return made;
}

/** States by the names of the inputs that they are. */
type States = Map<ValueName, Tensor>;

function openSession(plan: StreamPlan, begin: ReadonlyMap<ValueName, Tensor>): GraphSession {
  let states: States = new Map(begin);
  let last: Readonly<Record<ValueName, Tensor>> = {};
  let result: Numbers | undefined;
  let isAlive = true;
  const step = (x: ArrayLike<number> | Readonly<Record<ValueName, ArrayLike<number>>>): Numbers => {
    if (!isAlive) throw new RecurraError("engine/disposed", "This session was disposed of; open another one.");
    const examples = stepInputs(plan, x);
    for (const [name, value] of firstStates(plan, new Map([...plan.fixed, ...examples]), states))
      examples.set(name, value);
    const outputs = runnerOf(plan, examples).run(examples);
    // What a runner gives, it writes again in the next step, which may be another session's.
    const own = (name: ValueName): Tensor => {
      const { type, shape, data } = outputs.get(name)!;
      return { type, shape, data: data.slice() };
    };
    const next: States = new Map();
    for (const [output, input] of plan.pairs) next.set(input, own(output));
    for (const { input, output } of plan.carried) next.set(input, own(output));
    states = next;
    last = Object.fromEntries(plan.host.graph.outputs.map(({ name }) => [name, outputs.get(name)!]));
    const { type, data } = outputs.get(plan.output)!;
    if (result?.length !== data.length) result = createArray(type === "float64" ? "float64" : "float32", data.length);
    if (isFloat(type)) result.set(data as Float32Array);
    else result.set(Array.from(data as ArrayLike<number>, Number));
    return result;
  };
  return {
    batch: plan.batch,
    inputs: plan.free.map(({ name }) => ({ name, shape: plan.shapes.get(name)! })),
    step,
    outputs: () => last,
    snapshot: () => ({
      batch: plan.batch,
      states: Object.fromEntries([...states].map(([name, { type, data }]) => [name, numbersOf(type, data)])),
    }),
    restore: (snapshot) => {
      states = restoreStates(plan, snapshot, states);
    },
    fork: () => openSession(plan, states),
    reset: () => {
      states = new Map();
    },
    dispose: () => {
      isAlive = false;
      states.clear();
    },
  };
}

function numbersOf(type: Tensor["type"], data: Tensor["data"]): Numbers {
  return type === "float32"
    ? (data as Float32Array).slice()
    : Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

/** A snapshot holds numbers alone: shapes and types are those of the states that a step of these sizes has. */
function restoreStates(plan: StreamPlan, snapshot: GraphSnapshot, now: ReadonlyMap<ValueName, Tensor>): States {
  const wrong = (what: string): RecurraError =>
    new RecurraError("network/bad-snapshot", `The snapshot does not fit this session: ${what}.`);
  if (snapshot.batch !== plan.batch) throw wrong(`it has ${snapshot.batch} members, the session ${plan.batch}`);
  const states: States = new Map();
  for (const [name, numbers] of Object.entries(snapshot.states)) {
    const info = plan.graph.inputs.find((one) => one.name === name) ?? undefined;
    const carried = plan.carried.find((one) => one.input === name);
    if (info === undefined) throw wrong(`there is no state ${JSON.stringify(name)}`);
    const shape =
      now.get(name)?.shape ?? (carried === undefined ? stateShape(plan, name) : [plan.batch, ...carried.row]);
    const type = now.get(name)?.type ?? (numbers instanceof Float64Array && isFloat(info.type) ? "float64" : info.type);
    if (numbers.length !== countElements(shape))
      throw wrong(`${name} has ${numbers.length} numbers, of ${printShape(shape)}`);
    states.set(name, { type, shape, data: convertData(numbers, type) });
  }
  return states;
}

/** The free inputs of a step as tensors. */
function stepInputs(
  plan: StreamPlan,
  x: ArrayLike<number> | Readonly<Record<ValueName, ArrayLike<number>>>,
): Map<ValueName, Tensor> {
  const isList = "length" in x && typeof x.length === "number";
  const names = plan.free.map(({ name }) => name).join(", ") || "none";
  if (isList && plan.free.length !== 1)
    throw new RecurraError(
      "graph/bad-input",
      `The graph has ${plan.free.length} inputs at each step (${names}); give them by name.`,
    );
  const given: Readonly<Record<ValueName, ArrayLike<number>>> = isList
    ? { [plan.free[0]!.name]: x as ArrayLike<number> }
    : (x as Readonly<Record<ValueName, ArrayLike<number>>>);
  for (const name of Object.keys(given))
    if (!plan.free.some((one) => one.name === name))
      throw new RecurraError(
        "graph/bad-input",
        `There is no input ${JSON.stringify(name)} at a step; there are ${names}.`,
      );
  return new Map(
    plan.free.map(({ name, type }): [ValueName, Tensor] => {
      const numbers = given[name];
      if (numbers === undefined)
        throw new RecurraError("graph/bad-input", `The input ${JSON.stringify(name)} of the step is missing.`);
      const shape = [...plan.shapes.get(name)!];
      const open = shape.indexOf(undefined);
      if (open >= 0) shape[open] = numbers.length / shape.reduce<number>((product, size) => product * (size ?? 1), 1);
      if (
        shape.includes(undefined) ||
        countElements(shape as number[]) !== numbers.length ||
        !Number.isInteger(shape[open] ?? 0)
      )
        throw new RecurraError(
          "graph/bad-input",
          `The input ${JSON.stringify(name)} is given ${numbers.length} numbers for a step of ${printShape(plan.shapes.get(name)!.map((size) => size ?? "?"))}.`,
        );
      return [name, { type, shape: shape as number[], data: convertData(numbers, type) }];
    }),
  );
}

function stateShape(plan: StreamPlan, name: ValueName): number[] {
  return plan.shapes.get(name)!.map((size) => {
    if (size === undefined)
      throw noStream(
        `The size of the state ${name} is not known; it has ${printShape([...plan.shapes.get(name)!].map((one) => one ?? "?"))}.`,
      );
    return size;
  });
}

/** The states of the step: those of the step before, or what they start from. */
function firstStates(
  plan: StreamPlan,
  inputs: ReadonlyMap<ValueName, Tensor>,
  states: ReadonlyMap<ValueName, Tensor>,
): States {
  const result: States = new Map(states);
  for (const name of plan.pairs.values()) {
    if (result.has(name)) continue;
    const { type } = plan.graph.inputs.find((one) => one.name === name)!;
    const shape = stateShape(plan, name);
    result.set(name, { type, shape, data: createArray(type, countElements(shape)) });
  }
  const missing = plan.carried.filter(({ input }) => !result.has(input));
  const computed = missing.flatMap(({ first }) => (first === undefined ? [] : [first]));
  const firsts = computed.length === 0 ? undefined : plan.host.compute(new Map([...inputs, ...result]), computed);
  for (const { input, first, row, value } of missing) {
    const shape = [plan.batch, ...row];
    const type = floatTypeOf(inputs);
    const zeros = (): Tensor => ({ type, shape, data: createArray(type, countElements(shape)).fill(value) });
    result.set(input, first === undefined ? zeros() : firsts!.get(first)!);
  }
  return result;
}

/** float64 where the graph computes in it. */
function floatTypeOf(inputs: ReadonlyMap<ValueName, Tensor>): "float32" | "float64" {
  return [...inputs.values()].some(({ type }) => type === "float64") ? "float64" : "float32";
}
