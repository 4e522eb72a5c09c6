/** The layers of a network as layers of Keras, each with its settings and weights. */
import { cells as builtIn } from "../../cells/index.ts";
import type { CellName } from "../../cells/index.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { cell as createCell, equalCells } from "../../language/index.ts";
import type { Cell } from "../../language/index.ts";
import { cellOf } from "../../network/index.ts";
import type { CellLayer, CellSpec, ConvolutionLayer, LayerSpec, Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";

export interface WrittenWeight {
  readonly name: string;
  readonly tensor: Tensor;
}

/** A group of weights, where a `.keras` file has them in its layer. */
export interface WrittenPart {
  /** `""` for the layer's own, `cell`, `forward_layer/cell`. */
  readonly path: string;
  /** Before their names in an `.h5` file. */
  readonly prefix: string;
  readonly weights: readonly WrittenWeight[];
}

export interface WrittenLayer {
  readonly className: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The class and settings of the layer inside a wrapper. */
  readonly inner?: { readonly className: string; readonly settings: Readonly<Record<string, unknown>> };
  readonly parts: readonly WrittenPart[];
  /** Numbers in a row of its output. */
  readonly size: number;
  /** Whether its output is a sequence. */
  readonly isSequence: boolean;
  /** Of a layer that also reads another one than the one before it: that one's number, -1 for the input. */
  readonly beside?: number;
}

/** A layer before it is known whether a sequence goes through it. */
type Described = Omit<WrittenLayer, "isSequence">;

type Source = Pick<Model, "spec" | "shape" | "parameters">;

/** What a layer needs to know of the network around it. */
interface Place {
  readonly model: Source;
  readonly index: number;
  /** How messages call it. */
  readonly name: string;
  readonly inputSize: number;
  /** Whether it gives its final output alone. */
  readonly isLast: boolean;
  /** Whether it reads a sequence. */
  readonly isSequence: boolean;
  /** Whether that sequence lies from its end to its start. */
  readonly isReversed: boolean;
}

export function cannotWrite(name: string, what: string): RecurraError {
  return new RecurraError(
    "keras/cannot-write",
    `${name}: ${what} cannot be said in Keras's layers; nothing was written.`,
  );
}

/** Throws `keras/cannot-write` naming the first layer that no layer of Keras stands for. */
export function layersOf(model: Source): readonly WrittenLayer[] {
  const { spec, shape } = model;
  if (spec.encoder !== undefined) throw cannotWrite("The network", "an encoder with a sequence of its own");
  if (spec.input.kind === "image") throw cannotWrite("The network", "an input of pictures read pixel by pixel");
  const places = lastOutputs(spec.layers);
  const written: WrittenLayer[] = [];
  // The layer whose outputs lie from the end to the start.
  let reversed: string | undefined;
  for (const [index, layer] of spec.layers.entries()) {
    // The recurrent layer gave its final output alone.
    if (isEnd(layer)) continue;
    const { inputSize } = known(shape.layers[index], "a layer");
    const isSequence = written.at(-1)?.isSequence ?? true;
    const isLast = places.some(({ recurrent }) => recurrent === index);
    const name = nameOf(layer, index);
    const place: Place = { model, index, name, inputSize, isLast, isSequence, isReversed: reversed !== undefined };
    const before = written.length - 1;
    const staysSequence = isSequence && !isLast && layer.kind !== "pool";
    written.push({ ...writeLayer(layer, place), isSequence: staysSequence });
    if (!staysSequence) reversed = undefined;
    else if (layer.kind === "cell" && isRecurrent(layer)) reversed = layer.direction === "backward" ? name : undefined;
    if (layer.kind !== "cell" || layer.residual !== true) continue;
    if (place.isReversed !== (reversed !== undefined))
      throw cannotWrite(name, "a residual connection around a layer that reads from the end");
    written.push({
      className: "Add",
      settings: {},
      parts: [],
      size: inputSize,
      isSequence: staysSequence,
      beside: before,
    });
  }
  if (reversed !== undefined)
    throw cannotWrite(reversed, "a layer that reads from the end and gives its outputs in order of time");
  return written;
}

function isRecurrent(layer: LayerSpec): boolean {
  return layer.kind === "cell" && cellOf(layer.cell).states.length > 0;
}

/** A pooling that Keras says in the recurrent layer before it. */
function isEnd(layer: LayerSpec): boolean {
  return layer.kind === "pool" && (layer.over === "last" || layer.over === "final");
}

function nameOf(layer: LayerSpec, index: number): string {
  return `Layer ${index} (${layer.kind === "cell" ? layer.cell.name : layer.kind})`;
}

interface LastOutput {
  readonly recurrent: number;
  readonly pool: number;
}

/**
 * A pooling of the last or the final output is a setting of the recurrent layer before it (`return_sequences=False`); layers between the two that read each step alone then read that one.
 */
function lastOutputs(layers: readonly LayerSpec[]): readonly LastOutput[] {
  return layers.flatMap((layer, pool) => {
    if (!isEnd(layer)) return [];
    const recurrent = layers.findLastIndex((one, index) => index < pool && !readsEachStep(one));
    const found = layers[recurrent];
    const isFinal = layer.kind === "pool" && layer.over === "final";
    if (found?.kind !== "cell" || found.residual === true)
      throw cannotWrite(nameOf(layer, pool), "the last output of anything but a recurrent layer");
    if (!isFinal && (found.direction ?? "forward") !== "forward")
      throw cannotWrite(
        nameOf(layer, pool),
        "the last step, and not the final output, of a layer that reads from the end",
      );
    return [{ recurrent, pool }];
  });
}

function readsEachStep(layer: LayerSpec): boolean {
  return layer.kind === "dropout" || (layer.kind === "cell" && !isRecurrent(layer) && layer.residual !== true);
}

function writeLayer(layer: LayerSpec, place: Place): Described {
  switch (layer.kind) {
    case "embedding":
      return writeEmbedding(layer.size, place);
    case "dropout":
      return {
        // The same numbers at every step.
        className: layer.perSequence === true && place.isSequence ? "SpatialDropout1D" : "Dropout",
        settings: { rate: layer.rate },
        parts: [],
        size: place.inputSize,
      };
    case "pool":
      return {
        className: layer.over === "max" ? "GlobalMaxPooling1D" : "GlobalAveragePooling1D",
        settings: {},
        parts: [],
        size: place.inputSize,
      };
    case "convolution":
      return writeConvolution(layer, place);
    case "spatial-pool":
      throw cannotWrite(place.name, "pooling whose last window is smaller than the others");
    case "cell":
      return writeCell(layer, place);
  }
}

function own(weights: readonly WrittenWeight[]): readonly WrittenPart[] {
  return [{ path: "", prefix: "", weights }];
}

function tensorOf(shape: readonly number[], data: Float32Array): Tensor {
  return { type: "float32", shape, data };
}

function parameterOf({ model }: Place, name: string): Float32Array {
  return Float32Array.from(known(model.parameters[name], `parameter ${name}`));
}

function writeEmbedding(size: number, place: Place): Described {
  const rows = place.model.spec.input.size;
  const table = parameterOf(place, `${place.index}.E`);
  return {
    className: "Embedding",
    settings: { input_dim: rows, output_dim: size, mask_zero: false },
    parts: own([{ name: "embeddings", tensor: tensorOf([rows, size], table) }]),
    size,
  };
}

/** `[columns, rows]` of `[rows, columns]`. */
function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(data, (_, at) => known(data[(at % rows) * columns + Math.floor(at / rows)], "a number"));
}

