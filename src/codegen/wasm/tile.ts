/** Micro-kernels: one tile of a matrix product, its sums held in registers while the depth runs by. */
import { op } from "./assembler.ts";
import type { Code, WasmFunction } from "./assembler.ts";
import {
  advance,
  createFrame,
  differ,
  get,
  plusBytes,
  repeat,
  set,
  splatFloat,
  vectorBytes,
  wordBytes,
} from "./code.ts";
import type { LocalIndex } from "./code.ts";
import type { Features } from "./features.ts";
import { emitTailStore } from "./tail.ts";

/**
 * C[m, n] (+)= Σ_k A[m, k]·B[k, n] for `rows × columns` elements. Strides are in words: from one row or depth step to the next.
 * Whole vectors of B and, where it accumulates, of C are read; of C exactly `columns` are written.
 */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly aRow: number;
  readonly aDepth: number;
  readonly bDepth: number;
  readonly cRow: number;
  /** Adds to C instead of replacing it. */
  readonly accumulate: boolean;
  /** The depth is cut into runs of `depth` steps; A's rows go on `aSegment` words after the start of a run, B goes straight on. */
  readonly segments?: { readonly depth: number; readonly aSegment: number };
}

/** Registers for vectors that V8 leaves to a loop on x64: sixteen, less one it keeps. */
const vectorRegisters = 15;

/** Steps of latency a fused multiply-add takes × those that start in one cycle: so many independent sums keep the unit busy. */
const latencyCycles = 4;

/** What a call, the stores and the loop's start take, in the unit of `tileCycles` at a depth of about 64. */
const tileOverhead = 0.3;

/** Rows of the highest tile of `columns` columns: what fits into registers (see `groupsOf`). One row more is no faster: bench/tiles.json. */
export function highestTile(columns: number, { relaxed }: Features): number {
  if (columns <= 4) return 7;
  // Without a fused multiply-add every product needs a register for a moment.
  if (columns <= 8) return relaxed ? 5 : 4;
  if (columns <= 12) return 3;
  return columns <= 16 ? 2 : 1;
}

/**
 * Cycles one step of depth takes a tile on a machine that starts two multiply-adds and two loads a cycle, as most do:
 * the greatest of the work, of the loads and of the latency of one sum.
 *
 * Against what `npm run tune -- wasm` measured (bench/tiles.json) it is right within 5 % for the fastest forms, 3×12, 5×8 and 7×4, but for tiles
 * of eight sums, 4×8 and 2×16, 14 % too low, and for those of few sums up to 40 % too high: they overlap with the next. Trainings whose tiles were
 * chosen with eight sums made dearer were not faster.
 */
export function tileCycles(rows: number, columns: number): number {
  const vectors = Math.ceil(columns / 4);
  return Math.max(latencyCycles, (rows * vectors) / 2, (rows + vectors) / 2) + tileOverhead;
}

/** Equal tiles share one function. */
export function tileName(tile: Tile): string {
  const { rows, columns, aRow, aDepth, bDepth, cRow, accumulate, segments } = tile;
  const runs = segments === undefined ? "" : `.s${segments.depth}+${segments.aSegment}`;
  return `tile.${rows}x${columns}.a${aRow}+${aDepth}.b${bDepth}.c${cRow}${runs}${accumulate ? ".add" : ""}`;
}

/**
 * The function (a, b, end, c), all addresses in bytes; B's steps run from `b` to `end`, at least one.
 *
 *     s[m][n] = accumulate ? C[m][n] : 0
 *     do { do { s[m][n] += A[m] × B[n] for all m, n; a++; b++ } while (b ≠ end of the run); a to the next run } while (b ≠ end)
 *     C[m][n] = s[m][n]
 *
 * One step of depth per iteration, and the end found by comparing b: other forms of the loop cost V8 half its speed.
 */
