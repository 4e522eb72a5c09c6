/** Operators that shift and scale numbers, by given statistics or by their own. */
import type { Tensor } from "../tensor.ts";
import { broadcastStrides, countElements, createArray, walkRows } from "../tensors.ts";
import { broadcast } from "./elementwise.ts";
import { floatNumbers, printShape } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

const epsilonOf = (call: OperatorCall): number => call.number("epsilon", Math.fround(1e-5));

/** Numbers for each of so many channels. */
function perChannel(call: OperatorCall, at: number, channels: number): Float32Array | Float64Array {
  const { shape } = call.input(at);
  if (printShape(shape) !== printShape([channels]))
    call.fail(`input ${at} is ${printShape(shape)}, for ${channels} channels`);
  return floatNumbers(call, at);
}

/** Y = (X - mean) / √(variance + ε) × scale + shift, for each channel. */
const batchNormalisation: Operator = {
  inputs: [5, 5],
  outputs: [1, 1],
  attributes: { epsilon: "number", momentum: "number", training_mode: "integer" },
  compute: (call): Tensor => {
    if (call.integer("training_mode", 0) !== 0) call.fail("it is told to train");
    const { type, shape } = call.input(0);
    const x = floatNumbers(call, 0);
    // Without an axis of channels there is one.
    const channels = shape.length < 2 ? 1 : shape[1]!;
    const size = countElements(shape.slice(2));
    const [scale, shift, mean, variance] = [1, 2, 3, 4].map((at) => perChannel(call, at, channels));
    const y = createArray(type, x.length);
    for (let plane = 0; plane * size < x.length; plane++) {
      const c = plane % channels;
      const factor = scale![c]! / Math.sqrt(variance![c]! + epsilonOf(call));
      const offset = shift![c]! - mean![c]! * factor;
      for (let i = plane * size; i < (plane + 1) * size; i++) y[i] = x[i]! * factor + offset;
    }
    return { type, shape, data: y };
  },
};

/** Mean and 1 / √(variance + ε) of the `n` numbers from `begin` on. */
function statistics(
  x: Float32Array | Float64Array,
  { begin, n, epsilon }: { readonly begin: number; readonly n: number; readonly epsilon: number },
): readonly [mean: number, inverse: number] {
  let sum = 0;
  for (let i = begin; i < begin + n; i++) sum += x[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = begin; i < begin + n; i++) squares += (x[i]! - mean) ** 2;
  return [mean, 1 / Math.sqrt(squares / n + epsilon)];
}

/** Over the axes from `axis` on. */
const layerNormalisation: Operator = {
  inputs: [2, 3],
  optional: [2],
  outputs: [1, 3],
  attributes: { axis: "integer", epsilon: "number", stash_type: "integer" },
  compute: (call) => {
    const { type, shape } = call.input(0);
    const x = floatNumbers(call, 0);
    const axis = call.axis(call.integer("axis", -1), shape.length);
    const n = countElements(shape.slice(axis));
    const rows = countElements(shape.slice(0, axis));
    const normal = createArray(type, x.length);
    const [means, inverses] = [createArray(type, rows), createArray(type, rows)];
    const epsilon = epsilonOf(call);
    for (let row = 0; row < rows; row++) {
      const [mean, inverse] = statistics(x, { begin: row * n, n, epsilon });
      [means[row], inverses[row]] = [mean, inverse];
      for (let i = row * n; i < (row + 1) * n; i++) normal[i] = (x[i]! - mean) * inverse;
    }
    const statisticShape = shape.map((size, at) => (at < axis ? size : 1));
    return [
      { type, shape, data: scaleAndShift(call, normal as Float32Array, shape) },
      { type, shape: statisticShape, data: means },
      { type, shape: statisticShape, data: inverses },
    ];
  },
};

