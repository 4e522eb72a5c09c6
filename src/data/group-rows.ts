/** Rows of a table by series. */
import { cellError, findColumn, readTexts } from "./table.ts";
import type { Table } from "./table.ts";

export interface RowGroup {
  /** The group column's value as text; `""` where the table is one series. */
  readonly name: string;
  /** Rows in the table's order. */
  readonly rows: Int32Array;
}

/** Rows of each series in the table's order, series by first appearance; one series if no column is named. Throws `data/missing-value`. */
export function groupRows(table: Table, groupColumn?: string): readonly RowGroup[] {
  if (groupColumn === undefined) return [{ name: "", rows: Int32Array.from({ length: table.rows }, (_, row) => row) }];
  const missing = findColumn(table, groupColumn).missing?.indexOf(1) ?? -1;
  if (missing >= 0) {
    throw cellError(
      "data/missing-value",
      table,
      missing,
      groupColumn,
      'the row names no series; fill it in, or drop such rows (missing: "drop")',
    );
  }
  const groups = new Map<string, number[]>();
  readTexts(table, groupColumn).forEach((name, row) => {
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [row]);
    else rows.push(row);
  });
  return [...groups].map(([name, rows]) => ({ name, rows: Int32Array.from(rows) }));
}
