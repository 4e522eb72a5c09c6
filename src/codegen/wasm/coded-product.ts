/** Prints products with weights of fewer bits. */
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
import { codedBytes, codedLayouts, codedPanel } from "./coded-layout.ts";
import type { CodedFormat } from "./coded-layout.ts";
import { codedTileName, emitCodedTile } from "./coded-tile.ts";
import type { CodedTile } from "./coded-tile.ts";
import { emitAddress } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { atMost } from "./share.ts";
import type { UnitRange } from "./share.ts";

interface Printing {
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
  /** Rows to do, and units of panels (see `codedUnits`), if not all; of panels at least one. */
  readonly range: UnitRange | undefined;
  readonly panels: UnitRange | undefined;
}

/** Panels that threads share as one. */
const panelsShared = 2;

/** Units of panels that threads share. */
export function codedUnits(columns: number): number {
  return Math.ceil(columns / (panelsShared * codedPanel));
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
  const { frame, loops, context, range } = printing;
  const [rowA, rowC] = [frame.local("i32", "rowA"), frame.local("i32", "rowC")];
  const step = ({ rows, panels }: (typeof tileForms)[number]): Code => [
    ...emitGroups({ ...printing, product, format, rows, wide: panels, rowA, rowC }),
    ...advance(rowA, rows * product.a.rowStride * wordBytes),
    ...advance(rowC, rows * product.c.rowStride * wordBytes),
  ];
  const start = [
    ...set(rowA, emitAddress(product.a, loops, context)),
    ...set(rowC, emitAddress(product.c, loops, context)),
  ];
  if (range !== undefined) return [...start, ...emitRange(product, { range, rowA, rowC, step, frame })];
  let left = product.rows;
  const steps = tileForms.flatMap((form) => {
    const count = Math.floor(left / form.rows);
    left -= count * form.rows;
    return count === 0 ? [] : repeatTimes(count, step(form), frame);
  });
  return [...start, ...steps];
}

interface RowSteps {
  readonly range: UnitRange;
  readonly rowA: LocalIndex;
  readonly rowC: LocalIndex;
  readonly step: (form: (typeof tileForms)[number]) => Code;
  readonly frame: Frame;
}

/** A range of rows: pairs while there are two, then what is left. */
function emitRange({ a, c }: ProductStatement, { range, rowA, rowC, step, frame }: RowSteps): Code {
  const left = frame.local("i32", "left");
  const skip = (pointer: LocalIndex, stride: number): Code =>
    set(pointer, op("i32.add", [], get(pointer), timesBytes(get(range.first), stride * wordBytes)));
  return [
    ...skip(rowA, a.rowStride),
    ...skip(rowC, c.rowStride),
    ...set(left, op("i32.sub", [], get(range.end), get(range.first))),
    ...tileForms.flatMap((form) =>
      unless(
        isBelow(get(left), i32(form.rows)),
        repeat([...step(form), ...advance(left, -form.rows)], isAtLeast(get(left), i32(form.rows))),
      ),
    ),
  ];
}

interface Groups extends Printing {
  readonly product: ProductStatement;
  readonly format: CodedFormat;
  readonly rows: number;
  /** Panels of a tile. */
  readonly wide: number;
  readonly rowA: LocalIndex;
  readonly rowC: LocalIndex;
}

/** All columns of some rows: whole groups of panels in a loop, then what is left. */
function emitGroups({ product, format, rows, wide, panels, rowA, rowC, frame, context }: Groups): Code {
  const depth = product.depth * product.segments;
  const panelBytes = depth * codedLayouts[format].rowBytes;
  const start = context.placement.offsetOf(product.b) * wordBytes;
  const [b, corner, scale] = [frame.local("i32", "panel"), frame.local("i32", "corner"), frame.local("i32", "scale")];
  const width = wide * codedPanel;
  const group = (columns: number): Code => {
    const tile = tileOf(product, { format, rows, columns, panelBytes });
    const index = context.share(codedTileName(tile), () => emitCodedTile(tile, context.features));
    return [
      ...op("call", [index], get(rowA), get(b), plusBytes(get(b), panelBytes), get(corner), get(scale)),
      ...advance(b, wide * panelBytes),
      ...advance(corner, width * wordBytes),
      ...advance(scale, width * wordBytes),
    ];
  };
  const rest = product.columns % width;
  const whole = Math.floor(product.columns / width);
  const first = [
    ...set(b, i32(start)),
    ...set(corner, get(rowC)),
    ...set(scale, i32(start + codedBytes(format, depth, product.columns))),
  ];
  if (panels === undefined)
    return [...first, ...repeatTimes(whole, group(width), frame), ...(rest > 0 ? group(rest) : [])];
  const [left, skipped] = [frame.local("i32", "left"), frame.local("i32", "skipped")];
  const groups = panelsShared / wide;
  const move = (pointer: LocalIndex, bytes: number): Code =>
    set(pointer, op("i32.add", [], get(pointer), timesBytes(get(skipped), bytes)));
  return [
    ...first,
    ...set(skipped, timesBytes(get(panels.first), groups)),
    ...move(b, wide * panelBytes),
    ...move(corner, width * wordBytes),
    ...move(scale, width * wordBytes),
    ...set(left, timesBytes(get(panels.end), groups)),
    ...atMost(left, i32(whole)),
    ...unless(
      isAtLeast(get(skipped), get(left)),
      repeat([...group(width), ...advance(skipped, 1)], differ(get(skipped), get(left))),
    ),
    ...(rest > 0 ? unless(differ(get(panels.end), i32(codedUnits(product.columns))), group(rest)) : []),
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
