/** The two ways through the rows of a sequence: all at once, or a loop over steps. */
import { goesByMember, windowAt } from "./active.ts";
import type { Members } from "./active.ts";
import type { ProgramBuilder } from "./builder.ts";
import type { LoopId, RowWindow, Statement, View } from "./ir.ts";
import { viewAt, viewOver } from "./location.ts";
import type { Location, Moment, TimeRange } from "./location.ts";

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
 * Where members differ in length, it is told how many of the rows count as well: those of a step, or, one member after the other, those of a member.
 */
export function overRows(
  work: { readonly builder: ProgramBuilder; readonly batch: number; readonly members?: Members | undefined },
  { name, range, loop, locations }: RowsOptions,
  emit: (
    views: readonly View[],
    rows: number,
    loop: LoopId | undefined,
    window: RowWindow | undefined,
  ) => readonly Statement[],
): readonly Statement[] {
  const of = (moment: Moment, rows: number): readonly Statement[] =>
    emit(
      locations.map((one) => viewAt(one, moment)),
      rows,
      moment.loop,
      windowAt(work.members, moment),
    );
  const ofStep = (inner: LoopId): readonly Statement[] => of({ range, loop: inner }, work.batch);
  if (loop !== undefined) return ofStep(loop);
  const moves = locations.every((one) => one.stepStride !== 0);
  if (work.members !== undefined && moves && goesByMember(work.members, range)) {
    return [
      work.builder.loop(`${name}.members`, { count: work.batch }, (member) =>
        of({ range, loop: undefined, member }, range.count),
      ),
    ];
  }
  const views = locations.map((one) => viewOver(one, range, work.batch));
  if (work.members === undefined && views.every((view) => view !== undefined))
    return emit(views, range.count * work.batch, undefined, undefined);
  return [work.builder.loop(`${name}.steps`, { count: range.count }, ofStep)];
}
