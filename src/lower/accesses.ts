/** The words of memory that a statement touches, and how those words fall to threads. */
import { known } from "../util/errors.ts";
import { gradientArena, parameterArena } from "./arena.ts";
import { outerScratchLength, packedLength } from "./ir.ts";
import type { BufferId, LoopId, MapStatement, Offset, OuterStatement, Program, Statement, View } from "./ir.ts";

/** How threads share a statement: by rows, by columns (vectors, panels), or not at all: thread 0 does it. */
export type Split = "rows" | "columns" | "whole";

/** A statement that is not a loop. */
export type Leaf = Exclude<Statement, { readonly kind: "loop" }>;

/** Counts of the loops around a statement. */
export type LoopCounts = ReadonlyMap<LoopId, number>;

/** Where the buffers lie: what of a memory plan is needed here. */
export interface BufferPlaces {
  /** In words. */
  offsetOf(buffer: BufferId): number;
}

/** Rows of words that a statement reads or writes, `rowStride` apart and each `width` wide. */
export interface Region {
  readonly buffer: BufferId;
  readonly offset: Offset;
  readonly rows: number;
  readonly rowStride: number;
  /** Padding that a store may overwrite included. */
  readonly width: number;
  /** Whether column c of a row is its word c; if not all columns use one word or, of a matrix, any of them. */
  readonly isByColumn: boolean;
  /** Row numbers are looked up: any row of the buffer. */
  readonly isIndirect: boolean;
  readonly writes: boolean;
}

/** Words [low, end) that a statement touches at some index of the loops around it. */
export interface Access {
  readonly low: number;
  readonly end: number;
  readonly writes: boolean;
  /** Each word that two accesses of equal lanes share falls to the same thread in both, at every index of the loops. Undefined: to any. */
  readonly lanes: string | undefined;
}

/** Finds regions and accesses of a program's statements in their places. */
export interface AccessFinder {
  regionsOf(statement: Leaf): readonly Region[];
  accessOf(region: Region, loops: LoopCounts): Access;
  /** All of a statement that is shared in this way. */
  accessesOf(statement: Leaf, split: Split, loops: LoopCounts): readonly Access[];
  /** The lanes of a region of a statement shared by rows or by columns. */
  lanesOf(region: Region, split: Split, statement: Leaf, loops: LoopCounts): string | undefined;
}

export function createAccessFinder({ buffers }: Program, places: BufferPlaces): AccessFinder {
  const reach = new Map(buffers.map(({ id, length }) => [id, length]));
  for (const arena of [parameterArena(buffers), gradientArena(buffers)])
    if (arena.first !== undefined) reach.set(arena.first, arena.length);

  const accessOf = (region: Region, loops: LoopCounts): Access => {
    const base = places.offsetOf(region.buffer);
    const { writes } = region;
    if (region.isIndirect)
      return { low: base, end: base + known(reach.get(region.buffer), "a buffer's reach"), writes, lanes: undefined };
    const axes = region.offset.terms.map(({ loop, stride }) => (known(loops.get(loop), "a loop's count") - 1) * stride);
    axes.push((region.rows - 1) * region.rowStride);
    const low = axes.reduce((sum, reached) => sum + Math.min(0, reached), base + region.offset.constant);
    const high = axes.reduce((sum, reached) => sum + Math.max(0, reached), base + region.offset.constant);
    return { low, end: high + region.width, writes, lanes: undefined };
  };
  const lanesOf: AccessFinder["lanesOf"] = (region, split, statement, loops) => {
    const base = places.offsetOf(region.buffer);
    switch (split) {
      case "whole":
        return "whole";
      case "rows":
        return statement.kind === "outer"
          ? outerLanes(region, base, statement)
          : rowLanes(region, base, { statement, loops });
      case "columns":
        return statement.kind === "map" || statement.kind === "fill"
          ? columnLanes(region, base, statement.kind === "map" ? statement.columns : statement.length)
          : undefined;
    }
  };
  return {
    regionsOf,
    accessOf,
    lanesOf,
    accessesOf: (statement, split, loops) =>
      regionsOf(statement).map((region) => ({
        ...accessOf(region, loops),
        lanes: lanesOf(region, split, statement, loops),
      })),
  };
}

/**
 * Row r of R, S words apart, lies in lane r of memory cut every R × S words from the buffer's start into R lanes of S words, if the row fits
 * into its lane and loops move it by whole cuts or within its lane. A word's lane, and so its thread, is then the same whatever the loops' indices.
 */
