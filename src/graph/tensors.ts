/** Making tensors, and moving their numbers about whatever their type is. */
import { RecurraError } from "../util/errors.ts";
import type { ElementArrays, ElementType, Tensor, TensorData } from "./tensor.ts";

/** The array of each type. */
export const elementArrays: {
  readonly [T in ElementType]: { new (length: number): ElementArrays[T]; readonly BYTES_PER_ELEMENT: number };
} = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

/** Arrays of numbers, not of bigints. */
export type NumberArray = Exclude<TensorData, BigInt64Array | BigUint64Array>;
export type BigArray = BigInt64Array | BigUint64Array;

/** Most elements of a tensor that an operator makes: a file may ask for any size in a few bytes. */
const mostElements = 2 ** 28;

/** The product of a shape. */
export function countElements(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** An array of zeros. Throws `graph/bad-value` where it would be absurdly large. */
export function createArray<T extends ElementType>(type: T, length: number): ElementArrays[T] {
  if (!(length <= mostElements))
    throw new RecurraError(
      "graph/bad-value",
      `a tensor of ${length} elements is asked for; at most ${mostElements} are possible`,
    );
  try {
    return new elementArrays[type](length);
  } catch (cause) {
    throw new RecurraError("graph/bad-value", `there is no memory for a tensor of ${length} elements`, { cause });
  }
}

/** A scalar, or a vector, of int64. */
export function integerTensor(values: number | readonly number[]): Tensor {
  const list = typeof values === "number" ? [values] : values;
  return {
    type: "int64",
    shape: typeof values === "number" ? [] : [list.length],
    data: BigInt64Array.from(list, BigInt),
  };
}

export function isFloat(type: ElementType): type is "float32" | "float64" {
  return type === "float32" || type === "float64";
}

export function isBig(data: TensorData): data is BigArray {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

/** The array as one whose elements may be moved to another of the same kind, whatever they are; nothing may be computed with them. */
export function movable(data: TensorData): Float32Array {
  return data as Float32Array;
}

/** Elements between neighbours along each axis of a row-major tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** The shape that two shapes are stretched to (sizes of 1 repeat), or undefined if they do not fit. */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const [m, n] = [a[a.length - rank + axis] ?? 1, b[b.length - rank + axis] ?? 1];
    if (m !== n && m !== 1 && n !== 1) return undefined;
    shape.push(m === 1 ? n : m);
  }
  return shape;
}

/** Strides by which a tensor of `shape` is read as one of `wanted`: 0 where it repeats. */
export function broadcastStrides(shape: readonly number[], wanted: readonly number[]): number[] {
  const own = stridesOf(shape);
  return wanted.map((_, axis) => {
    const at = axis - wanted.length + shape.length;
    return at < 0 || shape[at] === 1 ? 0 : own[at]!;
  });
}

/** A walk over several tensors at once, row by row: the last axis, merged with those before it where all of them lie evenly. */
export interface RowWalk {
  readonly length: number;
  /** Of each tensor, within a row. */
  readonly steps: readonly number[];
  /** Calls with the place of each tensor's row. */
  each(visit: (...places: number[]) => void): void;
}

/** Walks over `shape`, which each tensor is read as by its strides. */
export function walkRows(shape: readonly number[], strides: readonly (readonly number[])[]): RowWalk {
  const sizes: number[] = [];
  const merged = strides.map((): number[] => []);
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const last = sizes.length - 1;
    const isEven = last >= 0 && strides.every((one, i) => merged[i]![last] === one[axis]! * size);
    if (isEven) sizes[last]! *= size;
    else sizes.push(size);
    for (const [i, one] of strides.entries()) merged[i]![sizes.length - 1] = one[axis]!;
  }
  if (sizes.length === 0) {
    sizes.push(1);
    for (const one of merged) one.push(0);
  }
  const inner = sizes.length - 1;
  const rows = countElements(sizes.slice(0, inner));
  return {
    length: sizes[inner]!,
    steps: merged.map((one) => one[inner]!),
    each: (visit) => {
      const at = new Int32Array(inner);
      const places = merged.map(() => 0);
      for (let row = 0; row < rows; row++) {
        visit(...places);
        for (let axis = inner - 1; axis >= 0; axis--) {
          at[axis]!++;
          for (let i = 0; i < places.length; i++) places[i]! += merged[i]![axis]!;
          if (at[axis]! < sizes[axis]!) break;
          for (let i = 0; i < places.length; i++) places[i]! -= merged[i]![axis]! * sizes[axis]!;
          at[axis] = 0;
        }
      }
    },
  };
}

/** A new tensor of `shape` whose elements lie in `from` by `strides`, from `offset` on. */
export function gatherStrided(
  from: Tensor,
  {
    shape,
    strides,
    offset = 0,
  }: { readonly shape: readonly number[]; readonly strides: readonly number[]; readonly offset?: number },
): Tensor {
  const data = createArray(from.type, countElements(shape));
  if (data.length === 0) return { type: from.type, shape, data };
  const [source, target] = [movable(from.data), movable(data)];
  const walk = walkRows(shape, [strides]);
  const [step = 0] = walk.steps;
  const { length } = walk;
  let to = 0;
  walk.each((place = 0) => {
    const begin = place + offset;
    if (step === 1) target.set(source.subarray(begin, begin + length), to);
    else for (let i = 0; i < length; i++) target[to + i] = source[begin + i * step]!;
    to += length;
  });
  return { type: from.type, shape, data };
}

/** The tensor with its axes in another order. */
export function transposeTensor(from: Tensor, order: readonly number[]): Tensor {
  const strides = stridesOf(from.shape);
  return gatherStrided(from, {
    shape: order.map((axis) => from.shape[axis]!),
    strides: order.map((axis) => strides[axis]!),
  });
}

/** The same numbers in another shape. */
export function reshapeTensor(from: Tensor, shape: readonly number[]): Tensor {
  return { type: from.type, shape, data: from.data };
}

/** Numbers of any type as one of another: floats to integers towards zero, anything but zero to true. */
export function convertData(from: TensorData | ArrayLike<number>, type: ElementType): TensorData {
  const source = from as ArrayLike<number | bigint>;
  const target = createArray(type, source.length);
  if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    for (let i = 0; i < source.length; i++) {
      const value = source[i]!;
      target[i] = typeof value === "bigint" ? value : toBig(value);
    }
  } else if (type === "bool") {
    for (let i = 0; i < source.length; i++) target[i] = Number(source[i]) === 0 ? 0 : 1;
  } else if (isBig(from as TensorData) && !isFloat(type)) {
    for (let i = 0; i < source.length; i++) target[i] = Number(BigInt.asIntN(32, source[i] as bigint));
  } else {
    for (let i = 0; i < source.length; i++) target[i] = Number(source[i]);
  }
  return target;
}

/** Towards zero; what is no number is 0, and the infinities the ends of int64. */
function toBig(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  return BigInt(Math.trunc(Math.max(-(2 ** 63), Math.min(2 ** 63 - 1024, value))));
}

/** Numbers of float32 in a shape. */
export function floats(shape: readonly number[], ...numbers: number[]): Tensor {
  return { type: "float32", shape, data: Float32Array.from(numbers) };
}
