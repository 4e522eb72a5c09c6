/** The answers in a table's column: classes, numbers cut into classes, or numbers. */
import {
  buildClasses,
  cellError,
  checkSizes,
  findColumn,
  numberOfClass,
  readNumbers,
  readTexts,
} from "../../data/index.ts";
import type { Classes, Table } from "../../data/index.ts";
import { known, RecurraError } from "../../util/errors.ts";

/** Different numbers up to which a column of numbers holds classes (stars, grades) rather than quantities. */
const mostNumberClasses = 20;

/** Whether a column holds classes or quantities, where nobody says it. Throws `data/unknown-column`. */
export function guessAnswer(table: Table, target: string): "class" | "number" {
  const column = findColumn(table, target);
  if (column.kind !== "number") return "class";
  return new Set(column.values).size > mostNumberClasses ? "number" : "class";
}

/** The class numbers of a column. Throws `data/…`. */
export function readClasses(
  table: Table,
  target: string,
  { cuts, classes: given }: { readonly cuts?: readonly number[] | undefined; readonly classes?: Classes | undefined },
): { readonly classes: Classes; readonly labels: Int32Array } {
  checkPresent(table, target);
  const names = cuts === undefined ? readTexts(table, target) : cutNumbers(table, target, cuts);
  const classes = given ?? orderClasses(names, { cuts, target, source: table.origin.source });
  return { classes, labels: Int32Array.from(names, (name) => numberOfClass(classes, name)) };
}

/** The numbers of a column. Throws `data/…`. */
export function readQuantities(table: Table, target: string): Float64Array {
  checkPresent(table, target);
  checkSizes(table, [target]);
  return readNumbers(table, target);
}

function checkPresent(table: Table, target: string): void {
  const row = findColumn(table, target).missing?.indexOf(1) ?? -1;
  if (row < 0) return;
  throw cellError(
    "data/missing-value",
    table,
    row,
    target,
    'the answer is missing. Fill it in, or drop such rows (missing: "drop")',
  );
}

/** `below 0`, `from 0 to 1`, `from 1`: a number on a cut belongs above it. */
export function nameCuts(cuts: readonly number[]): readonly string[] {
  return [
    `below ${known(cuts[0], "a cut")}`,
    ...cuts.map((cut, at) => (at === cuts.length - 1 ? `from ${cut}` : `from ${cut} to ${cuts[at + 1] ?? ""}`)),
  ];
}

function cutNumbers(table: Table, target: string, cuts: readonly number[]): readonly string[] {
  if (cuts.length === 0 || cuts.some((cut, at) => !Number.isFinite(cut) || cut <= (cuts[at - 1] ?? -Infinity)))
    throw new RecurraError(
      "util/bad-argument",
      `The cuts are ${cuts.join(", ")}; give numbers in ascending order, such as 0 for the sign.`,
    );
  const names = nameCuts(cuts);
  return Array.from(readNumbers(table, target), (value) =>
    known(names[cuts.filter((cut) => value >= cut).length], "a class"),
  );
}

function orderClasses(
  names: readonly string[],
  {
    cuts,
    target,
    source,
  }: { readonly cuts: readonly number[] | undefined; readonly target: string; readonly source: string },
): Classes {
  const distinct = new Set(names.map((name) => name.normalize("NFC")));
  if (distinct.size < 2)
    throw new RecurraError(
      "data/too-few-rows",
      `${source}: all of column "${target}" is "${names[0] ?? ""}"; classes can only be told apart where there are two`,
    );
  if (cuts === undefined) return buildClasses(names);
  return { kind: "classes", names: nameCuts(cuts).filter((name) => distinct.has(name)) };
}
