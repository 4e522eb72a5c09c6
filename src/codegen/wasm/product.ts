/** Prints matrix products: panels of the packed right side, each passed by all tiles of a block of rows. */
import type { ProductStatement } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import {
  advance,
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
import { codedUnits, emitCodedProduct } from "./coded-product.ts";
import { emitAddress, emitCall, loopsOf, windowLoops } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { cutRows, panelsOf, widthOfUnread } from "./panels.ts";
import { emitRowTile, rowTileName } from "./row-tile.ts";
import type { RowTile } from "./row-tile.ts";
import { atMost, cutToWindow, givenUnits, rangeOf, unlessEmpty } from "./share.ts";
import type { Share, UnitRange } from "./share.ts";
import { emitTile, highestTile, tileName } from "./tile.ts";
import type { Tile } from "./tile.ts";

/** Words of A that one block of rows may have: half of a small first-level cache or so, for each panel of B goes by all of it. */
const blockWords = 16384;

/** Rows of a block however deep the product is: for each block, all of B is read. */
const leastBlockRows = 20;

/** The call of a function that computes the product. */
export function emitProduct(product: ProductStatement, loops: Loops, context: Context, share?: Share): Code {
  const { format = "float32", rows, columns } = product;
  const { full, tail } = panelsOf(columns, context.panelWidths.get(product.b) ?? widthOfUnread);
  const panelUnits = format === "float32" ? full + (tail > 0 ? 1 : 0) : codedUnits(columns);
  return emitCall(
    {
      name: product.name,
      uses: [...loopsOf(product.a.offset, product.c.offset), ...windowLoops(product.window)],
      given: share === undefined ? [] : givenUnits(share.split === "rows" ? rows : panelUnits, share),
      body: (frame, inner, given) => {
        const units = rangeOf(given);
        const [range, panels] = share?.split === "columns" ? [undefined, units] : [units, undefined];
        const to = { frame, loops: inner, context, range, panels };
        const code = format === "float32" ? emitBlocks({ ...to, product }) : emitCodedProduct(product, format, to);
        return panels === undefined ? code : unlessEmpty(panels, code);
      },
    },
    loops,
    context,
  );
}

interface ProductFunction {
  readonly product: ProductStatement;
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
  /** Rows and panels to do, if not all; of panels at least one. */
  readonly range: UnitRange | undefined;
  readonly panels: UnitRange | undefined;
}

/**
 *     for each block of rows: for each panel of B: for each tile of the block's rows: tile(a, panel, c)
 */
function emitBlocks({ product, frame, loops, context, range, panels }: ProductFunction): Code {
  const { rows, depth, segments } = product;
  const a = frame.local("i32", "a");
  const c = frame.local("i32", "c");
  const blocks = Math.ceil(rows / Math.max(leastBlockRows, Math.floor(blockWords / (depth * segments))));
  // Fives, for tiles are that high or nearly.
  const height = blocks === 1 ? rows : Math.ceil(rows / blocks / 5) * 5;
  const whole = Math.floor(rows / height);
  const code: Code[] = [set(a, emitAddress(product.a, loops, context)), set(c, emitAddress(product.c, loops, context))];
  const next = [
    ...advance(a, height * product.a.rowStride * wordBytes),
    ...advance(c, height * product.c.rowStride * wordBytes),
  ];
  const to = { product, a, c, panels, frame, context };
  if (product.window !== undefined || range !== undefined)
    return [...code.flat(), ...emitRange({ ...to, height, loops, range })];
  const block = (of: number): Code => emitPanels({ ...to, rows: of });
  code.push(repeatTimes(whole, [...block(height), ...next], frame));
  if (rows % height > 0) code.push(block(rows % height));
  return code.flat();
}

interface RowRange extends Omit<Block, "rows"> {
  /** Rows of a whole block. */
  readonly height: number;
  readonly loops: Loops;
  readonly range: UnitRange | undefined;
}

/**
 *     to the first row; do { block of the next rows, as many as there are and fit } while (some are left)
 */
function emitRange({ product, a, c, panels, height, frame, loops, context, range }: RowRange): Code {
  const [first, left, size] = [frame.local("i32", "first"), frame.local("i32", "left"), frame.local("i32", "rows")];
  const skip = (pointer: LocalIndex, stride: number): Code =>
    set(pointer, op("i32.add", [], get(pointer), timesBytes(get(first), stride * wordBytes)));
  const block = [
    ...set(size, i32(height)),
    ...unless(isBelow(get(size), get(left)), set(size, get(left))),
    ...emitPanels({ product, rows: { local: size, most: height }, a, c, panels, frame, context }),
    ...advance(a, height * product.a.rowStride * wordBytes),
    ...advance(c, height * product.c.rowStride * wordBytes),
    ...set(left, op("i32.sub", [], get(left), get(size))),
  ];
  return [
    ...set(first, range === undefined ? i32(0) : get(range.first)),
    ...set(left, range === undefined ? i32(product.rows) : get(range.end)),
    ...cutToWindow(product.window, { first, end: left }, loops, context),
    ...unlessEmpty({ first, end: left }, [
      ...skip(a, product.a.rowStride),
      ...skip(c, product.c.rowStride),
      ...set(left, op("i32.sub", [], get(left), get(first))),
      ...(height === product.rows ? block : repeat(block, get(left))),
    ]),
  ];
}

interface Block {
  readonly product: ProductStatement;
  readonly rows: number | RowsLeft;
  readonly a: LocalIndex;
  readonly c: LocalIndex;
  /** Of B, if not all. */
  readonly panels: UnitRange | undefined;
  readonly frame: Frame;
  readonly context: Context;
}

/** A number of rows, at least one and at most so many, that a local holds when the block runs. */
interface RowsLeft {
  readonly local: LocalIndex;
  readonly most: number;
}

function emitPanels({ product, rows, a, c, panels, frame, context }: Block): Code {
  const { placement } = context;
  const depth = product.depth * product.segments;
  const { width, full, tail } = panelsOf(product.columns, context.panelWidths.get(product.b) ?? widthOfUnread);
  const start = placement.offsetOf(product.b) * wordBytes;
  const b = frame.local("i32", "panel");
  const end = frame.local("i32", "next");
  const [rowA, rowC, corner] = [frame.local("i32", "rowA"), frame.local("i32", "rowC"), frame.local("i32", "corner")];
  const panel = (columns: number): Code => [
    ...set(end, plusBytes(get(b), depth * columns * wordBytes)),
    ...set(rowA, get(a)),
    ...set(rowC, get(corner)),
    ...emitColumn({ product, columns, rowA, rowC, b, end, frame, context }, rows),
  ];
  const next = [...set(b, get(end)), ...advance(corner, width * wordBytes)];
  const bytes = width * depth * wordBytes;
  if (panels === undefined) {
    return [
      ...set(b, i32(start)),
      ...set(corner, get(c)),
      ...(full > 0 ? repeat([...panel(width), ...next], differ(get(b), i32(start + full * bytes))) : []),
      ...(tail > 0 ? panel(tail) : []),
    ];
  }
  const stop = frame.local("i32", "stop");
  return [
    ...set(b, plusBytes(timesBytes(get(panels.first), bytes), start)),
    ...set(corner, op("i32.add", [], get(c), timesBytes(get(panels.first), width * wordBytes))),
    ...set(stop, get(panels.end)),
    ...atMost(stop, i32(full)),
    ...set(stop, plusBytes(timesBytes(get(stop), bytes), start)),
    ...unless(isAtLeast(get(b), get(stop)), repeat([...panel(width), ...next], differ(get(b), get(stop)))),
    ...(tail > 0 ? unless(differ(get(panels.end), i32(full + 1)), panel(tail)) : []),
  ];
}

/** What one panel makes of a block's rows. */
interface Column {
  readonly product: ProductStatement;
  readonly columns: number;
  /** The next row of A and of C. */
  readonly rowA: LocalIndex;
  readonly rowC: LocalIndex;
  /** The panel, from its start to its end. */
  readonly b: LocalIndex;
  readonly end: LocalIndex;
  readonly frame: Frame;
  readonly context: Context;
}

/**
 * Tiles below one another. Of rows that are counted when the block runs: the highest tiles while there are rows for two of them, then the tiles
 * that suit what is left.
 */
function emitColumn(column: Column, rows: number | RowsLeft): Code {
  const { columns, frame, context } = column;
  if (typeof rows === "number")
    return cutRows(rows, columns, context.features).flatMap((run) =>
      repeatTimes(run.count, emitStep(column, run.rows), frame),
    );
  const highest = highestTile(columns, context.features);
  const left = frame.local("i32", "left");
  const both = i32(2 * highest);
  const whole = [...emitStep(column, highest), ...advance(left, -highest)];
  const rest = Array.from({ length: Math.min(2 * highest - 1, rows.most) }, (_, n) =>
    unless(
      differ(get(left), i32(n + 1)),
      cutRows(n + 1, columns, context.features).flatMap((run) =>
        Array.from({ length: run.count }, () => emitStep(column, run.rows)).flat(),
      ),
    ),
  );
  return [
    ...set(left, get(rows.local)),
    ...(rows.most < 2 * highest ? [] : unless(isBelow(get(left), both), repeat(whole, isAtLeast(get(left), both)))),
    ...rest.flat(),
  ];
}

/** A tile of so many rows, and on to the rows below it. */
function emitStep({ product, columns, rowA, rowC, b, end, context }: Column, rows: number): Code {
  return [
    ...callTile(tileOf(product, rows, columns), [rowA, b, end, rowC].map(get), context),
    ...advance(rowA, rows * product.a.rowStride * wordBytes),
    ...advance(rowC, rows * product.c.rowStride * wordBytes),
  ];
}

function tileOf(
  { a, c, accumulate, depth, segments }: ProductStatement,
  rows: number,
  columns: number,
): Tile | RowTile {
  const tile = { rows, columns, aRow: a.rowStride, aDepth: 1, bDepth: columns, cRow: c.rowStride, accumulate };
  const isWhole = segments === 1 || a.segmentStride === depth;
  const cut = isWhole ? tile : { ...tile, segments: { depth, aSegment: a.segmentStride } };
  return rows === 1 ? { ...cut, depth: isWhole ? depth * segments : depth } : cut;
}

/** Calls the tile's function with a, b, end and c. */
export function callTile(tile: Tile | RowTile, operands: readonly Code[], context: Context): Code {
  const index =
    "depth" in tile
      ? context.share(rowTileName(tile), () => emitRowTile(tile, context.features))
      : context.share(tileName(tile), () => emitTile(tile, context.features));
  return op("call", [index], ...operands);
}
