/** A small WebAssembly assembler: instructions as data, and modules of them as bytes. */
import { known } from "../../util/errors.ts";
import { opcodes } from "./opcodes.ts";
import type { Mnemonic } from "./opcodes.ts";

export interface Instruction {
  readonly name: Mnemonic;
  /** As the opcode's `Immediates` say. */
  readonly immediates: readonly number[];
}

export type Code = readonly Instruction[];

export type ValueType = "i32" | "v128";

export interface Local {
  readonly name: string;
  readonly type: ValueType;
}

/** A function without results. Its parameters, all i32, are its first locals. */
export interface WasmFunction {
  readonly name: string;
  readonly params: readonly Local[];
  readonly locals: readonly Local[];
  /** Without the closing `end`. */
  readonly body: Code;
  readonly exported: boolean;
}

/** One imported memory, `env.memory`, and functions; a call names a function by its place in the list. */
export interface WasmModule {
  readonly sharedMemory: boolean;
  readonly functions: readonly WasmFunction[];
}

/** One instruction after the code that puts its operands on the stack. */
export function op(name: Mnemonic, immediates: readonly number[] = [], ...operands: readonly Code[]): Code {
  return [...operands.flat(), { name, immediates }];
}

/** Alignment hint of every access, as a power of two: all words lie at multiples of four bytes. */
export const alignment = 2;

/** A shared memory must state the most pages it may grow to: all that 32 bits can address. */
export const mostPages = 65536;

const typeBytes: Readonly<Record<ValueType, number>> = { i32: 0x7f, v128: 0x7b };

const functionType = 0x60;

/** The module in the binary format. */
export function assemble({ functions, sharedMemory }: WasmModule): Uint8Array<ArrayBuffer> {
  const arities = [...new Set(functions.map((fn) => fn.params.length))];
  const types = arities.map((arity) => [
    functionType,
    ...vector(Array.from({ length: arity }, () => [typeBytes.i32])),
    0,
  ]);
  const limits = sharedMemory ? [0x03, ...unsigned(1), ...unsigned(mostPages)] : [0x00, ...unsigned(1)];
  const exported = functions.flatMap((fn, n) => (fn.exported ? [[...text(fn.name), 0x00, ...unsigned(n)]] : []));
  return Uint8Array.from(
    [
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, types),
      section(2, [[...text("env"), ...text("memory"), 0x02, ...limits]]),
      section(
        3,
        functions.map((fn) => unsigned(arities.indexOf(fn.params.length))),
      ),
      section(7, exported),
      section(10, functions.map(encodeFunction)),
    ].flat(),
  );
}

function encodeFunction({ locals, body }: WasmFunction): readonly number[] {
  const groups: { count: number; readonly type: ValueType }[] = [];
  for (const { type } of locals) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ count: 1, type });
  }
  const bytes = vector(groups.map(({ count, type }) => [...unsigned(count), typeBytes[type]]));
  for (const instruction of body) encodeInstruction(instruction, bytes);
  bytes.push(...opcodes.end.bytes);
  return [...unsigned(bytes.length), ...bytes];
}

function encodeInstruction({ name, immediates }: Instruction, to: number[]): void {
  const opcode = opcodes[name];
  const first = immediates[0] ?? 0;
  to.push(...opcode.bytes);
  switch (opcode.immediates) {
    case "none":
      return;
    case "block":
      return void to.push(0x40);
    case "index":
      return void to.push(...unsigned(first));
    case "i32":
      return void to.push(...signed(first));
    case "memory":
      return void to.push(alignment, ...unsigned(first));
    case "memory-lane":
      return void to.push(alignment, ...unsigned(first), known(immediates[1], `the lane of ${name}`));
    case "lane":
      return void to.push(first);
    case "v128":
      return void to.push(...new Uint8Array(Uint32Array.from(immediates).buffer));
    case "shuffle":
      return void to.push(...immediates);
    case "fill":
      return void to.push(0);
  }
}

/** Unsigned LEB128 of a number in [0, 2^32). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a number taken modulo 2^32 into [-2^31, 2^31). */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function vector(items: readonly (readonly number[])[]): number[] {
  const bytes = unsigned(items.length);
  for (const item of items) for (const byte of item) bytes.push(byte);
  return bytes;
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}
