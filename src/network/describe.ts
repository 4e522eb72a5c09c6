/** The sizes and parameters of a network, found layer by layer, and what is wrong with it if something is. */
import type { Cell } from "../language/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { cellOf, directionsOf, shapeOf, sizesOf } from "./cell-sizes.ts";
import { attends, checkMemory, checkRows, checkStart } from "./from-encoder.ts";
import { axesOf, pictureAfter, spanOf, stepsAfter } from "./spatial.ts";
import type { SpatialLayer } from "./spatial.ts";
import type {
  CellLayer,
  ChainShape,
  ChainSpec,
  ConvolutionLayer,
  LayerShape,
  LayerSpec,
  NetworkShape,
  NetworkSpec,
  ParameterSpec,
  PictureSize,
} from "./spec.ts";

/** What goes from one layer to the next. */
interface Signal {
  readonly size: number;
  readonly perStep: boolean;
  /** Numbers of a vocabulary's entries, not yet embedded. */
  readonly tokens: boolean;
  /** Of what a recurrent layer gives: how many numbers from the front it has read forward; the others it has read backward. */
  readonly forwardSize?: number;
  /** Where the steps are the pixels of one. */
  readonly picture?: PictureSize;
}

/** Before the names of the encoder's parameters. */
export const encoderPrefix = "encoder.";

/** The chains of a network, in the order of their parameters, each with what stands before its parameters' names. */
export function chainsOf(spec: NetworkSpec): readonly { readonly chain: ChainSpec; readonly prefix: string }[] {
  const own = { chain: spec, prefix: "" };
  return spec.encoder === undefined ? [own] : [{ chain: spec.encoder, prefix: encoderPrefix }, own];
}

/** Numbers in a row of what a chain reads: 1 for tokens. */
export function columnsOf({ input }: ChainSpec): number {
  return input.kind === "tokens" ? 1 : input.size;
}

/** What the layers of a chain share. */
interface ChainContext {
  /** Before the parameters' names. */
  readonly prefix: string;
  /** Before a layer's name in a message. */
  readonly called: string;
  readonly parameters: ParameterSpec[];
  /** Of the network whose layers may start from it or attend to it. */
  readonly encoder: { readonly chain: ChainSpec; readonly shape: ChainShape } | undefined;
  readonly chain: ChainSpec;
}

/** A layer in its place. */
interface Place {
  readonly index: number;
  /** How messages call it. */
  readonly name: string;
  readonly signal: Signal;
  readonly context: ChainContext;
}

/** Sizes and parameters of a network. Throws `network/…` naming the layer that does not fit. */
export function describeNetwork(spec: NetworkSpec): NetworkShape {
  const parameters: ParameterSpec[] = [];
  if (spec.encoder === undefined) {
    const shape = describeChain({ prefix: "", called: "", parameters, encoder: undefined, chain: spec });
    return { ...shape, parameters };
  }
  const { encoder: chain } = spec;
  const encoder = describeChain({
    prefix: encoderPrefix,
    called: "Encoder: ",
    parameters,
    encoder: undefined,
    chain,
  });
  if (!encoder.perStep)
    fail(
      "network/bad-layer",
      "The encoder makes one vector of its sequence, but its outputs for all steps are what is attended to; remove its pooling.",
    );
  const own = describeChain({ prefix: "", called: "", parameters, encoder: { chain, shape: encoder }, chain: spec });
  if (!own.perStep)
    fail("network/bad-layer", "A network with an encoder has an output for each step; remove its pooling.");
  return { ...own, parameters, encoder };
}

