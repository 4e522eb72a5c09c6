/** The graph of a network of layers: what writers of other formats take. */
import { cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import { equalCells } from "../language/index.ts";
import {
  cellOf,
  describeNetwork,
  directionsOf,
  encoderPrefix,
  shapeOf,
  sizesOf,
  startingLayer,
} from "../network/index.ts";
import type {
  CellLayer,
  ChainShape,
  ChainSpec,
  LayerShape,
  LayerSpec,
  Model,
  ParameterSpec,
} from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { createGraphBuilder } from "./build-graph.ts";
import type { GraphBuilder } from "./build-graph.ts";
import type { Graph, ValueName } from "./graph.ts";
import { addPool, zeroPastEnds } from "./pool-layers.ts";
import { addConvolution, addSpatialPool } from "./spatial-layers.ts";
import type { Tensor } from "./tensor.ts";
import { floats, integerTensor, transposeTensor } from "./tensors.ts";
import { zonedCell } from "./zoned-cell.ts";

export interface GraphOfOptions {
  /**
   * `inputs`: the first values of all states are inputs `0.h` `[B, size]` and their last ones outputs `0.h.next`, so that a stream can be run elsewhere. Networks that read a sequence from
   * its end, or several steps at once, have none.
   */
  readonly states?: "inputs" | undefined;
  /** Whether there are inputs `lengths` (and `sourceLengths`), int64 `[B]`, of members of different lengths: no. */
  readonly lengths?: boolean | undefined;
  /** What the graph is called. */
  readonly name?: string | undefined;
}

/**
 * A network as a graph: `input` (`[steps, batch, size]`, or tokens, int64 `[steps, batch]`) and, of one with an encoder, `source`, to `output`, as `Model.predict` has them. Dropout stays as `Dropout`, which
 * changes nothing; other options of training alone are left out. A convolution over a sequence shorter than its kernel is an error when the graph runs. Throws `graph/no-graph` naming the layer that cannot be written in the
 * way asked for.
 */
export function graphOf(model: Pick<Model, "spec" | "parameters">, options: GraphOfOptions = {}): Graph {
  const { spec, parameters } = model;
  const shape = describeNetwork(spec);
  const builder = createGraphBuilder(options.name ?? "network");
  const common = {
    builder,
    values: parameters,
    parameters: new Map(shape.parameters.map((one) => [one.name, one])),
    constants: new Map<string, ValueName>(),
    options,
  };
  const isAttending = shape.layers.some((layer) => layer.memorySize !== undefined);
  const encoder =
    spec.encoder === undefined || (options.states === "inputs" && !isAttending)
      ? undefined
      : addChain({
          ...common,
          chain: spec.encoder,
          shape: known(shape.encoder, "the encoder's shape"),
          prefix: encoderPrefix,
        });
  const own = addChain({ ...common, chain: spec, shape, prefix: "", encoder });
  const output = own.lengths === undefined || !shape.perStep ? own.value : zeroPastEnds(own.work, own.value);
  const size = shape.outputSize;
  return builder.finish([
    {
      name: builder.operators("Identity", [output], { outputs: ["output"] })[0] ?? "output",
      type: "float32",
      shape: shape.perStep ? [own.work.isResampled ? "outputSteps" : "steps", "batch", size] : ["batch", size],
    },
    ...own.work.nextStates.map(({ name, columns }) => ({
      name,
      type: "float32" as const,
      shape: ["batch", ...columns],
    })),
  ]);
}

interface ChainOptions {
  readonly builder: GraphBuilder;
  readonly values: Readonly<Record<string, Float32Array>>;
  readonly parameters: ReadonlyMap<string, ParameterSpec>;
  /** Values of parameters that are in the graph already, by name. */
  readonly constants: Map<string, ValueName>;
  readonly options: GraphOfOptions;
  readonly chain: ChainSpec;
  readonly shape: ChainShape;
  /** Before the parameters' names. */
  readonly prefix: string;
  readonly encoder?: AddedChain | undefined;
}

/** A chain that is being put together. */
interface Work extends ChainOptions {
  readonly input: ValueName;
  readonly lengths: ValueName | undefined;
  /** Final states of layers so far, by `layer.state`. */
  readonly finalStates: Map<string, ValueName>;
  readonly nextStates: { readonly name: ValueName; readonly columns: readonly number[] }[];
  /** Whether a layer changed the number of steps. */
  isResampled: boolean;
}

interface AddedChain {
  readonly work: Work;
  readonly value: ValueName;
  readonly lengths: ValueName | undefined;
}

/** Before its own name, as messages call it. */
function called(index: number, layer: LayerSpec, prefix: string): string {
  return `${prefix === "" ? "" : "Encoder: "}Layer ${index} (${layer.kind === "cell" ? layer.cell.name : layer.kind})`;
}

function addChain(options: ChainOptions): AddedChain {
  const { builder, chain, prefix } = options;
  const isSource = prefix !== "";
  const { input } = chain;
  const steps = input.kind === "image" ? input.height * input.width : isSource ? "sourceSteps" : "steps";
  const work: Work = {
    ...options,
    input: builder.input({
      name: isSource ? "source" : "input",
      type: input.kind === "tokens" ? "int64" : "float32",
      shape: input.kind === "tokens" ? [steps, "batch"] : [steps, "batch", input.size],
    }),
    lengths:
      options.options.lengths === true
        ? builder.input({ name: isSource ? "sourceLengths" : "lengths", type: "int64", shape: ["batch"] })
        : undefined,
    finalStates: new Map(),
    nextStates: [],
    isResampled: false,
  };
  let value = work.input;
  chain.layers.forEach((layer, index) => {
    value = addLayer(work, { layer, index, name: called(index, layer, prefix), value });
  });
  return { work, value, lengths: work.lengths };
}

/** A layer in its place. */
interface Place {
  readonly layer: LayerSpec;
  readonly index: number;
  /** As messages call it. */
  readonly name: string;
  /** What it reads. */
  readonly value: ValueName;
}

function addLayer(work: Work, place: Place): ValueName {
  const { builder, prefix } = work;
  const { layer, index, value, name } = place;
  const path = `${prefix}${index}`;
  switch (layer.kind) {
    case "embedding":
      return builder.operator("Gather", [parameter(work, `${path}.E`), value], { name: path, attributes: { axis: 0 } });
    case "dropout":
      return builder.operator("Dropout", [value, builder.constant(floats([], layer.rate), `${path}.rate`)], {
        name: path,
      });
    case "pool": {
      const { inputSize: size, forwardSize } = shapeAt(work, index);
      return addPool(work, path, { over: layer.over, value, size, forwardSize });
    }
    case "cell":
      return addCell(work, { ...place, layer });
    case "convolution":
    case "spatial-pool": {
      if (work.lengths !== undefined) refuse(`${name} has no form with lengths; ask for the graph without them.`);
      if (work.options.states !== undefined)
        refuse(`${name} reads several steps at once, so the network cannot go on step by step.`);
      const { inputPicture: picture, outputPicture, inputSize: channels, outputSize } = shapeAt(work, index);
      const after = { ...(outputPicture ?? { height: 1, width: 1 }), channels: outputSize };
      const context = { builder, path, value, picture, channels, after };
      work.isResampled = true;
      if (layer.kind === "spatial-pool") return addSpatialPool(layer, context);
      return addConvolution(layer, {
        ...context,
        weights: tensorOf(work, `${path}.W`),
        bias: parameter(work, `${path}.b`),
      });
    }
  }
}

function shapeAt({ shape }: Work, index: number): LayerShape {
  return known(shape.layers[index], "a layer's shape");
}

function refuse(message: string): never {
  throw new RecurraError("graph/no-graph", message);
}

function tensorOf({ values, parameters }: ChainOptions, name: string): Tensor {
  const { shape } = known(parameters.get(name), `parameter ${name}`);
  return { type: "float32", shape, data: known(values[name], `parameter ${name}`) };
}

/** A parameter's values under its own name, once in the graph. */
function parameter(work: ChainOptions, name: string): ValueName {
  const before = work.constants.get(name);
  if (before !== undefined) return before;
  const made = work.builder.constant(tensorOf(work, name), name);
  work.constants.set(name, made);
  return made;
}

/** The batch size `[1]`. */
function batchSize({ builder, input }: Work): ValueName {
  const shape = builder.operator("Shape", [input]);
  return builder.operator("Gather", [shape, builder.constant(integerTensor([1]), "one")], { attributes: { axis: 0 } });
}

const denseCells = ["dense", "dense-tanh", "dense-relu", "dense-sigmoid"] as const satisfies readonly CellName[];
const denseOperators = {
  dense: undefined,
  "dense-tanh": "Tanh",
  "dense-relu": "Relu",
  "dense-sigmoid": "Sigmoid",
} as const;

/** The parameter of a layer that a parameter of its cell is: its own, or one that it is tied to. */
function nameOf(layer: CellLayer, prefix: string, name: string): string {
  return layer.ties?.[name] ?? `${prefix}.${name}`;
}

function addCell(work: Work, place: Place & { readonly layer: CellLayer }): ValueName {
  const { builder, prefix } = work;
  const { layer, index, value } = place;
  const path = `${prefix}${index}`;
  const { residual } = layer;
  const cell = cellOf(layer.cell);
  const dense = denseCells.find((name) => equalCells(cells[name], cell));
  const isSingle = (layer.direction ?? "forward") !== "both";
  const output =
    dense !== undefined && isSingle
      ? addDense(work, { layer, path, value, operator: denseOperators[dense] })
      : isSingle && equalCells(cells["layer-norm"], cell)
        ? builder.operator(
            "LayerNormalization",
            [value, parameter(work, nameOf(layer, path, "g")), parameter(work, nameOf(layer, path, "b"))],
            { name: path, attributes: { axis: -1, epsilon: 1e-5 } },
          )
        : addRecurrent(work, { ...place, path });
  return residual === true ? builder.operator("Add", [output, value], { name: `${path}.residual` }) : output;
}

interface Dense {
  readonly layer: CellLayer;
  readonly path: string;
  readonly value: ValueName;
  readonly operator: string | undefined;
}

/** activation(x Wᵀ + b) */
function addDense(work: Work, { layer, path, value, operator }: Dense): ValueName {
  const { builder } = work;
  const name = nameOf(layer, path, "W");
  const tied = layer.ties?.["W"] !== undefined;
  const weights = tied
    ? builder.operator("Transpose", [parameter(work, name)], { name: `${path}.W`, attributes: { perm: [1, 0] } })
    : builder.constant(transposeTensor(tensorOf(work, name), [1, 0]), name);
  const product = builder.operator("MatMul", [value, weights], { name: path });
  const sum = builder.operator("Add", [product, parameter(work, nameOf(layer, path, "b"))], { name: `${path}.sum` });
  return operator === undefined ? sum : builder.operator(operator, [sum], { name: `${path}.activation` });
}

/** One node, or one for each direction and their outputs side by side. A cell without states, after a pooling, has a sequence of one step. */
function addRecurrent(work: Work, place: Place & { readonly layer: CellLayer; readonly path: string }): ValueName {
  const { builder, prefix } = work;
  const { layer, index, path } = place;
  const { perStep } = shapeAt(work, index);
  const axis = perStep ? undefined : builder.constant(integerTensor([0]), "first");
  const value =
    axis === undefined ? place.value : builder.operator("Unsqueeze", [place.value, axis], { name: `${path}.step` });
  const outputs = directionsOf(layer, `${prefix}${index}`).map(({ prefix: own, reverse }) =>
    addDirection(work, { ...place, value, own, reverse, perStep }),
  );
  const [only = ""] = outputs;
  const joined =
    outputs.length === 1
      ? only
      : builder.operator("Concat", outputs, { name: `${path}.both`, attributes: { axis: 2 } });
  return axis === undefined ? joined : builder.operator("Squeeze", [joined, axis], { name: `${path}.vector` });
}

interface Direction extends Place {
  readonly layer: CellLayer;
  /** Before the parameters' names. */
  readonly own: string;
  readonly reverse: boolean;
  readonly perStep: boolean;
}

function addDirection(work: Work, place: Direction): ValueName {
  const { builder, options } = work;
  const { layer, index, own, reverse, value, perStep, name } = place;
  const cell = cellOf(layer.cell);
  const sizes = sizesOf(layer, shapeAt(work, index));
  if (options.states === "inputs" && cell.states.length > 0) {
    if ((layer.direction ?? "forward") !== "forward")
      refuse(`${name} reads the sequence from its end, so the network cannot go on step by step.`);
    if (cell.graph.nodes.some((node) => node.kind === "step"))
      refuse(
        `${name} reads the number of the step, which is not one of its states, so the network cannot go on step by step elsewhere.`,
      );
  }
  const states: Record<string, ValueName> = {};
  const finals: Record<string, ValueName> = {};
  for (const state of cell.states) {
    const columns = shapeOf(state, sizes);
    const first = firstState(work, place, { name: state.name, columns });
    if (first !== undefined) states[state.name] = first;
    if (options.states === "inputs" && work.prefix === "") {
      finals[state.name] = `${own}.${state.name}.next`;
      work.nextStates.push({ name: `${own}.${state.name}.next`, columns });
    } else if (work.prefix !== "") {
      finals[state.name] = builder.name(`${own}.${state.name}.last`);
      work.finalStates.set(`${own}.${state.name}`, finals[state.name] ?? "");
    }
  }
  const sequence = builder.name(`${own}.output`);
  builder.recurrent({
    name: own,
    cell: zonedCell(layer),
    size: layer.size,
    ...sizesBeside(sizes),
    direction: reverse ? "backward" : "forward",
    input: value,
    parameters: Object.fromEntries(
      cell.parameters.map((one) => [one.name, parameter(work, nameOf(layer, own, one.name))]),
    ),
    states,
    ...memoriesOf(work, layer),
    ...(work.lengths === undefined || !perStep ? {} : { lengths: work.lengths }),
    outputs: { sequence, states: finals },
  });
  return sequence;
}

/** Sizes of dimensions other than I and H, all of them, so that nothing depends on what a reader takes where none is given. */
function sizesBeside(sizes: Readonly<Record<string, number>>): { readonly sizes?: Readonly<Record<string, number>> } {
  const { I: _inputs, H: _hidden, ...rest } = sizes;
  return Object.keys(rest).length === 0 ? {} : { sizes: rest };
}

function memoriesOf(work: Work, layer: CellLayer): Pick<Parameters<GraphBuilder["recurrent"]>[0], "memories"> {
  const { memories } = cellOf(layer.cell);
  if (memories.length === 0) return {};
  const { value, lengths } = known(work.encoder, "an encoder");
  return {
    memories: Object.fromEntries(
      memories.map(({ name }) => [name, lengths === undefined ? { value } : { value, lengths }]),
    ),
  };
}

/** Where a state starts: an input, the encoder's last one, one that was learned; nothing for the cell's own number. */
function firstState(
  work: Work,
  { layer, own, index }: Direction,
  state: { readonly name: string; readonly columns: readonly number[] },
): ValueName | undefined {
  const { builder, options, prefix, encoder, chain } = work;
  if (options.states === "inputs" && prefix === "")
    return builder.input({ name: `${own}.${state.name}`, type: "float32", shape: ["batch", ...state.columns] });
  if (layer.initialState === "learned") {
    const batch = batchSize(work);
    const columns = builder.constant(integerTensor(state.columns), "columns");
    const shape =
      state.columns.length === 0 ? batch : builder.operator("Concat", [batch, columns], { attributes: { axis: 0 } });
    return builder.operator("Expand", [parameter(work, `${own}.initial.${state.name}`), shape], {
      name: `${own}.${state.name}.first`,
    });
  }
  if (layer.initialState !== "encoder" || encoder === undefined) return undefined;
  const from = known(startingLayer(chain, index, encoder.work.chain), "the encoder's layer");
  const lasts = directionsOf(from.layer, `${encoderPrefix}${from.index}`).map((one) =>
    known(encoder.work.finalStates.get(`${one.prefix}.${state.name}`), "a last state"),
  );
  const [only = ""] = lasts;
  return lasts.length === 1
    ? only
    : builder.operator("Concat", lasts, { name: `${own}.${state.name}.first`, attributes: { axis: 1 } });
}
