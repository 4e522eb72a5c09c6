/** What every statement's printer knows, and how places in memory are printed. */
import type { BufferId, Offset, RowWindow, Statement } from "../../lower/ir.ts";
import type { Split } from "../../lower/threads.ts";
import type { Numbers } from "./numbers.ts";

/** Where each buffer begins: the part of a memory plan that a printer needs. */
export interface Placement {
  /** Words from the start of the memory to the buffer; a multiple of 4. */
  offsetOf(buffer: BufferId): number;
}

export interface Scope {
  readonly numbers: Numbers;
  readonly placement: Placement;
  splitOf(statement: Statement): Split;
}

/** `n[…] + t0 * n[…]`: a word of memory, counted from its start. */
export function printWord(
  { buffer, offset }: { readonly buffer: BufferId; readonly offset: Offset },
  { numbers, placement }: Scope,
): string {
  return printOffset({ constant: placement.offsetOf(buffer) + offset.constant, terms: offset.terms }, numbers);
}

export function printOffset({ constant, terms }: Offset, numbers: Numbers): string {
  const moving = terms.filter(({ stride }) => stride !== 0);
  return [numbers.of(constant), ...moving.map(({ loop, stride }) => `t${loop} * ${numbers.of(stride)}`)].join(" + ");
}

/** The address of a word. */
export function printAddress(place: { readonly buffer: BufferId; readonly offset: Offset }, scope: Scope): string {
  return `m + ${printWord(place, scope)}`;
}

/** The first row and the one past the last that a statement works on. */
export function printWindow(window: RowWindow | undefined, rows: string, scope: Scope): readonly [string, string] {
  if (window === undefined) return ["0", rows];
  const count = `(int64_t)m[${printWord(window.count, scope)}]`;
  return window.part === "first" ? ["0", count] : [count, rows];
}

/** The word of `enum split`. */
export function printSplit(split: Split): string {
  return split.toUpperCase();
}
