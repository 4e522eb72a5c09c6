/** Runs a program in float64: every statement becomes one closure over a Float64Array. */
import type { FillStatement, LoopId, OuterStatement, Program, Statement } from "../../lower/ir.ts";
import { rowsIn, wordAt } from "./machine.ts";
import type { Machine, Places } from "./machine.ts";
import { interpretMap } from "./map.ts";
import { interpretPack, interpretProduct } from "./product.ts";

/** One closure for each function of `program`, working on `memory` (one float64 a word). The program must be verified. */
export function interpretProgram(
  program: Program,
  places: Places,
  memory: Float64Array,
): ReadonlyMap<string, () => void> {
  const loops = program.functions.flatMap((one) => one.body).flatMap(loopsOf);
  const machine: Machine = { memory, places, indices: new Float64Array(Math.max(-1, ...loops) + 1) };
  return new Map(
    program.functions.map(({ name, body }) => [
      name,
      inOrder(body.map((statement) => interpretStatement(statement, machine))),
    ]),
  );
}

function loopsOf(statement: Statement): readonly LoopId[] {
  return statement.kind === "loop" ? [statement.loop, ...statement.body.flatMap(loopsOf)] : [];
}

function inOrder(steps: readonly (() => void)[]): () => void {
  return () => {
    for (const step of steps) step();
  };
}

function interpretStatement(statement: Statement, machine: Machine): () => void {
  switch (statement.kind) {
    case "loop": {
      const { loop, count, reverse } = statement;
      const body = inOrder(statement.body.map((inner) => interpretStatement(inner, machine)));
      return () => {
        for (let n = 0; n < count; n++) {
          machine.indices[loop] = reverse ? count - 1 - n : n;
          body();
        }
      };
    }
    case "map":
      return interpretMap(statement, machine);
    case "pack":
      return interpretPack(statement, machine);
    case "product":
      return interpretProduct(statement, machine);
    case "outer":
      return interpretOuter(statement, machine);
    case "fill":
      return interpretFill(statement, machine);
  }
}

/** C[m, n] (+)= Σ_k A[k, m] · B[k, n], C's rows in parts. */
function interpretOuter(outer: OuterStatement, machine: Machine): () => void {
  const { columns, depth, a, b, accumulate } = outer;
  const { memory } = machine;
  const aAt = wordAt(a, machine);
  const bAt = wordAt(b, machine);
  const parts = outer.c.map((part) => ({ ...part, start: wordAt(part, machine) }));
  const window = rowsIn(outer.window, depth, machine);
  return () => {
    const { to } = window();
    for (const { start, rowStride, rows, at } of parts) {
      for (let m = 0; m < rows; m++) {
        const target = start() + m * rowStride;
        if (!accumulate) memory.fill(0, target, target + columns);
        for (let k = 0; k < to; k++) {
          const factor = memory[aAt() + k * a.rowStride + at + m]!;
          const row = bAt() + k * b.rowStride;
          for (let n = 0; n < columns; n++) memory[target + n]! += factor * memory[row + n]!;
        }
      }
    }
  };
}

function interpretFill(fill: FillStatement, machine: Machine): () => void {
  const start = wordAt(fill, machine);
  return () => {
    machine.memory.fill(fill.value, start(), start() + fill.length);
  };
}