function describeChain(context: ChainContext): ChainShape {
  const { chain, called } = context;
  checkCount(chain.input.size, `${called}The input size`);
  let signal: Signal = {
    size: chain.input.size,
    perStep: true,
    tokens: chain.input.kind === "tokens",
    ...pictureOf(chain),
  };
  const layers: LayerShape[] = [];
  chain.layers.forEach((layer, index) => {
    const { size: inputSize, picture: inputPicture, forwardSize: inputForward } = signal;
    const name = `${called}Layer ${index} (${layer.kind === "cell" ? layer.cell.name : layer.kind})`;
    const before = context.parameters.length;
    signal = describeLayer(layer, { index, name, signal, context });
    for (const parameter of context.parameters.slice(before)) checkLength(parameter, name);
    const forwardSize =
      layer.kind === "pool" && layer.over === "final" ? { forwardSize: known(inputForward, "a recurrent layer") } : {};
    const memorySize = attends(layer) ? { memorySize: known(context.encoder, "an encoder").shape.outputSize } : {};
    const { size: outputSize, perStep, picture: outputPicture } = signal;
    layers.push({
      inputSize,
      outputSize,
      perStep,
      ...memorySize,
      ...forwardSize,
      ...(inputPicture === undefined ? {} : { inputPicture }),
      ...(outputPicture === undefined ? {} : { outputPicture }),
    });
  });
  if (signal.tokens)
    fail(
      "network/not-embedded",
      `${called}The network's input is tokens, but no layer turns them into vectors; begin with an embedding.`,
    );
  return { layers, outputSize: signal.size, perStep: signal.perStep };
}

/** Steps of the output for so many steps of input. Throws as `describeNetwork`, and `network/bad-input` for steps that are no whole picture. */
export function outputSteps(spec: NetworkSpec, steps: number): number {
  return stepsAfter(spec, describeNetwork(spec).layers, steps);
}

/** The picture of an image input, checked. */
function pictureOf({ input }: ChainSpec): { readonly picture?: PictureSize } {
  if (input.kind !== "image") return {};
  const { height, width, channels, size } = input;
  for (const [what, value] of Object.entries({ height, width, channels })) checkCount(value, `The picture's ${what}`);
  if (size !== channels)
    fail(
      "network/bad-size",
      `The input's size is ${size}, but the picture has ${channels} channels; make the two equal.`,
    );
  return { picture: { height, width } };
}

function describeLayer(layer: LayerSpec, place: Place): Signal {
  const { name, signal, context } = place;
  const path = `${context.prefix}${place.index}`;
  checkChoice(layer.kind, ["cell", "embedding", "dropout", "pool", "convolution", "spatial-pool"], `${name}: its kind`);
  if (layer.kind === "embedding") {
    if (!signal.tokens)
      fail(
        "network/bad-layer",
        `${name} needs tokens, but gets vectors of ${signal.size} numbers; use a dense layer for those.`,
      );
    checkCount(layer.size, `${name}: its size`);
    if (layer.deviation !== undefined && !(layer.deviation > 0 && layer.deviation < Infinity))
      fail("network/bad-size", `${name}: its deviation is ${layer.deviation}; give a number above 0.`);
    context.parameters.push({ name: `${path}.E`, shape: [signal.size, layer.size], frozen: false });
    return { size: layer.size, perStep: true, tokens: false };
  }
  if (signal.tokens)
    fail(
      "network/not-embedded",
      `${name} gets tokens, which are numbers of a vocabulary's entries, not quantities; put an embedding before it.`,
    );
  switch (layer.kind) {
    case "dropout":
      checkShare(layer.rate, `${name}: its rate`);
      return signal;
    case "pool":
      checkChoice(layer.over, ["last", "mean", "max", "final"], `${name}: over`);
      if (!signal.perStep)
        fail(
          "network/bad-layer",
          `${name} needs a sequence, but a layer before it has made one vector of it already; remove one of the two.`,
        );
      if (layer.over === "final" && signal.forwardSize === undefined)
        fail(
          "network/bad-layer",
          `${name} takes the final outputs of a recurrent layer, but follows another one; put it right after the recurrent layer, or take the last step.`,
        );
      return { size: signal.size, perStep: false, tokens: false };
    case "cell":
      return describeCell(layer, place);
    case "convolution":
      return describeConvolution(layer, place);
    case "spatial-pool":
      checkChoice(layer.over, ["max", "mean"], `${name}: over`);
      return { ...signal, ...slide(layer, name, signal) };
  }
}

