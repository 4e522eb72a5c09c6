/** Members of different lengths, the longest first: those whose sequence is not over at a step are the first so many rows. */
import type { ProgramBuilder } from "./builder.ts";
import { at, plus } from "./builder.ts";
import type { BufferId, RowWindow, Statement } from "./ir.ts";
import { viewAt } from "./location.ts";
import type { Location, Moment, TimeRange } from "./location.ts";

/** What is known of the lengths of a batch's members. */
export interface Members {
  /** Steps of each member, `[batch]`, none longer than the one before. */
  readonly lengths: BufferId;
  /** Members whose sequence is not over, `[steps]`. */
  readonly active: BufferId;
  readonly steps: number;
  readonly batch: number;
  /** Of each member, `[batch]`: the number of the row after its last step's, among the rows of all steps. */
  readonly ends: BufferId;
}

interface Rows {
  readonly builder: ProgramBuilder;
  readonly name: string;
  readonly steps: number;
  readonly batch: number;
}

/**
 *     active[t] = Σ_b (t < lengths[b])
 *     ends[b]   = lengths[b] × batch + b
 */
export function countMembers(
  { builder, name, steps, batch }: Rows,
  lengths: BufferId,
): { readonly members: Members; readonly statements: readonly Statement[] } {
  const active = builder.buffer({ name: `${name}.active`, length: steps, role: "scratch" });
  const ends = builder.buffer({ name: `${name}.ends`, length: batch, role: "scratch" });
  const words = (buffer: BufferId, rowStride: 0 | 1, columnStride: 0 | 1) => ({
    buffer,
    offset: at(0),
    rowStride,
    columnStride,
  });
  const statements = [
    builder.map(`${name}.active`, { rows: steps, columns: batch }, (map) => {
      const isActive = map.apply("less", map.rowIndex(), map.load(words(lengths, 0, 1)));
      map.store(words(active, 1, 0), map.reduce("sum", isActive));
    }),
    builder.map(`${name}.ends`, { rows: batch, columns: 1 }, (map) => {
      const row = map.apply("multiply", map.load(words(lengths, 1, 0)), map.constant(batch));
      map.store(words(ends, 1, 0), map.apply("add", row, map.rowIndex()));
    }),
  ];
  return { members: { lengths, active, ends, steps, batch }, statements };
}

/**
 * Members for whom it pays to do what does not wait for the step before member by member, each with all of its steps, and not step by step: so few that
 * a step's rows do not fill tiles. Measured: up to 8 a training step takes 3 to 15 % less, with 16 as much, with 32 more, for a member's rows
 * are far apart.
 */
const fewMembers = 12;

/** Whether what may be done for all steps of the range at once goes by members, and not by steps. */
export function goesByMember({ steps, batch }: Members, range: TimeRange): boolean {
  return range.count === steps && batch < Math.min(fewMembers, steps);
}

/** The members that are active at a step (the steps that a member has), or the others; all where lengths do not differ. */
export function windowAt(
  members: Members | undefined,
  moment: Moment,
  part: RowWindow["part"] = "first",
): RowWindow | undefined {
  if (members === undefined) return undefined;
  if (moment.member !== undefined)
    return { count: { buffer: members.lengths, offset: plus(at(0), moment.member, 1) }, part };
  const counts = {
    buffer: members.active,
    offset: 0,
    stepStride: 1,
    rowStride: 0,
    columnStride: 0,
    columns: 1,
    padded: false,
    local: false,
  } as const;
  return { count: { buffer: members.active, offset: viewAt(counts, moment).offset }, part };
}

/** Sets to zero what lies past the members' ends, in all steps of a place. */
export function clearPast({ builder, name, steps, batch }: Rows, members: Members, place: Location): Statement {
  return builder.loop(name, { count: steps }, (loop) => {
    const moment: Moment = { range: { first: 0, count: steps }, loop };
    const window = windowAt(members, moment, "rest");
    return [
      builder.map(name, { rows: batch, columns: place.columns, window }, (map) =>
        map.store(viewAt(place, moment), map.constant(0)),
      ),
    ];
  });
}