function rowLanes(
  { offset, rowStride, width, isIndirect }: Region,
  base: number,
  { statement, loops }: { readonly statement: Leaf; readonly loops: LoopCounts },
): string | undefined {
  const rows = statement.kind === "map" || statement.kind === "product" ? statement.rows : 1;
  if (isIndirect || rows < 2 || rowStride <= 0) return undefined;
  const cut = rows * rowStride;
  let [low, high] = [modulo(offset.constant, cut), modulo(offset.constant, cut)];
  for (const { loop, stride } of offset.terms) {
    if (stride % cut === 0) continue;
    const reached = (known(loops.get(loop), "a loop's count") - 1) * stride;
    low += Math.min(0, reached);
    high += Math.max(0, reached);
  }
  const isInLane = low >= 0 && high + width <= rowStride;
  return isInLane ? `row of ${rows}, every ${rowStride} from ${modulo(base, cut)}` : undefined;
}

/** The rows of one part of C fall to the same threads in every outer product that makes them. The scratch is thread 0's. */
function outerLanes(region: Region, base: number, { scratch, columns, c }: OuterStatement): string | undefined {
  if (region.buffer === scratch) return "whole";
  if (!region.writes || region.offset.terms.some(({ stride }) => stride !== 0)) return undefined;
  const strides = c.map(({ rowStride }) => rowStride).join();
  return `outer ${region.rows} × ${columns}, every ${region.rowStride} of ${strides} from ${base + region.offset.constant}`;
}

/**
 * Column c is word c of every row and step, if all strides are multiples of the smallest, and rows are no wider than that. A word's column is
 * then the same whatever row and index.
 */
function columnLanes(region: Region, base: number, columns: number): string | undefined {
  if (!region.isByColumn) return undefined;
  const strides = region.offset.terms.map(({ stride }) => Math.abs(stride));
  if (region.rows > 1 || region.isIndirect) strides.push(Math.abs(region.rowStride));
  const moving = strides.filter((stride) => stride > 0);
  const start = base + region.offset.constant;
  if (moving.length === 0) return `column of ${columns} from ${start}`;
  const every = Math.min(...moving);
  if (every < region.width || moving.some((stride) => stride % every !== 0)) return undefined;
  return `column of ${columns}, every ${every} from ${modulo(start, every)}`;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function regionsOf(statement: Leaf): readonly Region[] {
  switch (statement.kind) {
    case "map":
      return [...mapRegions(statement), ...windowRegions(statement)];
    case "fill":
      return [{ ...lone(statement, statement.length, true), isByColumn: true }];
    case "pack":
      return [
        ...statement.blocks.map((block) =>
          lone(block, (block.depth - 1) * block.depthStride + (block.columns - 1) * block.columnStride + 1, false),
        ),
        lone(
          { buffer: statement.to, offset: zero },
          packedLength(statement.depth, statement.columns, statement.format),
          true,
        ),
      ];
    case "product": {
      const { rows, columns, depth, segments, a, b, c, format } = statement;
      return [
        { ...lone(a, (segments - 1) * a.segmentStride + depth, false), rows, rowStride: a.rowStride },
        lone({ buffer: b, offset: zero }, packedLength(segments * depth, columns, format), false),
        { ...lone(c, columns, true), rows, rowStride: c.rowStride },
        ...windowRegions(statement),
      ];
    }
    case "outer": {
      const { columns, depth, a, b, c, scratch } = statement;
      const width = Math.max(...c.map(({ at, rows }) => at + rows));
      return [
        { ...lone(a, width, false), rows: depth, rowStride: a.rowStride },
        { ...lone(b, columns, false), rows: depth, rowStride: b.rowStride },
        ...c.map((part) => ({ ...lone(part, columns, true), rows: part.rows, rowStride: part.rowStride })),
        lone({ buffer: scratch, offset: zero }, outerScratchLength(statement), true),
        ...windowRegions(statement),
      ];
    }
  }
}

const zero: Offset = { constant: 0, terms: [] };

/** One row of words. */
function lone(
  { buffer, offset }: { readonly buffer: BufferId; readonly offset: Offset },
  width: number,
  writes: boolean,
): Region {
  return { buffer, offset, rows: 1, rowStride: 0, width, isByColumn: false, isIndirect: false, writes };
}

/** The word that says how many rows there are. */
function windowRegions({ window }: Pick<MapStatement, "window">): readonly Region[] {
  return window === undefined ? [] : [lone(window.count, 1, false)];
}

function mapRegions(map: MapStatement): readonly Region[] {
  const regions: Region[] = [];
  const add = (view: View, writes: boolean): void => {
    if (view.rows !== undefined) add(view.rows, false);
    const isPadded = writes && view.padded === true;
    const columns = isPadded ? Math.ceil(map.columns / 4) * 4 : map.columns;
    regions.push({
      buffer: view.buffer,
      offset: view.offset,
      rows: map.rows,
      rowStride: view.rowStride,
      width: view.columnStride === 0 ? 1 : columns,
      isByColumn: view.columnStride === 1,
      isIndirect: view.rows !== undefined,
      writes,
    });
  };
  for (const value of map.values) {
    if (value.kind === "load") add(value.view, false);
    if (value.kind === "random") add(value.seed, false);
  }
  for (const { view } of map.stores) add(view, true);
  return regions;
}
