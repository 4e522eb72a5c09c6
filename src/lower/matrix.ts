/** Matrix products of a cell as statements: packed weights, products over rows, weight gradients. */
import { known } from "../util/errors.ts";
import type { Members } from "./active.ts";
import type { ProgramBuilder } from "./builder.ts";
import { at, shift } from "./builder.ts";
import { outerScratchLength, packedLength } from "./ir.ts";
import type { BufferId, BufferRole, Statement, WeightFormat } from "./ir.ts";
import { padTo4 } from "./location.ts";
import type { Location, Moment, TimeRange } from "./location.ts";
import { overRows } from "./rows.ts";

/** A matrix parameter of `rows × columns` numbers, row-major. */
export interface Matrix {
  readonly buffer: BufferId;
  readonly rows: number;
  readonly columns: number;
}

export interface MatrixWork {
  readonly builder: ProgramBuilder;
  readonly batch: number;
  /** Where members differ in length. */
  readonly members?: Members | undefined;
  /** The role of buffers of packed weights. */
  readonly packedRole: BufferRole;
  readonly weights: WeightFormat;
  /** Packs of weights, to be run before anything that uses them. */
  readonly packs: Statement[];
}

/** One packed weight matrix and the run of depth segments it takes. */
interface PackedRun {
  readonly packed: BufferId;
  readonly format: WeightFormat;
  readonly depth: number;
  readonly segments: number;
  readonly segmentStride: number;
  /** First column of the run within a row of the left side. */
  readonly first: number;
}

/** Packs M_1 … M_n side by side, for P = [M_1 v, …, M_n v]; each result starts at a multiple of four columns. */
export function packSideBySide(
  work: MatrixWork,
  name: string,
  matrices: readonly Matrix[],
): { packed: BufferId; format: WeightFormat; depth: number; columns: number } {
  const depth = known(matrices[0], "a matrix").columns;
  const columns = matrices.reduce((sum, matrix) => sum + padTo4(matrix.rows), 0);
  const format = work.weights;
  const length = packedLength(depth, columns, format);
  const packed = work.builder.buffer({
    name: `${name}.packed`,
    length,
    role: work.packedRole,
    shape: [depth, columns],
  });
  let columnAt = 0;
  const blocks = matrices.map((matrix) => {
    const block = {
      buffer: matrix.buffer,
      offset: at(0),
      depthStride: 1,
      columnStride: depth,
      depth,
      columns: matrix.rows,
      depthAt: 0,
      columnAt,
    };
    columnAt += padTo4(matrix.rows);
    return block;
  });
  work.packs.push({ kind: "pack", name: `${name}.pack`, depth, columns, blocks, to: packed, format });
  return { packed, format, depth, columns };
}

/** Packs M_1ᵀ … M_nᵀ under one another, for Σ M_gᵀ a_g with the a_g side by side; runs of equal height share a product. */
export function packStacked(work: MatrixWork, name: string, matrices: readonly Matrix[]): readonly PackedRun[] {
  const columns = known(matrices[0], "a matrix").columns;
  const runs: PackedRun[] = [];
  let first = 0;
  for (let start = 0; start < matrices.length;) {
    const rows = matrices[start]!.rows;
    let end = start;
    while (end < matrices.length && matrices[end]!.rows === rows) end++;
    const count = end - start;
    const packed = work.builder.buffer({
      name: `${name}.packedT`,
      length: packedLength(rows * count, padTo4(columns), work.weights),
      role: work.packedRole,
      shape: [rows * count, columns],
    });
    const blocks = matrices.slice(start, end).map((matrix, g) => ({
      buffer: matrix.buffer,
      offset: at(0),
      depthStride: columns,
      columnStride: 1,
      depth: rows,
      columns,
      depthAt: g * rows,
      columnAt: 0,
    }));
    work.packs.push({
      kind: "pack",
      name: `${name}.packT`,
      depth: rows * count,
      columns: padTo4(columns),
      blocks,
      to: packed,
      format: work.weights,
    });
    const joined = rows === padTo4(rows);
    runs.push({
      packed,
      format: work.weights,
      depth: joined ? rows * count : rows,
      segments: joined ? 1 : count,
      segmentStride: padTo4(rows),
      first,
    });
    first += padTo4(rows) * count;
    start = end;
  }
  return runs;
}

interface ProductOptions {
  readonly name: string;
  readonly a: Location;
  readonly runs: readonly PackedRun[];
  readonly c: Location;
  readonly columns: number;
  /** Adds to C instead of replacing it. */
  readonly accumulate?: boolean;
}

/** C = A·B for the rows of a step, if the moment has a loop, else of all steps of its range. */
export function multiply(
  work: MatrixWork,
  moment: Moment,
  { name, a, runs, c, columns, accumulate = false }: ProductOptions,
): readonly Statement[] {
  return overRows(work, { name, ...moment, locations: [a, c] }, ([left, right], rows, _, window) =>
    runs.map((run, i) => ({
      kind: "product",
      name,
      rows,
      ...(window === undefined ? {} : { window }),
      columns,
      depth: run.depth,
      segments: run.segments,
      a: {
        buffer: a.buffer,
        offset: shift(left!.offset, run.first),
        rowStride: left!.rowStride,
        segmentStride: run.segmentStride,
      },
      b: run.packed,
      format: run.format,
      c: { buffer: c.buffer, offset: right!.offset, rowStride: right!.rowStride },
      accumulate: accumulate || i > 0,
    })),
  );
}

interface OuterOptions {
  readonly name: string;
  /** Gradients of products' results, side by side at multiples of four columns. */
  readonly a: Location;
  readonly b: Location;
  readonly parts: readonly { readonly gradient: BufferId; readonly rows: number; readonly at: number }[];
}

/** dM_g += Σ over rows of a_g bᵀ. */
export function accumulateOuter(
  work: MatrixWork,
  range: TimeRange,
  { name, a, b, parts }: OuterOptions,
): readonly Statement[] {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return overRows(work, { name, range, locations: [a, b] }, ([left, right], depth, _, window) => {
    const scratch = work.builder.buffer({
      name: `${name}.scratch`,
      length: outerScratchLength({ rows, columns: b.columns, depth }),
      role: "scratch",
    });
    return [
      {
        kind: "outer",
        name,
        rows,
        columns: b.columns,
        depth,
        ...(window === undefined ? {} : { window }),
        a: { buffer: a.buffer, offset: left!.offset, rowStride: left!.rowStride },
        b: { buffer: b.buffer, offset: right!.offset, rowStride: right!.rowStride },
        c: parts.map((part) => ({
          buffer: part.gradient,
          offset: at(0),
          rowStride: b.columns,
          rows: part.rows,
          at: part.at,
        })),
        accumulate: true,
        scratch,
      },
    ];
  });
}
