/**
 * A machine for pickles that builds plain values, tensors and the attributes of PyTorch's modules, and nothing else: the instructions of protocols 2 to 4 that torch.save
 * and TorchScript write (Python's pickletools has their meanings). Names are looked up in an allow-list; nothing is imported or run.
 */
import { torchError } from "./errors.ts";
import { callGlobal, checkClass, findGlobal, storageOf } from "./globals.ts";
import type { GlobalOptions } from "./globals.ts";
import { kindOf } from "./pickle-value.ts";
import type { PickledDict, PickledList, PickleValue } from "./pickle-value.ts";

export interface Unpickled {
  readonly value: PickleValue;
  /** Where the next byte after the pickle is. */
  readonly end: number;
}

/** Bytes of a whole number that is still read. */
const mostLong = 1024;

/** The value of a pickle that begins at `start`. Throws `torch/refused` for what is not on the allow-list, `torch/bad-pickle` for what is no pickle. */
export function unpickle(bytes: Uint8Array, options: GlobalOptions, start = 0): Unpickled {
  const machine: Machine = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: start,
    stack: [],
    marks: [],
    memo: new Map(),
    options,
  };
  for (;;) {
    const code = take(machine, 1);
    const opcode = bytes[code] ?? 0;
    if (opcode === stop) return { value: pop(machine), end: machine.at };
    const instruction = instructions.get(opcode);
    if (instruction === undefined)
      throw torchError(
        "torch/bad-pickle",
        `${options.source} has the instruction ${opcode} at byte ${code} of its pickle, which torch.save does not write; the file is damaged, or not of PyTorch.`,
      );
    instruction(machine);
  }
}

interface Machine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  readonly stack: PickleValue[];
  /** How high the stack was at each mark. */
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
  readonly options: GlobalOptions;
}

const stop = ".".charCodeAt(0);

type Instruction = (machine: Machine) => void;

/** By their codes, or the letters of those. */
const table: readonly (readonly [number | string, Instruction])[] = [
  [0x80, (m) => void take(m, 1)], // PROTO
  [0x95, (m) => void take(m, 8)], // FRAME
  ["(", (m) => void m.marks.push(m.stack.length)],
  ["0", (m) => void pop(m)],
  ["1", (m) => void popMark(m)],
  ["2", (m) => m.stack.push(top(m))],
  ["N", (m) => m.stack.push(null)],
  [0x88, (m) => m.stack.push(true)],
  [0x89, (m) => m.stack.push(false)],
  ["J", (m) => m.stack.push(m.view.getInt32(take(m, 4), true))],
  ["K", (m) => m.stack.push(m.view.getUint8(take(m, 1)))],
  ["M", (m) => m.stack.push(m.view.getUint16(take(m, 2), true))],
  [0x8a, (m) => m.stack.push(takeLong(m, m.view.getUint8(take(m, 1))))],
  [0x8b, (m) => m.stack.push(takeLong(m, m.view.getUint32(take(m, 4), true)))],
  ["G", (m) => m.stack.push(m.view.getFloat64(take(m, 8), false))],
  ["X", (m) => m.stack.push(takeText(m, m.view.getUint32(take(m, 4), true)))],
  [0x8c, (m) => m.stack.push(takeText(m, m.view.getUint8(take(m, 1))))],
  ["T", (m) => m.stack.push(takeText(m, m.view.getUint32(take(m, 4), true)))],
  ["U", (m) => m.stack.push(takeText(m, m.view.getUint8(take(m, 1))))],
  // Bytes are kept as a text of the same numbers: no file of tensors has a use for them.
  ["B", (m) => m.stack.push(takeBytes(m, m.view.getUint32(take(m, 4), true)))],
  ["C", (m) => m.stack.push(takeBytes(m, m.view.getUint8(take(m, 1))))],
  ["}", (m) => m.stack.push({ kind: "dict", entries: [] })],
  ["]", (m) => m.stack.push({ kind: "list", items: [] })],
  [0x8f, (m) => m.stack.push({ kind: "list", items: [] })], // EMPTY_SET
  [")", (m) => m.stack.push({ kind: "tuple", items: [] })],
  ["t", (m) => m.stack.push({ kind: "tuple", items: popMark(m) })],
  ["l", (m) => m.stack.push({ kind: "list", items: popMark(m) })],
  ["d", (m) => m.stack.push({ kind: "dict", entries: pairs(m, popMark(m)) })],
  [0x85, (m) => m.stack.push({ kind: "tuple", items: popMany(m, 1) })],
  [0x86, (m) => m.stack.push({ kind: "tuple", items: popMany(m, 2) })],
  [0x87, (m) => m.stack.push({ kind: "tuple", items: popMany(m, 3) })],
  ["a", (m) => append(m, popMany(m, 1))],
  ["e", (m) => append(m, popMark(m))],
  [0x90, (m) => append(m, popMark(m))], // ADDITEMS
  ["s", (m) => setItems(m, popMany(m, 2))],
  ["u", (m) => setItems(m, popMark(m))],
  ["q", (m) => void m.memo.set(m.view.getUint8(take(m, 1)), top(m))],
  ["r", (m) => void m.memo.set(m.view.getUint32(take(m, 4), true), top(m))],
  [0x94, (m) => void m.memo.set(m.memo.size, top(m))], // MEMOIZE
  ["h", (m) => m.stack.push(recall(m, m.view.getUint8(take(m, 1))))],
  ["j", (m) => m.stack.push(recall(m, m.view.getUint32(take(m, 4), true)))],
  ["c", (m) => m.stack.push(findGlobal(`${takeLine(m)}.${takeLine(m)}`, m.options))],
  [0x93, (m) => m.stack.push(findGlobal(popMany(m, 2).map(String).join("."), m.options))], // STACK_GLOBAL
  ["R", reduce],
  [0x81, makeObject],
  ["b", build],
  ["Q", (m) => m.stack.push(storageOf(pop(m)))],
];

