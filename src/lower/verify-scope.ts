/** Where a check of the verifier stands in a program, and the checks that all statements share. */
import { known, RecurraError } from "../util/errors.ts";
import type { BufferId, BufferSpec, LoopId, Offset, RowWindow } from "./ir.ts";

/** Words after a buffer that a padded store may overrun into. */
export const slackWords = 4;

/** Where in the program a check is made, and what is in scope there. */
export interface Scope {
  readonly buffers: ReadonlyMap<BufferId, BufferSpec>;
  /** Words each buffer's views may reach over: its length, or the arena's for the first buffer of one. */
  readonly reach: ReadonlyMap<BufferId, number>;
  /** Counts of the loops around. */
  readonly loops: ReadonlyMap<LoopId, number>;
  /** `function / loop / statement`. */
  readonly place: string;
}

/** `fail` names the statement, which is the first thing one wants to know. */
export function fail(place: string, message: string): never {
  throw new RecurraError("internal/impossible", `${place}: ${message}`);
}

interface Place {
  readonly buffer: BufferId;
  readonly offset: Offset;
}

/** The lowest and highest word reached from `place` by whole steps along each axis; they must lie in [0, length). */
export function verifyReach(
  place: Place,
  axes: readonly { readonly count: number; readonly stride: number }[],
  scope: Scope,
  length: number = known(scope.reach.get(bufferOf(place.buffer, scope).id), "a buffer's reach"),
): { readonly low: number; readonly high: number } {
  let { low, high } = boundsOf(place.offset, scope);
  for (const { count, stride } of axes) {
    if (!Number.isInteger(stride)) fail(scope.place, `the stride ${stride} is not whole`);
    low += Math.min(0, (count - 1) * stride);
    high += Math.max(0, (count - 1) * stride);
  }
  if (low < 0 || high >= length) {
    fail(scope.place, `reaches words ${low} to ${high} of ${bufferOf(place.buffer, scope).name}, which has ${length}`);
  }
  return { low, high };
}

/** The least and greatest value of `offset` over all indices of the loops around. */
export function boundsOf(offset: Offset, scope: Scope): { readonly low: number; readonly high: number } {
  if (!Number.isInteger(offset.constant)) fail(scope.place, `the offset ${offset.constant} is not whole`);
  let low = offset.constant;
  let high = offset.constant;
  for (const { loop, stride } of offset.terms) {
    const count = scope.loops.get(loop);
    if (count === undefined) fail(scope.place, `an offset moves with loop ${loop}, which is not around it`);
    if (!Number.isInteger(stride)) fail(scope.place, `the stride ${stride} of loop ${loop} is not whole`);
    low += Math.min(0, (count - 1) * stride);
    high += Math.max(0, (count - 1) * stride);
  }
  return { low, high };
}

/** A whole number from `least` on. */
export function verifyCount(count: number, least: number, what: string, scope: Scope): void {
  if (!Number.isInteger(count) || count < least)
    fail(scope.place, `${what} is ${count}, not a whole number from ${least} on`);
}

/** The count of a window lies in its buffer, which the statement leaves alone. */
export function verifyWindow(window: RowWindow | undefined, written: readonly BufferId[], scope: Scope): void {
  if (window === undefined) return;
  verifyReach(window.count, [], scope);
  if (written.includes(window.count.buffer))
    fail(scope.place, `it writes ${bufferOf(window.count.buffer, scope).name}, where its number of rows is read`);
}

/** The buffer of that number, which there must be. */
export function bufferOf(id: BufferId, scope: Scope): BufferSpec {
  return scope.buffers.get(id) ?? fail(scope.place, `there is no buffer ${id}`);
}

/** Whether two offsets move alike with the loops around them. */
export function sameTerms(a: Offset, b: Offset): boolean {
  const key = (offset: Offset): string =>
    offset.terms
      .filter((term) => term.stride !== 0)
      .map((term) => `${term.loop}*${term.stride}`)
      .sort()
      .join("+");
  return key(a) === key(b);
}
