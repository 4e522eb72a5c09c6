/** Lines about data and their parts that tasks share. */
import { printCount, printQuantity } from "../../node.ts";
import type { Table, TaskParts } from "../../node.ts";

/** The first line of a plan. */
export function describeTable({ origin, rows }: Table): string {
  return `data      ${origin.source}: ${printCount(rows, "row")}`;
}

/** How many windows, texts, … are in each part. */
export function describeParts({ train, validation, test }: TaskParts, one: string): string {
  return `${printCount(train.length, one)} to learn from, ${printQuantity(validation.length)} for validation, ${printQuantity(test.length)} for the test`;
}
