/**
 * Runs a program's accesses, word by word, as a number of threads would make them, and finds words that one thread writes and another reads or
 * writes with no barrier in between. It knows of a thread plan only how statements are shared and where barriers are, nothing of why.
 */
import type { MemoryPlan } from "../../src/engine/plan.ts";
import type { BufferId, LoopId, Offset, Program, Statement, View } from "../../src/lower/ir.ts";
import { columnBlock } from "../../src/lower/threads.ts";
import type { ThreadPlan } from "../../src/lower/threads.ts";

export interface RaceOptions {
  readonly plan: MemoryPlan;
  readonly threads: ThreadPlan;
  /** How many threads there are. */
  readonly count: number;
}

type Loops = ReadonlyMap<LoopId, number>;
type Place = { readonly buffer: BufferId; readonly offset: Offset };

interface Walk extends RaceOptions {
  /** Row numbers are read here: zeros. */
  touch(thread: number, word: number, length: number, access: "read" | "write"): void;
  join(): void;
  enter(name: string): void;
}

/** Columns of a panel of a packed matrix, as if a printer had chosen them. */
const panelColumns = 8;

/** Each race once, as the words' place and the statements before and after. */
export function findRaces(program: Program, options: RaceOptions): readonly string[] {
  const { words } = options.plan;
  const written = new Int32Array(words).fill(-1);
  const writer = new Int32Array(words);
  const read = Array.from({ length: options.count }, () => new Int32Array(words).fill(-1));
  const races = new Set<string>();
  const writerName: string[] = [];
  let epoch = 0;
  let place = "";
  const walk: Walk = {
    ...options,
    join: () => epoch++,
    enter: (name) => (place = name),
    touch: (thread, from, length, access) => {
      for (let word = from; word < from + length; word++) {
        const isTouched =
          (written[word] === epoch && writer[word] !== thread) ||
          (access === "write" && read.some((epochs, other) => other !== thread && epochs[word] === epoch));
        if (isTouched) races.add(`word ${word}: ${writerName[word] ?? "read"} → ${place} ${access}`);
        if (access === "read") read[thread]![word] = epoch;
        else [written[word], writer[word], writerName[word]] = [epoch, thread, place];
      }
    },
  };
  for (const { name, body } of program.functions) {
    walk.join();
    visitAll(body, new Map(), walk, name);
  }
  return [...races];
}

function visitAll(statements: readonly Statement[], loops: Loops, walk: Walk, place: string): void {
  for (const statement of statements) {
    if (walk.threads.hasBarrier(statement)) walk.join();
    const name = `${place} / ${statement.name}`;
    if (statement.kind === "loop") {
      for (let n = 0; n < statement.count; n++) {
        const index = statement.reverse ? statement.count - 1 - n : n;
        visitAll(statement.body, new Map([...loops, [statement.loop, index]]), walk, name);
      }
      continue;
    }
    walk.enter(name);
    for (let thread = 0; thread < walk.count; thread++) visit(statement, thread, loops, walk);
  }
}

/** Thread i's units of n. */
function share(units: number, thread: number, count: number): readonly [number, number] {
  return [Math.floor((units * thread) / count), Math.floor((units * (thread + 1)) / count)];
}

function visit(statement: Exclude<Statement, { kind: "loop" }>, thread: number, loops: Loops, walk: Walk): void {
  const split = walk.threads.splitOf(statement);
  if (split === "whole" && thread > 0) return;
  const start = ({ buffer, offset }: Place): number =>
    offset.terms.reduce(
      (sum, { loop, stride }) => sum + loops.get(loop)! * stride,
      walk.plan.offsetOf(buffer) + offset.constant,
    );
  const units = (own: "rows" | "columns", count: number): readonly [number, number] =>
    split === own ? share(count, thread, walk.count) : [0, count];
  const blocks = (columns: number, width: number): readonly [number, number] => {
    const [first, end] = units("columns", Math.ceil(columns / width));
    return [first * width, Math.min(columns, end * width)];
  };
  const touch = (word: number, length: number, access: "read" | "write"): void => {
    if (length > 0) walk.touch(thread, word, length, access);
  };
  switch (statement.kind) {
    case "map": {
      const [firstRow, endRow] = units("rows", statement.rows);
      const [from, end] = blocks(statement.columns, columnBlock);
      if (from >= end) return;
      const rowAt = (view: View, row: number): number =>
        start(view) + (view.rows === undefined ? row : 0) * view.rowStride;
      const each = (view: View, row: number, access: "read" | "write"): void => {
        if (view.rows !== undefined) each(view.rows, row, "read");
        if (view.columnStride === 0) return touch(rowAt(view, row), 1, access);
        const isLast = end === statement.columns;
        const padding = access === "write" && view.padded === true && isLast ? (4 - (end % 4)) % 4 : 0;
        touch(rowAt(view, row) + from, end - from + padding, access);
      };
      for (let row = firstRow; row < endRow; row++) {
        for (const value of statement.values) {
          if (value.kind === "load") each(value.view, row, "read");
          if (value.kind === "random") each(value.seed, row, "read");
        }
        for (const { view } of statement.stores) each(view, row, "write");
      }
      return;
    }
    case "fill": {
      const [from, end] = blocks(statement.length, columnBlock);
      return touch(start(statement) + from, end - from, "write");
    }
    case "pack": {
      const [from, end] = blocks(statement.columns, panelColumns);
      touch(walk.plan.offsetOf(statement.to) + from * statement.depth, (end - from) * statement.depth, "write");
      for (const block of statement.blocks) {
        for (let k = 0; k < block.depth; k++) {
          for (let n = Math.max(0, from - block.columnAt); n < Math.min(block.columns, end - block.columnAt); n++)
            touch(start(block) + k * block.depthStride + n * block.columnStride, 1, "read");
        }
      }
      return;
    }
    case "product": {
      const { rows, columns, depth, segments, a, b, c, accumulate } = statement;
      const [firstRow, endRow] = units("rows", rows);
      const [from, end] = blocks(columns, panelColumns);
      const deep = depth * segments;
      touch(walk.plan.offsetOf(b) + from * deep, (end - from) * deep, "read");
      for (let m = firstRow; m < endRow; m++) {
        for (let s = 0; s < segments; s++) touch(start(a) + m * a.rowStride + s * a.segmentStride, depth, "read");
        const row = start(c) + m * c.rowStride + from;
        if (accumulate) touch(row, end - from, "read");
        touch(row, end - from, "write");
      }
      return;
    }
    case "outer": {
      const { columns, depth, a, b, c, scratch } = statement;
      if (thread === 0) touch(walk.plan.offsetOf(scratch), walk.plan.lengthOf(scratch), "write");
      for (const part of c) {
        const [first, end] = units("rows", part.rows);
        for (let k = 0; k < depth; k++) {
          touch(start(a) + k * a.rowStride + part.at + first, end - first, "read");
          if (end > first) touch(start(b) + k * b.rowStride, columns, "read");
        }
        for (let m = first; m < end; m++) touch(start(part) + m * part.rowStride, columns, "write");
      }
    }
  }
}
