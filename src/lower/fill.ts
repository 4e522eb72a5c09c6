/** Single steps of a place: copied from another, or filled with a number. */
import type { ProgramBuilder } from "./builder.ts";
import { at } from "./builder.ts";
import type { Statement } from "./ir.ts";
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
