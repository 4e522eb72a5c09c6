/** The two ways through the rows of a sequence: all at once, or a loop over steps. */
import type { ProgramBuilder } from "./builder.ts";
import type { LoopId, Statement, View } from "./ir.ts";
import { viewAt, viewOver } from "./location.ts";
import type { Location, TimeRange } from "./location.ts";

export interface RowsOptions {
  /** For the loop, if there is one. */
  readonly name: string;
  readonly range: TimeRange;
  /** A loop over the range's steps that the statements are for, if they stand in one. */
  readonly loop?: LoopId | undefined;
  readonly locations: readonly Location[];
}

/**
 * Statements over the rows of places, which `emit` gives for a view of each and a number of rows: of one step if there is a loop, else of all
 * steps of the range at once if all lie evenly, else of each step in a loop of its own. `emit` is told the loop that counts steps, if there is one.
 */
export function overRows(
  work: { readonly builder: ProgramBuilder; readonly batch: number },
  { name, range, loop, locations }: RowsOptions,
  emit: (views: readonly View[], rows: number, loop: LoopId | undefined) => readonly Statement[],
): readonly Statement[] {
  const ofStep = (inner: LoopId): readonly Statement[] =>
    emit(
      locations.map((one) => viewAt(one, { range, loop: inner })),
      work.batch,
      inner,
    );
  if (loop !== undefined) return ofStep(loop);
  const views = locations.map((one) => viewOver(one, range, work.batch));
  if (views.every((view) => view !== undefined)) return emit(views, range.count * work.batch, undefined);
  return [work.builder.loop(`${name}.steps`, { count: range.count }, ofStep)];
}
