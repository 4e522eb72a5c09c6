/** Numbers too large to compute with, refused where they stand. */
import { cellError, readNumbers } from "./table.ts";
import type { Table } from "./table.ts";

/** Squares of larger numbers, summed over many rows, are infinite in float64: deviations and errors would be. */
const mostSize = 1e150;

/** Throws `data/scaler-domain` at the first number of these columns that is too large. */
export function checkSizes(table: Table, names: readonly string[]): void {
  for (const name of names) {
    const values = readNumbers(table, name);
    const row = values.findIndex((value) => Math.abs(value) > mostSize);
    if (row < 0) continue;
    const what = `${values[row]} is too large to compute with (its square is infinite); correct it, or bring the column to another unit`;
    throw cellError("data/scaler-domain", table, row, name, what);
  }
}
