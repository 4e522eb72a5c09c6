/** Tensors in the memory of a program, and the ways to see one otherwise without moving a word. */
import type { BufferId } from "../../lower/index.ts";

/** Element (i, j, …) is the word `offset + i × strides[0] + j × strides[1] + …` of the buffer; a stride of 0 repeats. */
export interface Placed {
  readonly buffer: BufferId;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** Strides of a tensor whose axes lie in memory in this order, the last one side by side. */
export function stridesIn(shape: readonly number[], order: readonly number[]): readonly number[] {
  const strides = shape.map(() => 0);
  let stride = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** All of a buffer, row-major. */
export function rowMajor(buffer: BufferId, shape: readonly number[]): Placed {
  return { buffer, offset: 0, shape, strides: stridesIn(shape, [...shape.keys()]) };
}

/** Whether it is all of a run of words from its offset on, row-major. */
export function isRowMajor({ shape, strides }: Placed): boolean {
  const whole = stridesIn(shape, [...shape.keys()]);
  return shape.every((size, axis) => size === 1 || strides[axis] === whole[axis]);
}

/** Axes from the one whose elements lie farthest apart to the closest. */
export function memoryOrder({ strides }: Placed): readonly number[] {
  return [...strides.keys()].sort((a, b) => strides[b]! - strides[a]! || a - b);
}

export function permute(placed: Placed, axes: readonly number[]): Placed {
  return {
    ...placed,
    shape: axes.map((axis) => placed.shape[axis]!),
    strides: axes.map((axis) => placed.strides[axis]!),
  };
}

export interface Range {
  readonly start: number;
  /** Below zero: backwards. */
  readonly step: number;
  readonly count: number;
}

/** Every `step`-th element along an axis. */
export function take(placed: Placed, axis: number, { start, step, count }: Range): Placed {
  const stride = placed.strides[axis]!;
  return {
    ...placed,
    offset: placed.offset + start * stride,
    shape: placed.shape.with(axis, count),
    strides: placed.strides.with(axis, step * stride),
  };
}

/** Repeated along axes of size 1 and new ones in front, as `shape` wants it. */
export function broadcast(placed: Placed, shape: readonly number[]): Placed {
  const missing = shape.length - placed.shape.length;
  const strides = shape.map((size, axis) => {
    const own = axis - missing;
    return own < 0 || (placed.shape[own] === 1 && size !== 1) ? 0 : placed.strides[own]!;
  });
  return { ...placed, shape, strides };
}

/** The same elements in the same order under another shape, where that needs no move. */
export function reshape(placed: Placed, shape: readonly number[]): Placed | undefined {
  const axes = [...placed.shape.keys()].filter((axis) => placed.shape[axis] !== 1);
  const strides = shape.map(() => 0);
  let from = 0;
  let to = 0;
  while (to < shape.length) {
    if (shape[to] === 1) {
      to++;
      continue;
    }
    // Axes of both that hold the same number of elements, as few as can be.
    const [firstFrom, firstTo] = [from, to];
    let own = placed.shape[axes[from++]!]!;
    let wanted = shape[to++]!;
    while (own !== wanted) {
      if (own < wanted) own *= placed.shape[axes[from++]!]!;
      else wanted *= shape[to++]!;
    }
    for (let at = firstFrom; at + 1 < from; at++) {
      const [outer, inner] = [axes[at]!, axes[at + 1]!];
      if (placed.strides[outer] !== placed.strides[inner]! * placed.shape[inner]!) return undefined;
    }
    let stride = placed.strides[axes[from - 1]!]!;
    for (let at = to - 1; at >= firstTo; at--) {
      strides[at] = stride;
      stride *= shape[at]!;
    }
  }
  return { ...placed, shape, strides };
}
