/** Operators that move numbers, cut them, join them, and ask for their shapes. */
import type { Tensor } from "../tensor.ts";
import {
  broadcastStrides,
  convertData,
  countElements,
  createArray,
  gatherStrided,
  integerTensor,
  isBig,
  movable,
  reshapeTensor,
  stridesOf,
  transposeTensor,
} from "../tensors.ts";
import { broadcast } from "./elementwise.ts";
import { aroundAxis, printShape, sameType } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

const one = { inputs: [1, 1], outputs: [1, 1] } as const;
const two = { inputs: [2, 2], outputs: [1, 1] } as const;

/** Sizes that a file asks for. */
function checkSizes(call: OperatorCall, sizes: readonly number[]): readonly number[] {
  const wrong = sizes.find((size) => !Number.isSafeInteger(size) || size < 0);
  if (wrong !== undefined) call.fail(`the shape ${printShape(sizes)} has a size of ${wrong}`);
  return sizes;
}

const reshape: Operator = {
  ...two,
  shapedBy: [1],
  attributes: { allowzero: "integer" },
  compute: (call) => {
    const input = call.input(0);
    const asked = call.integersOf(1);
    const keepsZero = call.integer("allowzero", 0) !== 0;
    const sizes = asked.map((size, axis) =>
      size === 0 && !keepsZero ? (input.shape[axis] ?? call.fail(`there is no size for axis ${axis}`)) : size,
    );
    const open = sizes.indexOf(-1);
    if (open >= 0) {
      const rest = countElements(sizes.toSpliced(open, 1));
      const size = rest === 0 ? 0 : input.data.length / rest;
      if (!Number.isInteger(size) || sizes.indexOf(-1, open + 1) >= 0)
        call.fail(`${printShape(input.shape)} does not go into ${printShape(asked)}`);
      sizes[open] = size;
    }
    checkSizes(call, sizes);
    if (countElements(sizes) !== input.data.length)
      call.fail(`${printShape(input.shape)} does not go into ${printShape(asked)}`);
    return reshapeTensor(input, sizes);
  },
};

const transpose: Operator = {
  ...one,
  attributes: { perm: "integers" },
  compute: (call) => {
    const input = call.input(0);
    const rank = input.shape.length;
    const order = call.integers("perm") ?? input.shape.map((_, axis) => rank - 1 - axis);
    if (order.toSorted((a, b) => a - b).some((axis, at) => axis !== at) || order.length !== rank)
      call.fail(`perm is ${printShape(order)} for a tensor of rank ${rank}`);
    return transposeTensor(input, order);
  },
};

/** Axes from 0 on, in order, each once. */
function sortedAxes(call: OperatorCall, axes: readonly number[], rank: number): number[] {
  const sorted = axes.map((axis) => call.axis(axis, rank)).toSorted((a, b) => a - b);
  if (sorted.some((axis, at) => axis === sorted[at + 1])) call.fail(`an axis is named twice: ${printShape(axes)}`);
  return sorted;
}

const squeeze: Operator = {
  inputs: [1, 2],
  optional: [1],
  outputs: [1, 1],
  shapedBy: [1],
  attributes: {},
  compute: (call) => {
    const input = call.input(0);
    const { shape } = input;
    const axes = call.inputs[1] === undefined ? undefined : sortedAxes(call, call.integersOf(1), shape.length);
    const wrong = axes?.find((axis) => shape[axis] !== 1);
    if (wrong !== undefined) call.fail(`axis ${wrong} of ${printShape(shape)} is not of size 1`);
    return reshapeTensor(
      input,
      shape.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis))),
    );
  },
};

const unsqueeze: Operator = {
  ...two,
  shapedBy: [1],
  attributes: {},
  compute: (call) => {
    const input = call.input(0);
    const asked = call.integersOf(1);
    const shape = [...input.shape];
    for (const axis of sortedAxes(call, asked, input.shape.length + asked.length)) shape.splice(axis, 0, 1);
    return reshapeTensor(input, shape);
  },
};

const expand: Operator = {
  ...two,
  shapedBy: [1],
  grows: true,
  attributes: {},
  compute: (call) => {
    const input = call.input(0);
    const shape = broadcast(call, input.shape, checkSizes(call, call.integersOf(1)));
    return gatherStrided(input, { shape, strides: broadcastStrides(input.shape, shape) });
  },
};

