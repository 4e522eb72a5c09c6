/** How the statement cases are put together. */
import { at, createProgramBuilder } from "../../src/lower/builder.ts";
import type { ProgramBuilder } from "../../src/lower/builder.ts";
import type { BufferId, Program, Statement, View } from "../../src/lower/ir.ts";
import type { Contents, ReplayCase } from "./replay.ts";

export interface StatementCase extends ReplayCase {
  readonly name: string;
}

/** What a case is built with. */
export interface Build {
  readonly program: ProgramBuilder;
  /** A port of these sizes, rows `stride` apart (by default packed tight). */
  readonly port: (name: string, rows: number, columns: number, stride?: number) => BufferId;
}

/** A case of one function `f` with the statements that `fill` gives. */
export function createCase(
  name: string,
  tolerance: number,
  fill: (build: Build) => readonly Statement[],
  contents: Contents = {},
): StatementCase {
  const program = createProgramBuilder();
  const port: Build["port"] = (label, rows, columns, stride = columns) =>
    program.buffer({ name: label, length: rows * stride, role: "port", shape: [rows, columns] });
  const body = fill({ program, port });
  return { name, tolerance, contents, program: program.finish([{ name: "f", body }]) satisfies Program };
}

/** The view of a buffer from its start. */
export function view(buffer: BufferId, rowStride: number, more: Partial<View> = {}): View {
  return { buffer, offset: at(0), rowStride, columnStride: 1, ...more };
}

/** Columns rounded up to whole vectors of four. */
export function wholeVectors(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}

/** `value` at 0, 1, …, count - 1, rounded to float32. */
export function range(count: number, value: (n: number) => number): number[] {
  return Array.from({ length: count }, (_, n) => Math.fround(value(n)));
}
