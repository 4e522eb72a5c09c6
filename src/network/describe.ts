/** The sizes and parameters of a network, found layer by layer, and what is wrong with it if something is. */
import { cell as createCell } from "../language/index.ts";
import type { Cell, Variable } from "../language/index.ts";
import { resolveSizes } from "../language/sizes.ts";
import { RecurraError } from "../util/errors.ts";
import { axesOf, pictureAfter, spanOf, stepsAfter } from "./spatial.ts";
import type { SpatialLayer } from "./spatial.ts";
import type {
  CellLayer,
  CellSpec,
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
  /** Where the steps are the pixels of one. */
  readonly picture?: PictureSize;
}

const cellsBySpec = new WeakMap<CellSpec, Cell>();

/** The checked cell of a spec. */
export function cellOf(spec: CellSpec): Cell {
  const before = cellsBySpec.get(spec);
  if (before !== undefined) return before;
  const result = createCell(spec.name, spec.text, spec.options);
  cellsBySpec.set(spec, result);
  return result;
}

/** A cell as plain data. */
export function specOf(cell: Cell): CellSpec {
  return { name: cell.name, text: cell.text, options: cell.options };
}

/** The directions of a cell layer, each with the prefix of its parameters' names. */
export function directionsOf(
  layer: CellLayer,
  index: number,
): readonly { readonly prefix: string; readonly reverse: boolean }[] {
  switch (layer.direction ?? "forward") {
    case "forward":
      return [{ prefix: `${index}`, reverse: false }];
    case "backward":
      return [{ prefix: `${index}`, reverse: true }];
    case "both":
      return [
        { prefix: `${index}.forward`, reverse: false },
        { prefix: `${index}.backward`, reverse: true },
      ];
  }
}

/** Every dimension of a cell layer's cell. */
export function sizesOf(layer: CellLayer, inputSize: number): Readonly<Record<string, number>> {
  return resolveSizes(cellOf(layer.cell), { ...layer.sizes, I: inputSize, H: layer.size });
}

/** The shape of a variable with sizes in place of names. */
export function shapeOf(variable: Variable, sizes: Readonly<Record<string, number>>): number[] {
  return variable.shape.map((dimension) => (typeof dimension === "number" ? dimension : sizes[dimension]!));
}

/** Sizes and parameters of a network. Throws `network/…` naming the layer that does not fit. */
export function describeNetwork(spec: NetworkSpec): NetworkShape {
  checkCount(spec.input.size, "The input size");
  let signal: Signal = {
    size: spec.input.size,
    perStep: true,
    tokens: spec.input.kind === "tokens",
    ...pictureOf(spec),
  };
  const layers: LayerShape[] = [];
  const parameters: ParameterSpec[] = [];
  spec.layers.forEach((layer, index) => {
    const { size: inputSize, picture: inputPicture } = signal;
    signal = describeLayer(layer, index, signal, parameters);
    const { size: outputSize, perStep, picture: outputPicture } = signal;
    layers.push({
      inputSize,
      outputSize,
      perStep,
      ...(inputPicture === undefined ? {} : { inputPicture }),
      ...(outputPicture === undefined ? {} : { outputPicture }),
    });
  });
  if (signal.tokens)
    fail(
      "network/not-embedded",
      `The network's input is tokens, but no layer turns them into vectors; begin with an embedding.`,
    );
  return { layers, parameters, outputSize: signal.size, perStep: signal.perStep };
}

/** Steps of the output for so many steps of input. Throws as `describeNetwork`, and `network/bad-input` for steps that are no whole picture. */
export function outputSteps(spec: NetworkSpec, steps: number): number {
  return stepsAfter(spec, describeNetwork(spec).layers, steps);
}

/** The picture of an image input, checked. */
function pictureOf({ input }: NetworkSpec): { readonly picture?: PictureSize } {
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

function describeLayer(layer: LayerSpec, index: number, signal: Signal, parameters: ParameterSpec[]): Signal {
  const name = `Layer ${index} (${layer.kind === "cell" ? layer.cell.name : layer.kind})`;
  checkChoice(layer.kind, ["cell", "embedding", "dropout", "pool", "convolution", "spatial-pool"], `${name}: its kind`);
  if (layer.kind === "embedding") {
    if (!signal.tokens)
      fail(
        "network/bad-layer",
        `${name} needs tokens, but gets vectors of ${signal.size} numbers; use a dense layer for those.`,
      );
    checkCount(layer.size, `${name}: its size`);
    parameters.push({ name: `${index}.E`, shape: [signal.size, layer.size], frozen: false });
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
      checkChoice(layer.over, ["last", "mean", "max"], `${name}: over`);
      if (!signal.perStep)
        fail(
          "network/bad-layer",
          `${name} needs a sequence, but a layer before it has made one vector of it already; remove one of the two.`,
        );
      return { size: signal.size, perStep: false, tokens: false };
    case "cell":
      return describeCell(layer, index, name, signal, parameters);
    case "convolution":
      return describeConvolution(layer, index, name, signal, parameters);
    case "spatial-pool":
      checkChoice(layer.over, ["max", "mean"], `${name}: over`);
      return { ...signal, ...slide(layer, name, signal) };
  }
}

function describeConvolution(
  layer: ConvolutionLayer,
  index: number,
  name: string,
  signal: Signal,
  parameters: ParameterSpec[],
): Signal {
  checkCount(layer.size, `${name}: its size`);
  checkChoice(layer.padding ?? "same", ["same", "valid"], `${name}: padding`);
  checkChoice(layer.activation ?? "linear", ["linear", "relu", "tanh"], `${name}: activation`);
  const after = slide(layer, name, signal);
  const { y, x } = axesOf(layer, signal.picture !== undefined);
  const taps = signal.picture === undefined ? [x.kernel] : [y.kernel, x.kernel];
  parameters.push(
    { name: `${index}.W`, shape: [layer.size, ...taps, signal.size], frozen: false },
    { name: `${index}.b`, shape: [layer.size], frozen: false },
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

function describeCell(
  layer: CellLayer,
  index: number,
  name: string,
  signal: Signal,
  parameters: ParameterSpec[],
): Signal {
  const cell = cellOf(layer.cell);
  checkChoice(layer.direction ?? "forward", ["forward", "backward", "both"], `${name}: direction`);
  checkChoice(layer.initialState ?? "zero", ["zero", "learned"], `${name}: initialState`);
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
  const sizes = sizesOf(layer, signal.size);
  const directions = directionsOf(layer, index);
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
  // A recurrent cell makes a sequence of the pixels.
  return { size, perStep, tokens: false, ...(picture === undefined || cell.states.length > 0 ? {} : { picture }) };
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
    const sizes = sizesOf(layer, shape.layers[index]!.inputSize);
    return cellOf(layer.cell).states.map((state) => ({
      name: `${index}.${state.name}`,
      columns: shapeOf(state, sizes)[0] ?? 1,
      isNumber: state.shape.length === 0,
      layer: index,
      state: state.name,
    }));
  });
}
