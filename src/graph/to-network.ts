/** A network of layers of a graph that is one, by recognising what its nodes do. */
import { cellOf, describeNetwork, encoderPrefix, shapeOf, startingLayer } from "../network/index.ts";
import type { CellLayer, ChainSpec, LayerSpec, NetworkSpec, ParameterValues } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { foldGraph } from "./fold.ts";
import type { Graph, GraphNode, OperatorNode, RecurrentNode, ValueInfo, ValueName } from "./graph.ts";
import { pooled } from "./layer-ends.ts";
import { applyRule } from "./layer-rules.ts";
import { isSameLayer, startOf } from "./layer-starts.ts";
import {
  bindAxes,
  checkSize,
  extend,
  goesThrough,
  inputOf,
  isTokens,
  labelOf,
  rootSize,
  sizeOf,
} from "./layer-values.ts";
import type { Axis, Chain, LayerValue, Root, SignalValue } from "./layer-values.ts";
import { originOf } from "./network-origin.ts";
import type { NetworkOrigin } from "./network-origin.ts";
import { printNode, readsOf } from "./plan.ts";
import { writesOf } from "./walk-nodes.ts";
import { floatsOf, numbersOf, signalOf } from "./rule-call.ts";
import { valueBeside } from "./values-beside.ts";

export interface NetworkParts {
  readonly spec: NetworkSpec;
  /** Every parameter by name, row-major. */
  readonly parameters: ParameterValues;
  readonly origin: NetworkOrigin;
}

/**
 * The network that a graph is: its first output, of one input (and of a source, where there is an encoder). States that are inputs start at zero in the network, and last states that are outputs are those of its sessions; axes that lie otherwise
 * lie as `Model.predict` has them. Throws `graph/no-network` naming the first node that no layer stands for.
 */
export function networkOf(graph: Graph): NetworkParts {
  const tables = tablesOf(graph);
  const folded = foldGraph(graph);
  const values = new Map<ValueName, LayerValue>();
  for (const [name, tensor] of folded.constants) values.set(name, { kind: "constant", tensor, name });
  for (const info of folded.inputs) values.set(info.name, inputValue(info));
  for (const node of folded.nodes) for (const [name, value] of valuesOf(node, values, tables)) values.set(name, value);
  const [first, ...others] = folded.outputs;
  const output = first === undefined ? undefined : values.get(first.name);
  if (output?.kind === "unknown" || output?.kind === "given") throw noLayer(output.node, graph);
  const isMade =
    output?.kind === "signal" &&
    output.isLost !== true &&
    output.chain.parent !== undefined &&
    !output.axes.some((axis) => labelOf(axis) === "reversed");
  if (first === undefined || !isMade)
    throw new RecurraError(
      "graph/no-network",
      `The first output of graph ${graph.name}, ${JSON.stringify(first?.name ?? "")}, is not what layers make of an input.`,
    );
  for (const other of others) checkOther(other, { value: values.get(other.name), output, graph });
  return assemble({ graph, folded, values, output });
}

function noLayer(node: GraphNode, graph: Graph): RecurraError {
  return new RecurraError(
    "graph/no-network",
    `No layer of a network stands for ${printNode(node)} of graph ${graph.name}, by what it is or by what it reads; the graph can be run and streamed as it is.`,
  );
}

/** Outputs beside the first may be last states, and what layers on the way give. */
function checkOther(
  info: ValueInfo,
  {
    value,
    output,
    graph,
  }: { readonly value: LayerValue | undefined; readonly output: SignalValue; readonly graph: Graph },
): void {
  if (value?.kind === "states" || value?.kind === "given") return;
  if (value?.kind === "signal" && (value.last !== undefined || goesThrough(output.chain, value.chain))) return;
  throw new RecurraError(
    "graph/no-network",
    `Graph ${graph.name} has the output ${JSON.stringify(info.name)} beside ${JSON.stringify(graph.outputs[0]?.name)}, and a network has one; take it out, or run the graph as it is.`,
  );
}

/** Constants that are the transpose of another one: folding computes them, but weights that are a table are tied to it. */
function tablesOf(graph: Graph): ReadonlyMap<ValueName, ValueName> {
  const tables = new Map<ValueName, ValueName>();
  for (const node of graph.nodes) {
    if (node.kind !== "operator" || node.operator !== "Transpose") continue;
    const [from = ""] = node.inputs;
    if (numbersOf(node, "perm")?.[0] !== 0 && graph.constants.has(from))
      for (const name of writesOf(node)) tables.set(name, from);
  }
  return tables;
}

