/** Prints outer products: chunks of the depth, packed where that pays, whose tiles add their sums to C. */
import { outerChunk, outerGroup } from "../../lower/ir.ts";
import type { LoopId, OuterStatement, RowWindow } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import {
  advance,
  createFrame,
  equal,
  get,
  i32,
  isBelow,
  plusBytes,
  repeat,
  repeatTimes,
  set,
  unless,
  wordBytes,
} from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitAddress, emitCall, emitCount, loopsOf, windowLoops } from "./context.ts";
import type { Context, Loops, Place } from "./context.ts";
import { cutRows, panelCycles, panelWidths } from "./panels.ts";
import type { Run } from "./panels.ts";
import { callTile } from "./product.ts";
import { emitStrip, stripName } from "./strips.ts";
import type { Tile } from "./tile.ts";

/** The call of a function that computes the outer product. */
export function emitOuter(outer: OuterStatement, loops: Loops, context: Context): Code {
  const work = arrange(outer, context);
  return emitCall(
    {
      name: outer.name,
      uses: [
        ...loopsOf(outer.a.offset, outer.b.offset, ...outer.c.map((part) => part.offset)),
        ...windowLoops(outer.window),
      ],
      body: (frame, inner) => emitChunks(work, frame, inner, context),
    },
    loops,
    context,
  );
}

/** A side of the product: `rowStride` words from one step of depth to the next. */
type Side = OuterStatement["a"];

/** A block of C: rows that A's columns from `aAt` on make with B's columns from `bAt` on. */
interface Piece extends Place {
  readonly rowStride: number;
  readonly rows: number;
  readonly columns: number;
  readonly aAt: number;
  readonly bAt: number;
}

