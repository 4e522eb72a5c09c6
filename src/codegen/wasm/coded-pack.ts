/** Prints packs into formats of fewer bits, a column of a block after the other: they run once, and so are short rather than fast. */
import type { PackStatement } from "../../lower/ir.ts";
import { leastHalf, leastNormal, mostByte, mostHalf } from "../../lower/weight-format.ts";
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
  repeatTimes,
  set,
  splatFloat,
  splatInteger,
  timesBytes,
  vectorBytes,
  wordBytes,
} from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { codedBytes, codedLayouts, codedPanel, codedPanels, halfScale } from "./coded-layout.ts";
import type { CodedFormat } from "./coded-layout.ts";
import { emitAddress } from "./context.ts";
import type { Context, Loops } from "./context.ts";

type Block = PackStatement["blocks"][number];

interface Packing {
  readonly pack: PackStatement;
  readonly format: CodedFormat;
  /** Byte address of the packed matrix, and of int8's scales. */
  readonly start: number;
  readonly scales: number;
  readonly frame: Frame;
  readonly loops: Loops;
  readonly context: Context;
}

/**
 *     all of the matrix = 0
 *     int8: for each block: for each column: scale = max(scale, |w|);  then scale = scale / 127, or 1
 *     for each block: for each column: for each step of depth: word += rounded w, shifted to its place
 */
export function emitCodedPack(
  pack: PackStatement,
  format: CodedFormat,
  { frame, loops, context }: Pick<Packing, "frame" | "loops" | "context">,
): Code {
  const start = context.placement.offsetOf(pack.to) * wordBytes;
  const panels = codedBytes(format, pack.depth, pack.columns);
  const packing = { pack, format, start, scales: start + panels, frame, loops, context };
  const scaleBytes = format === "int8" ? codedPanels(pack.columns) * codedPanel * wordBytes : 0;
  return [
    ...op("memory.fill", [], i32(start), i32(0), i32(panels + scaleBytes)),
    ...(format === "int8"
      ? [...pack.blocks.flatMap((block) => emitMeasures(block, packing)), ...emitScales(packing)]
      : []),
    ...pack.blocks.flatMap((block) => emitRounds(block, packing)),
  ];
}

/** For each column of a block, `body` with the address of its first number and its number in the matrix. */
function overColumns(
  block: Block,
  { frame, loops, context }: Packing,
  body: (from: LocalIndex, column: LocalIndex) => Code,
): Code {
  const from = frame.local("i32", "from");
  const column = frame.local("i32", "column");
  return [
    ...set(from, emitAddress(block, loops, context)),
    ...set(column, i32(block.columnAt)),
    ...repeatTimes(
      block.columns,
      [...body(from, column), ...advance(from, block.columnStride * wordBytes), ...advance(column, 1)],
      frame,
    ),
  ];
}

function scaleOf(column: LocalIndex, scales: number): Code {
  return plusBytes(timesBytes(get(column), wordBytes), scales);
}

function emitMeasures(block: Block, packing: Packing): Code {
  const name = `measure.d${block.depthStride}`;
  const measure = packing.context.share(name, () => emitMeasure(name, block.depthStride));
  return overColumns(block, packing, (from, column) =>
    op("call", [measure], get(from), i32(block.depth), scaleOf(column, packing.scales)),
  );
}

/** The function (from, count, scale): the largest magnitude of `count` numbers, or what is at `scale` if that is larger, goes there. */
function emitMeasure(name: string, depthStride: number): WasmFunction {
  const frame = createFrame(["from", "count", "scale"]);
  const [from, count, scale] = [0, 1, 2];
  const largest = frame.local("v128", "largest");
  const step = set(
    largest,
    op("f32x4.max", [], get(largest), op("f32x4.abs", [], op("v128.load32_splat", [0], get(from)))),
  );
  return frame.finish(name, [
    ...set(largest, op("v128.load32_splat", [0], get(scale))),
    ...repeat([...step, ...advance(from, depthStride * wordBytes), ...advance(count, -1)], get(count)),
    ...op("v128.store32_lane", [0, 0], get(scale), get(largest)),
  ]);
}