/** With a stride TensorFlow pads by the length of the sequence, and Recurra does not. */
function writeConvolution(layer: ConvolutionLayer, place: Place): Described {
  if (place.isReversed) throw cannotWrite(place.name, "a convolution after a layer that reads from the end");
  const { size, kernel, stride = 1, dilation = 1, padding = "same", activation = "linear" } = layer;
  if (typeof kernel !== "number" || typeof stride !== "number" || typeof dilation !== "number")
    throw cannotWrite(place.name, "a convolution over pictures");
  if (padding === "same" && stride !== 1)
    throw cannotWrite(place.name, 'a convolution with a stride and the padding "same"');
  if (dilation !== 1 && stride !== 1) throw cannotWrite(place.name, "a convolution with a stride and a dilation");
  const taps = kernel * place.inputSize;
  return {
    className: "Conv1D",
    settings: {
      filters: size,
      kernel_size: [kernel],
      strides: [stride],
      padding,
      dilation_rate: [dilation],
      activation,
    },
    parts: own([
      {
        name: "kernel",
        tensor: tensorOf(
          [kernel, place.inputSize, size],
          transposed(parameterOf(place, `${place.index}.W`), size, taps),
        ),
      },
      { name: "bias", tensor: tensorOf([size], parameterOf(place, `${place.index}.b`)) },
    ]),
    size,
  };
}

