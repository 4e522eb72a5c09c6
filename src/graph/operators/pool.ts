/** The largest or the mean of windows, or of all there is. */
import type { Tensor } from "../tensor.ts";
import { countElements, createArray } from "../tensors.ts";
import { floatNumbers, plainNumbers, printShape } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";
import { placeTaps, planWindows, windowAttributes } from "./windows.ts";
import type { Windows } from "./windows.ts";

function windowsOf(call: OperatorCall): {
  readonly input: Tensor;
  readonly windows: Windows;
  readonly shape: number[];
} {
  const input = call.input(0);
  if (input.shape.length < 3) call.fail(`its input is ${printShape(input.shape)}, without a direction to pool along`);
  const kernel = call.integers("kernel_shape") ?? call.fail("attribute kernel_shape is missing");
  const windows = planWindows(call, { input: input.shape.slice(2), kernel });
  return { input, windows, shape: [...input.shape.slice(0, 2), ...windows.output] };
}

const largestPool: Operator = {
  inputs: [1, 1],
  outputs: [1, 2],
  attributes: { ...windowAttributes, ceil_mode: "integer", storage_order: "integer" },
  compute: (call) => {
    if (call.integer("storage_order", 0) !== 0) call.fail("places in column order are not supported");
    const { input, windows, shape } = windowsOf(call);
    const x = plainNumbers(call, 0);
    const places = placeTaps(windows);
    const [taps, count] = [countElements(windows.kernel), countElements(windows.output)];
    const size = countElements(windows.input);
    const y = createArray(input.type, countElements(shape)) as Float32Array;
    const best = call.wanted[1] === true ? new BigInt64Array(y.length) : undefined;
    const planes = countElements(input.shape.slice(0, 2));
    for (let plane = 0; plane < planes; plane++)
      for (let window = 0; window < count; window++) {
        let largest = -1;
        for (let tap = 0; tap < taps; tap++) {
          const place = places[tap * count + window]!;
          if (place < 0) continue;
          const value = x[plane * size + place]!;
          if (largest < 0 || value > x[plane * size + largest]! || Number.isNaN(value)) largest = place;
        }
        if (largest < 0) call.fail("a window lies wholly in the padding");
        y[plane * count + window] = x[plane * size + largest]!;
        if (best !== undefined) best[plane * count + window] = BigInt(plane * size + largest);
      }
    return [
      { type: input.type, shape, data: y },
      best === undefined ? undefined : { type: "int64", shape, data: best },
    ];
  },
};

const meanPool: Operator = {
  inputs: [1, 1],
  outputs: [1, 1],
  attributes: { ...windowAttributes, ceil_mode: "integer", count_include_pad: "integer" },
  compute: (call): Tensor => {
    const { input, windows, shape } = windowsOf(call);
    const x = floatNumbers(call, 0);
    const places = placeTaps(windows);
    const [taps, count] = [countElements(windows.kernel), countElements(windows.output)];
    const size = countElements(windows.input);
    const y = createArray(input.type, countElements(shape)) as Float32Array;
    // What a window covers of the input, and of its padding if that counts; never what lies beyond both.
    const countsPadding = call.integer("count_include_pad", 0) !== 0;
    const padded: Windows = {
      ...windows,
      input: windows.input.map((length, at) => length + windows.before[at]! + windows.after[at]!),
      before: windows.before.map(() => 0),
    };
    const counted = countsPadding ? placeTaps(padded) : places;
    const planes = countElements(input.shape.slice(0, 2));
    for (let window = 0; window < count; window++) {
      let n = 0;
      for (let tap = 0; tap < taps; tap++) if (counted[tap * count + window]! >= 0) n++;
      for (let plane = 0; plane < planes; plane++) {
        let sum = 0;
        for (let tap = 0; tap < taps; tap++) {
          const place = places[tap * count + window]!;
          if (place >= 0) sum += x[plane * size + place]!;
        }
        y[plane * count + window] = sum / n;
      }
    }
    return { type: input.type, shape, data: y };
  },
};

/** One number for each channel. */
function globalPool(total: (x: Float32Array | Float64Array, begin: number, n: number) => number): Operator {
  return {
    inputs: [1, 1],
    outputs: [1, 1],
    attributes: {},
    compute: (call): Tensor => {
      const { type, shape } = call.input(0);
      if (shape.length < 2) call.fail(`its input is ${printShape(shape)}, without channels`);
      const x = floatNumbers(call, 0);
      const size = countElements(shape.slice(2));
      const planes = countElements(shape.slice(0, 2));
      const y = createArray(type, planes) as Float32Array;
      for (let plane = 0; plane < planes; plane++) y[plane] = total(x, plane * size, size);
      return { type, shape: [...shape.slice(0, 2), ...shape.slice(2).map(() => 1)], data: y };
    },
  };
}

export const poolOperators: Readonly<Record<string, Operator>> = {
  MaxPool: largestPool,
  AveragePool: meanPool,
  GlobalMaxPool: globalPool((x, begin, n) => {
    let largest = -Infinity;
    for (let i = begin; i < begin + n; i++) largest = Math.max(largest, x[i]!);
    return largest;
  }),
  GlobalAveragePool: globalPool((x, begin, n) => {
    let sum = 0;
    for (let i = begin; i < begin + n; i++) sum += x[i]!;
    return sum / n;
  }),
};