const tile: Operator = {
  ...two,
  shapedBy: [1],
  grows: true,
  attributes: {},
  compute: (call) => {
    const input = call.input(0);
    const repeats = checkSizes(call, call.integersOf(1));
    const { shape } = input;
    if (repeats.length !== shape.length) call.fail(`there are ${repeats.length} repeats for rank ${shape.length}`);
    const strides = stridesOf(shape);
    const tiled = gatherStrided(input, {
      shape: shape.flatMap((size, axis) => [repeats[axis]!, size]),
      strides: strides.flatMap((stride) => [0, stride]),
    });
    return reshapeTensor(
      tiled,
      shape.map((size, axis) => size * repeats[axis]!),
    );
  },
};

const concat: Operator = {
  inputs: [1, Infinity],
  outputs: [1, 1],
  attributes: { axis: "integer" },
  compute: (call): Tensor => {
    const parts = call.inputs.map((_, at) => call.input(at));
    const { shape } = parts[0]!;
    if (!call.has("axis")) call.fail("attribute axis is missing");
    const axis = call.axis(call.integer("axis", 0), shape.length);
    for (const [at, part] of parts.entries()) {
      sameType(call, 0, at);
      if (part.shape.length !== shape.length || part.shape.some((size, i) => i !== axis && size !== shape[i]))
        call.fail(`${printShape(part.shape)} cannot be put beside ${printShape(shape)} along axis ${axis}`);
    }
    const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    const [outer, , inner] = aroundAxis(shape, axis);
    const data = createArray(parts[0]!.type, outer * total * inner);
    let at = 0;
    for (let o = 0; o < outer; o++)
      for (const part of parts) {
        const length = part.shape[axis]! * inner;
        movable(data).set(movable(part.data).subarray(o * length, (o + 1) * length), at);
        at += length;
      }
    return { type: parts[0]!.type, shape: shape.with(axis, total), data };
  },
};

/** `length` places from `begin` on. */
function cut(input: Tensor, axis: number, range: { readonly begin: number; readonly length: number }): Tensor {
  const strides = stridesOf(input.shape);
  return gatherStrided(input, {
    shape: input.shape.with(axis, range.length),
    strides,
    offset: range.begin * strides[axis]!,
  });
}

const split: Operator = {
  inputs: [1, 2],
  optional: [1],
  outputs: [1, Infinity],
  shapedBy: [1],
  attributes: { axis: "integer", num_outputs: "integer" },
  compute: (call) => {
    const input = call.input(0);
    const axis = call.axis(call.integer("axis", 0), input.shape.length);
    const size = input.shape[axis]!;
    const parts = call.wanted.length;
    if (call.has("num_outputs") && call.integer("num_outputs", parts) !== parts)
      call.fail(`num_outputs is ${call.integer("num_outputs", parts)}, but ${parts} outputs are named`);
    // Equal parts, the last one smaller where they cannot be.
    const each = Math.ceil(size / parts);
    const lengths =
      call.inputs[1] === undefined
        ? Array.from({ length: parts }, (_, at) => Math.max(0, Math.min(each, size - at * each)))
        : checkSizes(call, call.integersOf(1));
    if (lengths.length !== parts || lengths.reduce((sum, length) => sum + length, 0) !== size)
      call.fail(`${size} cannot be split into ${printShape(lengths)} for ${parts} outputs`);
    let begin = 0;
    return lengths.map((length) => {
      const part = cut(input, axis, { begin, length });
      begin += length;
      return part;
    });
  },
};

const slice: Operator = {
  inputs: [3, 5],
  optional: [3, 4],
  outputs: [1, 1],
  shapedBy: [1, 2, 3, 4],
  attributes: {},
  compute: (call) => {
    const input = call.input(0);
    const rank = input.shape.length;
    const [starts, ends] = [call.integersOf(1), call.integersOf(2)];
    const axes = call.inputs[3] === undefined ? starts.map((_, at) => at) : call.integersOf(3);
    const steps = call.inputs[4] === undefined ? starts.map(() => 1) : call.integersOf(4);
    if ([ends, axes, steps].some((list) => list.length !== starts.length))
      call.fail("starts, ends, axes and steps differ in length");
    const shape = [...input.shape];
    const strides = stridesOf(shape);
    let offset = 0;
    const seen = new Set<number>();
    for (const [at, named] of axes.entries()) {
      const axis = call.axis(named, rank);
      if (seen.has(axis)) call.fail(`axis ${axis} is sliced twice`);
      seen.add(axis);
      const size = input.shape[axis]!;
      const step = steps[at]!;
      if (step === 0) call.fail("a step is 0");
      const clamp = (value: number, low: number, high: number): number =>
        Math.max(low, Math.min(high, value < 0 ? value + size : value));
      const begin = step > 0 ? clamp(starts[at]!, 0, size) : clamp(starts[at]!, 0, size - 1);
      const end = step > 0 ? clamp(ends[at]!, 0, size) : clamp(ends[at]!, -1, size - 1);
      shape[axis] = Math.max(0, Math.ceil((end - begin) / step));
      offset += begin * strides[axis]!;
      strides[axis]! *= step;
    }
    if (countElements(shape) === 0) return { type: input.type, shape, data: createArray(input.type, 0) };
    return gatherStrided(input, { shape, strides, offset });
  },
};

