/** Goes through the calls of a model and puts its graph together. */
import { createGraphBuilder } from "../../graph/build-graph.ts";
import type { Graph, GraphNode, ValueInfo, ValueName } from "../../graph/graph.ts";
import type { ElementType } from "../../graph/tensor.ts";
import { kindOf } from "./layers/index.ts";
import { checkedTensor } from "./layer-kind.ts";
import type { CallOfLayer, NamedArgument, OperationArgument } from "./layer-kind.ts";
import { badConfig } from "./refusals.ts";
import { isList, isOperation } from "./topology.ts";
import type { Argument, InputConfig, KerasVersion, Layer, LayerCall, ModelConfig, Reference } from "./topology.ts";
import { known } from "../../util/errors.ts";
import { fixedSize, freeSize, nameOf, scalar, valueOf } from "./values.ts";
import type { Building, Dimension, Value } from "./values.ts";
import type { Weights } from "./weights.ts";

export interface BuildOptions {
  readonly version: KerasVersion;
  readonly weights: Weights;
  readonly statesAsInputs: boolean;
}

/** The graph of a model. Throws `keras/unsupported`, `keras/bad-config` and `keras/bad-weights`, each naming the layer. */
export function buildGraph(model: ModelConfig, { version, weights, statesAsInputs }: BuildOptions): Graph {
  const builder = createGraphBuilder(model.name);
  const graph: Building = {
    builder,
    version,
    statesAsInputs,
    stateOutputs: [],
    constants: new Map(),
    layer: { name: model.name, className: "model" },
  };
  const inputs = model.inputs.map((config, at) => inputOf(graph, config, { at, model }));
  const outputs = buildModel(graph, { model, inputs, weights });
  const names = outputNames(model);
  const infos = outputs.map((value, at) => infoOf(graph, value, names[at] ?? ""));
  const states = graph.stateOutputs.map(({ name, from, size }) => ({
    name,
    from,
    info: { name, type: "float32" as const, shape: ["batch", size] },
  }));
  const built = builder.finish([...infos.map(({ info }) => info), ...states.map(({ info }) => info)]);
  const declared = built.inputs.map((input) => {
    const at = model.inputs.findIndex(({ name }) => name === input.name);
    const value = inputs[at];
    return value === undefined ? input : { ...input, shape: shapeOf(value) };
  });
  return renameOutputs({ ...built, inputs: declared }, [...infos, ...states]);
}

function shapeOf(value: Value): readonly (number | string)[] {
  return value.shape.map((dimension) => (dimension.isFixed ? (dimension.size ?? 0) : symbolOf(dimension)));
}

/** A size that was computed from an open one is named by that. */
function symbolOf(dimension: Dimension): string {
  let inner: Dimension | undefined = dimension;
  while (inner?.symbol === "") inner = inner.from.find(({ isFixed }) => !isFixed);
  const name = inner?.symbol ?? "size";
  return inner === dimension ? name : `${name}_out`;
}

interface Output {
  readonly name: ValueName;
  readonly from: ValueName;
}

function infoOf(graph: Building, value: Value, name: string): Output & { readonly info: ValueInfo } {
  return { name, from: nameOf(graph, value), info: { name, type: value.type, shape: shapeOf(value) } };
}

/** The name of the layer that an output comes from; several of one layer are numbered from the second on. */
function outputNames({ outputs }: ModelConfig): readonly string[] {
  const counts = new Map<string, number>();
  return outputs.map(({ layer }) => {
    const before = counts.get(layer) ?? 0;
    counts.set(layer, before + 1);
    return before === 0 ? layer : `${layer}_${before}`;
  });
}

/**
 * Gives values that are outputs the names of the outputs. An input, a constant, or a value that is an output already gets a node that hands it on.
 */
function renameOutputs(graph: Graph, outputs: readonly Output[]): Graph {
  const fixed = new Set([...graph.inputs.map(({ name }) => name), ...graph.constants.keys()]);
  const taken = new Set([...fixed, ...outputs.map(({ name }) => name)]);
  const renamed = new Map<ValueName, ValueName>();
  const extra: GraphNode[] = [];
  for (const { name, from } of outputs) {
    if (name === from) continue;
    if (!fixed.has(from) && !renamed.has(from)) renamed.set(from, name);
    else
      extra.push({
        kind: "operator",
        name: `${name}/output`,
        operator: "Identity",
        inputs: [renamed.get(from) ?? from],
        outputs: [name],
        attributes: {},
      });
  }
  // A value that has the name of an output, but is none.
  const sources = new Set(outputs.map(({ from }) => from));
  for (const node of graph.nodes)
    for (const output of outputsOf(node))
      if (taken.has(output) && !sources.has(output)) renamed.set(output, `${output}/inner`);
  const rename = (name: ValueName): ValueName => renamed.get(name) ?? name;
  return { ...graph, nodes: [...graph.nodes.map((node) => renameNode(node, rename)), ...extra] };
}

