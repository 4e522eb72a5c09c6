/** Members in the order that kernels need, the longest first, and back. */
import { assert } from "../util/errors.ts";
import type { Numbers } from "./backend.ts";

/** The members by length, the longest first, those of one length as they come; undefined if that is how they stand. */
export function orderByLength(lengths: ArrayLike<number>): Int32Array | undefined {
  const order = Int32Array.from(lengths, (_, member) => member).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  return order.every((member, place) => member === place) ? undefined : order;
}

/** Kernels compute wrong numbers if a member is longer than the one before. */
export function assertLongestFirst(lengths: Numbers): void {
  for (let member = 1; member < lengths.length; member++)
    assert(lengths[member]! <= lengths[member - 1]!, `member ${member} is longer than the one before`);
}

/** Rows `[steps, batch, size]` and the order of their members. */
export interface MemberRows {
  readonly order: Int32Array | undefined;
  readonly size: number;
}

/** Copies rows so that member `order[n]` becomes member n. */
export function sortMembers(from: ArrayLike<number>, to: Numbers, { order, size }: MemberRows): void {
  if (order === undefined) return to.set(from);
  for (let row = 0; row * size < from.length; row++) {
    const source = rowOf(row, order) * size;
    for (let n = 0; n < size; n++) to[row * size + n] = from[source + n]!;
  }
}

/** The other way: a copy of the rows in which member n is member `order[n]` again. */
export function unsortMembers(from: Numbers, { order, size }: MemberRows): Numbers {
  const to = from.slice();
  if (order === undefined) return to;
  for (let row = 0; row * size < from.length; row++) {
    const target = rowOf(row, order) * size;
    for (let n = 0; n < size; n++) to[target + n] = from[row * size + n]!;
  }
  return to;
}

/** The row of the member that `order` has in the place of `row`'s. */
function rowOf(row: number, order: Int32Array): number {
  const member = row % order.length;
  return row - member + order[member]!;
}