/** The built-in cell that computes the same; what parameters start from does not matter. */
function builtInLike(spec: CellSpec, names: readonly CellName[]): CellName | undefined {
  const plain = (one: Cell): Cell => createCell(one.name, one.text, { ...one.options, initialisers: {} });
  const own = plain(cellOf(spec));
  return names.find((name) => equalCells(plain(builtIn[name]), own));
}

const denseActivations = {
  dense: "linear",
  "dense-tanh": "tanh",
  "dense-relu": "relu",
  "dense-sigmoid": "sigmoid",
} as const;

type DenseName = keyof typeof denseActivations;

function writeCell(layer: CellLayer, place: Place): Described {
  const { name, index, inputSize } = place;
  if (layer.ties !== undefined) throw cannotWrite(name, "a parameter that two layers share");
  if ((layer.zoneout ?? 0) !== 0) throw cannotWrite(name, "zoneout");
  if (layer.initialState !== undefined && layer.initialState !== "zero")
    throw cannotWrite(name, "a first state that is not zero");
  if (isRecurrent(layer)) return writeRecurrent(layer, place);
  const found = builtInLike(layer.cell, [...(Object.keys(denseActivations) as DenseName[]), "layer-norm"]);
  const bias = {
    name: found === "layer-norm" ? "beta" : "bias",
    tensor: () => tensorOf([layer.size], parameterOf(place, `${index}.b`)),
  };
  if (found === "layer-norm")
    return {
      className: "LayerNormalization",
      settings: { axis: -1, epsilon: 1e-5, center: true, scale: true },
      parts: own([
        { name: "gamma", tensor: tensorOf([layer.size], parameterOf(place, `${index}.g`)) },
        { name: bias.name, tensor: bias.tensor() },
      ]),
      size: layer.size,
    };
  if (found === undefined) throw cannotWrite(name, `the cell ${layer.cell.name}`);
  const kernel = transposed(parameterOf(place, `${index}.W`), layer.size, inputSize);
  return {
    className: "Dense",
    settings: { units: layer.size, activation: denseActivations[found as DenseName], use_bias: true },
    parts: own([
      { name: "kernel", tensor: tensorOf([inputSize, layer.size], kernel) },
      { name: bias.name, tensor: bias.tensor() },
    ]),
    size: layer.size,
  };
}

/** The class of a recurrent cell, its settings, and its gates in Keras's order. */
interface RecurrentClass {
  readonly className: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly gates: readonly string[];
}

const gru = { className: "GRU", gates: ["_z", "_r", "_n"] } as const;
const gated = { activation: "tanh", recurrent_activation: "sigmoid" };

