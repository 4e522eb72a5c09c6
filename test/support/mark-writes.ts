/** Which words of memory a statement may write, found by walking through all of its loops and rows. */
import type { MemoryPlan } from "../../src/engine/plan.ts";
import type { BufferId, LoopId, Offset, RowWindow, Statement, View } from "../../src/lower/ir.ts";

/**
 * `exact`: the statement's result. `loose`: padding that a store may overwrite with anything. `own`: packed or scratch
 * words, whose order is the backend's own.
 */
export type Mark = "exact" | "loose" | "own";

export interface Marks {
  /** Undefined for a word that must not change. */
  get(word: number): Mark | undefined;
  /** The buffer through which a word was marked. */
  ownerOf(word: number): BufferId | undefined;
  forEach(visit: (mark: Mark, word: number) => void): void;
}

interface Walk {
  readonly plan: MemoryPlan;
  /** Where row numbers are read. */
  readonly memory: Float32Array | Float64Array;
}

export function markWrites(statement: Statement, walk: Walk): Marks {
  const marks = new Map<number, { mark: Mark; buffer: BufferId }>();
  visit(statement, new Map(), walk, (buffer, word, mark) => {
    // What is a result through one store is a result, whatever padding another lays over it.
    if (mark === "exact" || marks.get(word)?.mark !== "exact") marks.set(word, { mark, buffer });
  });
  return {
    get: (word) => marks.get(word)?.mark,
    ownerOf: (word) => marks.get(word)?.buffer,
    forEach: (each) => marks.forEach(({ mark }, word) => each(mark, word)),
  };
}

type Loops = ReadonlyMap<LoopId, number>;
type Put = (buffer: BufferId, word: number, mark: Mark) => void;

function visit(statement: Statement, loops: Loops, walk: Walk, put: Put): void {
  const start = (place: { readonly buffer: BufferId; readonly offset: Offset }): number =>
    place.offset.terms.reduce(
      (sum, { loop, stride }) => sum + loops.get(loop)! * stride,
      walk.plan.offsetOf(place.buffer) + place.offset.constant,
    );
  const run = (buffer: BufferId, from: number, count: number, mark: Mark): void => {
    for (let n = 0; n < count; n++) put(buffer, from + n, mark);
  };
  const rowAt = (view: View, row: number): number => {
    const number = view.rows === undefined ? row : walk.memory[rowAt(view.rows, row)]!;
    return start(view) + number * view.rowStride;
  };
  const rowsIn = (window: RowWindow | undefined, rows: number): readonly [from: number, to: number] => {
    if (window === undefined) return [0, rows];
    const count = walk.memory[start(window.count)]!;
    return window.part === "first" ? [0, count] : [count, rows];
  };
  switch (statement.kind) {
    case "loop":
      for (let n = 0; n < statement.count; n++) {
        for (const inner of statement.body) visit(inner, new Map([...loops, [statement.loop, n]]), walk, put);
      }
      return;
    case "map": {
      const [from, to] = rowsIn(statement.window, statement.rows);
      for (const { view } of statement.stores) {
        for (let row = from; row < to; row++) {
          const width = view.columnStride === 0 ? 1 : statement.columns;
          run(view.buffer, rowAt(view, row), width, "exact");
          if (view.padded === true) run(view.buffer, rowAt(view, row) + width, (4 - (width % 4)) % 4, "loose");
        }
      }
      return;
    }
    case "pack":
      return run(statement.to, walk.plan.offsetOf(statement.to), walk.plan.lengthOf(statement.to), "own");
    case "product": {
      const [from, to] = rowsIn(statement.window, statement.rows);
      for (let m = from; m < to; m++)
        run(statement.c.buffer, start(statement.c) + m * statement.c.rowStride, statement.columns, "exact");
      return;
    }
    case "outer":
      run(statement.scratch, walk.plan.offsetOf(statement.scratch), walk.plan.lengthOf(statement.scratch), "own");
      for (const part of statement.c) {
        for (let m = 0; m < part.rows; m++)
          run(part.buffer, start(part) + m * part.rowStride, statement.columns, "exact");
      }
      return;
    case "fill":
      return run(statement.buffer, start(statement), statement.length, "exact");
  }
}
