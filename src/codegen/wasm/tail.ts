/** Stores of fewer than four lanes. */
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { wordBytes } from "./code.ts";

/** Where a vector is stored, and how many of its lanes. `address` and `value` are read more than once: locals. */
export interface TailStore {
  readonly address: Code;
  /** Bytes from the address. */
  readonly offset: number;
  readonly value: Code;
  /** 1 to 4, from lane 0. */
  readonly lanes: number;
}

/** Stores the first lanes of a vector and nothing after them. */
export function emitTailStore({ address, offset, value, lanes }: TailStore): Code {
  if (lanes === 4) return op("v128.store", [offset], address, value);
  if (lanes === 1) return op("v128.store32_lane", [offset, 0], address, value);
  const two = op("v128.store64_lane", [offset, 0], address, value);
  return lanes === 2 ? two : [...two, ...op("v128.store32_lane", [offset + 2 * wordBytes, 2], address, value)];
}