const instructions: ReadonlyMap<number, Instruction> = new Map(
  table.map(([code, instruction]) => [typeof code === "string" ? code.charCodeAt(0) : code, instruction]),
);

function damaged({ options, at }: Machine, what: string): Error {
  return torchError(
    "torch/bad-pickle",
    `${options.source}: ${what} before byte ${at} of its pickle; the file is damaged.`,
  );
}

/** Where the next so many bytes begin. */
function take(machine: Machine, count: number): number {
  const { at, bytes, options } = machine;
  if (count > bytes.length - at)
    throw torchError(
      "torch/bad-pickle",
      `${options.source} ends within its pickle; it is cut off, or no file of PyTorch.`,
    );
  machine.at = at + count;
  return at;
}

/** The values above the last mark belong to it: nothing below may be taken. */
function pop(machine: Machine): PickleValue {
  const value = machine.stack.length > (machine.marks.at(-1) ?? 0) ? machine.stack.pop() : undefined;
  if (value === undefined) throw damaged(machine, "there is no value where one is needed");
  return value;
}

function top(machine: Machine): PickleValue {
  const value = machine.stack.at(-1);
  if (value === undefined) throw damaged(machine, "there is no value where one is needed");
  return value;
}

function popMany(machine: Machine, count: number): PickleValue[] {
  const values: PickleValue[] = [];
  for (let n = 0; n < count; n++) values.unshift(pop(machine));
  return values;
}

function popMark(machine: Machine): PickleValue[] {
  const mark = machine.marks.pop();
  if (mark === undefined) throw damaged(machine, "there is no mark where one is needed");
  return machine.stack.splice(mark);
}

function recall(machine: Machine, place: number): PickleValue {
  const value = machine.memo.get(place);
  if (value === undefined) throw damaged(machine, `nothing was stored as ${place}`);
  return value;
}

/** Little-endian, in two's complement. */
function takeLong(machine: Machine, count: number): number | bigint {
  if (count > mostLong) throw damaged(machine, `a whole number has ${count} bytes`);
  const start = take(machine, count);
  let value = 0n;
  for (let n = count - 1; n >= 0; n--) value = (value << 8n) | BigInt(machine.bytes[start + n] ?? 0);
  const signed = BigInt.asIntN(count * 8, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

const decoder = new TextDecoder();

function takeText(machine: Machine, count: number): string {
  const start = take(machine, count);
  return decoder.decode(machine.bytes.subarray(start, start + count));
}

function takeBytes(machine: Machine, count: number): string {
  const start = take(machine, count);
  return Array.from(machine.bytes.subarray(start, start + count), (byte) => String.fromCharCode(byte)).join("");
}

function takeLine(machine: Machine): string {
  const end = machine.bytes.indexOf(10, machine.at);
  if (end < 0) throw damaged(machine, "a line does not end");
  const text = takeText(machine, end - machine.at);
  take(machine, 1);
  return text;
}

function pairs(machine: Machine, items: readonly PickleValue[]): (readonly [PickleValue, PickleValue])[] {
  if (items.length % 2 !== 0) throw damaged(machine, "a key has no value");
  return Array.from({ length: items.length / 2 }, (_, n) => [items[2 * n] ?? null, items[2 * n + 1] ?? null] as const);
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = top(machine) as PickledList | null;
  if (kindOf(list) !== "list" || list === null) throw damaged(machine, "something is added to what is no list");
  for (const item of items) list.items.push(item);
}

function setItems(machine: Machine, items: readonly PickleValue[]): void {
  const dict = top(machine) as PickledDict | null;
  if (kindOf(dict) !== "dict" || dict === null) throw damaged(machine, "something is put into what is no dictionary");
  for (const pair of pairs(machine, items)) dict.entries.push(pair);
}

function reduce(machine: Machine): void {
  const args = pop(machine);
  const callee = pop(machine);
  if (args === null || typeof args !== "object" || args.kind !== "tuple")
    throw damaged(machine, "a call has no arguments");
  if (callee === null || typeof callee !== "object" || callee.kind !== "global")
    throw torchError(
      "torch/refused",
      `${machine.options.source} calls a ${kindOf(callee)}, which is nothing that can be called here.`,
    );
  machine.stack.push(callGlobal(callee, args.items, machine.options));
}

function makeObject(machine: Machine): void {
  pop(machine);
  const { name } = checkClass(pop(machine), machine.options);
  machine.stack.push({ kind: "object", className: name, state: null });
}

/** Attributes of an object; those of a dictionary (`_metadata` of a state_dict) and of a tensor say nothing of its numbers. */
function build(machine: Machine): void {
  const state = pop(machine);
  const target = top(machine);
  if (target !== null && typeof target === "object" && target.kind === "object") target.state = state;
  else if (kindOf(target) !== "dict" && kindOf(target) !== "tensor")
    throw damaged(machine, `attributes are given to a ${kindOf(target)}`);
}