function outputsOf(node: GraphNode): readonly ValueName[] {
  if (node.kind === "operator") return node.outputs;
  return [
    ...(node.outputs.sequence === undefined ? [] : [node.outputs.sequence]),
    ...Object.values(node.outputs.states),
  ];
}

function renameNode(node: GraphNode, rename: (name: ValueName) => ValueName): GraphNode {
  if (node.kind === "operator") return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
  const all = (names: Readonly<Record<string, ValueName>>): Readonly<Record<string, ValueName>> =>
    Object.fromEntries(Object.entries(names).map(([key, name]) => [key, rename(name)]));
  const { sequence, states } = node.outputs;
  return {
    ...node,
    input: rename(node.input),
    parameters: all(node.parameters),
    states: all(node.states),
    ...(node.lengths === undefined ? {} : { lengths: rename(node.lengths) }),
    ...(node.mask === undefined ? {} : { mask: { ...node.mask, value: rename(node.mask.value) } }),
    outputs: { ...(sequence === undefined ? {} : { sequence: rename(sequence) }), states: all(states) },
  };
}

/** Types that inputs may have; what only embeddings read is tokens, whatever Keras calls it. */
const inputTypes: Readonly<Record<string, ElementType>> = {
  int32: "int32",
  int64: "int32",
  int16: "int32",
  int8: "int32",
  uint8: "int32",
  bool: "bool",
};

function inputOf(
  graph: Building,
  { name, shape, dtype }: InputConfig,
  { at, model }: { readonly at: number; readonly model: ModelConfig },
): Value {
  const declared = (dtype === undefined ? undefined : inputTypes[dtype]) ?? "float32";
  const type = declared === "float32" && readsTokens(model, name) ? "int32" : declared;
  graph.builder.input({ name, type });
  // The last of several axes is features; those between it and the batch may be of any length.
  const last = shape.length - 1;
  const suffix = at === 0 ? "" : `_${at}`;
  const dimensions = shape.map((size, axis) => {
    if (axis === 0) return freeSize("batch");
    if (axis === 1 && (axis < last || type === "int32")) return freeSize(`steps${suffix}`, size ?? undefined);
    return axis === last && size !== null ? fixedSize(size) : freeSize(`size_${axis}${suffix}`, size ?? undefined);
  });
  return valueOf(name, dimensions, { type });
}

function readsTokens(model: ModelConfig, name: string): boolean {
  const readers = model.calls.filter(({ inputs }) =>
    inputs.some((input) => !isList(input) && input.kind === "reference" && input.layer === name),
  );
  const isEmbedding = ({ className, model: inner }: Layer): boolean =>
    className === "Embedding" ||
    (inner !== undefined && inner.inputs.length === 1 && readsTokens(inner, inner.inputs[0]?.name ?? ""));
  return readers.length > 0 && readers.every(({ layer }) => isEmbedding(layer));
}

interface ModelRun {
  readonly model: ModelConfig;
  readonly inputs: readonly Value[];
  readonly weights: Weights;
}

/** The outputs of a model for these inputs: each call is built as soon as what it reads is there. */
function buildModel(graph: Building, { model, inputs, weights }: ModelRun): readonly Value[] {
  if (inputs.length !== model.inputs.length)
    throw badConfig(
      `Model ${JSON.stringify(model.name)} is called with ${inputs.length} inputs, and has ${model.inputs.length}.`,
    );
  const values = new Map<string, Value>();
  const keyOf = ({ layer, call, output }: Reference): string => JSON.stringify([layer, call, output]);
  for (const [at, { name }] of model.inputs.entries()) {
    const value = inputs[at];
    if (value !== undefined) values.set(keyOf({ kind: "reference", layer: name, call: 0, output: 0 }), value);
  }
  const find = (reference: Reference): Value | undefined => values.get(keyOf(reference));
  let waiting = model.calls;
  while (waiting.length > 0) {
    const later: LayerCall[] = [];
    for (const call of waiting) {
      if (!isReady([...call.inputs, ...call.named.values()], find)) {
        later.push(call);
        continue;
      }
      const built = callLayer(graph, { call, find, weights });
      for (const [output, value] of built.entries())
        values.set(keyOf({ kind: "reference", layer: call.layer.local, call: call.number, output }), value);
    }
    if (later.length === waiting.length) {
      const [first] = later;
      throw badConfig(
        `Layer ${JSON.stringify(first?.layer.name)}: it reads values that no layer gives, or that depend on its own.`,
      );
    }
    waiting = later;
  }
  return model.outputs.map((reference) => {
    const value = find(reference);
    if (value === undefined)
      throw badConfig(
        `Model ${JSON.stringify(model.name)}: its output ${JSON.stringify(reference.layer)} is no value of it.`,
      );
    return value;
  });
}

