/** Prints packs: blocks of a matrix, as they lie or turned, copied into panels. */
import type { PackStatement } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { advance, get, i32, plusBytes, repeatTimes, set, wordBytes } from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { emitCodedPack } from "./coded-pack.ts";
import { emitAddress, emitCall, loopsOf } from "./context.ts";
import type { Context, Loops } from "./context.ts";
import { panelsOf, widthOfUnread } from "./panels.ts";
import type { Panels } from "./panels.ts";
import { onlyFirst } from "./share.ts";
import type { Share } from "./share.ts";
import { emitStrip, emitTurnedStrip, stripName, turnedName } from "./strips.ts";
import type { Strip } from "./strips.ts";

type Block = PackStatement["blocks"][number];

/** The call of a function that packs the matrix. */
export function emitPack(pack: PackStatement, loops: Loops, context: Context, share?: Share): Code {
  const { format = "float32" } = pack;
  const call = emitCall(
    {
      name: pack.name,
      uses: loopsOf(...pack.blocks.map((block) => block.offset)),
      body: (frame, inner) =>
        format === "float32"
          ? emitBlocks(pack, frame, inner, context)
          : emitCodedPack(pack, format, { frame, loops: inner, context }),
    },
    loops,
    context,
  );
  return share === undefined ? call : onlyFirst(share, call);
}

function emitBlocks(pack: PackStatement, frame: Frame, loops: Loops, context: Context): Code {
  const whole = pack.depth * Math.ceil(pack.columns / 4) * 4;
  const covered = pack.blocks.reduce((sum, block) => sum + block.depth * block.columns, 0);
  const start = context.placement.offsetOf(pack.to) * wordBytes;
  const panels = panelsOf(pack.columns, context.panelWidths.get(pack.to) ?? widthOfUnread);
  const from = frame.local("i32", "from");
  const to = frame.local("i32", "to");
  return [
    ...(covered < whole ? op("memory.fill", [], i32(start), i32(0), i32(whole * wordBytes)) : []),
    ...pack.blocks.flatMap((block) => [
      ...set(from, emitAddress(block, loops, context)),
      ...cutBlock(block, panels).flatMap((cut) =>
        emitCut({ cut, block, depth: pack.depth, start, from, to, frame, context }),
      ),
    ]),
  ];
}

/** A strip of a block, and how many like it follow, each one panel on. */
interface Cut {
  readonly columns: number;
  /** Columns of the panel, and the matrix column it begins at. */
  readonly panel: number;
  readonly at: number;
  /** The strip's first column within its panel. */
  readonly first: number;
  readonly count: number;
}

/** A block's columns panel by panel; whole panels in a row are one cut. */
function cutBlock(block: Block, { width, full, tail }: Panels): readonly Cut[] {
  const cuts: Cut[] = [];
  const end = block.columnAt + block.columns;
  let column = block.columnAt;
  while (column < end) {
    const number = Math.floor(column / width);
    const panel = number < full ? width : tail;
    const at = number * width;
    const whole = column === at && panel === width ? Math.floor((end - column) / width) : 0;
    const count = Math.max(1, Math.min(whole, full - number));
    const columns = whole > 0 ? width : Math.min(at + panel, end) - column;
    cuts.push({ columns, panel, at, first: column - at, count });
    column += columns * count;
  }
  return cuts;
}

interface CutPlace {
  readonly cut: Cut;
  readonly block: Block;
  /** Of the whole matrix. */
  readonly depth: number;
  /** Byte address of the packed matrix. */
  readonly start: number;
  /** The block's next column to be copied; `to` is free for use. */
  readonly from: LocalIndex;
  readonly to: LocalIndex;
  readonly frame: Frame;
  readonly context: Context;
}

function emitCut({ cut, block, depth, start, from, to, frame, context }: CutPlace): Code {
  const target = start + (cut.at * depth + block.depthAt * cut.panel + cut.first) * wordBytes;
  const strip: Strip = {
    columns: cut.columns,
    depthStride: block.depthStride,
    columnStride: block.columnStride,
    panel: cut.panel,
  };
  const turn = block.columnStride !== 1 && block.depthStride === 1;
  const turned = turn ? block.depth - (block.depth % 4) : 0;
  const bytes = cut.panel * wordBytes;
  const body: Code[] = [];
  if (turned > 0) {
    const fn = context.share(turnedName(strip), () => emitTurnedStrip(strip));
    body.push(op("call", [fn], get(from), get(to), plusBytes(get(to), turned * bytes)));
  }
  if (turned < block.depth) {
    const fn = context.share(stripName(strip), () => emitStrip(strip));
    const read = plusBytes(get(from), turned * block.depthStride * wordBytes);
    body.push(op("call", [fn], read, plusBytes(get(to), turned * bytes), plusBytes(get(to), block.depth * bytes)));
  }
  const next = advance(from, cut.columns * block.columnStride * wordBytes);
  const first = set(to, i32(target));
  return [...first, ...repeatTimes(cut.count, [...body.flat(), ...next, ...advance(to, depth * bytes)], frame)];
}
