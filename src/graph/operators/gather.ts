/** Operators that read and write at places given by numbers. */
import type { Tensor, TensorData } from "../tensor.ts";
import { countElements, createArray, isBig, movable, stridesOf } from "../tensors.ts";
import { aroundAxis, printShape, sameType } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

/** A place from -size to size - 1 as one from 0 on. */
function checkPlace(call: OperatorCall, place: number, size: number): number {
  if (place >= -size && place < size) return place < 0 ? place + size : place;
  return call.fail(`the index ${place} is outside an axis of ${size}`);
}

const gather: Operator = {
  inputs: [2, 2],
  outputs: [1, 1],
  attributes: { axis: "integer" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const places = call.integersOf(1);
    const axis = call.axis(call.integer("axis", 0), shape.length);
    const [outer, size, inner] = aroundAxis(shape, axis);
    const result = createArray(type, outer * places.length * inner);
    const [from, to] = [movable(data), movable(result)];
    const checked = places.map((place) => checkPlace(call, place, size));
    let at = 0;
    for (let o = 0; o < outer; o++)
      for (const place of checked) {
        const begin = (o * size + place) * inner;
        if (inner === 1) to[at] = from[begin]!;
        else to.set(from.subarray(begin, begin + inner), at);
        at += inner;
      }
    return { type, shape: shape.toSpliced(axis, 1, ...call.input(1).shape), data: result };
  },
};

/** Calls with each place of `indices` and the place in `shape` that it means along the axis. */
function eachElement(
  call: OperatorCall,
  { indices, shape, axis }: { readonly indices: Tensor; readonly shape: readonly number[]; readonly axis: number },
  visit: (at: number, place: number) => void,
): void {
  if (indices.shape.length !== shape.length)
    call.fail(`indices of rank ${indices.shape.length} for rank ${shape.length}`);
  if (indices.shape.some((size, i) => i !== axis && size > shape[i]!))
    call.fail(`indices ${printShape(indices.shape)} reach beyond ${printShape(shape)}`);
  const strides = stridesOf(shape);
  const own = stridesOf(indices.shape);
  for (let at = 0; at < indices.data.length; at++) {
    let place = checkPlace(call, Number(indices.data[at]), shape[axis]!) * strides[axis]!;
    for (let i = 0; i < shape.length; i++)
      if (i !== axis) place += (Math.floor(at / own[i]!) % indices.shape[i]!) * strides[i]!;
    visit(at, place);
  }
}

const gatherElements: Operator = {
  inputs: [2, 2],
  outputs: [1, 1],
  attributes: { axis: "integer" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const indices = call.input(1);
    call.integersOf(1);
    const result = createArray(type, indices.data.length);
    const axis = call.axis(call.integer("axis", 0), shape.length);
    eachElement(call, { indices, shape, axis }, (at, place) => {
      movable(result)[at] = movable(data)[place]!;
    });
    return { type, shape: indices.shape, data: result };
  },
};

/** How a value is put where one is; numbers and bigints alike. */
function combiner(call: OperatorCall, data: TensorData): (before: number, value: number) => number {
  const how = call.text("reduction", "none");
  const isWide = isBig(data);
  switch (how) {
    case "none":
      return (_, value) => value;
    case "add":
      return (before, value) => before + value;
    case "mul":
      return (before, value) => before * value;
    case "max":
      return (before, value) => (isWide ? (before > value ? before : value) : Math.max(before, value));
    case "min":
      return (before, value) => (isWide ? (before < value ? before : value) : Math.min(before, value));
    default:
      return call.fail(`there is no reduction ${JSON.stringify(how)}`);
  }
}

const scatterElements: Operator = {
  inputs: [3, 3],
  outputs: [1, 1],
  attributes: { axis: "integer", reduction: "text" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const [indices, updates] = [call.input(1), call.input(2)];
    call.integersOf(1);
    sameType(call, 0, 2);
    if (printShape(indices.shape) !== printShape(updates.shape))
      call.fail(`there are updates ${printShape(updates.shape)} for indices ${printShape(indices.shape)}`);
    const result = data.slice();
    const combine = combiner(call, data);
    const axis = call.axis(call.integer("axis", 0), shape.length);
    eachElement(call, { indices, shape, axis }, (at, place) => {
      movable(result)[place] = combine(movable(result)[place]!, movable(updates.data)[at]!);
    });
    return { type, shape, data: result };
  },
};

