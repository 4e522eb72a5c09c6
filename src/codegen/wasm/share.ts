/** A thread's share of a statement: see `lower/threads.ts` for what the units are. */
import type { RowWindow } from "../../lower/ir.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { get, i32, isAtLeast, isBelow, plusBytes, set, unless } from "./code.ts";
import type { LocalIndex } from "./code.ts";
import { emitCount } from "./context.ts";
import type { Context, Loops } from "./context.ts";

/** How a statement is shared, and who asks: the thread's number, and how many there are. Both are read more than once. */
export interface Share {
  readonly split: "rows" | "columns";
  readonly thread: Code;
  readonly threads: Code;
}

/** Units from `first` up to `end`. */
export interface UnitRange {
  readonly first: LocalIndex;
  readonly end: LocalIndex;
}

/** The first of the thread's units of so many, and one past the last: ⌊n i / N⌋ and ⌊n (i + 1) / N⌋. */
export function unitsOf(
  units: number,
  { thread, threads }: Omit<Share, "split">,
): { readonly first: Code; readonly end: Code } {
  const before = (number: Code): Code => op("i32.div_u", [], op("i32.mul", [], number, i32(units)), threads);
  return { first: before(thread), end: before(plusBytes(thread, 1)) };
}

/** The units of a share as numbers that a function is given, in the order of `rangeOf`. */
export function givenUnits(units: number, share: Share): readonly { readonly name: string; readonly value: Code }[] {
  const { first, end } = unitsOf(units, share);
  return [
    { name: "first", value: first },
    { name: "end", value: end },
  ];
}

/** The given numbers as a range, if there are any. */
export function rangeOf([first, end]: readonly LocalIndex[]): UnitRange | undefined {
  return first === undefined || end === undefined ? undefined : { first, end };
}

/** Cuts a range of rows to those of a window. */
export function cutToWindow(
  window: RowWindow | undefined,
  { first, end }: UnitRange,
  loops: Loops,
  context: Context,
): Code {
  if (window === undefined) return [];
  const count = emitCount(window, loops, context);
  return window.part === "first" ? atMost(end, count) : atLeast(first, count);
}

/** `code` for thread 0 alone. */
export function onlyFirst({ thread }: Pick<Share, "thread">, code: Code): Code {
  return unless(thread, code);
}

/** `code`, unless the range is empty. */
export function unlessEmpty({ first, end }: UnitRange, code: Code): Code {
  return unless(isAtLeast(get(first), get(end)), code);
}

/** `local = min(local, most)`; both are counts. */
export function atMost(local: LocalIndex, most: Code): Code {
  return unless(isBelow(get(local), most), set(local, most));
}

/** `local = max(local, least)`. */
export function atLeast(local: LocalIndex, least: Code): Code {
  return unless(isAtLeast(get(local), least), set(local, least));
}
