/** Convolutions in any number of directions, and their transposes. */
import type { Tensor } from "../tensor.ts";
import { countElements, createArray } from "../tensors.ts";
import { multiply } from "./multiply.ts";
import { floatNumbers, printShape, sameType } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";
import { directions, placeTaps, planWindows, windowAttributes } from "./windows.ts";
import type { Windows } from "./windows.ts";

const attributes = { ...windowAttributes, group: "integer" } as const;

/** The kernel's sizes, which the attribute may repeat. */
function kernelOf(call: OperatorCall, weights: Tensor): readonly number[] {
  const kernel = weights.shape.slice(2);
  const told = call.integers("kernel_shape");
  if (told !== undefined && printShape(told) !== printShape(kernel))
    call.fail(`kernel_shape is ${printShape(told)}, but the weights are ${printShape(weights.shape)}`);
  return kernel;
}

interface Sizes {
  readonly batch: number;
  readonly group: number;
  /** Channels of one group. */
  readonly inputs: number;
  readonly outputs: number;
}

function checkInputs(call: OperatorCall): { readonly input: Tensor; readonly weights: Tensor } {
  const [input, weights] = [call.input(0), call.input(1)];
  sameType(call, 0, 1);
  if (call.inputs[2] !== undefined) sameType(call, 0, 2);
  if (input.shape.length < 3 || weights.shape.length !== input.shape.length)
    call.fail(`its input is ${printShape(input.shape)} and its weights ${printShape(weights.shape)}`);
  return { input, weights };
}

function biasOf(call: OperatorCall, channels: number): Float32Array | Float64Array | undefined {
  const bias = call.inputs[2];
  if (bias === undefined) return undefined;
  if (printShape(bias.shape) !== printShape([channels]))
    call.fail(`its bias is ${printShape(bias.shape)}, for ${channels} channels`);
  return floatNumbers(call, 2);
}

/** Y[n, o, w] = b[o] + Σ_{c, tap} W[o, c, tap] X[n, c, place of the tap in window w]. */
const convolution: Operator = {
  inputs: [2, 3],
  optional: [2],
  outputs: [1, 1],
  attributes,
  compute: (call): Tensor => {
    const { input, weights } = checkInputs(call);
    const [batch = 0, channels = 0] = input.shape;
    const [outputs = 0, each = 0] = weights.shape;
    const group = call.integer("group", 1);
    if (group < 1 || each * group !== channels || outputs % group !== 0)
      call.fail(`${group} groups of ${each} channels, for ${channels} channels and ${outputs} outputs`);
    const windows = planWindows(call, { input: input.shape.slice(2), kernel: kernelOf(call, weights) });
    const shape = [batch, outputs, ...windows.output];
    const data = createArray(input.type, countElements(shape)) as Float32Array;
    convolve({ x: floatNumbers(call, 0), w: floatNumbers(call, 1), bias: biasOf(call, outputs), y: data }, windows, {
      batch,
      group,
      inputs: each,
      outputs: outputs / group,
    });
    return { type: input.type, shape, data };
  },
};

interface ConvolutionArrays {
  readonly x: Float32Array | Float64Array;
  readonly w: Float32Array | Float64Array;
  readonly bias: Float32Array | Float64Array | undefined;
  readonly y: Float32Array | Float64Array;
}

/** As a product: the kernels `[outputs, inputs × taps]` times what their taps read, `[inputs × taps, windows]`. */
function convolve(
  { x, w, bias, y }: ConvolutionArrays,
  windows: Windows,
  { batch, group, inputs, outputs }: Sizes,
): void {
  const places = placeTaps(windows);
  const count = countElements(windows.output);
  const taps = countElements(windows.kernel);
  const size = countElements(windows.input);
  const columns = createArray("float64", inputs * taps * count);
  const sums = createArray("float64", outputs * count);
  const depth = inputs * taps;
  for (let member = 0; member < batch; member++)
    for (let g = 0; g < group; g++) {
      for (let channel = 0; channel < inputs; channel++) {
        const from = ((member * group + g) * inputs + channel) * size;
        const to = channel * taps * count;
        for (let i = 0; i < taps * count; i++) {
          const place = places[i]!;
          columns[to + i] = place < 0 ? 0 : x[from + place]!;
        }
      }
      if (bias === undefined) sums.fill(0);
      else for (let o = 0; o < outputs; o++) sums.fill(bias[g * outputs + o]!, o * count, (o + 1) * count);
      multiply(
        { data: w, begin: g * outputs * depth, rowStep: depth, columnStep: 1 },
        { data: columns, begin: 0, rowStep: count, columnStep: 1 },
        { m: outputs, n: count, k: depth, sums },
      );
      (y as Float32Array).set(sums, (member * group + g) * outputs * count);
    }
}

