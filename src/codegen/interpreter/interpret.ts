/** Runs a program in float64: every statement becomes one closure over a Float64Array. */
import type {
  FillStatement,
  LoopId,
  OuterStatement,
  PackStatement,
  ProductStatement,
  Program,
  Statement,
} from "../../lower/ir.ts";
import { rowsIn, wordAt } from "./machine.ts";
import type { Machine, Places } from "./machine.ts";
import { interpretMap } from "./map.ts";

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

/** Packed matrices are plain here: element (k, n) at `k × columns rounded up to four + n`. */
function interpretPack(pack: PackStatement, machine: Machine): () => void {
  const { memory } = machine;
  const to = machine.places.offsetOf(pack.to);
  const width = Math.ceil(pack.columns / 4) * 4;
  const blocks = pack.blocks.map((block) => ({ ...block, from: wordAt(block, machine) }));
  return () => {
    memory.fill(0, to, to + pack.depth * width);
    for (const { from, depth, columns, depthStride, columnStride, depthAt, columnAt } of blocks) {
      const source = from();
      for (let k = 0; k < depth; k++) {
        const target = to + (depthAt + k) * width + columnAt;
        for (let n = 0; n < columns; n++) memory[target + n] = memory[source + k * depthStride + n * columnStride]!;
      }
    }
  };
}

/** C[m, n] (+)= Σ_s Σ_k A[m, s, k] · B[s·depth + k, n] */
function interpretProduct(product: ProductStatement, machine: Machine): () => void {
  const { rows, columns, depth, segments, a, c, accumulate } = product;
  const { memory } = machine;
  const aAt = wordAt(a, machine);
  const bAt = machine.places.offsetOf(product.b);
  const cAt = wordAt(c, machine);
  const window = rowsIn(product.window, rows, machine);
  return () => {
    const { from, to } = window();
    for (let m = from; m < to; m++) {
      const target = cAt() + m * c.rowStride;
      if (!accumulate) memory.fill(0, target, target + columns);
      for (let s = 0; s < segments; s++) {
        const source = aAt() + m * a.rowStride + s * a.segmentStride;
        for (let k = 0; k < depth; k++)
          addRow(memory, {
            to: target,
            from: bAt + (s * depth + k) * columns,
            count: columns,
            factor: memory[source + k]!,
          });
      }
    }
  };
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
          addRow(memory, {
            to: target,
            from: bAt() + k * b.rowStride,
            count: columns,
            factor: memory[aAt() + k * a.rowStride + at + m]!,
          });
        }
      }
    }
  };
}

/** memory[to…] += factor · memory[from…] */
function addRow(
  memory: Float64Array,
  {
    to,
    from,
    count,
    factor,
  }: { readonly to: number; readonly from: number; readonly count: number; readonly factor: number },
): void {
  for (let n = 0; n < count; n++) memory[to + n]! += factor * memory[from + n]!;
}

function interpretFill(fill: FillStatement, machine: Machine): () => void {
  const start = wordAt(fill, machine);
  return () => {
    machine.memory.fill(fill.value, start(), start() + fill.length);
  };
}
