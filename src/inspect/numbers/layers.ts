/** Layers without a cell in float64, for one sequence: what they give, and what a gradient of that is towards what they were given. */
import { axesOf, countWindows } from "../../network/index.ts";
import type {
  Axis,
  CellLayer,
  ConvolutionLayer,
  LayerShape,
  LayerSpec,
  PoolLayer,
  SpatialPoolLayer,
} from "../../network/index.ts";
import { createSignal } from "./signal.ts";
import type { Signal } from "./signal.ts";

export type PlainLayer = Exclude<LayerSpec, CellLayer>;

/** What a layer needs beside its input. */
export interface LayerParts {
  readonly shape: LayerShape;
  /** Of the layer, by its own names: `E`, `W`, `b`. */
  readonly parameter: (name: string) => Float64Array;
}

/** The output of a layer. Dropout is off. */
export function runLayer(layer: PlainLayer, input: Signal, parts: LayerParts): Signal {
  switch (layer.kind) {
    case "embedding":
      return lookUp(layer.size, input, parts.parameter("E"));
    case "dropout":
      return input;
    case "pool":
      return pool(layer, input, parts.shape);
    case "convolution":
      return convolve(layer, input, parts);
    case "spatial-pool":
      return poolWindows(layer, input, parts.shape);
  }
}

/** From the gradient of a layer's output to that of its input. Tokens have none: undefined. */
export function pullLayer(
  layer: PlainLayer,
  { input, output, dOutput }: { readonly input: Signal; readonly output: Signal; readonly dOutput: Signal },
  parts: LayerParts,
): Signal | undefined {
  switch (layer.kind) {
    case "embedding":
      return undefined;
    case "dropout":
      return dOutput;
    case "pool":
      return pullPool(layer, { input, dOutput }, parts.shape);
    case "convolution":
      return pullConvolution(layer, { input, output, dOutput }, parts);
    case "spatial-pool":
      return pullWindows(layer, input, dOutput, parts.shape);
  }
}

/** Each token's row of the table. */
function lookUp(size: number, tokens: Signal, table: Float64Array): Signal {
  const output = createSignal(tokens.steps, size);
  for (let step = 0; step < tokens.steps; step++) {
    const token = tokens.values[step]!;
    output.values.set(table.subarray(token * size, (token + 1) * size), step * size);
  }
  return output;
}

/** How much each step of a unit counts in its pooling: one of them, or all alike. */
function poolShares(
  { over }: PoolLayer,
  {
    input,
    unit,
    forwardSize = input.size,
  }: { readonly input: Signal; readonly unit: number } & Pick<LayerShape, "forwardSize">,
): readonly (readonly [step: number, share: number])[] {
  switch (over) {
    case "mean":
      return Array.from({ length: input.steps }, (_, step) => [step, 1 / input.steps]);
    case "max":
      return [[stepOfLargest(input, unit), 1]];
    case "last":
      return [[input.steps - 1, 1]];
    case "final":
      return [[unit < forwardSize ? input.steps - 1 : 0, 1]];
  }
}

function pool(layer: PoolLayer, input: Signal, shape: LayerShape): Signal {
  const output = createSignal(1, input.size);
  for (let unit = 0; unit < input.size; unit++)
    for (const [step, share] of poolShares(layer, { ...shape, input, unit }))
      output.values[unit]! += share * input.values[step * input.size + unit]!;
  return output;
}

function pullPool(
  layer: PoolLayer,
  { input, dOutput }: { readonly input: Signal; readonly dOutput: Signal },
  shape: LayerShape,
): Signal {
  const dInput = createSignal(input.steps, input.size);
  for (let unit = 0; unit < input.size; unit++)
    for (const [step, share] of poolShares(layer, { ...shape, input, unit }))
      dInput.values[step * input.size + unit] = share * dOutput.values[unit]!;
  return dInput;
}

/** The first of equal ones. */
function stepOfLargest(input: Signal, unit: number): number {
  let best = 0;
  for (let step = 1; step < input.steps; step++)
    if (input.values[step * input.size + unit]! > input.values[best * input.size + unit]!) best = step;
  return best;
}

/** Positions that a window reads, and where it writes. */
interface Window {
  readonly output: number;
  /** Number of each tap, line by line, and the position it reads. */
  readonly taps: readonly { readonly tap: number; readonly input: number }[];
}