function isReady(parts: readonly Argument[], find: (reference: Reference) => Value | undefined): boolean {
  return parts.every((argument) => {
    if (isList(argument)) return isReady(argument, find);
    return argument.kind === "constant" || find(argument) !== undefined;
  });
}

function isNothing(argument: Argument): boolean {
  return !isList(argument) && argument.kind === "constant" && argument.value === null;
}

interface Calling {
  readonly call: LayerCall;
  readonly find: (reference: Reference) => Value | undefined;
  readonly weights: Weights;
}

function callLayer(graph: Building, { call, find, weights }: Calling): readonly Value[] {
  const { layer } = call;
  const before = graph.layer;
  graph.layer = layer;
  const valuesOf = (argument: Argument): readonly Value[] => {
    if (isList(argument)) return argument.flatMap(valuesOf);
    if (argument.kind === "reference") {
      const value = find(argument);
      return value === undefined ? [] : [value];
    }
    if (argument.value === null) return [];
    if (typeof argument.value !== "number")
      throw badConfig(`Layer ${JSON.stringify(layer.name)} (${layer.className}): one of its inputs is no tensor.`);
    return [valueOf(scalar(graph, argument.value), [])];
  };
  const namedOf = (argument: Argument): NamedArgument => {
    if (isList(argument))
      return argument.flatMap((one): readonly (Value | undefined)[] => (isNothing(one) ? [undefined] : valuesOf(one)));
    return argument.kind === "constant" ? { constant: argument.value } : (valuesOf(argument)[0] ?? { constant: null });
  };
  const argumentOf = (argument: Argument): OperationArgument => {
    if (isList(argument)) return argument.map(argumentOf);
    return argument.kind === "constant" ? { constant: argument.value } : known(find(argument), "a value that is ready");
  };
  const named = new Map([...call.named].map(([key, argument]) => [key, namedOf(argument)]));
  const outputs = isOperation(layer)
    ? runLayer(graph, { layer, inputs: [], args: call.args.map(argumentOf), named, weights })
    : runLayer(graph, { layer, inputs: masked(call.inputs.flatMap(valuesOf), named), named, weights });
  graph.layer = before;
  return outputs;
}

/** A mask that a call is given by name stands before that of its input. */
function masked(inputs: readonly Value[], named: ReadonlyMap<string, NamedArgument>): readonly Value[] {
  const mask = named.get("mask");
  const [first, ...others] = inputs;
  return first === undefined || mask === undefined || !("shape" in mask) ? inputs : [{ ...first, mask }, ...others];
}

interface Running {
  readonly layer: Layer;
  readonly inputs: readonly Value[];
  readonly args?: readonly OperationArgument[];
  readonly named: ReadonlyMap<string, NamedArgument>;
  readonly weights: Weights;
}

function runLayer(graph: Building, { layer, inputs, args = [], named, weights }: Running): readonly Value[] {
  const before = graph.layer;
  graph.layer = layer;
  const outputs =
    layer.model === undefined
      ? kindOf(layer).call(callOf(graph, { layer, inputs, args, named, weights }))
      : buildModel(graph, { model: layer.model, inputs, weights });
  if (layer.model === undefined) layer.settings.refuseOthers();
  graph.layer = before;
  return outputs;
}

function callOf(graph: Building, { layer, inputs, args = [], named, weights }: Running): CallOfLayer {
  const own = weights.get(layer);
  return {
    graph,
    layer,
    settings: layer.settings,
    inputs,
    args,
    named,
    has: (name) => own?.has(name) === true,
    tensor: (name, shape) => checkedTensor(layer, { name, tensor: own?.get(name) }, shape),
    inner: (inner, values, others = new Map()) =>
      runLayer(graph, { layer: inner, inputs: values, named: others, weights }),
    callOf: (inner) => callOf(graph, { layer: inner, inputs, named, weights }),
  };
}
