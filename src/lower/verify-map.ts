/** The verifier's checks of maps. */
import { known } from "../util/errors.ts";
import { laneArity } from "./ir.ts";
import type { MapStatement, MapValue, View } from "./ir.ts";
import {
  boundsOf,
  bufferOf,
  fail,
  sameTerms,
  slackWords,
  verifyCount,
  verifyReach,
  verifyWindow,
} from "./verify-scope.ts";
import type { Scope } from "./verify-scope.ts";

/** Views in their buffers, values in order, and no store that another column of the same row would see. */
export function verifyMap(map: MapStatement, scope: Scope): void {
  verifyCount(map.rows, 1, "rows", scope);
  verifyCount(map.columns, 1, "columns", scope);
  verifyWindow(
    map.window,
    map.stores.map((store) => store.view.buffer),
    scope,
  );
  map.values.forEach((value, id) => verifyValue(value, id, map, scope));
  for (const { view, value } of map.stores) {
    if (!(value in map.values)) fail(scope.place, `a store takes value ${value}, which does not exist`);
    verifyView(view, map, scope);
    if (view.padded === true) verifyPadded(view, map, scope);
  }
  verifyOrder(map, scope);
}

function verifyValue(value: MapValue, id: number, map: MapStatement, scope: Scope): void {
  const before = (arg: number): void => {
    if (!Number.isInteger(arg) || arg < 0 || arg >= id)
      fail(scope.place, `value ${id} uses value ${arg}, which does not come before it`);
  };
  switch (value.kind) {
    case "load":
      return verifyView(value.view, map, scope);
    case "constant":
      return;
    case "index":
      if (value.of === "loop" && !scope.loops.has(value.loop))
        fail(scope.place, `value ${id} reads the index of loop ${value.loop}, which is not around it`);
      return;
    case "apply":
      if (value.args.length !== laneArity[value.operation]) {
        fail(
          scope.place,
          `value ${id}: ${value.operation} takes ${laneArity[value.operation]} arguments and has ${value.args.length}`,
        );
      }
      return value.args.forEach(before);
    case "reduce":
      return before(value.arg);
    case "random":
      if (value.seed.columnStride !== 0)
        fail(scope.place, `value ${id}: a seed is one word, its column stride must be 0`);
      verifyView(value.seed, map, scope);
      boundsOf(value.counter, scope);
  }
}

/** Every element that `view` reaches lies in its buffer; of indirect rows, row 0 does. */
function verifyView(view: View, map: MapStatement, scope: Scope): void {
  if (view.rows !== undefined) {
    if (view.rows.columnStride !== 0)
      fail(scope.place, `row numbers are read once a row, their column stride must be 0`);
    verifyView(view.rows, map, scope);
  }
  const rows = view.rows === undefined ? map.rows : 1;
  verifyReach(
    view,
    [
      { count: rows, stride: view.rowStride },
      { count: map.columns, stride: view.columnStride },
    ],
    scope,
  );
}

/** A padded store writes whole vectors: its rows and steps are that far apart, and its end is within the slack. */
function verifyPadded(view: View, map: MapStatement, scope: Scope): void {
  const buffer = bufferOf(view.buffer, scope);
  if (view.columnStride !== 1 || view.rows !== undefined) {
    fail(scope.place, `only a direct store of whole rows can be padded (${buffer.name})`);
  }
  const width = wholeVectors(map.columns);
  const strides = view.offset.terms.map((term) => term.stride);
  if (map.rows > 1) strides.push(view.rowStride);
  for (const stride of strides) {
    if (stride !== 0 && Math.abs(stride) < width)
      fail(
        scope.place,
        `a padded store to ${buffer.name} writes ${width} words a row, but rows or steps are ${stride} apart`,
      );
  }
  const fixed = buffer.role === "parameter" || buffer.role === "gradient" || buffer.role === "moment";
  const length = known(scope.reach.get(view.buffer), "a buffer's reach") + (fixed ? 0 : slackWords);
  verifyReach(
    view,
    [
      { count: map.rows, stride: view.rowStride },
      { count: width, stride: 1 },
    ],
    scope,
    length,
  );
}

/**
 * Columns of a row are done in vectors of any width, so what one column stores no other column of the same row may load or
 * store. Checked for views that move alike (same loops, same row stride).
 */
function verifyOrder(map: MapStatement, scope: Scope): void {
  const loads = map.values.flatMap((value) => (value.kind === "load" ? [value.view] : []));
  const stores = map.stores.map((store) => store.view);
  stores.forEach((store, n) => {
    for (const load of loads) {
      if (clash(store, load, map))
        fail(
          scope.place,
          `columns of ${bufferOf(store.buffer, scope).name} are loaded after another column stored them`,
        );
    }
    for (const other of stores.slice(n + 1)) {
      if (clash(store, other, map)) fail(scope.place, `two stores to ${bufferOf(store.buffer, scope).name} overlap`);
    }
  });
}

function clash(store: View, other: View, map: MapStatement): boolean {
  if (store.buffer !== other.buffer || store.rows !== undefined || other.rows !== undefined) return false;
  if (map.rows > 1 && store.rowStride !== other.rowStride) return false;
  if (!sameTerms(store.offset, other.offset)) return false;
  const apart = other.offset.constant - store.offset.constant;
  // Column by column the same words: each column meets only its own.
  if (apart === 0 && store.columnStride === 1 && other.columnStride === 1) return false;
  if (map.columns === 1 && apart === 0) return false;
  return apart < widthOf(store, map) && -apart < widthOf(other, map);
}

function widthOf(view: View, map: MapStatement): number {
  if (view.columnStride === 0) return 1;
  return view.padded === true ? wholeVectors(map.columns) : map.columns;
}

function wholeVectors(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}
