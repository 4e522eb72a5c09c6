/** Goes over the elements of tensors of one shape, wherever each of them lies: as few loops and as wide rows as their places allow. */
import { at, plus } from "../../lower/index.ts";
import type { LoopId, MapBuilder, Offset, ProgramBuilder, Statement, View } from "../../lower/index.ts";
import type { Placed } from "./placed.ts";

/** One axis, or several that follow one another evenly in every place. */
interface Axis {
  readonly size: number;
  /** Of each place. */
  readonly strides: readonly number[];
}

export interface ElementsOptions {
  readonly builder: ProgramBuilder;
  readonly name: string;
  readonly reads: readonly Placed[];
  readonly writes: readonly Placed[];
  /** The axis that has to be a row's columns, for values that are reduced over it. Must lie side by side in all `reads`. */
  readonly along?: number;
}

/**
 * A map over all elements: all places have the same shape, writes first in deciding the order. `fill` is given a view of each; with `along`, a write has stride 0
 * along that axis.
 */
export function overElements(
  { builder, name, reads, writes, along }: ElementsOptions,
  fill: (map: MapBuilder, reads: readonly View[], writes: readonly View[]) => void,
): readonly Statement[] {
  const places = [...writes, ...reads];
  const shape = places[0]!.shape;
  if (shape.includes(0)) return [];
  const columnsOf = along === undefined ? undefined : axisOf(places, along);
  const axes = mergeAxes(places, along);
  const last = axes.at(-1);
  const canBeColumns =
    last !== undefined && last.strides.every((stride, n) => stride === 1 || (n >= writes.length && stride === 0));
  const columns = columnsOf ?? (canBeColumns ? axes.pop() : undefined) ?? { size: 1, strides: places.map(() => 0) };
  const rows = axes.pop() ?? { size: 1, strides: places.map(() => 0) };
  const viewOf = (place: Placed, n: number, offset: Offset): View => ({
    buffer: place.buffer,
    offset,
    rowStride: rows.size === 1 ? 0 : rows.strides[n]!,
    columnStride: columns.strides[n] === 1 || (columns.size === 1 && n < writes.length) ? 1 : 0,
  });
  const emit = (rest: readonly Axis[], loops: readonly { readonly loop: LoopId; readonly axis: Axis }[]): Statement => {
    const [axis, ...inner] = rest;
    if (axis !== undefined)
      return builder.loop(name, { count: axis.size }, (loop) => [emit(inner, [...loops, { loop, axis }])]);
    const views = places.map((place, n) =>
      viewOf(
        place,
        n,
        loops.reduce((offset, one) => plus(offset, one.loop, one.axis.strides[n]!), at(place.offset)),
      ),
    );
    return builder.map(name, { rows: rows.size, columns: columns.size }, (map) =>
      fill(map, views.slice(writes.length), views.slice(0, writes.length)),
    );
  };
  return [emit(axes, [])];
}

function axisOf(places: readonly Placed[], axis: number): Axis {
  return { size: places[0]!.shape[axis]!, strides: places.map(({ strides }) => strides[axis]!) };
}

/** Axes of more than one element, outermost first as the first place has them in memory, joined where all places allow. */
function mergeAxes(places: readonly Placed[], without: number | undefined): Axis[] {
  const axes = [...places[0]!.shape.keys()]
    .filter((axis) => axis !== without)
    .map((axis) => axisOf(places, axis))
    .filter(({ size }) => size > 1)
    .sort((a, b) => weigh(b) - weigh(a));
  const merged: Axis[] = [];
  for (const axis of axes) {
    const outer = merged.at(-1);
    if (outer?.strides.every((stride, n) => stride === axis.strides[n]! * axis.size) === true)
      merged[merged.length - 1] = { size: outer.size * axis.size, strides: axis.strides };
    else merged.push(axis);
  }
  return merged;
}

/** How far apart an axis's elements are in the first place; where it repeats, in the first that does not. */
function weigh({ strides }: Axis): number {
  return Math.abs(strides.find((stride) => stride !== 0) ?? 0);
}
