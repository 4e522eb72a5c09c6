/** Prints outer products: chunks of the depth, packed where that pays, whose tiles add their sums to C. */
import { outerChunk } from "../../lower/ir.ts";
import type { OuterStatement } from "../../lower/ir.ts";
import { known } from "../../util/errors.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { advance, equal, get, i32, isBelow, repeat, repeatTimes, set, unless, wordBytes } from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitAddress, emitCall, emitCount, loopsOf, windowLoops } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { addChunk, split } from "./outer-chunk.ts";
import type { Piece, Side, Work } from "./outer-chunk.ts";
import { panelCycles, panelWidths } from "./panels.ts";
import { onlyFirst } from "./share.ts";
import type { Share } from "./share.ts";

/** The call of a function that computes the outer product. */
export function emitOuter(outer: OuterStatement, loops: Loops, context: Context, share?: Share): Code {
  // Vectors along C's columns of one number have few units: not worth sharing.
  const isAlone = share !== undefined && liesInColumns(outer);
  const isShared = share !== undefined && !isAlone;
  const work = arrange(outer, context, isShared);
  const call = emitCall(
    {
      name: outer.name,
      uses: [
        ...loopsOf(outer.a.offset, outer.b.offset, ...outer.c.map((part) => part.offset)),
        ...windowLoops(outer.window),
      ],
      given: isShared
        ? [
            { name: "thread", value: share.thread },
            { name: "threads", value: share.threads },
          ]
        : [],
      body: (frame, inner, given) => emitChunks(work, { frame, loops: inner, context, who: given }),
    },
    loops,
    context,
  );
  return isAlone ? onlyFirst(share, call) : call;
}

/** Whether every part of C is one column. */
function liesInColumns({ columns, c }: OuterStatement): boolean {
  return columns === 1 && c.every((part) => part.rowStride === 1);
}

/**
 * Whether to pack A for `columns` columns of C. A few rows of A stay in the first-level cache while all panels of B pass, unless they
 * lie a multiple of 2 or 4 KiB apart and so push one another out. Measured: the copy then pays from so many columns on.
 */
function paysToPackA(columns: number, rowStride: number): boolean {
  if (rowStride % 1024 === 0) return columns > 32;
  return rowStride % 512 === 0 && columns > 128;
}

/** Whether to pack B for `rows` rows of C: it is read again for every few rows; measured, as above. */
function paysToPackB(rows: number, rowStride: number): boolean {
  return rows > 64 && rowStride > 64;
}

function arrange(outer: OuterStatement, context: Context, isShared: boolean): Work {
  const { name, depth, accumulate, columns } = outer;
  const chunks = Math.ceil(depth / outerChunk);
  // A tile ends where B's last step does, so even a single step needs a stride.
  const strided = (side: Side): Side => (depth === 1 ? { ...side, rowStride: Math.max(1, side.rowStride) } : side);
  const [left, right] = [strided(outer.a), strided(outer.b)];
  const own = isShared ? known(context.threadScratch, "the scratch of threads") : undefined;
  const cut = {
    name,
    depth,
    window: outer.window,
    accumulate,
    chunks,
    chunk: Math.ceil(depth / chunks),
    scratch: (own?.offset ?? context.placement.offsetOf(outer.scratch)) * wordBytes,
    scratchEach: (own?.wordsEach ?? 0) * wordBytes,
  };
  if (liesInColumns(outer)) {
    // Columns of one number each lie like rows: with A and B exchanged they are computed as vectors.
    const pieces = outer.c.map((part) => ({ ...part, rows: 1, columns: part.rows, aAt: 0, bAt: part.at }));
    return { ...cut, a: right, b: left, pieces, width: chooseWidth(pieces, context), packA: false, packB: false };
  }
  const pieces = outer.c.map((part) => ({ ...part, columns, aAt: part.at, bAt: 0 }));
  const packA = paysToPackA(columns, left.rowStride);
  const packB = paysToPackB(outer.rows, right.rowStride);
  return { ...cut, a: left, b: right, pieces, width: chooseWidth(pieces, context), packA, packB };
}