/** An outer product, arranged for tiles. */
interface Work {
  readonly name: string;
  readonly a: Side;
  readonly b: Side;
  readonly pieces: readonly Piece[];
  readonly depth: number;
  readonly window: RowWindow | undefined;
  readonly accumulate: boolean;
  /** Byte address of the scratch. */
  readonly scratch: number;
  /** Columns of a panel of B. */
  readonly width: number;
  /** Steps of depth in a chunk, and chunks. */
  readonly chunk: number;
  readonly chunks: number;
  /** Whether the sides are packed; if so, the pieces share all columns of B. */
  readonly packA: boolean;
  readonly packB: boolean;
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

function arrange(outer: OuterStatement, context: Context): Work {
  const { name, depth, accumulate, columns } = outer;
  const chunks = Math.ceil(depth / outerChunk);
  // A tile ends where B's last step does, so even a single step needs a stride.
  const strided = (side: Side): Side => (depth === 1 ? { ...side, rowStride: Math.max(1, side.rowStride) } : side);
  const [left, right] = [strided(outer.a), strided(outer.b)];
  const cut = {
    name,
    depth,
    window: outer.window,
    accumulate,
    chunks,
    chunk: Math.ceil(depth / chunks),
    scratch: context.placement.offsetOf(outer.scratch) * wordBytes,
  };
  if (columns === 1 && outer.c.every((part) => part.rowStride === 1)) {
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

/** Whole panels, and the columns left. */
function split(columns: number, width: number): { readonly full: number; readonly tail: number } {
  return { full: Math.floor(columns / width), tail: columns % width };
}

/**
 *     chunk(a, b, steps); for each further chunk: chunk(a, b, steps), which adds to C
 */
function emitChunks(work: Work, frame: Frame, loops: Loops, context: Context): Code {
  const a = frame.local("i32", "a");
  const b = frame.local("i32", "b");
  const uses = [...new Set(loopsOf(...work.pieces.map((piece) => piece.offset)))];
  const callFor = (fn: number, depth: Code): Code =>
    op("call", [fn], get(a), get(b), depth, ...uses.map((id) => get(loops.get(id) ?? 0)));
  const call = (fn: number, depth: number): Code => callFor(fn, i32(depth));
  const next = [
    ...advance(a, work.chunk * work.a.rowStride * wordBytes),
    ...advance(b, work.chunk * work.b.rowStride * wordBytes),
  ];
  const start = [...set(a, emitAddress(work.a, loops, context)), ...set(b, emitAddress(work.b, loops, context))];
  const first = addChunk(work, uses, context);
  const further = work.accumulate || work.chunks === 1 ? first : addChunk({ ...work, accumulate: true }, uses, context);
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

/** The function (a, b, depth, loops…) of one chunk, while it is written; addresses are in bytes. */
interface Chunk {
  readonly work: Work;
  readonly loops: Loops;
  readonly frame: Frame;
  readonly context: Context;
  /** Parameters. */
  readonly a: LocalIndex;
  readonly b: LocalIndex;
  readonly depth: LocalIndex;
  /** The rows of A for the next tiles; B's panel and its end; C's element for the next tiles. */
  readonly panelA: LocalIndex;
  readonly panelB: LocalIndex;
  readonly end: LocalIndex;
  readonly corner: LocalIndex;
  /** Addresses of the scratch for A's panel and for B's panels. */
  readonly spaceA: number;
  readonly spaceB: number;
}

/** Adds the function that does one chunk of the depth, and returns its number. */
function addChunk(work: Work, uses: readonly LoopId[], context: Context): number {
  const frame = createFrame(["a", "b", "depth", ...uses.map((id) => `loop${id}`)]);
  const chunk: Chunk = {
    work,
    frame,
    context,
    a: 0,
    b: 1,
    depth: 2,
    loops: new Map(uses.map((id, n) => [id, n + 3])),
    panelA: frame.local("i32", "panelA"),
    panelB: frame.local("i32", "panelB"),
    end: frame.local("i32", "end"),
    corner: frame.local("i32", "corner"),
    spaceA: work.scratch,
    spaceB: work.scratch + work.chunk * outerGroup * wordBytes,
  };
  const body = [...(work.packB ? emitPackB(chunk) : []), ...work.pieces.flatMap((piece) => emitPiece(piece, chunk))];
  return context.add(frame.finish(`${work.name}.chunk${work.accumulate ? ".add" : ""}`, body));
}

/** `depth × words` in bytes. */
function panelBytes(words: number, { depth }: Chunk): Code {
  return op("i32.mul", [], get(depth), i32(words * wordBytes));
}

/** Words of a packed row of `columns` numbers: whole vectors. What fills up the last one goes into sums that are not stored. */
function wholeVectors(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}

/** Copies `columns` columns that begin at `from` to a panel at `to`, whose end is then in `end`. */
function copyPanel(
  columns: number,
  stride: number,
  { from, to, end }: { readonly from: LocalIndex; readonly to: LocalIndex; readonly end: LocalIndex },
  chunk: Chunk,
): Code {
  const wide = wholeVectors(columns);
  const strip = { columns: wide, panel: wide, depthStride: stride, columnStride: 1 };
  const fn = chunk.context.share(stripName(strip), () => emitStrip(strip));
  return [
    ...set(end, op("i32.add", [], get(to), panelBytes(wide, chunk))),
    ...op("call", [fn], get(from), get(to), get(end)),
  ];
}

/** Packs B's panels one after the other. */
function emitPackB(chunk: Chunk): Code {
  const { work, frame, b, panelB, end } = chunk;
  const from = frame.local("i32", "from");
  const { full, tail } = split(work.pieces[0]?.columns ?? 0, work.width);
  const panel = (columns: number): Code => copyPanel(columns, work.b.rowStride, { from, to: panelB, end }, chunk);
  const next = [...advance(from, work.width * wordBytes), ...set(panelB, get(end))];
  return [
    ...set(from, get(b)),
    ...set(panelB, i32(chunk.spaceB)),
    ...repeatTimes(full, [...panel(work.width), ...next], frame),
    ...(tail > 0 ? panel(tail) : []),
  ];
}

/** Tiles in a group: enough that A is copied in long pieces, few enough that its panel stays in a first-level cache. */
const groupTiles = 4;

/** The rows of a piece in groups of a few tiles, at most `outerGroup` rows; the tiles are those that suit a whole panel of B. */
function groupsOf(piece: Piece, { work, context }: Chunk): readonly Run[] {
  const heights = cutRows(piece.rows, work.width, context.features).flatMap((run) =>
    Array.from({ length: run.count }, () => run.rows),
  );
  const groups: { readonly rows: number; count: number }[] = [];
  while (heights.length > 0) {
    const rows = heights.splice(0, groupTiles).reduce((sum, height) => sum + height, 0);
    const last = groups.at(-1);
    if (last?.rows === rows) last.count++;
    else groups.push({ rows, count: 1 });
  }
  return groups;
}

/**
 *     for each group of rows: pack A's; for each panel of B: for each tile of the group: tile(rows of A, panel, c)
 */
function emitPiece(piece: Piece, chunk: Chunk): Code {
  const { work, frame, a, panelA, end } = chunk;
  const from = frame.local("i32", "from");
  const top = frame.local("i32", "top");
  const groups = groupsOf(piece, chunk).map(({ rows, count }) => {
    const pack = [
      ...set(panelA, i32(chunk.spaceA)),
      ...copyPanel(rows, work.a.rowStride, { from, to: panelA, end }, chunk),
    ];
    const body = [
      ...(work.packA ? pack : set(panelA, get(from))),
      ...emitPanels({ piece, rows, top }, chunk),
      ...advance(from, rows * wordBytes),
      ...advance(top, rows * piece.rowStride * wordBytes),
    ];
    return repeatTimes(count, body, frame);
  });
  return [
    ...set(from, plusBytes(get(a), piece.aAt * wordBytes)),
    ...set(top, emitAddress(piece, chunk.loops, chunk.context)),
    ...groups.flat(),
  ];
}

/** A few rows of a piece, whose first element is at `top`. */
interface Group {
  readonly piece: Piece;
  readonly rows: number;
  readonly top: LocalIndex;
}

/** All panels of B against one group's rows of A. */
function emitPanels({ piece, rows, top }: Group, chunk: Chunk): Code {
  const { work, frame, context, b, panelA, panelB, end, corner } = chunk;
  const aDepth = work.packA ? wholeVectors(rows) : work.a.rowStride;
  const panel = (columns: number): Code => {
    const bDepth = work.packB ? wholeVectors(columns) : work.b.rowStride;
    let row = 0;
    const calls = cutRows(rows, columns, context.features).flatMap((run) => {
      const tile: Tile = {
        rows: run.rows,
        columns,
        aRow: 1,
        aDepth,
        bDepth,
        cRow: piece.rowStride,
        accumulate: work.accumulate,
      };
      return Array.from({ length: run.count }, () => {
        const operands = [
          plusBytes(get(panelA), row * wordBytes),
          get(panelB),
          get(end),
          plusBytes(get(corner), row * piece.rowStride * wordBytes),
        ];
        row += run.rows;
        return callTile(tile, operands, context);
      }).flat();
    });
    return [...set(end, op("i32.add", [], get(panelB), panelBytes(bDepth, chunk))), ...calls];
  };
  const { full, tail } = split(piece.columns, work.width);
  const next = [
    ...(work.packB ? set(panelB, get(end)) : advance(panelB, work.width * wordBytes)),
    ...advance(corner, work.width * wordBytes),
  ];
  return [
    ...set(panelB, work.packB ? i32(chunk.spaceB) : plusBytes(get(b), piece.bAt * wordBytes)),
    ...set(corner, get(top)),
    ...repeatTimes(full, [...panel(work.width), ...next], frame),
    ...(tail > 0 ? panel(tail) : []),
  ];
}
