/** What is known of a map before it is printed: which values are needed, how often they change, and after which reductions. */
import type { MapStatement, MapValue, ValueId, View } from "./ir.ts";
import { known } from "../util/errors.ts";
import { sameTerms } from "./verify-scope.ts";

/** How often a value changes: never within the map, from row to row, or from column to column. */
export type Scope = "map" | "row" | "column";

const widths: Readonly<Record<Scope, number>> = { map: 0, row: 1, column: 2 };

export interface MapShape {
  readonly map: MapStatement;
  readonly scopes: readonly Scope[];
  /** Reductions on the way to each value: it can be computed in the pass after so many. */
  readonly levels: readonly number[];
  /** How often each value is used by needed values and stores; 0 if it is not needed. */
  readonly uses: readonly number[];
}

/** `aliasGroup` tells buffers apart whose words are never the same. */
export function shapeMap(map: MapStatement, aliasGroup: (buffer: number) => string): MapShape {
  const stored = new Set(map.stores.map((store) => aliasGroup(store.view.buffer)));
  const scopes: Scope[] = [];
  const levels: number[] = [];
  for (const value of map.values) {
    const args = argsOf(value);
    const widest = args.reduce<Scope>((scope, arg) => wider(scope, scopes[arg] ?? "column"), "map");
    scopes.push(
      value.kind === "reduce"
        ? "row"
        : wider(
            widest,
            ownScope(value, (view) => stored.has(aliasGroup(view.buffer))),
          ),
    );
    const level = Math.max(0, ...args.map((arg) => levels[arg] ?? 0));
    levels.push(value.kind === "reduce" ? level + 1 : level);
  }
  return { map, scopes, levels, uses: countUses(map) };
}

export function argsOf(value: MapValue): readonly ValueId[] {
  if (value.kind === "apply") return value.args;
  return value.kind === "reduce" ? [value.arg] : [];
}

/** The value itself, its arguments aside. What a store of the map may change is read again for each row. */
function ownScope(value: MapValue, isStored: (view: View) => boolean): Scope {
  switch (value.kind) {
    case "load":
      if (value.view.columnStride === 1) return "column";
      return value.view.rowStride === 0 && value.view.rows === undefined && !isStored(value.view) ? "map" : "row";
    case "index":
      return value.of === "loop" ? "map" : value.of;
    case "random":
      return "column";
    default:
      return "map";
  }
}

function wider(a: Scope, b: Scope): Scope {
  return widths[a] >= widths[b] ? a : b;
}

function countUses(map: MapStatement): readonly number[] {
  const uses = map.values.map(() => 0);
  for (const { value } of map.stores) uses[value] = (uses[value] ?? 0) + 1;
  for (let id = map.values.length - 1; id >= 0; id--) {
    if (uses[id] === 0) continue;
    for (const arg of argsOf(known(map.values[id], `value ${id}`))) uses[arg] = (uses[arg] ?? 0) + 1;
  }
  return uses;
}

/** Every view a map reads: of loads, of seeds, and of the numbers of indirect rows. */
export function readViews(map: MapStatement): readonly View[] {
  const direct = map.values.flatMap((value) => {
    if (value.kind === "load") return [value.view];
    return value.kind === "random" ? [value.seed] : [];
  });
  const rows = [...direct, ...map.stores.map((store) => store.view)].flatMap((view) =>
    view.rows === undefined ? [] : [view.rows],
  );
  return [...direct, ...rows];
}

/**
 * Whether a store of a map touches no word that the other view touches in any row: they lie in different buffers, or side by side in the same rows.
 * `aliasGroup` tells buffers apart whose words are never the same.
 */
export function isApart(store: View, other: View, map: MapStatement, aliasGroup: (buffer: number) => string): boolean {
  if (aliasGroup(store.buffer) !== aliasGroup(other.buffer)) return true;
  if (store.buffer !== other.buffer || store.rows !== undefined || other.rows !== undefined) return false;
  if (store.rowStride !== other.rowStride || !sameTerms(store.offset, other.offset)) return false;
  const pitch = Math.abs(store.rowStride);
  const apart = other.offset.constant - store.offset.constant;
  const inRow = pitch === 0 ? apart : ((apart % pitch) + pitch) % pitch;
  const [width, otherWidth] = [store, other].map((view) => (view.columnStride === 0 ? 1 : map.columns)) as [
    number,
    number,
  ];
  return pitch === 0 ? inRow >= width || -inRow >= otherWidth : inRow >= width && inRow + otherWidth <= pitch;
}

/**
 * The same map with as few rows as possible: where rows follow one another without a gap in every view, and nothing asks for the row or the
 * column, all rows are one. Not where the number of rows is only known when the map runs.
 */
export function flattenMap(statement: MapStatement): MapStatement {
  const map = statement.columns === 1 ? straighten(statement) : statement;
  if (map.rows === 1 || map.window !== undefined) return map;
  const asks = map.values.some((value) => value.kind === "reduce" || (value.kind === "index" && value.of !== "loop"));
  const { stores } = map;
  const loads = map.values.flatMap((value) => (value.kind === "load" ? [value.view] : []));
  const seeds = map.values.flatMap((value) => (value.kind === "random" ? [value.seed] : []));
  const constant = (view: View): boolean => view.columnStride === 0 && view.rowStride === 0 && view.rows === undefined;
  const moving = [...loads.filter((view) => !constant(view)), ...stores.map((store) => store.view)];
  if (asks || !seeds.every(constant)) return map;
  const follow = (stride: number): boolean =>
    moving.every((view) => view.rows === undefined && view.columnStride === 1 && view.rowStride === stride);
  if (follow(map.columns)) return { ...map, rows: 1, columns: map.rows * map.columns };
  // Rows filled up to whole vectors: what fills them up is computed too.
  const whole = Math.ceil(map.columns / 4) * 4;
  if (follow(whole) && seeds.length === 0 && stores.every((store) => store.view.padded === true)) {
    return { ...map, rows: 1, columns: (map.rows - 1) * whole + map.columns };
  }
  return map;
}

/** With one column, a column stride means nothing, and 1 is the usual one; only what stays the same from row to row is read once. */
function straighten(map: MapStatement): MapStatement {
  const turn = (view: View): View =>
    view.rowStride === 0 && view.rows === undefined ? view : { ...view, columnStride: 1 };
  return {
    ...map,
    values: map.values.map((value) => (value.kind === "load" ? { ...value, view: turn(value.view) } : value)),
    stores: map.stores.map((store) => ({ ...store, view: { ...store.view, columnStride: 1 } })),
  };
}