/** The panel width with which all tiles take the fewest cycles. */
function chooseWidth(pieces: readonly Piece[], { features }: Context): number {
  const cycles = (width: number): number =>
    pieces.reduce((sum, { rows, columns }) => {
      const { full, tail } = split(columns, width);
      return sum + full * panelCycles(rows, width, features) + (tail > 0 ? panelCycles(rows, tail, features) : 0);
    }, 0);
  return panelWidths.reduce((best, width) => (cycles(width) < cycles(best) ? width : best));
}

interface OuterFunction {
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
  /** The thread's number and how many there are; empty where one does all. */
  readonly who: readonly LocalIndex[];
}

/**
 *     chunk(a, b, steps); for each further chunk: chunk(a, b, steps), which adds to C
 */
function emitChunks(work: Work, { frame, loops, context, who }: OuterFunction): Code {
  const a = frame.local("i32", "a");
  const b = frame.local("i32", "b");
  const uses = [...new Set(loopsOf(...work.pieces.map((piece) => piece.offset)))];
  const callFor = (fn: number, depth: Code): Code =>
    op("call", [fn], get(a), get(b), depth, ...uses.map((id) => get(loops.get(id) ?? 0)), ...who.map(get));
  const call = (fn: number, depth: number): Code => callFor(fn, i32(depth));
  const next = [
    ...advance(a, work.chunk * work.a.rowStride * wordBytes),
    ...advance(b, work.chunk * work.b.rowStride * wordBytes),
  ];
  const start = [...set(a, emitAddress(work.a, loops, context)), ...set(b, emitAddress(work.b, loops, context))];
  const isShared = who.length > 0;
  const first = addChunk(work, uses, isShared, context);
  const further =
    work.accumulate || work.chunks === 1 ? first : addChunk({ ...work, accumulate: true }, uses, isShared, context);
  if (work.window !== undefined) {
    const left = frame.local("i32", "left");
    const clear = work.pieces.flatMap((piece) => clearPiece(piece, frame, loops, context));
    return [
      ...set(left, emitCount(work.window, loops, context)),
      ...(work.accumulate ? [] : unless(get(left), clear)),
      ...unless(equal(get(left), i32(0)), [
        ...start,
        ...emitWindow(work, {
          left,
          frame,
          next,
          first: (steps) => callFor(first, steps),
          further: (steps) => callFor(further, steps),
        }),
      ]),
    ];
  }
  if (work.chunks === 1) return [...start, ...call(first, work.depth)];
  return [
    ...start,
    ...call(first, work.chunk),
    ...repeatTimes(work.chunks - 2, [...next, ...call(further, work.chunk)], frame),
    ...next,
    ...call(further, work.depth - work.chunk * (work.chunks - 1)),
  ];
}

interface WindowChunks {
  /** Steps of depth that are left, at least one. */
  readonly left: LocalIndex;
  readonly frame: Frame;
  /** Moves on by a whole chunk. */
  readonly next: Code;
  /** The chunk functions for so many steps. */
  readonly first: (steps: Code) => Code;
  readonly further: (steps: Code) => Code;
}

/** Chunks of a depth that is known when the statement runs: all of them whole but the last. */
function emitWindow({ chunk, chunks }: Work, { left, frame, next, first, further }: WindowChunks): Code {
  const steps = frame.local("i32", "steps");
  const one = (call: (steps: Code) => Code): Code => [
    ...set(steps, i32(chunk)),
    ...unless(isBelow(get(steps), get(left)), set(steps, get(left))),
    ...call(get(steps)),
    ...next,
    ...set(left, op("i32.sub", [], get(left), get(steps))),
  ];
  if (chunks === 1) return one(first);
  return [...one(first), ...unless(equal(get(left), i32(0)), repeat(one(further), get(left)))];
}

/** Sets a block of C to zero. */
function clearPiece(piece: Piece, frame: Frame, loops: Loops, context: Context): Code {
  const to = frame.local("i32", "to");
  const row = op("memory.fill", [], get(to), i32(0), i32(piece.columns * wordBytes));
  return [
    ...set(to, emitAddress(piece, loops, context)),
    ...repeatTimes(piece.rows, [...row, ...advance(to, piece.rowStride * wordBytes)], frame),
  ];
}
