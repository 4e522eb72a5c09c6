/** Single steps of a place: copied from another, or filled with a number. */
import type { ProgramBuilder } from "./builder.ts";
import { at } from "./builder.ts";
import type { BufferId, Statement, View } from "./ir.ts";
import { viewAt } from "./location.ts";
import type { Location } from "./location.ts";

interface Rows {
  readonly builder: ProgramBuilder;
  readonly batch: number;
}

const firstStep = { range: { first: 0, count: 1 }, loop: undefined };

/** Copies step 0 of one place to step 0 of another, for all members. */
export function copyStep({ builder, batch }: Rows, name: string, from: Location, to: Location): Statement[] {
  return [
    builder.map(name, { rows: batch, columns: to.columns }, (map) =>
      map.store(viewAt(to, firstStep), map.load(viewAt(from, firstStep))),
    ),
  ];
}

/** Fills step 0 of a place, for all members; what lies between their rows too. */
export function fillStep({ builder, batch }: Rows, name: string, to: Location, value: number): Statement {
  if (to.rows !== undefined)
    return builder.map(name, { rows: batch, columns: to.columns }, (map) =>
      map.store(viewAt(to, firstStep), map.constant(value)),
    );
  const length = to.rowStride === 0 ? to.columns : (batch - 1) * to.rowStride + to.columns;
  return { kind: "fill", name, buffer: to.buffer, offset: at(to.offset), length, value };
}

interface Copied {
  readonly from: Location;
  readonly to: Location;
}

/**
 * Copies step 0 of places to step 0 of others, for all members or for those whose word in the buffer `where` is not 0: a map for each number of columns.
 */
export function copyRows(
  { builder, batch }: Rows,
  name: string,
  pairs: readonly Copied[],
  where?: BufferId,
): readonly Statement[] {
  const byColumns = new Map<number, Copied[]>();
  for (const pair of pairs) byColumns.set(pair.to.columns, [...(byColumns.get(pair.to.columns) ?? []), pair]);
  return [...byColumns].map(([columns, group]) =>
    builder.map(name, { rows: batch, columns }, (map) => {
      for (const { from, to } of group) {
        const [view, value] = [viewAt(to, firstStep), map.load(viewAt(from, firstStep))];
        const kept =
          where === undefined ? value : map.apply("select", map.load(memberNumbers(where)), value, map.load(view));
        map.store(view, kept);
      }
    }),
  );
}

/** The view of a buffer with a number for each member. */
export function memberNumbers(buffer: BufferId): View {
  return { buffer, offset: at(0), rowStride: 1, columnStride: 0 };
}
