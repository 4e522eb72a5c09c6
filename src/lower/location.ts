/** Where values of a sequence lie: buffers seen step by step, or over all steps at once. */
import { at } from "./builder.ts";
import type { BufferId, LoopId, Offset, View } from "./ir.ts";

/** A value's place for every step and member: (t, b, column) is at `offset + t × stepStride + b × rowStride + column × columnStride`. */
export interface Location {
  readonly buffer: BufferId;
  readonly offset: number;
  readonly stepStride: number;
  /** 0: shared by all members. */
  readonly rowStride: number;
  /** 0 for one number a row. */
  readonly columnStride: 0 | 1;
  /** Numbers in a row. */
  readonly columns: number;
  /** Whole vectors may be stored past the last column. */
  readonly padded: boolean;
  /** Steps are counted from the start of the current segment (checkpointing), not of the sequence. */
  readonly local: boolean;
  /** Where each member's row is another one, `[batch]`: its number, counted from `offset` on. */
  readonly rows?: BufferId;
}

export interface RowSize {
  readonly columns: number;
  /** A lone number a row. */
  readonly isNumber?: boolean;
}

/** All of a buffer `[steps, batch, columns]`. */
export function denseLocation(
  buffer: BufferId,
  { batch, columns, isNumber = false }: RowSize & { readonly batch: number },
): Location {
  const columnStride = isNumber ? 0 : 1;
  return {
    buffer,
    offset: 0,
    stepStride: batch * columns,
    rowStride: columns,
    columnStride,
    columns,
    padded: false,
    local: false,
  };
}

/** A buffer of one row that all steps and members share. */
export function sharedLocation(buffer: BufferId, { columns, isNumber = false }: RowSize): Location {
  const columnStride = isNumber ? 0 : 1;
  return { buffer, offset: 0, stepStride: 0, rowStride: 0, columnStride, columns, padded: false, local: false };
}

/** The steps a piece of code works on: `count` steps from `first`, inside loops whose indices move it. */
export interface TimeRange {
  readonly first: number;
  readonly count: number;
  /** The loop over segments around this code, if any, and the steps of one segment. */
  readonly segment?: { readonly loop: LoopId; readonly steps: number };
}

/** One moment in a range: a fixed step of it, or the index of a loop over it; or all of its steps for one member, the index of a loop over members. */
export interface Moment {
  readonly range: TimeRange;
  readonly loop: LoopId | undefined;
  readonly member?: LoopId;
}

/** The view of one step's rows, or of one member's. */
export function viewAt(location: Location, moment: Moment): View {
  if (moment.member !== undefined) {
    const byMember = location.rowStride === 0 ? [] : [{ loop: moment.member, stride: location.rowStride }];
    return rowView(location, withRange(location, moment.range, byMember), location.stepStride);
  }
  const stride = location.stepStride;
  const terms: { loop: LoopId; stride: number }[] = [];
  if (moment.loop !== undefined && stride !== 0) terms.push({ loop: moment.loop, stride });
  return rowView(location, withRange(location, moment.range, terms), location.rowStride);
}

/** The view of all rows of a range's steps, or undefined where they do not follow one another evenly. */
export function viewOver(location: Location, range: TimeRange, batch: number): View | undefined {
  const rowStride = evenStride(location, range.count, batch);
  return rowStride === undefined ? undefined : rowView(location, withRange(location, range, []), rowStride);
}

function evenStride({ stepStride, rowStride }: Location, steps: number, batch: number): number | undefined {
  if (steps === 1) return rowStride;
  if (batch === 1) return stepStride;
  return stepStride === batch * rowStride ? rowStride : undefined;
}

function withRange(location: Location, range: TimeRange, terms: { loop: LoopId; stride: number }[]): Offset {
  if (location.local) return { constant: location.offset, terms };
  const all =
    range.segment === undefined || location.stepStride === 0
      ? terms
      : [...terms, { loop: range.segment.loop, stride: range.segment.steps * location.stepStride }];
  return { constant: location.offset + range.first * location.stepStride, terms: all };
}

function rowView(location: Location, offset: Offset, rowStride: number): View {
  const view = { buffer: location.buffer, offset, rowStride, columnStride: location.columnStride };
  if (location.rows !== undefined)
    return { ...view, rows: { buffer: location.rows, offset: at(0), rowStride: 1, columnStride: 0 } };
  return location.padded ? { ...view, padded: true } : view;
}

/** `n` rounded up to whole vectors of four. */
export function padTo4(n: number): number {
  return Math.ceil(n / 4) * 4;
}
