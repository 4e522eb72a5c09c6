/** Micro-kernels of a single row: four steps of depth per iteration, since what bounds them is how many loads the machine starts in a cycle. */
import { op } from "./assembler.ts";
import type { Code, WasmFunction } from "./assembler.ts";
import {
  advance,
  createFrame,
  differ,
  get,
  i32,
  plusBytes,
  repeat,
  set,
  splatFloat,
  vectorBytes,
  wordBytes,
} from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import type { Features } from "./features.ts";
import { emitTailStore } from "./tail.ts";
import { multiplyAdd, tileName } from "./tile.ts";
import type { Tile } from "./tile.ts";

/** A tile of one row whose depth (that of a run, if there are segments) is known. */
export interface RowTile extends Tile {
  readonly depth: number;
}

/** Equal tiles share one function. */
export function rowTileName(tile: RowTile): string {
  return `${tileName(tile)}.k${tile.depth}`;
}

/** Steps of depth per iteration: their numbers of A are one load, and V8's check for interrupts, which is another, is made once. */
const stepsAtOnce = 4;

/** Multiply-adds between cuts: loads for so many find registers beside ten sums. */
const cutEvery = 3;

interface Making {
  readonly tile: RowTile;
  readonly features: Features;
  readonly frame: Frame;
  readonly sums: readonly LocalIndex[];
}

const [a, b, end, c] = [0, 1, 2, 3] as const;

/**
 * The function (a, b, end, c), as that of `emitTile`.
 *
 *     s[n] = accumulate ? C[n] : 0
 *     do { do { four steps: s[n] += A × B[n] for all n } while (b ≠ their end); the steps that are left } while (b ≠ end)
 *     C[n] = s[n]
 */
export function emitRowTile(tile: RowTile, features: Features): WasmFunction {
  const frame = createFrame(["a", "b", "end", "c"]);
  const sums = Array.from({ length: Math.ceil(tile.columns / 4) }, (_, n) => frame.local("v128", `s${n}`));
  const making = { tile, features, frame, sums };
  const start = sums.flatMap((sum, n) =>
    set(sum, tile.accumulate ? op("v128.load", [n * vectorBytes], get(c)) : splatFloat(0)),
  );
  const run = emitRun(making);
  const { segments, depth, aDepth } = tile;
  const runs =
    segments === undefined
      ? run
      : repeat([...run, ...advance(a, (segments.aSegment - depth * aDepth) * wordBytes)], differ(get(b), get(end)));
  const stores = sums.flatMap((sum, n) =>
    emitTailStore({
      address: get(c),
      offset: n * vectorBytes,
      value: get(sum),
      lanes: Math.min(4, tile.columns - 4 * n),
    }),
  );
  return frame.finish(rowTileName(tile), [...start, ...runs, ...stores]);
}

/** All steps of a run. */
function emitRun(making: Making): Code {
  const { depth, aDepth, bDepth } = making.tile;
  const rest = depth % stepsAtOnce;
  const move = (steps: number): Code => [
    ...advance(a, steps * aDepth * wordBytes),
    ...advance(b, steps * bDepth * wordBytes),
  ];
  const last = rest === 0 ? [] : [...op("block"), ...emitSteps(rest, making), ...move(rest), ...op("end")];
  if (rest === depth) return last;
  const runEnd = making.frame.local("i32", "run");
  return [
    ...set(runEnd, plusBytes(get(b), (depth - rest) * bDepth * wordBytes)),
    ...op("block"),
    ...repeat([...emitSteps(stepsAtOnce, making, 1), ...move(stepsAtOnce)], differ(get(b), get(runEnd))),
    ...op("end"),
    ...last,
  ];
}

/**
 * So many steps of depth; the block around them is `out` blocks out. V8 up to version 12 would move all loads to the front of the code, far more than
 * there are registers, so branches that are never taken cut it into pieces (see `emitTile`): addresses are multiples of four, so none is odd. Each asks
 * for another number, or V8 would find that it has asked before. Measured on sums that fit a second-level cache: 6.5 vectors a nanosecond, where a tile of
 * one step gets 5.0.
 */
function emitSteps(steps: number, { tile, features, frame, sums }: Making, out = 0): Code {
  const [left, by, times] = [frame.local("v128", "left"), frame.local("v128", "by"), frame.local("v128", "times")];
  const whole = steps === stepsAtOnce && tile.aDepth === 1;
  const code: Code[] = whole ? [set(left, op("v128.load", [0], get(a)))] : [];
  let done = 0;
  for (let k = 0; k < steps; k++) {
    code.push(set(by, whole ? splatLane(left, k) : op("v128.load32_splat", [k * tile.aDepth * wordBytes], get(a))));
    sums.forEach((sum, n) => {
      const place = (k * tile.bDepth + 4 * n) * wordBytes;
      if (done > 0 && done % cutEvery === 0) code.push(op("br_if", [out], op("i32.eq", [], get(b), i32(2 * done + 1))));
      done++;
      code.push(
        set(times, op("v128.load", [place], get(b))),
        set(sum, multiplyAdd(get(by), get(times), get(sum), features)),
      );
    });
  }
  return code.flat();
}

function splatLane(vector: LocalIndex, lane: number): Code {
  const bytes = Array.from({ length: vectorBytes }, (_, n) => lane * wordBytes + (n % wordBytes));
  return op("i8x16.shuffle", bytes, get(vector), get(vector));
}