function inputValue(info: ValueInfo): SignalValue {
  const rank = info.shape?.length ?? 3;
  const root: Root = {
    info,
    labels: Array.from({ length: rank }, () => undefined),
    size: undefined,
    isTokens: false,
    picture: undefined,
  };
  const chain: Chain = {
    root,
    parent: undefined,
    layer: undefined,
    parameters: {},
    ties: {},
    size: undefined,
    picture: undefined,
    node: undefined,
    startsFrom: undefined,
    attendsTo: undefined,
    lengths: undefined,
    givens: [],
  };
  return { kind: "signal", chain, axes: Array.from({ length: rank }, (_, axis): Axis => ({ root, axis })) };
}

function valuesOf(
  node: GraphNode,
  values: ReadonlyMap<ValueName, LayerValue>,
  tables: ReadonlyMap<ValueName, ValueName>,
): readonly (readonly [ValueName, LayerValue])[] {
  const read = readsOf(node).map((name) => known(values.get(name), name));
  const made = node.kind === "recurrent" ? recur(node, values) : operate(node, values, tables);
  const [first] = writesOf(node);
  return writesOf(node).map((name) => {
    const value = made?.get(name);
    if (value !== undefined) return [name, value] as const;
    // What nothing knows of is named by the first node that made it so; the others follow from it.
    const before = read.find((one) => one.kind === "unknown");
    return [
      name,
      before ?? (name === first || made === undefined ? valueBeside(node, read) : { kind: "unknown", node }),
    ] as const;
  });
}

function operate(
  node: OperatorNode,
  values: ReadonlyMap<ValueName, LayerValue>,
  tables: ReadonlyMap<ValueName, ValueName>,
): ReadonlyMap<ValueName, LayerValue> | undefined {
  const inputs = node.inputs.map((name) => (name === "" ? undefined : values.get(name)));
  const [output = ""] = node.outputs;
  if (node.operator === "Shape") {
    const of = signalOf(inputs[0])?.axes;
    const isWhole = node.attributes["start"] === undefined && node.attributes["end"] === undefined;
    return isWhole && of !== undefined ? new Map([[output, { kind: "sizes", of }]]) : undefined;
  }
  if (node.operator === "Expand") {
    const [from] = inputs;
    if (from?.kind === "constant") return new Map([[output, { kind: "start", tensor: from.tensor }]]);
  }
  if (node.operator === "ConstantOfShape") {
    const { value } = node.attributes;
    const isTensor = typeof value === "object" && "data" in value;
    const tensor = isTensor ? value : { type: "float32" as const, shape: [1], data: Float32Array.of(0) };
    return new Map([[output, { kind: "start", tensor }]]);
  }
  const value = applyRule({ node, inputs, tableOf: (name) => tables.get(name) });
  return value === undefined ? undefined : new Map([[output, value]]);
}