const recurrentClasses = {
  lstm: { className: "LSTM", settings: gated, gates: ["_i", "_f", "_g", "_o"] },
  gru: { ...gru, settings: { ...gated, reset_after: true } },
  "gru-v1": { ...gru, settings: { ...gated, reset_after: false } },
  rnn: { className: "SimpleRNN", settings: { activation: "tanh" }, gates: [""] },
  "rnn-relu": { className: "SimpleRNN", settings: { activation: "relu" }, gates: [""] },
} as const satisfies Record<string, RecurrentClass>;

type RecurrentName = keyof typeof recurrentClasses;

/** Outputs lie in the order in which steps are read: what reads from the end turns them round, and reads what is turned round from its start. */
function writeRecurrent(layer: CellLayer, place: Place): Described {
  const { name, index, isLast, isReversed } = place;
  const { direction = "forward" } = layer;
  const found = builtInLike(layer.cell, Object.keys(recurrentClasses) as RecurrentName[]);
  if (found === undefined) throw cannotWrite(name, `the cell ${layer.cell.name}`);
  const { className, settings: own, gates } = recurrentClasses[found as RecurrentName];
  if (direction === "both" && isReversed)
    throw cannotWrite(name, "a layer in both directions after one that reads from the end");
  const settings = {
    go_backwards: direction !== "both" && (direction === "backward") !== isReversed,
    units: layer.size,
    ...own,
    use_bias: true,
    return_sequences: !isLast,
    recurrent_dropout: layer.recurrentDropout ?? 0,
  };
  const cell = className === "SimpleRNN" ? "simple_rnn_cell" : `${className.toLowerCase()}_cell`;
  const weights = (path: string): readonly WrittenWeight[] =>
    recurrentWeights(place, { path, gates, size: layer.size, hasResetBias: found === "gru" });
  switch (direction) {
    case "forward":
    case "backward":
      return {
        className,
        settings,
        parts: [{ path: "cell", prefix: `${cell}/`, weights: weights(`${index}`) }],
        size: layer.size,
      };
    case "both":
      return {
        className: "Bidirectional",
        settings: { merge_mode: "concat" },
        inner: { className, settings },
        parts: (["forward", "backward"] as const).map((direction) => ({
          path: `${direction}_layer/cell`,
          prefix: `${direction}_${className.toLowerCase()}/${cell}/`,
          weights: weights(`${index}.${direction}`),
        })),
        size: 2 * layer.size,
      };
  }
}

interface GateOptions {
  /** Before the names of the network's parameters. */
  readonly path: string;
  readonly gates: readonly string[];
  readonly size: number;
  readonly hasResetBias: boolean;
}

/** The matrices of all gates side by side, `[inputs, gates × units]`, and their biases. */
function recurrentWeights(place: Place, { path, gates, size, hasResetBias }: GateOptions): readonly WrittenWeight[] {
  const columns = gates.length * size;
  const joined = (letter: string, inputs: number): Tensor => {
    const data = new Float32Array(inputs * columns);
    for (const [gate, suffix] of gates.entries()) {
      const matrix = parameterOf(place, `${path}.${letter}${suffix}`);
      for (let unit = 0; unit < size; unit++)
        for (let input = 0; input < inputs; input++)
          data[input * columns + gate * size + unit] = known(matrix[unit * inputs + input], "a number");
    }
    return tensorOf([inputs, columns], data);
  };
  const bias = Float32Array.from(gates.flatMap((suffix) => [...parameterOf(place, `${path}.b${suffix}`)]));
  return [
    { name: "kernel", tensor: joined("W", place.inputSize) },
    { name: "recurrent_kernel", tensor: joined("U", size) },
    {
      name: "bias",
      tensor: hasResetBias ? pairOf(bias, parameterOf(place, `${path}.v_n`)) : tensorOf([columns], bias),
    },
  ];
}

/** Keras's GRU has two biases; the second counts for the candidate alone, inside its reset, and is zero elsewhere. */
function pairOf(bias: Float32Array, reset: Float32Array): Tensor {
  const data = new Float32Array(2 * bias.length);
  data.set(bias);
  data.set(reset, data.length - reset.length);
  return tensorOf([2, bias.length], data);
}
