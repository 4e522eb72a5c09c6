/** Cuts a map where one transcendental function waits for another, so that a processor never has long chains and nothing else to do. */
import type { LaneOperation, MapStatement, MapStore, MapValue, ValueId, View } from "./ir.ts";
import { known } from "../util/errors.ts";
import { argsOf, isApart, readViews, shapeMap } from "./map-shape.ts";
import type { MapShape } from "./map-shape.ts";

/** Functions that take long chains of instructions. */
const slow: ReadonlySet<LaneOperation> = new Set(["exp", "log", "tanh", "sigmoid", "softplus", "sin", "cos", "power"]);

/**
 * The map as maps that do the same one after the other. A value with a slow function behind another (h = o tanh(c), c = f c + i g with
 * sigmoids before it) is computed in a later map than the first function, which reads what it needs from where the earlier map has
 * stored it: processors look some hundred instructions ahead, which is less than one column of an LSTM has, and so would wait for
 * each chain to end. Measured: four columns of an LSTM take 88 cycles in one map and 66 in two, of a GRU 57 and 45.
 */
export function cutStages(map: MapStatement, aliasGroup: (buffer: number) => string): readonly MapStatement[] {
  const shape = shapeMap(map, aliasGroup);
  const depths = countSlow(map);
  const deepest = Math.max(0, ...map.stores.map((store) => known(depths[store.value], "a depth")));
  if (deepest < 2 || map.values.some((value, id) => value.kind === "reduce" && shape.uses[id] !== 0))
    return [dropUnused(map, shape)];
  const cut = cutLast({ shape, depths, deepest, aliasGroup });
  return cut === undefined
    ? [dropUnused(map, shape)]
    : [...cutStages(cut.early, aliasGroup), dropUnused(cut.late, shapeMap(cut.late, aliasGroup))];
}

/** Slow functions on the longest way to each value. */
function countSlow(map: MapStatement): readonly number[] {
  const depths: number[] = [];
  for (const value of map.values)
    depths.push(Math.max(0, ...argsOf(value).map((arg) => known(depths[arg], "a depth"))) + (isSlow(value) ? 1 : 0));
  return depths;
}

function isSlow(value: MapValue): boolean {
  return value.kind === "apply" && slow.has(value.operation);
}

/** Values that nothing needs become zeros, and so load nothing. */
function dropUnused(map: MapStatement, { uses }: MapShape): MapStatement {
  return { ...map, values: map.values.map((value, id) => (uses[id] === 0 ? { kind: "constant", value: 0 } : value)) };
}

interface Cutting {
  readonly shape: MapShape;
  readonly depths: readonly number[];
  readonly deepest: number;
  readonly aliasGroup: (buffer: number) => string;
}

/** The stores of the deepest values apart from the others, or undefined if the late ones would need what is not stored. */
function cutLast({
  shape,
  depths,
  deepest,
  aliasGroup,
}: Cutting): { readonly early: MapStatement; readonly late: MapStatement } | undefined {
  const { map, scopes } = shape;
  const isLate = (store: MapStore): boolean => depths[store.value] === deepest;
  const [early, late] = [map.stores.filter((store) => !isLate(store)), map.stores.filter(isLate)];
  const read = readViews(map);
  const apart = (store: View, other: View): boolean => isApart(store, other, map, aliasGroup);
  // A value that is not stored may wait where a late store will put another, if nobody reads there.
  const slots = late.filter((store) => isPlain(store) && read.every((view) => apart(store.view, view)));
  const borrowed: MapStore[] = [];
  const found = new Map<ValueId, View>();
  const seen = new Set<ValueId>();

  /** Makes a value available to the late map; false if that cannot be. */
  const provide = (id: ValueId): boolean => {
    if (seen.has(id)) return true;
    seen.add(id);
    const value = known(map.values[id], `value ${id}`);
    if (value.kind === "load") return early.every((store) => apart(store.view, value.view));
    const depth = known(depths[id], "a depth");
    if (depth === deepest || depth === 0 || scopes[id] !== "column") return argsOf(value).every(provide);
    const source = early.find((store) => store.value === id && isPlain(store)) ?? slots.pop();
    if (source === undefined) return !isSlow(value) && argsOf(value).every(provide);
    if (source.value !== id) borrowed.push({ ...source, value: id });
    found.set(id, withoutPadding(source.view));
    return true;
  };
  if (!late.every((store) => provide(store.value))) return undefined;
  const values = map.values.map((value, id): MapValue => {
    const view = found.get(id);
    return view === undefined ? value : { kind: "load", view };
  });
  return { early: { ...map, stores: [...early, ...borrowed] }, late: { ...map, values, stores: late } };
}

/** What is stored in rows of columns can be loaded again. */
function isPlain({ view, mode }: MapStore): boolean {
  return mode === "set" && view.columnStride === 1 && view.rows === undefined;
}

function withoutPadding({ buffer, offset, rowStride, columnStride }: View): View {
  return { buffer, offset, rowStride, columnStride };
}
