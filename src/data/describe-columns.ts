/** What columns a file has, before it is decided which of them are read: nothing in them is an error yet. */
import { parseDate } from "./parse-date.ts";
import { parseNumber } from "./parse-number.ts";
import { readCells } from "./read-table.ts";
import type { ReadTableOptions } from "./read-table.ts";
import type { ColumnKind } from "./table.ts";
import { defaultMissingMarks } from "./type-columns.ts";

export interface ColumnDescription {
  readonly name: string;
  /** What the first of its cells are: a guess, which reading the column may yet refute. */
  readonly looksLike: ColumnKind;
}

/** Cells looked at: enough to tell, at no cost. */
const mostCells = 200;

/** A column of which at least this share is dates is meant to be dates: reading it says which cell is none. */
const leastShareOfDates = 0.9;

/** The columns of a file in any format. Throws the `data/…` errors of a file that cannot be read at all. */
export async function describeColumns(
  contents: Uint8Array | string,
  options: ReadTableOptions = {},
): Promise<readonly ColumnDescription[]> {
  const { names, cells } = await readCells(contents, options);
  const marks = new Set((options.missingMarks ?? defaultMissingMarks).map((mark) => mark.toLowerCase()));
  return names.map((name, column) => {
    const present: unknown[] = [];
    for (const cell of cells[column] ?? []) {
      if (present.length >= mostCells) break;
      if (cell !== null && cell !== undefined && !(typeof cell === "string" && marks.has(cell.trim().toLowerCase())))
        present.push(cell);
    }
    return { name, looksLike: guessKind(present, options) };
  });
}

function guessKind(cells: readonly unknown[], { decimal, dateOrder }: ReadTableOptions): ColumnKind {
  const all = (isOf: (cell: unknown) => boolean): boolean => cells.length > 0 && cells.every(isOf);
  const mostly = (isOf: (cell: unknown) => boolean): boolean =>
    cells.length > 0 && cells.filter(isOf).length >= leastShareOfDates * cells.length;
  const text = (read: (text: string) => unknown) => (cell: unknown) =>
    typeof cell === "string" && read(cell.trim()) !== undefined;
  if (all((cell) => typeof cell === "number" || typeof cell === "bigint")) return "number";
  if (
    all(
      text((cell) => parseNumber(cell, decimal ?? ".") ?? (decimal === undefined ? parseNumber(cell, ",") : undefined)),
    )
  )
    return "number";
  if (all((cell) => cell instanceof Date)) return "date";
  const orders = dateOrder === undefined ? ([undefined, "day-first", "month-first"] as const) : [dateOrder];
  if (orders.some((order) => mostly(text((cell) => parseDate(cell, order))))) return "date";
  return all((cell) => typeof cell === "boolean" || (typeof cell === "string" && /^(true|false)$/i.test(cell.trim())))
    ? "boolean"
    : "text";
}