/** A cell over the signal, in one direction. */
function recur(
  node: RecurrentNode,
  values: ReadonlyMap<ValueName, LayerValue>,
): ReadonlyMap<ValueName, LayerValue> | undefined {
  const cell = cellOf(node.cell);
  const input = signalOf(values.get(node.input));
  if (input === undefined || input.isLost === true || node.mask !== undefined) return undefined;
  const [steps] = input.axes;
  const isOne = labelOf(steps) === "one";
  // What reads steps that are turned round from their start reads the sequence from its end.
  const isTurned = labelOf(steps) === "reversed";
  const direction = (node.direction === "backward") === isTurned ? "forward" : "backward";
  const isVector = isOne && input.chain.parent !== undefined;
  if (isTokens(input.chain)) return undefined;
  if (isVector && cell.states.length > 0) return undefined;
  if (isTurned && (node.lengths !== undefined || cell.states.length === 0)) return undefined;
  if (!bindAxes(input.axes, [isOne ? "one" : isTurned ? "reversed" : "steps", "batch", "features"])) return undefined;
  const parameters = parametersOf(node, values);
  const inputSize = inputSizeOf(node, values);
  const attended = attendedBy(node, values);
  const start = startOf(node, values, input);
  const lengths = lengthsOf(node, values, input);
  if (parameters === undefined || start === undefined || lengths === undefined || attended === "unclear")
    return undefined;
  if (inputSize !== undefined && !checkSize(input.chain, inputSize)) return undefined;
  const size = sizeOf(input.chain);
  if (size === undefined) return undefined;
  const layer: CellLayer = {
    kind: "cell",
    cell: node.cell,
    size: node.size,
    ...(node.sizes === undefined ? {} : { sizes: node.sizes }),
    ...(direction === "forward" ? {} : { direction }),
    ...(start.initialState === undefined ? {} : { initialState: start.initialState }),
  };
  const sizes: Readonly<Record<string, number>> = { ...node.sizes, I: size, H: node.size };
  const chain = extend(input.chain, layer, node, {
    parameters: { ...parameters, ...start.parameters },
    size: shapeOf(cell.output, sizes)[0] ?? 1,
    picture: cell.states.length === 0 ? input.chain.picture : undefined,
    startsFrom: start.from,
    attendsTo: attended,
    lengths: cell.states.length === 0 ? input.chain.lengths : lengths,
    givens: [...input.chain.givens, ...start.givens],
  });
  const result = new Map<ValueName, LayerValue>();
  if (node.outputs.sequence !== undefined)
    result.set(node.outputs.sequence, { kind: "signal", chain, axes: input.axes.with(2, "features") });
  for (const [state, name] of Object.entries(node.outputs.states)) {
    const isOutput = cell.output.name === state;
    result.set(name, {
      kind: "signal",
      chain: isOutput ? pooled(chain, node, direction === "forward" ? "last" : "final") : chain,
      axes: ["batch", "features"],
      last: { state, chains: [chain] },
      ...(isOutput ? {} : { isLost: true }),
    });
  }
  return result;
}

function parametersOf(
  node: RecurrentNode,
  values: ReadonlyMap<ValueName, LayerValue>,
): Readonly<Record<string, Float32Array>> | undefined {
  const parameters: Record<string, Float32Array> = {};
  for (const [name, from] of Object.entries(node.parameters)) {
    const numbers = floatsOf(values.get(from));
    if (numbers === undefined) return undefined;
    parameters[name] = numbers.data;
  }
  return parameters;
}

/** Numbers of a step, by a matrix that reads them. */
function inputSizeOf(node: RecurrentNode, values: ReadonlyMap<ValueName, LayerValue>): number | undefined {
  for (const { name, shape } of cellOf(node.cell).parameters) {
    const axis = shape.indexOf("I");
    const tensor = axis < 0 ? undefined : floatsOf(values.get(node.parameters[name] ?? ""));
    if (tensor !== undefined) return tensor.shape[axis];
  }
  return undefined;
}

/** The input that says how long members are, or "none": one and the same for all layers. Undefined where they are anything else. */
function lengthsOf(
  node: RecurrentNode,
  values: ReadonlyMap<ValueName, LayerValue>,
  { chain }: SignalValue,
): Root | "none" | undefined {
  const lengths = node.lengths === undefined ? "none" : inputOf(values.get(node.lengths));
  if (lengths === chain.root || cellOf(node.cell).states.length === 0)
    return lengths === chain.root ? undefined : lengths;
  return chain.lengths === undefined || chain.lengths === lengths ? lengths : undefined;
}

/** The encoder's output that all memories are. */
function attendedBy(node: RecurrentNode, values: ReadonlyMap<ValueName, LayerValue>): Chain | undefined | "unclear" {
  const chains = Object.values(node.memories ?? {}).map(({ value, lengths }) => {
    const signal = signalOf(values.get(value));
    const counted = lengths === undefined ? "none" : inputOf(values.get(lengths));
    return signal?.isLost !== true &&
      counted === (signal?.chain.lengths ?? "none") &&
      signal?.chain.parent !== undefined &&
      bindAxes(signal.axes, ["steps", "batch", "features"])
      ? signal.chain
      : undefined;
  });
  const [first] = chains;
  return chains.every((chain) => chain !== undefined && chain === first) ? first : "unclear";
}

/** The layers of a chain, from the first. */
function layersOf(end: Chain): readonly Chain[] {
  const layers: Chain[] = [];
  for (let at: Chain | undefined = end; at?.parent !== undefined; at = at.parent) layers.unshift(at);
  return layers;
}

interface FoundNetwork {
  readonly graph: Graph;
  readonly folded: Graph;
  readonly values: ReadonlyMap<ValueName, LayerValue>;
  readonly output: SignalValue;
}