const padModes = new Set(["constant", "reflect", "edge", "wrap"]);

const pad: Operator = {
  inputs: [2, 4],
  optional: [2, 3],
  outputs: [1, 1],
  shapedBy: [1, 3],
  grows: true,
  attributes: { mode: "text" },
  compute: (call) => {
    const mode = call.text("mode", "constant");
    if (!padModes.has(mode)) call.fail(`there is no mode ${JSON.stringify(mode)}`);
    let input = call.input(0);
    const rank = input.shape.length;
    const pads = call.integersOf(1);
    const axes = call.inputs[3] === undefined ? input.shape.map((_, axis) => axis) : call.integersOf(3);
    if (pads.length !== 2 * axes.length) call.fail(`there are ${pads.length} pads for ${axes.length} axes`);
    if (call.inputs[2] !== undefined) {
      sameType(call, 0, 2);
      call.scalarOf(2);
    }
    for (const [at, named] of axes.entries()) {
      const around = { before: pads[at]!, after: pads[axes.length + at]!, axis: call.axis(named, rank) };
      if (around.before !== 0 || around.after !== 0) input = padAxis(call, input, { ...around, mode });
    }
    return input;
  },
};

interface PadOptions {
  readonly axis: number;
  /** Negative: so many are cut off. */
  readonly before: number;
  readonly after: number;
  readonly mode: string;
}

function padAxis(call: OperatorCall, input: Tensor, { axis, before, after, mode }: PadOptions): Tensor {
  const [outer, size, inner] = aroundAxis(input.shape, axis);
  const length = size + before + after;
  if (length < 0) call.fail(`the pads of axis ${axis} cut off more than there is`);
  const shape = input.shape.with(axis, length);
  const data = createArray(input.type, countElements(shape));
  const from = Int32Array.from({ length }, (_, at) => padSource(at - before, size, mode));
  if (data.length > 0 && size === 0 && mode !== "constant") call.fail(`axis ${axis} has nothing to repeat`);
  const value = call.inputs[2]?.data[0] ?? (isBig(input.data) ? 0n : 0);
  const [source, target] = [movable(input.data), movable(data)];
  if (mode === "constant") target.fill(value as number);
  for (let o = 0; o < outer; o++)
    for (let at = 0; at < length; at++) {
      if (from[at]! < 0) continue;
      const begin = (o * size + from[at]!) * inner;
      target.set(source.subarray(begin, begin + inner), (o * length + at) * inner);
    }
  return { type: input.type, shape, data };
}

/** The place whose value stands at `at`, which may lie outside; -1 for the constant. */
function padSource(at: number, size: number, mode: string): number {
  if (at >= 0 && at < size) return at;
  if (mode === "constant" || size === 0) return -1;
  if (mode === "edge") return at < 0 ? 0 : size - 1;
  if (mode === "wrap") return ((at % size) + size) % size;
  // Mirrored at the ends, which are not repeated.
  const period = Math.max(1, 2 * (size - 1));
  const place = ((at % period) + period) % period;
  return place < size ? place : period - place;
}

/** The types of Constant and ConstantOfShape are those of their value. */
const constantOfShape: Operator = {
  ...one,
  shapedBy: [0],
  grows: true,
  attributes: { value: "tensor" },
  compute: (call): Tensor => {
    const shape = checkSizes(call, call.integersOf(0));
    const value = call.tensor("value");
    if (value !== undefined && value.data.length !== 1) call.fail("its value must be one number");
    const type = value?.type ?? "float32";
    const data = createArray(type, countElements(shape));
    if (value !== undefined) movable(data).fill(value.data[0] as number);
    return { type, shape, data };
  },
};

const range: Operator = {
  inputs: [3, 3],
  outputs: [1, 1],
  shapedBy: [0, 1, 2],
  grows: true,
  attributes: {},
  compute: (call): Tensor => {
    sameType(call, 0, 1);
    const type = sameType(call, 0, 2);
    const [start, limit, delta] = [call.scalarOf(0), call.scalarOf(1), call.scalarOf(2)];
    if (delta === 0) call.fail("its step is 0");
    const length = Math.max(0, Math.ceil((limit - start) / delta));
    const data = createArray(type, length);
    if (isBig(data)) for (let i = 0; i < length; i++) data[i] = BigInt(start) + BigInt(i) * BigInt(delta);
    else for (let i = 0; i < length; i++) data[i] = start + i * delta;
    return { type, shape: [length], data };
  },
};

