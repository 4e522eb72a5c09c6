/** Prints one chunk of an outer product: some steps of its depth, packed where that pays, whose tiles make or add to C. */
import { outerGroup } from "../../lower/ir.ts";
import type { LoopId, OuterStatement, RowWindow } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import {
  advance,
  createFrame,
  differ,
  get,
  i32,
  isAtLeast,
  isBelow,
  plusBytes,
  repeat,
  repeatTimes,
  set,
  timesBytes,
  unless,
  wordBytes,
} from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitAddress } from "./context.ts";
import type { Context, Loops, Place } from "./context.ts";
import { cutRows } from "./panels.ts";
import type { Run } from "./panels.ts";
import { callTile } from "./product.ts";
import { unitsOf } from "./share.ts";
import type { Share } from "./share.ts";
import { emitStrip, stripName } from "./strips.ts";
import { highestTile } from "./tile.ts";
import type { Tile } from "./tile.ts";

/** A side of the product: `rowStride` words from one step of depth to the next. */
export type Side = OuterStatement["a"];

/** A block of C: rows that A's columns from `aAt` on make with B's columns from `bAt` on. */
export interface Piece extends Place {
  readonly rowStride: number;
  readonly rows: number;
  readonly columns: number;
  readonly aAt: number;
  readonly bAt: number;
}

/** An outer product, arranged for tiles. */
export interface Work {
  readonly name: string;
  readonly a: Side;
  readonly b: Side;
  readonly pieces: readonly Piece[];
  readonly depth: number;
  readonly window: RowWindow | undefined;
  readonly accumulate: boolean;
  /** Byte address of the scratch, which is moved by so many bytes for each thread. */
  readonly scratch: number;
  readonly scratchEach: number;
  /** Columns of a panel of B. */
  readonly width: number;
  /** Steps of depth in a chunk, and chunks. */
  readonly chunk: number;
  readonly chunks: number;
  /** Whether the sides are packed; if so, the pieces share all columns of B. */
  readonly packA: boolean;
  readonly packB: boolean;
}

/** Whole panels, and the columns left. */
export function split(columns: number, width: number): { readonly full: number; readonly tail: number } {
  return { full: Math.floor(columns / width), tail: columns % width };
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
  readonly spaceA: Code;
  readonly spaceB: Code;
  /** The thread that runs it, where several do. */
  readonly who: Omit<Share, "split"> | undefined;
}

/** Adds the function that does one chunk of the depth, and returns its number. */
export function addChunk(work: Work, uses: readonly LoopId[], isShared: boolean, context: Context): number {
  const names = ["a", "b", "depth", ...uses.map((id) => `loop${id}`)];
  const frame = createFrame(isShared ? [...names, "thread", "threads"] : names);
  const who = isShared ? { thread: get(names.length), threads: get(names.length + 1) } : undefined;
  const space = (words: number): Code => {
    const start = work.scratch + words * wordBytes;
    return who === undefined ? i32(start) : plusBytes(timesBytes(who.thread, work.scratchEach), start);
  };
  const chunk: Chunk = {
    work,
    frame,
    context,
    who,
    a: 0,
    b: 1,
    depth: 2,
    loops: new Map(uses.map((id, n) => [id, n + 3])),
    panelA: frame.local("i32", "panelA"),
    panelB: frame.local("i32", "panelB"),
    end: frame.local("i32", "end"),
    corner: frame.local("i32", "corner"),
    spaceA: space(0),
    spaceB: space(work.chunk * outerGroup),
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
    ...set(panelB, chunk.spaceB),
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
  const group = (rows: number): Code => {
    const pack = [...set(panelA, chunk.spaceA), ...copyPanel(rows, work.a.rowStride, { from, to: panelA, end }, chunk)];
    return [
      ...(work.packA ? pack : set(panelA, get(from))),
      ...emitPanels({ piece, rows, top }, chunk),
      ...advance(from, rows * wordBytes),
      ...advance(top, rows * piece.rowStride * wordBytes),
    ];
  };
  const start = [
    ...set(from, plusBytes(get(a), piece.aAt * wordBytes)),
    ...set(top, emitAddress(piece, chunk.loops, chunk.context)),
  ];
  if (chunk.who !== undefined) return [...start, ...emitShare(piece, { from, top, group }, chunk, chunk.who)];
  return [...start, ...groupsOf(piece, chunk).flatMap(({ rows, count }) => repeatTimes(count, group(rows), frame))];
}

interface PieceGroups {
  /** A's and C's first row of the next group. */
  readonly from: LocalIndex;
  readonly top: LocalIndex;
  readonly group: (rows: number) => Code;
}

/** A thread's rows of a piece: large groups while there are rows for one, then of a tile each, then what is left. */
function emitShare(
  piece: Piece,
  { from, top, group }: PieceGroups,
  { work, frame, context }: Chunk,
  who: Omit<Share, "split">,
): Code {
  const [first, left] = [frame.local("i32", "first"), frame.local("i32", "left")];
  const tile = highestTile(work.width, context.features);
  const units = unitsOf(piece.rows, who);
  const move = (pointer: LocalIndex, words: number): Code =>
    set(pointer, op("i32.add", [], get(pointer), timesBytes(get(first), words * wordBytes)));
  const whole = (rows: number): Code =>
    unless(
      isBelow(get(left), i32(rows)),
      repeat([...group(rows), ...advance(left, -rows)], isAtLeast(get(left), i32(rows))),
    );
  const rest = Array.from({ length: tile - 1 }, (_, n) => unless(differ(get(left), i32(n + 1)), group(n + 1)));
  return [
    ...set(first, units.first),
    ...set(left, op("i32.sub", [], units.end, get(first))),
    ...move(from, 1),
    ...move(top, piece.rowStride),
    ...(piece.rows < groupTiles * tile ? [] : whole(groupTiles * tile)),
    ...whole(tile),
    ...rest.flat(),
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
    ...set(panelB, work.packB ? chunk.spaceB : plusBytes(get(b), piece.bAt * wordBytes)),
    ...set(corner, get(top)),
    ...repeatTimes(full, [...panel(work.width), ...next], frame),
    ...(tail > 0 ? panel(tail) : []),
  ];
}
