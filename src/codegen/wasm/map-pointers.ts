/** The addresses of a map: views that move alike share one pointer, and differ by an offset within the instruction. */
import type { MapStatement, View } from "../../lower/ir.ts";
import { assert, known } from "../../util/errors.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { advance, get, set, timesBytes, vectorBytes, wordBytes } from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitAddress, loopsOf } from "./context.ts";
import type { Context, Loops } from "./context.ts";

/** Where a view's elements are: a local that holds an address, and bytes to add to it. */
export interface Pointer {
  readonly local: LocalIndex;
  readonly offset: number;
}

/** Views whose addresses are always equally far apart. */
interface Group {
  /** The view with the lowest address. */
  readonly lowest: View;
  /** Its address in words, loops and rows aside. */
  readonly base: number;
  /** The address in the current row, and within it where columns move it. */
  readonly row: LocalIndex;
  readonly column: LocalIndex;
}

export interface MapPointers {
  /** The element of a view in the row and, if columns move it, the column that is being computed. */
  at(view: View): Pointer;
  /** Before the first row. */
  readonly start: Code;
  /** After `start`, so many rows further. */
  skipRows(count: LocalIndex): Code;
  /** At the start of each row: addresses of indirect rows. */
  readonly enterRow: Code;
  /** At the end of each row. */
  readonly leaveRow: Code;
  /** Puts the columns' pointers of these views at the start of the row. */
  enterColumns(views: readonly View[]): Code;
  /** Moves them on by a vector. */
  nextColumns(views: readonly View[]): Code;
}

interface PointerOptions {
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
  /** The column that rows begin with, where that is not the first; it must be set before `start`. */
  readonly firstColumn: LocalIndex | undefined;
}

export function createMapPointers(
  map: MapStatement,
  views: readonly View[],
  { frame, loops, context, firstColumn }: PointerOptions,
): MapPointers {
  const addressOf = (view: View): Code => {
    const start = emitAddress(view, loops, context);
    const isMoved = firstColumn !== undefined && view.columnStride === 1;
    return isMoved ? op("i32.add", [], start, timesBytes(get(firstColumn), wordBytes)) : start;
  };
  const baseOf = (view: View): number => context.placement.offsetOf(view.buffer) + view.offset.constant;
  const all = [...views, ...views.flatMap((view) => (view.rows === undefined ? [] : [view.rows]))];
  const lowest = new Map<string, View>();
  for (const view of all) {
    const other = lowest.get(keyOf(view));
    if (other === undefined || baseOf(view) < baseOf(other)) lowest.set(keyOf(view), view);
  }
  const groups = new Map<string, Group>();
  for (const [key, view] of lowest) {
    const name = `p${groups.size}`;
    const row = frame.local("i32", `${name}.row`);
    const column = view.columnStride === 1 ? frame.local("i32", name) : row;
    groups.set(key, { lowest: view, base: baseOf(view), row, column });
  }
  const groupOf = (view: View): Group => known(groups.get(keyOf(view)), "the pointer of a view");
  const columnGroups = (of: readonly View[]): readonly Group[] => [
    ...new Set(of.filter((view) => view.columnStride === 1).map(groupOf)),
  ];
  const pointer = (view: View, local: (group: Group) => LocalIndex): Pointer => {
    const group = groupOf(view);
    return { local: local(group), offset: (baseOf(view) - group.base) * wordBytes };
  };

  const direct = [...groups.values()].filter((group) => group.lowest.rows === undefined);
  const indirect = [...groups.values()].flatMap((group) =>
    group.lowest.rows === undefined ? [] : [{ group, rows: group.lowest.rows }],
  );
  return {
    at: (view) => pointer(view, (group) => group.column),
    start: direct.flatMap(({ lowest: view, row }) => set(row, addressOf(view))),
    skipRows: (count) =>
      direct.flatMap(({ lowest: view, row }) =>
        view.rowStride === 0
          ? []
          : set(row, op("i32.add", [], get(row), timesBytes(get(count), view.rowStride * wordBytes))),
      ),
    enterRow: indirect.flatMap(({ group, rows }) => {
      assert(
        rows.rows === undefined,
        `${map.name}: the rows of a view are looked up through rows that are themselves looked up`,
      );
      const { local, offset } = pointer(rows, (of) => of.row);
      const number = op("i32.trunc_sat_f32_s", [], op("f32.load", [offset], get(local)));
      const moved = timesBytes(number, group.lowest.rowStride * wordBytes);
      return set(group.row, op("i32.add", [], addressOf(group.lowest), moved));
    }),
    leaveRow: direct.flatMap(({ lowest: view, row }) => advance(row, view.rowStride * wordBytes)),
    enterColumns: (of) => columnGroups(of).flatMap(({ row, column }) => set(column, get(row))),
    nextColumns: (of) => columnGroups(of).flatMap(({ column }) => advance(column, vectorBytes)),
  };
}

/** Loops whose index the views' addresses need. */
export function viewLoops(views: readonly View[]): readonly number[] {
  return views.flatMap((view) => [
    ...loopsOf(view.offset),
    ...(view.rows === undefined ? [] : loopsOf(view.rows.offset)),
  ]);
}

/** Views of one key move alike with loops, rows and columns. */
function keyOf({ offset, rowStride, columnStride, rows }: View): string {
  const terms = offset.terms.filter((term) => term.stride !== 0).map((term) => `${term.loop}*${term.stride}`);
  const through = rows === undefined ? "" : `[${rows.buffer} ${rows.offset.constant} ${keyOf(rows)}]`;
  return `${terms.sort().join("+")} ${rowStride} ${columnStride} ${through}`;
}