const trilu: Operator = {
  inputs: [1, 2],
  optional: [1],
  outputs: [1, 1],
  attributes: { upper: "integer" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    if (shape.length < 2) call.fail("it needs a matrix");
    const k = call.inputs[1] === undefined ? 0 : call.scalarOf(1);
    const isUpper = call.integer("upper", 1) !== 0;
    const [rows = 0, columns = 0] = shape.slice(-2);
    const kept = data.slice();
    const zero = (isBig(kept) ? 0n : 0) as number;
    for (let at = 0; at < kept.length; at++) {
      const column = at % columns;
      const row = Math.floor(at / columns) % rows;
      if (isUpper ? column < row + k : column > row + k) movable(kept)[at] = zero;
    }
    return { type, shape, data: kept };
  },
};

const reverseSequence: Operator = {
  ...two,
  attributes: { batch_axis: "integer", time_axis: "integer" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const lengths = call.integersOf(1);
    const [batchAxis, timeAxis] = [call.integer("batch_axis", 1), call.integer("time_axis", 0)];
    if (shape.length < 2 || Math.min(batchAxis, timeAxis) !== 0 || Math.max(batchAxis, timeAxis) !== 1)
      call.fail("batch_axis and time_axis must be 0 and 1");
    const [batch, steps] = [shape[batchAxis]!, shape[timeAxis]!];
    if (lengths.length !== batch) call.fail(`there are ${lengths.length} lengths for ${batch} members`);
    const inner = countElements(shape.slice(2));
    const place = (member: number, step: number): number =>
      (timeAxis === 0 ? step * batch + member : member * steps + step) * inner;
    const reversed = data.slice();
    for (const [member, length] of lengths.entries()) {
      if (length < 0 || length > steps) call.fail(`a length is ${length}, of ${steps} steps`);
      for (let step = 0; step < length; step++) {
        const from = place(member, length - 1 - step);
        movable(reversed).set(movable(data).subarray(from, from + inner), place(member, step));
      }
    }
    return { type, shape, data: reversed };
  },
};

export const shapeOperators: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Tile: tile,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Range: range,
  Trilu: trilu,
  ReverseSequence: reverseSequence,
  ConstantOfShape: constantOfShape,
  Constant: {
    inputs: [0, 0],
    outputs: [1, 1],
    attributes: { value: "tensor" },
    compute: (call) => call.tensor("value") ?? call.fail("it has no value"),
  },
  Flatten: {
    ...one,
    attributes: { axis: "integer" },
    compute: (call) => {
      const input = call.input(0);
      const rank = input.shape.length;
      const given = call.integer("axis", 1);
      const axis = given === rank ? rank : call.axis(given, Math.max(1, rank));
      return reshapeTensor(input, [countElements(input.shape.slice(0, axis)), countElements(input.shape.slice(axis))]);
    },
  },
  Identity: { ...one, attributes: {}, compute: (call) => call.input(0) },
  /** Outside training it changes nothing. */
  Dropout: {
    inputs: [1, 3],
    optional: [1, 2],
    outputs: [1, 2],
    attributes: { seed: "integer" },
    compute: (call) => {
      const input = call.input(0);
      if (call.inputs[2] !== undefined && call.scalarOf(2) !== 0) call.fail("it is told to train");
      return [input, { type: "bool", shape: input.shape, data: new Uint8Array(input.data.length).fill(1) }];
    },
  },
  Shape: {
    ...one,
    ofShapes: true,
    attributes: { start: "integer", end: "integer" },
    compute: (call) => {
      const { shape } = call.input(0);
      return integerTensor(shape.slice(call.integer("start", 0), call.integer("end", shape.length)));
    },
  },
  Size: {
    ...one,
    ofShapes: true,
    attributes: {},
    compute: (call) => integerTensor(call.input(0).data.length),
  },
  Cast: {
    ...one,
    attributes: { to: "type", saturate: "integer", round_mode: "text" },
    compute: (call): Tensor => {
      const { shape, data, type } = call.input(0);
      if (!call.has("to")) call.fail("attribute to is missing");
      const to = call.type("to", type);
      return { type: to, shape, data: to === type ? data : convertData(data, to) };
    },
  },
  CastLike: {
    ...two,
    attributes: { saturate: "integer", round_mode: "text" },
    compute: (call): Tensor => {
      const { shape, data } = call.input(0);
      const { type } = call.input(1);
      return { type, shape, data: convertData(data, type) };
    },
  },
};