/** All windows of a layer over a sequence or a picture; taps outside of it are left out. */
function windowsOf(layer: ConvolutionLayer | SpatialPoolLayer, input: Signal, shape: LayerShape): readonly Window[] {
  const axes = axesOf(layer, shape.inputPicture !== undefined);
  const { height, width } = shape.inputPicture ?? { height: 1, width: input.steps };
  const [high, wide] = [tapsAlong(axes.y, height), tapsAlong(axes.x, width)];
  return high.flatMap((lines, y) =>
    wide.map((places, x) => ({
      output: y * wide.length + x,
      taps: lines.flatMap((line) =>
        places.map((place) => ({ tap: line.tap * axes.x.kernel + place.tap, input: line.at * width + place.at })),
      ),
    })),
  );
}

/** The taps of each window along one direction that lie within `length` positions. */
function tapsAlong(axis: Axis, length: number): readonly (readonly { readonly tap: number; readonly at: number }[])[] {
  const { kernel, stride, dilation, before } = axis;
  return Array.from({ length: countWindows(axis, length) }, (_, window) =>
    Array.from({ length: kernel }, (__, tap) => ({ tap, at: window * stride - before + tap * dilation })).filter(
      ({ at }) => at >= 0 && at < length,
    ),
  );
}

/** y_i = activation(Σ_tap W_tap x_(i, tap) + b), W `[outputs, taps, inputs]`. */
function convolve(layer: ConvolutionLayer, input: Signal, { shape, parameter }: LayerParts): Signal {
  const [weights, bias] = [parameter("W"), parameter("b")];
  const depth = weights.length / layer.size;
  const windows = windowsOf(layer, input, shape);
  const output = createSignal(windows.length, layer.size);
  for (const { output: window, taps } of windows) {
    for (let unit = 0; unit < layer.size; unit++) {
      let sum = bias[unit]!;
      for (const { tap, input: at } of taps)
        for (let j = 0; j < input.size; j++)
          sum += weights[unit * depth + tap * input.size + j]! * input.values[at * input.size + j]!;
      output.values[window * layer.size + unit] = activate(layer, sum);
    }
  }
  return output;
}

function pullConvolution(
  layer: ConvolutionLayer,
  { input, output, dOutput }: { readonly input: Signal; readonly output: Signal; readonly dOutput: Signal },
  { shape, parameter }: LayerParts,
): Signal {
  const weights = parameter("W");
  const depth = weights.length / layer.size;
  const dInput = createSignal(input.steps, input.size);
  for (const { output: window, taps } of windowsOf(layer, input, shape)) {
    for (let unit = 0; unit < layer.size; unit++) {
      const at = window * layer.size + unit;
      const slope = dOutput.values[at]! * slopeOf(layer, output.values[at]!);
      for (const { tap, input: from } of taps)
        for (let j = 0; j < input.size; j++)
          dInput.values[from * input.size + j]! += slope * weights[unit * depth + tap * input.size + j]!;
    }
  }
  return dInput;
}

function activate({ activation = "linear" }: ConvolutionLayer, value: number): number {
  if (activation === "relu") return Math.max(value, 0);
  return activation === "tanh" ? Math.tanh(value) : value;
}

/** activation' from the value that the activation gave. */
function slopeOf({ activation = "linear" }: ConvolutionLayer, value: number): number {
  if (activation === "relu") return value > 0 ? 1 : 0;
  return activation === "tanh" ? 1 - value * value : 1;
}

/** The largest or the mean of each window. */
function poolWindows(layer: SpatialPoolLayer, input: Signal, shape: LayerShape): Signal {
  const windows = windowsOf(layer, input, shape);
  const output = createSignal(windows.length, input.size);
  for (const window of windows) {
    for (let unit = 0; unit < input.size; unit++) {
      const values = window.taps.map(({ input: at }) => input.values[at * input.size + unit]!);
      output.values[window.output * input.size + unit] =
        layer.over === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / values.length;
    }
  }
  return output;
}

/** The gradient goes to the first of the largest, or in equal shares to all. */
function pullWindows(layer: SpatialPoolLayer, input: Signal, dOutput: Signal, shape: LayerShape): Signal {
  const dInput = createSignal(input.steps, input.size);
  for (const { output, taps } of windowsOf(layer, input, shape)) {
    for (let unit = 0; unit < input.size; unit++) {
      const gradient = dOutput.values[output * input.size + unit]!;
      const places = taps.map(({ input: at }) => at * input.size + unit);
      if (layer.over === "mean") for (const at of places) dInput.values[at]! += gradient / places.length;
      else {
        const best = places.reduce((most, at) => (input.values[at]! > input.values[most]! ? at : most));
        dInput.values[best]! += gradient;
      }
    }
  }
  return dInput;
}
