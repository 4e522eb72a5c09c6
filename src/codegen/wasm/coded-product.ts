/** Prints products with weights of fewer bits. */
import type { ProductStatement } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { advance, get, i32, plusBytes, repeatTimes, set, wordBytes } from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { codedBytes, codedLayouts, codedPanel } from "./coded-layout.ts";
import type { CodedFormat } from "./coded-layout.ts";
import { codedTileName, emitCodedTile } from "./coded-tile.ts";
import type { CodedTile } from "./coded-tile.ts";
import { emitAddress } from "./context.ts";
import type { Context, Loops } from "./context.ts";

interface Printing {
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
}

/** Rows of a tile, and the panels it is wide: eight sums, which keep the unit busy and fit into registers with what is decoded. */
const tileForms = [
  { rows: 2, panels: 1 },
  { rows: 1, panels: 2 },
] as const;

/**
 *     for each pair of rows, then for what is left: for each group of panels: tile
 */
export function emitCodedProduct(product: ProductStatement, format: CodedFormat, printing: Printing): Code {
  const { frame, loops, context } = printing;
  const [rowA, rowC] = [frame.local("i32", "rowA"), frame.local("i32", "rowC")];
  let left = product.rows;
  const code = [
    ...set(rowA, emitAddress(product.a, loops, context)),
    ...set(rowC, emitAddress(product.c, loops, context)),
  ];
  for (const { rows, panels } of tileForms) {
    const count = Math.floor(left / rows);
    left -= count * rows;
    if (count === 0) continue;
    const next = [
      ...advance(rowA, rows * product.a.rowStride * wordBytes),
      ...advance(rowC, rows * product.c.rowStride * wordBytes),
    ];
    const body = emitGroups({ product, format, rows, panels, rowA, rowC, ...printing });
    code.push(...repeatTimes(count, [...body, ...next], frame));
  }
  return code;
}

interface Groups extends Printing {
  readonly product: ProductStatement;
  readonly format: CodedFormat;
  readonly rows: number;
  readonly panels: number;
  readonly rowA: LocalIndex;
  readonly rowC: LocalIndex;
}

/** All columns of some rows: whole groups of panels in a loop, then what is left. */
function emitGroups({ product, format, rows, panels, rowA, rowC, frame, context }: Groups): Code {
  const depth = product.depth * product.segments;
  const panelBytes = depth * codedLayouts[format].rowBytes;
  const start = context.placement.offsetOf(product.b) * wordBytes;
  const [b, corner, scale] = [frame.local("i32", "panel"), frame.local("i32", "corner"), frame.local("i32", "scale")];
  const width = panels * codedPanel;
  const group = (columns: number): Code => {
    const tile = tileOf(product, { format, rows, columns, panelBytes });
    const index = context.share(codedTileName(tile), () => emitCodedTile(tile, context.features));
    return [
      ...op("call", [index], get(rowA), get(b), plusBytes(get(b), panelBytes), get(corner), get(scale)),
      ...advance(b, panels * panelBytes),
      ...advance(corner, width * wordBytes),
      ...advance(scale, width * wordBytes),
    ];
  };
  const rest = product.columns % width;
  return [
    ...set(b, i32(start)),
    ...set(corner, get(rowC)),
    ...set(scale, i32(start + codedBytes(format, depth, product.columns))),
    ...repeatTimes(Math.floor(product.columns / width), group(width), frame),
    ...(rest > 0 ? group(rest) : []),
  ];
}

function tileOf(
  { a, c, accumulate, depth, segments }: ProductStatement,
  parts: Pick<CodedTile, "format" | "rows" | "columns" | "panelBytes">,
): CodedTile {
  const tile = { ...parts, aRow: a.rowStride, cRow: c.rowStride, accumulate };
  return segments === 1 || a.segmentStride === depth
    ? tile
    : { ...tile, segments: { depth, aSegment: a.segmentStride } };
}