/** The transpose of a convolution: each input is spread over the places of a window in the output. */
const transposed: Operator = {
  inputs: [2, 3],
  optional: [2],
  outputs: [1, 1],
  attributes: { ...attributes, output_padding: "integers", output_shape: "integers" },
  compute: (call): Tensor => {
    const { input, weights } = checkInputs(call);
    const [batch = 0, channels = 0] = input.shape;
    const [rows = 0, each = 0] = weights.shape;
    const group = call.integer("group", 1);
    if (group < 1 || rows !== channels || channels % group !== 0)
      call.fail(`${group} groups for ${channels} channels, and weights ${printShape(weights.shape)}`);
    const windows = planTransposed(call, input.shape.slice(2), kernelOf(call, weights));
    const shape = [batch, each * group, ...windows.input];
    const data = createArray(input.type, countElements(shape)) as Float32Array;
    spread({ x: floatNumbers(call, 0), w: floatNumbers(call, 1), bias: biasOf(call, each * group), y: data }, windows, {
      batch,
      group,
      inputs: channels / group,
      outputs: each,
    });
    return { type: input.type, shape, data };
  },
};

/** The windows of the convolution whose transpose this is: its output is our input. */
function planTransposed(call: OperatorCall, output: readonly number[], kernel: readonly number[]): Windows {
  const count = output.length;
  const strides = directions(call, "strides", { count, otherwise: 1, least: 1 });
  const dilations = directions(call, "dilations", { count, otherwise: 1, least: 1 });
  const extra = directions(call, "output_padding", { count, otherwise: 0, least: 0 });
  const full = output.map(
    (size, at) => strides[at]! * (size - 1) + extra[at]! + dilations[at]! * (kernel[at]! - 1) + 1,
  );
  const how = call.text("auto_pad", "NOTSET");
  if (!["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].includes(how))
    call.fail(`there is no auto_pad ${JSON.stringify(how)}`);
  const isSame = how.startsWith("SAME");
  const wanted = call.has("output_shape")
    ? directions(call, "output_shape", { count, otherwise: 0, least: 1 })
    : isSame
      ? output.map((size, at) => size * strides[at]!)
      : undefined;
  let pads = directions(call, "pads", { count: 2 * count, otherwise: 0, least: 0 });
  if (wanted !== undefined) {
    // Negative where more is wanted than there is: zeros are put around.
    const totals = full.map((size, at) => size - wanted[at]!);
    const less = totals.map((total) => Math.floor(total / 2));
    const more = totals.map((total, at) => total - less[at]!);
    // Where a total is odd the place more is at the end only for SAME_UPPER.
    pads = how === "SAME_UPPER" ? [...less, ...more] : [...more, ...less];
  }
  const input = full.map((size, at) => wanted?.[at] ?? size - pads[at]! - pads[count + at]!);
  if (input.some((size) => size < 1)) call.fail(`nothing is left of ${printShape(full)} without its padding`);
  return { input, output, kernel, strides, dilations, before: pads.slice(0, count), after: pads.slice(count) };
}

/** The transposed kernels `[outputs × taps, inputs]` times the input `[inputs, windows]`, added where the taps lie. */
function spread(
  { x, w, bias, y }: ConvolutionArrays,
  windows: Windows,
  { batch, group, inputs, outputs }: Sizes,
): void {
  const places = placeTaps(windows);
  const count = countElements(windows.output);
  const taps = countElements(windows.kernel);
  const size = countElements(windows.input);
  const sums = createArray("float64", outputs * taps * count);
  const image = createArray("float64", outputs * size);
  for (let member = 0; member < batch; member++)
    for (let g = 0; g < group; g++) {
      sums.fill(0);
      multiply(
        { data: w, begin: g * inputs * outputs * taps, rowStep: 1, columnStep: outputs * taps },
        { data: x, begin: (member * group + g) * inputs * count, rowStep: count, columnStep: 1 },
        { m: outputs * taps, n: count, k: inputs, sums },
      );
      for (let o = 0; o < outputs; o++) {
        image.fill(bias?.[g * outputs + o] ?? 0, o * size, (o + 1) * size);
        for (let i = 0; i < taps * count; i++) {
          const place = places[i]!;
          if (place >= 0) image[o * size + place]! += sums[o * taps * count + i]!;
        }
      }
      (y as Float32Array).set(image, (member * group + g) * outputs * size);
    }
}

export const convolutionOperators: Readonly<Record<string, Operator>> = {
  Conv: convolution,
  ConvTranspose: transposed,
};
