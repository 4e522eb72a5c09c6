/** The two ways through the rows of a sequence: all at once, or a loop over steps. */
import type { ProgramBuilder } from "./builder.ts";
import type { LoopId, Statement, View } from "./ir.ts";
import { viewAt, viewOver } from "./location.ts";
import type { Location, TimeRange } from "./location.ts";

/**
 * Statements over the rows of `locations`: for the step of `loop` if one is given, else over all rows of the range at once if they lie
 * evenly, else in a loop over its steps.
 */
export function overRows(
  work: { readonly builder: ProgramBuilder; readonly batch: number },
  range: TimeRange,
  loop: LoopId | undefined,
  locations: readonly Location[],
  name: string,
  emit: (views: readonly View[], rows: number) => readonly Statement[],
): readonly Statement[] {
  const step = (inner: LoopId | undefined): readonly Statement[] => emit(locations.map((one) => viewAt(one, { range, loop: inner })), work.batch);
  if (loop !== undefined) return step(loop);
  const views = locations.map((one) => viewOver(one, range, work.batch));
  if (views.every((view) => view !== undefined)) return emit(views, range.count * work.batch);
  return [work.builder.loop(`${name}.steps`, { count: range.count }, step)];
}
