/** Rows in order of time. */
import { known } from "../util/errors.ts";
import { groupRows } from "./group-rows.ts";
import { takeRows } from "./table-rows.ts";
import { cellError, printDate, readCompleteDates, readDates } from "./table.ts";
import type { Table } from "./table.ts";

/** What to do with rows of one series that have the same time: refuse them, keep all, the first or the last. */
export type DuplicateRule = "error" | "keep" | "first" | "last";

/** How rows stood before they were ordered. */
export type RowOrder = "ascending" | "descending" | "unordered";

export interface OrderOptions {
  readonly dateColumn: string;
  /** The column that tells series apart: times are compared within a series. */
  readonly groupColumn?: string | undefined;
  readonly duplicates?: DuplicateRule | undefined;
}

export interface Ordered {
  readonly table: Table;
  /** How the rows of every series stood; a mix of orders is `"unordered"`. */
  readonly was: RowOrder;
  /** Rows left out because another has their time. */
  readonly dropped: number;
}

/**
 * Rows by ascending time; rows of one time stay in the table's order.
 * Throws `data/missing-value` for a row without a time, `data/duplicate-date`, `data/wrong-type`.
 */
export function orderRows(table: Table, options: OrderOptions): Ordered {
  const times = readCompleteDates(table, options.dateColumn);
  const was = findOrder(table, times, options.groupColumn);
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const kept = dropDuplicates(takeRows(table, sortByTime(all, times)), options);
  return { ...kept, was };
}

function sortByTime(rows: Int32Array, times: Float64Array): Int32Array {
  return rows.sort((a, b) => known(times[a], "a time") - known(times[b], "a time") || a - b);
}

function findOrder(table: Table, times: Float64Array, groupColumn: string | undefined): RowOrder {
  let ascends = true;
  let descends = true;
  for (const { rows } of groupRows(table, groupColumn)) {
    for (let i = 1; i < rows.length; i++) {
      const step =
        known(times[known(rows[i], "a row")], "a time") - known(times[known(rows[i - 1], "a row")], "a time");
      if (step < 0) ascends = false;
      if (step > 0) descends = false;
    }
  }
  return ascends ? "ascending" : descends ? "descending" : "unordered";
}

function dropDuplicates(table: Table, options: OrderOptions): { readonly table: Table; readonly dropped: number } {
  const rule = options.duplicates ?? "error";
  if (rule === "keep") return { table, dropped: 0 };
  const times = readDates(table, options.dateColumn);
  const dropped = new Uint8Array(table.rows);
  for (const { name, rows } of groupRows(table, options.groupColumn)) {
    for (let i = 1; i < rows.length; i++) {
      const before = known(rows[i - 1], "a row");
      const row = known(rows[i], "a row");
      if (times[before] !== times[row]) continue;
      if (rule === "error") {
        const other = known(table.origin.rows[before], "a row number");
        const series = name === "" ? "" : ` of "${name}"`;
        const what = `row ${other}${series} has the same time, ${printDate(known(times[row], "a time"))}`;
        const advice =
          'Correct one, name the column that tells series apart (groupColumn), or say which to keep (duplicates: "first", "last" or "keep")';
        throw cellError("data/duplicate-date", table, row, options.dateColumn, `${what}. ${advice}`);
      }
      dropped[rule === "first" ? row : before] = 1;
    }
  }
  const kept = Int32Array.from({ length: table.rows }, (_, row) => row).filter((row) => dropped[row] === 0);
  return kept.length === table.rows
    ? { table, dropped: 0 }
    : { table: takeRows(table, kept), dropped: table.rows - kept.length };
}