/** scale = s / 127 where that is a normal number, else 1. */
function emitScales({ pack, scales, frame }: Packing): Code {
  const at = frame.local("i32", "scale");
  const scale = frame.local("v128", "scale");
  const normal = op("f32x4.ge", [], get(scale), splatFloat(leastNormal));
  const body = [
    ...set(scale, op("f32x4.div", [], op("v128.load", [0], get(at)), splatFloat(mostByte))),
    ...op("v128.store", [0], get(at), op("v128.bitselect", [], get(scale), splatFloat(1), normal)),
    ...advance(at, vectorBytes),
  ];
  const end = scales + codedPanels(pack.columns) * codedPanel * wordBytes;
  return [...set(at, i32(scales)), ...repeat(body, differ(get(at), i32(end)))];
}

function emitRounds(block: Block, packing: Packing): Code {
  const { pack, format, start, scales, frame, context } = packing;
  const { rowBytes, wordOf, digitOf, bits } = codedLayouts[format];
  const name = `${format}.d${block.depthStride}`;
  const round = context.share(name, () => emitRound(name, format, block.depthStride));
  const to = frame.local("i32", "to");
  const part = (column: LocalIndex, { shift, mask }: { readonly shift: number; readonly mask: number }): Code =>
    op("i32.and", [], op("i32.shr_u", [], get(column), i32(shift)), i32(mask));
  return overColumns(block, packing, (from, column) => {
    const panel = timesBytes(op("i32.shr_u", [], get(column), i32(4)), pack.depth * rowBytes);
    const word = timesBytes(part(column, wordOf), wordBytes);
    return [
      ...set(to, plusBytes(op("i32.add", [], panel, word), start + block.depthAt * rowBytes)),
      ...op(
        "call",
        [round],
        get(from),
        get(to),
        plusBytes(get(to), block.depth * rowBytes),
        timesBytes(part(column, digitOf), bits),
        scaleOf(column, scales),
      ),
    ];
  });
}

/** The function (from, to, end, shift, scale): rounds one number after the other and adds it, shifted, to the word at `to`, until `to` is `end`. */
function emitRound(name: string, format: CodedFormat, depthStride: number): WasmFunction {
  const frame = createFrame(["from", "to", "end", "shift", "scale"]);
  const [from, to, end, shift, scale] = [0, 1, 2, 3, 4];
  const value = frame.local("v128", "value");
  const sum = op("i32x4.add", [], op("v128.load32_splat", [0], get(to)), op("i32x4.shl", [], get(value), get(shift)));
  const step = [
    ...set(value, op("v128.load32_splat", [0], get(from))),
    ...(format === "int8" ? roundToByte(value, scale) : roundToHalf(value)),
    ...op("v128.store32_lane", [0, 0], get(to), sum),
    ...advance(from, depthStride * wordBytes),
    ...advance(to, codedLayouts[format].rowBytes),
  ];
  return frame.finish(name, repeat(step, differ(get(to), get(end))));
}

/** `value` as a whole number of scales. */
function roundToByte(value: LocalIndex, scale: LocalIndex): Code {
  const quotient = op("f32x4.div", [], get(value), op("v128.load32_splat", [0], get(scale)));
  return set(value, op("i32x4.trunc_sat_f32x4_s", [], op("f32x4.nearest", [], quotient)));
}

/**
 * `value` as the bits of a float16:
 *
 *     bits + 0xfff + (bit 13)           rounds to eleven bits, where the upper ones are all that is used
 *     × 2^-112                          the exponent as float16 counts it
 *     its five bits and ten of the fraction, and the sign
 */
function roundToHalf(value: LocalIndex): Code {
  const clamped = op("f32x4.max", [], op("f32x4.min", [], get(value), splatFloat(mostHalf)), splatFloat(-mostHalf));
  const even = op("v128.and", [], op("i32x4.shr_u", [], get(value), i32(13)), splatInteger(1));
  const rounded = op("i32x4.add", [], op("i32x4.add", [], get(value), splatInteger(0xfff)), even);
  const isNormal = op("f32x4.ge", [], op("f32x4.abs", [], get(value)), splatFloat(leastHalf));
  const numberBits = op("v128.and", [], op("i32x4.shr_u", [], get(value), i32(13)), splatInteger(0x7fff));
  const signBit = op("v128.and", [], op("i32x4.shr_u", [], get(value), i32(16)), splatInteger(0x8000));
  return [
    ...set(value, clamped),
    ...set(value, rounded),
    ...set(value, op("v128.and", [], get(value), isNormal)),
    ...set(value, op("f32x4.mul", [], get(value), splatFloat(halfScale))),
    ...set(value, op("v128.or", [], numberBits, signBit)),
  ];
}