/** What indices `[…, k]` mean in `shape`: for each, where its slice begins; and how long a slice is. */
function planSlices(
  call: OperatorCall,
  { indices, shape, skip }: { readonly indices: Tensor; readonly shape: readonly number[]; readonly skip: number },
): { readonly begins: number[]; readonly length: number; readonly depth: number } {
  const depth = indices.shape.at(-1) ?? call.fail("its indices are a scalar");
  if (depth > shape.length - skip || depth < 1)
    call.fail(`its indices ${printShape(indices.shape)} do not fit ${printShape(shape)}`);
  const strides = stridesOf(shape);
  const count = indices.data.length / depth;
  const perBatch = count / Math.max(1, countElements(shape.slice(0, skip)));
  const batchStride = skip === 0 ? 0 : strides[skip - 1]!;
  const begins = Array.from({ length: count }, (_, at) => {
    let begin = skip === 0 ? 0 : Math.floor(at / perBatch) * batchStride;
    for (let i = 0; i < depth; i++)
      begin += checkPlace(call, Number(indices.data[at * depth + i]), shape[skip + i]!) * strides[skip + i]!;
    return begin;
  });
  return { begins, length: countElements(shape.slice(skip + depth)), depth };
}

const gatherNd: Operator = {
  inputs: [2, 2],
  outputs: [1, 1],
  attributes: { batch_dims: "integer" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const indices = call.input(1);
    call.integersOf(1);
    const skip = call.integer("batch_dims", 0);
    if (skip < 0 || skip >= Math.min(shape.length, indices.shape.length))
      call.fail(`batch_dims is ${skip} for ${printShape(shape)} and ${printShape(indices.shape)}`);
    if (shape.slice(0, skip).some((size, axis) => size !== indices.shape[axis]))
      call.fail(`${printShape(shape)} and ${printShape(indices.shape)} differ in their first ${skip} sizes`);
    const { begins, length, depth } = planSlices(call, { indices, shape, skip });
    const result = createArray(type, begins.length * length);
    for (const [at, begin] of begins.entries())
      movable(result).set(movable(data).subarray(begin, begin + length), at * length);
    return { type, shape: [...indices.shape.slice(0, -1), ...shape.slice(skip + depth)], data: result };
  },
};

const scatterNd: Operator = {
  inputs: [3, 3],
  outputs: [1, 1],
  attributes: { reduction: "text" },
  compute: (call): Tensor => {
    const { type, shape, data } = call.input(0);
    const [indices, updates] = [call.input(1), call.input(2)];
    call.integersOf(1);
    sameType(call, 0, 2);
    const { begins, length, depth } = planSlices(call, { indices, shape, skip: 0 });
    const wanted = [...indices.shape.slice(0, -1), ...shape.slice(depth)];
    if (printShape(wanted) !== printShape(updates.shape))
      call.fail(`its updates must be ${printShape(wanted)}, but are ${printShape(updates.shape)}`);
    const result = data.slice();
    const combine = combiner(call, data);
    for (const [at, begin] of begins.entries())
      for (let i = 0; i < length; i++)
        movable(result)[begin + i] = combine(movable(result)[begin + i]!, movable(updates.data)[at * length + i]!);
    return { type, shape, data: result };
  },
};

const oneHot: Operator = {
  inputs: [3, 3],
  outputs: [1, 1],
  shapedBy: [1],
  grows: true,
  attributes: { axis: "integer" },
  compute: (call): Tensor => {
    const indices = call.input(0);
    const depth = call.scalarOf(1);
    const values = call.input(2);
    if (values.data.length !== 2) call.fail("its values must be two numbers, off and on");
    if (!(Number.isInteger(depth) && depth > 0)) call.fail(`its depth is ${depth}`);
    const axis = call.axis(call.integer("axis", -1), indices.shape.length + 1);
    const shape = indices.shape.toSpliced(axis, 0, depth);
    const [outer, , inner] = aroundAxis(shape, axis);
    const data = createArray(values.type, countElements(shape));
    const [off, on] = [movable(values.data)[0]!, movable(values.data)[1]!];
    movable(data).fill(off);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const index = Number(indices.data[o * inner + i]);
        const place = index < 0 ? index + depth : index;
        // What lies outside is off everywhere.
        if (place >= 0 && place < depth) movable(data)[(o * depth + place) * inner + i] = on;
      }
    return { type: values.type, shape, data };
  },
};

const nonZero: Operator = {
  inputs: [1, 1],
  outputs: [1, 1],
  shapedBy: [0],
  attributes: {},
  compute: (call): Tensor => {
    const { shape, data } = call.input(0);
    const places: number[] = [];
    for (let at = 0; at < data.length; at++) if (Number(data[at]) !== 0) places.push(at);
    const strides = stridesOf(shape);
    const result = new BigInt64Array(shape.length * places.length);
    for (let axis = 0; axis < shape.length; axis++)
      for (const [at, place] of places.entries())
        result[axis * places.length + at] = BigInt(Math.floor(place / strides[axis]!) % shape[axis]!);
    return { type: "int64", shape: [shape.length, places.length], data: result };
  },
};

export const gatherOperators: Readonly<Record<string, Operator>> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterElements: scatterElements,
  ScatterND: scatterNd,
  OneHot: oneHot,
  NonZero: nonZero,
};