function describeConvolution(layer: ConvolutionLayer, { index, name, signal, context }: Place): Signal {
  const path = `${context.prefix}${index}`;
  checkCount(layer.size, `${name}: its size`);
  checkChoice(layer.padding ?? "same", ["same", "valid"], `${name}: padding`);
  checkChoice(layer.activation ?? "linear", ["linear", "relu", "tanh"], `${name}: activation`);
  const after = slide(layer, name, signal);
  const { y, x } = axesOf(layer, signal.picture !== undefined);
  const taps = signal.picture === undefined ? [x.kernel] : [y.kernel, x.kernel];
  context.parameters.push(
    { name: `${path}.W`, shape: [layer.size, ...taps, signal.size], frozen: false },
    { name: `${path}.b`, shape: [layer.size], frozen: false },
  );
  return { size: layer.size, perStep: true, tokens: false, ...after };
}

/** The picture that is left, if there is one, of windows that fit. */
function slide(layer: SpatialLayer, name: string, signal: Signal): { readonly picture?: PictureSize } {
  const { picture } = signal;
  if (!signal.perStep)
    fail(
      "network/bad-layer",
      `${name} needs a sequence or a picture, but a layer before it has made one vector of it already; move it before that.`,
    );
  const { kernel, stride } = layer;
  const extents = { kernel, stride, dilation: layer.kind === "convolution" ? layer.dilation : undefined };
  for (const [what, extent] of Object.entries(extents)) {
    if (extent === undefined) continue;
    if (typeof extent !== "number" && (extent.length !== 2 || picture === undefined))
      fail(
        "network/bad-size",
        `${name}: its ${what} is [${extent.join(", ")}], but must be ${picture === undefined ? "one number, for it slides along a sequence" : "a number or two"}.`,
      );
    for (const one of typeof extent === "number" ? [extent] : extent) checkCount(one, `${name}: its ${what}`);
  }
  if (picture === undefined) return {};
  const axes = axesOf(layer, true);
  const [high, wide] = [spanOf(axes.y), spanOf(axes.x)];
  if (high > picture.height || wide > picture.width)
    fail(
      "network/bad-layer",
      `${name}: its kernel spans ${high} × ${wide} pixels, but the picture it gets has ${picture.height} × ${picture.width}; take a smaller kernel, or pool less before it.`,
    );
  return { picture: pictureAfter(axes, picture) };
}

