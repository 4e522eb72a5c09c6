import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import wabt from "wabt";
import { assemble, signed, unsigned } from "./assembler.ts";
import type { Instruction } from "./assembler.ts";
import { constantVector, createFrame } from "./code.ts";
import { opcodes } from "./opcodes.ts";
import type { Immediates, Mnemonic } from "./opcodes.ts";
import { printInstruction } from "./print-text.ts";

type Wabt = Awaited<ReturnType<typeof wabt>>;

const features = { simd: true, relaxed_simd: true, bulk_memory: true, sat_float_to_int: true, threads: true };

let tools: Wabt;
beforeAll(async () => {
  tools = await wabt();
});

/** One instruction's immediates, none of them 0 where that could be mistaken for something left out. */
const samples: Readonly<Record<Immediates, readonly number[]>> = {
  none: [],
  block: [],
  index: [1],
  i32: [-123456],
  memory: [300],
  "memory-lane": [300, 1],
  lane: [3],
  v128: [0x00000001, 0x7fffffff, 0x80000000, 0xffffffff],
  shuffle: [0, 17, 2, 19, 4, 21, 6, 23, 8, 25, 10, 27, 12, 29, 14, 31],
  fill: [],
};

/** The lines of a function with two locals that holds the instruction within two blocks, as an independent disassembler prints them. */
function disassemble(instruction: Instruction): readonly string[] {
  const open: Instruction = { name: "block", immediates: [] };
  const end: Instruction = { name: "end", immediates: [] };
  const inner = { block: [instruction, end], loop: [instruction, end], end: [] }[instruction.name as string] ?? [
    instruction,
  ];
  const tested = createFrame(["a", "b"]).finish("tested", [open, open, ...inner, end, end]);
  const caller = createFrame([]).finish("caller", []);
  const module = tools.readWasm(assemble({ sharedMemory: false, functions: [tested, caller] }), {
    readDebugNames: false,
    ...features,
  });
  try {
    return module
      .toText({ foldExprs: false, inlineExport: false })
      .split("\n")
      .map((line) =>
        line
          .replace(/;;.*|\(;.*?;\)/g, "")
          .replace(/\)+$/, "")
          .trim()
          .replace(/\s+/g, " "),
      );
  } finally {
    module.destroy();
  }
}

describe("opcodes", () => {
  it.each(Object.keys(opcodes) as Mnemonic[])("%s is what wabt says it is", (name) => {
    const instruction = { name, immediates: samples[opcodes[name].immediates] };
    expect(disassemble(instruction)).toContain(printInstruction(instruction));
  });

  it("prints vectors of ordinary numbers as numbers", () => {
    expect(printInstruction(constantVector([0x3f800000, 0xc0200000, 0, 0x3dcccccd])[0]!)).toBe(
      "v128.const f32x4 1 -2.5 0 0.10000000149011612",
    );
  });
});

/** LEB128 read back by its definition. */
function readLeb(bytes: readonly number[], isSigned: boolean): number {
  let value = 0n;
  bytes.forEach((byte, n) => (value |= BigInt(byte & 0x7f) << BigInt(7 * n)));
  const bits = BigInt(7 * bytes.length);
  if (isSigned && value >> (bits - 1n) === 1n) value -= 1n << bits;
  return Number(value);
}

describe("LEB128", () => {
  it("writes every number so that it reads back, in as few bytes as hold it", () => {
    const check = (value: number, bytes: readonly number[], isSigned: boolean): void => {
      expect(readLeb(bytes, isSigned)).toBe(value);
      bytes.forEach((byte, n) => expect(byte >= 0x80).toBe(n < bytes.length - 1));
      if (bytes.length > 1) expect(readLeb([...bytes.slice(0, -2), bytes.at(-2)! & 0x7f], isSigned)).not.toBe(value);
    };
    fc.assert(fc.property(fc.nat(0xffffffff), (value) => check(value, unsigned(value), false)));
    fc.assert(fc.property(fc.integer(), (value) => check(value, signed(value), true)));
    for (const value of [0, 63, 64, 127, 128, 2 ** 31 - 1]) check(value, signed(value), true);
    for (const value of [-1, -64, -65, -(2 ** 31)]) check(value, signed(value), true);
    for (const value of [0, 127, 128, 2 ** 32 - 1]) check(value, unsigned(value), false);
  });
});
