/** Short names for the instructions that every emitter writes, and the locals of a function being written. */
import { op } from "./assembler.ts";
import type { Code, Local, ValueType, WasmFunction } from "./assembler.ts";

/** Bytes of a word, and of a vector of four. */
export const wordBytes = 4;
export const vectorBytes = 16;

/** The number of a local. */
export type LocalIndex = number;

export function get(local: LocalIndex): Code {
  return op("local.get", [local]);
}

export function set(local: LocalIndex, value: Code): Code {
  return op("local.set", [local], value);
}

export function i32(value: number): Code {
  return op("i32.const", [value]);
}

/** `code + value`, or `code` alone where value is 0. */
export function plusBytes(code: Code, value: number): Code {
  return value === 0 ? code : op("i32.add", [], code, i32(value));
}

/** `code × value`. */
export function timesBytes(code: Code, value: number): Code {
  return value === 1 ? code : op("i32.mul", [], code, i32(value));
}

/** `local += bytes`. */
export function advance(local: LocalIndex, bytes: number): Code {
  return bytes === 0 ? [] : set(local, plusBytes(get(local), bytes));
}

/** `do { body } while (again)`. */
export function repeat(body: Code, again: Code): Code {
  return [...op("loop"), ...body, ...op("br_if", [0], again), ...op("end")];
}

/** `body`, `count` times; `count` is known now. */
export function repeatTimes(count: number, body: Code, frame: Frame): Code {
  if (count < 2) return count === 0 ? [] : body;
  const left = frame.local("i32", "left");
  return [...set(left, i32(count)), ...repeat([...body, ...advance(left, -1)], get(left))];
}

/** `body`, unless `condition`. */
export function unless(condition: Code, body: Code): Code {
  return [...op("block"), ...op("br_if", [0], condition), ...body, ...op("end")];
}

export function equal(a: Code, b: Code): Code {
  return op("i32.eq", [], a, b);
}

/** `a < b` of counts and addresses. */
export function isBelow(a: Code, b: Code): Code {
  return op("i32.lt_u", [], a, b);
}

/** `a ≥ b` of counts and addresses. */
export function isAtLeast(a: Code, b: Code): Code {
  return op("i32.ge_u", [], a, b);
}

export function differ(a: Code, b: Code): Code {
  return op("i32.ne", [], a, b);
}

const words = new Uint32Array(1);
const floats = new Float32Array(words.buffer);

/** The bits of `value` rounded to float32. */
export function floatBits(value: number): number {
  floats[0] = value;
  return words[0] ?? 0;
}

/** Four lanes with the same float. */
export function splatFloat(value: number): Code {
  return constantVector(Array.from({ length: 4 }, () => floatBits(value)));
}

/** Four lanes with the same integer. */
export function splatInteger(value: number): Code {
  return constantVector(Array.from({ length: 4 }, () => value));
}

/** Four words as they are. */
export function constantVector(bits: readonly number[]): Code {
  return op(
    "v128.const",
    bits.map((word) => word >>> 0),
  );
}

/** The locals of a function that is being written. */
export interface Frame {
  readonly params: readonly Local[];
  /** A new local; the name, for readers only, becomes unique by a number. */
  local(type: ValueType, name: string): LocalIndex;
  finish(name: string, body: Code, exported?: boolean): WasmFunction;
}

/** A function with i32 parameters of these names: locals 0, 1, …. */
export function createFrame(paramNames: readonly string[]): Frame {
  const params = paramNames.map((name): Local => ({ name, type: "i32" }));
  const locals: Local[] = [];
  const names = new Map<string, number>(paramNames.map((name) => [name, 1]));
  return {
    params,
    local: (type, name) => {
      const seen = names.get(name) ?? 0;
      names.set(name, seen + 1);
      locals.push({ name: seen === 0 ? name : `${name}.${seen}`, type });
      return params.length + locals.length - 1;
    },
    finish: (name, body, exported = false) => ({ name, params, locals, body, exported }),
  };
}