function describeCell(layer: CellLayer, place: Place): Signal {
  const { index, name, signal, context } = place;
  const { parameters } = context;
  const cell = cellOf(layer.cell);
  checkChoice(layer.direction ?? "forward", ["forward", "backward", "both"], `${name}: direction`);
  checkChoice(layer.initialState ?? "zero", ["zero", "learned", "encoder"], `${name}: initialState`);
  if (layer.recurrentDropout !== undefined && !multipliesState(cell))
    fail(
      "network/bad-layer",
      `${name}: recurrentDropout drops what matrices multiply of a state, but no matrix of this cell multiplies one; use dropout or zoneout.`,
    );
  checkCount(layer.size, `${name}: its size`);
  if (cell.states.length > 0 && !signal.perStep)
    fail(
      "network/bad-layer",
      `${name} is recurrent and needs a sequence, but gets one vector; move it before the pooling.`,
    );
  if (cell.inputs.some((input) => input.name !== "x"))
    fail("network/bad-layer", `${name} reads inputs beside x, which a network of layers does not give.`);
  for (const key of ["recurrentDropout", "zoneout"] as const)
    if (layer[key] !== undefined) checkShare(layer[key], `${name}: ${key}`);
  if (layer.checkpoint !== undefined) checkCount(layer.checkpoint, `${name}: checkpoint`);
  const sizes = sizesOf(layer, {
    inputSize: signal.size,
    ...(attends(layer) ? { memorySize: checkMemory(layer, place) } : {}),
  });
  checkRows(layer, place, sizes);
  if (layer.initialState === "encoder") checkStart(layer, place, sizes);
  const directions = directionsOf(layer, `${context.prefix}${index}`);
  for (const { prefix } of directions) {
    for (const parameter of cell.parameters) {
      const shape = shapeOf(parameter, sizes);
      const tied = layer.ties?.[parameter.name];
      if (tied === undefined) {
        parameters.push({
          name: `${prefix}.${parameter.name}`,
          shape,
          frozen: cell.options.frozen?.includes(parameter.name) ?? false,
        });
        continue;
      }
      const other = parameters.find((one) => one.name === tied);
      if (other === undefined || other.shape.join() !== shape.join()) {
        const is =
          other === undefined ? "is no parameter of a layer before it" : `has shape [${other.shape.join(", ")}]`;
        fail(
          "network/bad-layer",
          `${name} ties ${parameter.name} of shape [${shape.join(", ")}] to ${tied}, which ${is}.`,
        );
      }
    }
    if (layer.initialState === "learned") {
      for (const state of cell.states)
        parameters.push({ name: `${prefix}.initial.${state.name}`, shape: shapeOf(state, sizes), frozen: false });
    }
  }
  for (const tied of Object.keys(layer.ties ?? {})) {
    if (!cell.parameters.some((one) => one.name === tied))
      fail(
        "network/bad-layer",
        `${name} ties ${tied}, which is no parameter of its cell; it has ${cell.parameters.map((one) => one.name).join(", ")}.`,
      );
  }
  const size = (shapeOf(cell.output, sizes)[0] ?? 1) * directions.length;
  if (layer.residual && size !== signal.size)
    fail(
      "network/bad-layer",
      `${name} is residual, but its output has ${size} numbers and its input ${signal.size}; they must be equal.`,
    );
  const { perStep, picture } = signal;
  if (cell.states.length === 0) return { size, perStep, tokens: false, ...(picture === undefined ? {} : { picture }) };
  // A recurrent cell makes a sequence of the pixels.
  const forward = directions.filter(({ reverse }) => !reverse).length;
  return { size, perStep, tokens: false, forwardSize: (size / directions.length) * forward };
}

function fail(code: "network/bad-layer" | "network/not-embedded" | "network/bad-size", message: string): never {
  throw new RecurraError(code, message);
}

/** Whether a product reads a state as it is. */
function multipliesState({ graph }: Cell): boolean {
  return graph.nodes.some((node) => node.kind === "product" && graph.nodes[node.vector]?.kind === "state");
}

/** Plain data may come from code without types. */
function checkChoice(value: string, choices: readonly string[], what: string): void {
  if (!choices.includes(value))
    fail("network/bad-layer", `${what} is ${JSON.stringify(value)}, but must be one of ${choices.join(", ")}.`);
}

function checkCount(value: number, what: string): void {
  if (!Number.isInteger(value) || value < 1)
    fail("network/bad-size", `${what} must be a whole number of at least 1, but is ${value}.`);
}

/** Numbers of the longest array that there is in JavaScript. */
const mostNumbers = 2 ** 32;

function checkLength({ name, shape }: ParameterSpec, layer: string): void {
  if (shape.reduce((product, size) => product * size, 1) > mostNumbers)
    fail(
      "network/bad-size",
      `${layer}: its parameter ${name} [${shape.join(", ")}] has more numbers than any array can hold; make the layer smaller, or what it reads.`,
    );
}

function checkShare(value: number, what: string): void {
  if (!(value >= 0 && value < 1))
    fail("network/bad-size", `${what} must be at least 0 and less than 1, but is ${value}.`);
}

/** The states of all cell layers, by `layer.state`. */
export function stateShapes(
  spec: NetworkSpec,
): { name: string; columns: number; isNumber: boolean; layer: number; state: string }[] {
  const shape = describeNetwork(spec);
  return spec.layers.flatMap((layer, index) => {
    if (layer.kind !== "cell") return [];
    const sizes = sizesOf(layer, shape.layers[index]!);
    return cellOf(layer.cell).states.map((state) => ({
      name: `${index}.${state.name}`,
      columns: shapeOf(state, sizes)[0] ?? 1,
      isNumber: state.shape.length === 0,
      layer: index,
      state: state.name,
    }));
  });
}