export function emitTile(tile: Tile, features: Features): WasmFunction {
  const frame = createFrame(["a", "b", "end", "c"]);
  const [a, b, end, c] = [0, 1, 2, 3];
  const vectors = Math.ceil(tile.columns / 4);
  const sums = Array.from({ length: tile.rows }, (_, m) =>
    Array.from({ length: vectors }, (__, n) => frame.local("v128", `s${m}_${n}`)),
  );
  const left = sums.map((_, m) => frame.local("v128", `a${m}`));
  const right = Array.from({ length: vectors }, (_, n) => frame.local("v128", `b${n}`));
  const place = (m: number, n: number): number => m * tile.cRow * wordBytes + n * vectorBytes;

  const step = emitStep({ tile, features, sums, left, right, a, b, end });
  const body: Code[] = [];
  sums.forEach((row, m) =>
    row.forEach((sum, n) =>
      body.push(set(sum, tile.accumulate ? op("v128.load", [place(m, n)], get(c)) : splatFloat(0))),
    ),
  );
  if (tile.segments === undefined) {
    body.push(op("block"), repeat(step, differ(get(b), get(end))), op("end"));
  } else {
    const { depth, aSegment } = tile.segments;
    const runEnd = frame.local("i32", "run");
    const run = [
      ...set(runEnd, plusBytes(get(b), depth * tile.bDepth * wordBytes)),
      ...op("block"),
      ...repeat(step, differ(get(b), get(runEnd))),
      ...op("end"),
      ...advance(a, (aSegment - depth * tile.aDepth) * wordBytes),
    ];
    body.push(repeat(run, differ(get(b), get(end))));
  }
  sums.forEach((row, m) =>
    row.forEach((sum, n) =>
      body.push(
        emitTailStore({
          address: get(c),
          offset: place(m, n),
          value: get(sum),
          lanes: Math.min(4, tile.columns - 4 * n),
        }),
      ),
    ),
  );
  return frame.finish(tileName(tile), body.flat());
}

interface Step {
  readonly tile: Tile;
  readonly features: Features;
  readonly sums: readonly (readonly number[])[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly a: number;
  readonly b: number;
  readonly end: number;
}

/**
 * Loads and multiply-adds of one step, then the pointers' move.
 *
 * V8 up to version 12 moves all loads of a block to its front, so a step with more loads and sums than registers would spill.
 * A branch that is never taken, but would need the sums so far, ends the block: the step is cut by such branches into
 * groups that fit.
 */
function emitStep({ tile, features, sums, left, right, a, b, end }: Step): Code {
  const code: Code[] = [];
  const loaded = new Set<number>();
  const load = (local: LocalIndex, value: Code): void => {
    if (!loaded.has(local)) code.push(set(local, value));
    loaded.add(local);
  };
  groupsOf(tile).forEach((group, n) => {
    if (n > 0) code.push(op("br_if", [1], op("i32.eq", [], get(b), get(end))));
    for (const { row, vector } of group) {
      const [sum, by, times] = [sums[row]?.[vector] ?? 0, left[row] ?? 0, right[vector] ?? 0];
      load(times, op("v128.load", [vector * vectorBytes], get(b)));
      load(by, op("v128.load32_splat", [row * tile.aRow * wordBytes], get(a)));
      code.push(set(sum, multiplyAdd(get(by), get(times), get(sum), features)));
    }
  });
  return [...code.flat(), ...advance(a, tile.aDepth * wordBytes), ...advance(b, tile.bDepth * wordBytes)];
}

/** `a × b + c`, rounded once where the machine can. */
export function multiplyAdd(a: Code, b: Code, c: Code, { relaxed }: Features): Code {
  return relaxed ? op("f32x4.relaxed_madd", [], a, b, c) : op("f32x4.add", [], op("f32x4.mul", [], a, b), c);
}

/** The sums of a tile in the order of their multiply-adds, in groups of which each has registers for all sums and its own loads. */
function groupsOf({ rows, columns }: Tile): readonly (readonly { readonly row: number; readonly vector: number }[])[] {
  const vectors = Math.ceil(columns / 4);
  const all = Array.from({ length: rows * vectors }, (_, n) => ({ row: Math.floor(n / vectors), vector: n % vectors }));
  if (rows + vectors + rows * vectors <= vectorRegisters) return [all];
  // One row of many vectors runs best in pairs; rows of a few, in two halves of whole rows.
  const size = rows === 1 ? 2 : Math.ceil(rows / 2) * vectors;
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
