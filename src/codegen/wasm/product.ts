/** Prints matrix products: panels of the packed right side, each passed by all tiles of a block of rows. */
import type { ProductStatement } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { advance, differ, get, i32, plusBytes, repeat, repeatTimes, set, wordBytes } from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitCodedProduct } from "./coded-product.ts";
import { emitAddress, emitCall, loopsOf } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { cutRows, panelsOf, widthOfUnread } from "./panels.ts";
import { emitRowTile, rowTileName } from "./row-tile.ts";
import type { RowTile } from "./row-tile.ts";
import { emitTile, tileName } from "./tile.ts";
import type { Tile } from "./tile.ts";

/** Words of A that one block of rows may have: half of a small first-level cache or so, for each panel of B goes by all of it. */
const blockWords = 16384;

/** Rows of a block however deep the product is: for each block, all of B is read. */
const leastBlockRows = 20;

/** The call of a function that computes the product. */
export function emitProduct(product: ProductStatement, loops: Loops, context: Context): Code {
  const { format = "float32" } = product;
  return emitCall(
    {
      name: product.name,
      uses: loopsOf(product.a.offset, product.c.offset),
      body: (frame, inner) =>
        format === "float32"
          ? emitBlocks(product, frame, inner, context)
          : emitCodedProduct(product, format, { frame, loops: inner, context }),
    },
    loops,
    context,
  );
}

/**
 *     for each block of rows: for each panel of B: for each tile of the block's rows: tile(a, panel, c)
 */
function emitBlocks(product: ProductStatement, frame: Frame, loops: Loops, context: Context): Code {
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
  const block = (of: number): Code => emitPanels({ product, rows: of, a, c, frame, context });
  code.push(repeatTimes(whole, [...block(height), ...next], frame));
  if (rows % height > 0) code.push(block(rows % height));
  return code.flat();
}

interface Block {
  readonly product: ProductStatement;
  readonly rows: number;
  readonly a: LocalIndex;
  readonly c: LocalIndex;
  readonly frame: Frame;
  readonly context: Context;
}

function emitPanels({ product, rows, a, c, frame, context }: Block): Code {
  const { placement, features } = context;
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
    ...cutRows(rows, columns, features).flatMap((run) => {
      const tile = callTile(tileOf(product, run.rows, columns), [rowA, b, end, rowC].map(get), context);
      const step = [
        ...tile,
        ...advance(rowA, run.rows * product.a.rowStride * wordBytes),
        ...advance(rowC, run.rows * product.c.rowStride * wordBytes),
      ];
      return repeatTimes(run.count, step, frame);
    }),
  ];
  const next = [...set(b, get(end)), ...advance(corner, width * wordBytes)];
  return [
    ...set(b, i32(start)),
    ...set(corner, get(c)),
    ...(full > 0
      ? repeat([...panel(width), ...next], differ(get(b), i32(start + full * width * depth * wordBytes)))
      : []),
    ...(tail > 0 ? panel(tail) : []),
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