function assemble({ graph, folded, values, output }: FoundNetwork): NetworkParts {
  const own = layersOf(output.chain);
  const encoderEnd = encoderOf(own);
  const theirs = encoderEnd === undefined ? [] : layersOf(encoderEnd);
  const parameters: ParameterValues = {};
  checkSizes([...own, ...theirs], graph);
  const chain = describeChain(own, "", parameters);
  const encoder = encoderEnd === undefined ? undefined : describeChain(theirs, encoderPrefix, parameters);
  const spec: NetworkSpec = encoder === undefined ? chain : { ...chain, encoder };
  checkStarts(own, spec, encoderEnd, graph);
  checkGivens([...own, ...theirs], graph);
  try {
    // Biases that a graph leaves out are zero.
    for (const { name, shape } of describeNetwork(spec).parameters)
      parameters[name] ??= new Float32Array(shape.reduce((product, n) => product * n, 1));
  } catch (cause) {
    if (!(cause instanceof RecurraError)) throw cause;
    throw new RecurraError("graph/no-network", `Graph ${graph.name} is no network: ${cause.message}`, { cause });
  }
  return { spec, parameters, origin: originOf({ graph: folded, values, output, layers: own, encoder: theirs }) };
}

function checkSizes(layers: readonly Chain[], graph: Graph): void {
  const open = layers.find(({ root }) => rootSize(root) === undefined);
  if (open === undefined) return;
  throw new RecurraError(
    "graph/no-network",
    `Graph ${graph.name} does not say how many numbers a step of its input ${JSON.stringify(open.root.info.name)} has, which a network needs to know; give the input a shape, or run the graph as it is.`,
  );
}

/** What a layer reads as its signal is no state or length of another one. */
function checkGivens(layers: readonly Chain[], graph: Graph): void {
  const roots = new Set(layers.map(({ root }) => root));
  for (const { node, givens, lengths } of layers) {
    const isRead = givens.some((root) => roots.has(root)) || (typeof lengths === "object" && roots.has(lengths));
    if (isRead && node !== undefined) throw noLayer(node, graph);
  }
}

/** What layers attend to, or the layer of another input that they start from. */
function encoderOf(layers: readonly Chain[]): Chain | undefined {
  const attended = layers.find((layer) => layer.attendsTo !== undefined)?.attendsTo;
  if (attended !== undefined) return attended;
  const starts = layers.flatMap((layer) => layer.startsFrom ?? []);
  const last = starts.reduce<Chain | undefined>(
    (longest, one) => (longest === undefined || goesThrough(one, longest) ? one : longest),
    undefined,
  );
  return last;
}

/** A layer that starts from the encoder takes the one of its own number; graphs may do otherwise. */
function checkStarts(layers: readonly Chain[], spec: NetworkSpec, encoderEnd: Chain | undefined, graph: Graph): void {
  if (encoderEnd === undefined || spec.encoder === undefined) return;
  const theirs = layersOf(encoderEnd);
  for (const [index, layer] of layers.entries()) {
    const { node } = layer;
    if (node === undefined || (layer.startsFrom === undefined && layer.attendsTo === undefined)) continue;
    const from = layer.startsFrom === undefined ? undefined : startingLayer(spec, index, spec.encoder);
    const wanted = from === undefined ? undefined : theirs[from.index];
    const isRight =
      (layer.attendsTo === undefined || layer.attendsTo === encoderEnd) &&
      (layer.startsFrom === undefined || (wanted !== undefined && isSameLayer(wanted, layer.startsFrom)));
    if (!isRight) throw noLayer(node, graph);
  }
}

function describeChain(layers: readonly Chain[], prefix: string, parameters: ParameterValues): ChainSpec {
  const { root } = known(layers[0], "a layer");
  const numbers = new Map(layers.map((layer, index) => [layer, index]));
  const specs = layers.map((chain, index): LayerSpec => {
    for (const [name, data] of Object.entries(chain.parameters)) parameters[`${prefix}${index}.${name}`] = data;
    const layer = known(chain.layer, "a layer");
    const ties = Object.entries(chain.ties).map(([name, to]) => [name, `${prefix}${numbers.get(to)}.E`]);
    return layer.kind === "cell" && ties.length > 0
      ? { ...layer, ties: Object.fromEntries(ties) as Record<string, string> }
      : layer;
  });
  const size = known(rootSize(root), "the input's size");
  if (root.picture !== undefined)
    return { input: { kind: "image", ...root.picture, channels: size, size }, layers: specs };
  return { input: { kind: root.isTokens ? "tokens" : "features", size }, layers: specs };
}
