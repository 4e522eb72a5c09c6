/** Lines about data and their parts that tasks share. */
import { printCount, printQuantity } from "../../node.ts";
import type { Table, TaskParts } from "../../node.ts";
import type { Terminal } from "../terminal.ts";

/** The first line of a plan. */
export function describeTable({ origin, rows }: Table): string {
  return `data      ${origin.source}: ${printCount(rows, "row")}`;
}

/** Says what an evaluation cannot know: whether its data are those of the training. */
export function tellMaySeen(terminal: Terminal): void {
  terminal.say("note: where training has seen some of these, the model looks better than it is");
}

/** Says why an evaluation lacks baselines: they are made from the data of the training. */
export function tellWithoutBaselines(baselines: string, terminal: Terminal): void {
  terminal.say(
    `note: not beside ${baselines}, for want of the training data; recurra inspect MODEL tells how it was on the test of the training`,
  );
}

/** How many windows, texts, … are in each part. */
export function describeParts({ train, validation, test }: TaskParts, one: string): string {
  return `${printCount(train.length, one)} to learn from, ${printQuantity(validation.length)} for validation, ${printQuantity(test.length)} for the test`;
}