/** Times input 1, plus input 2 if there is one, both stretched to `shape`. */
function scaleAndShift(call: OperatorCall, x: Float32Array, shape: readonly number[]): Float32Array {
  const parts = [call.input(1), call.inputs[2]].filter((part) => part !== undefined);
  for (const part of parts)
    if (printShape(broadcast(call, part.shape, shape)) !== printShape(shape))
      call.fail(`${printShape(part.shape)} does not fit ${printShape(shape)}`);
  if (x.length === 0) return x;
  for (const [at, part] of parts.entries()) {
    const values = floatNumbers(call, at + 1);
    const walk = walkRows(shape, [broadcastStrides(part.shape, shape)]);
    const [step = 0] = walk.steps;
    let to = 0;
    walk.each((place = 0) => {
      for (let i = 0; i < walk.length; i++) {
        if (at === 0) x[to + i]! *= values[place + i * step]!;
        else x[to + i]! += values[place + i * step]!;
      }
      to += walk.length;
    });
  }
  return x;
}

/** Over everything but the member and the channel. */
const instanceNormalisation: Operator = {
  inputs: [3, 3],
  outputs: [1, 1],
  attributes: { epsilon: "number" },
  compute: (call): Tensor => {
    const { type, shape } = call.input(0);
    const x = floatNumbers(call, 0);
    if (shape.length < 3) call.fail(`its input is ${printShape(shape)}`);
    const channels = shape[1]!;
    const n = countElements(shape.slice(2));
    const [scale, shift] = [perChannel(call, 1, channels), perChannel(call, 2, channels)];
    const y = createArray(type, x.length);
    for (let plane = 0; plane * n < x.length; plane++) {
      const [mean, inverse] = statistics(x, { begin: plane * n, n, epsilon: epsilonOf(call) });
      const c = plane % channels;
      for (let i = plane * n; i < (plane + 1) * n; i++) y[i] = (x[i]! - mean) * inverse * scale[c]! + shift[c]!;
    }
    return { type, shape, data: y };
  },
};

/** Over the channels of each group; scale and shift are per channel. */
const groupNormalisation: Operator = {
  inputs: [3, 3],
  outputs: [1, 1],
  attributes: { epsilon: "number", num_groups: "integer", stash_type: "integer" },
  compute: (call): Tensor => {
    const { type, shape } = call.input(0);
    const x = floatNumbers(call, 0);
    if (shape.length < 3) call.fail(`its input is ${printShape(shape)}`);
    const channels = shape[1]!;
    const groups = call.integer("num_groups", 0);
    if (groups < 1 || channels % groups !== 0) call.fail(`${groups} groups of ${channels} channels`);
    const size = countElements(shape.slice(2));
    const n = (channels / groups) * size;
    const [scale, shift] = [perChannel(call, 1, channels), perChannel(call, 2, channels)];
    const y = createArray(type, x.length);
    for (let begin = 0; begin < x.length; begin += n) {
      const [mean, inverse] = statistics(x, { begin, n, epsilon: epsilonOf(call) });
      for (let i = begin; i < begin + n; i++) {
        const c = Math.floor(i / size) % channels;
        y[i] = (x[i]! - mean) * inverse * scale[c]! + shift[c]!;
      }
    }
    return { type, shape, data: y };
  },
};

/** Y = X / √(mean of squares + ε) × scale, over the axes from `axis` on. */
const rmsNormalisation: Operator = {
  inputs: [2, 2],
  outputs: [1, 1],
  attributes: { axis: "integer", epsilon: "number", stash_type: "integer" },
  compute: (call): Tensor => {
    const { type, shape } = call.input(0);
    const x = floatNumbers(call, 0);
    const axis = call.axis(call.integer("axis", -1), shape.length);
    const n = countElements(shape.slice(axis));
    const normal = createArray(type, x.length);
    for (let begin = 0; begin < x.length; begin += n) {
      let squares = 0;
      for (let i = begin; i < begin + n; i++) squares += x[i]! * x[i]!;
      const inverse = 1 / Math.sqrt(squares / n + epsilonOf(call));
      for (let i = begin; i < begin + n; i++) normal[i] = x[i]! * inverse;
    }
    return { type, shape, data: scaleAndShift(call, normal as Float32Array, shape) };
  },
};

export const normaliseOperators: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalisation,
  LayerNormalization: layerNormalisation,
  InstanceNormalization: instanceNormalisation,
  GroupNormalization: groupNormalisation,
  RMSNormalization: rmsNormalisation,
};
