/** Missing values: an error, or what a stated rule makes of them; never anything unsaid. */
import { RecurraError, known } from "../util/errors.ts";
import { groupRows } from "./group-rows.ts";
import type { RowGroup } from "./group-rows.ts";
import { takeRows } from "./table-rows.ts";
import { cellError, createTable, describeKind, findColumn } from "./table.ts";
import type { Column, Table } from "./table.ts";

/**
 * What to do with a missing value: refuse it, drop its row, take the value before it in its series, lay a line between its
 * neighbours (by rows, numbers only), put a stated value, or keep it as missing for later.
 */
export type MissingRule =
  | "error"
  | "drop"
  | "previous"
  | "linear"
  | "keep"
  | { readonly value: number | string | boolean };

export interface FillOptions {
  /** For columns that `byColumn` does not name; `"error"` where not given. */
  readonly rule?: MissingRule | undefined;
  readonly byColumn?: Readonly<Record<string, MissingRule>> | undefined;
  /** The column that tells series apart: nothing is filled from another series. */
  readonly groupColumn?: string | undefined;
}

export interface Filled {
  readonly table: Table;
  /** Number of values that a rule put in. */
  readonly filled: number;
  /** Number of rows that were dropped. */
  readonly dropped: number;
}

/**
 * The table after its rules: rows are dropped first, then gaps are filled in the table's order.
 * Throws `data/missing-value` at the first value without a rule, `data/missing-rule` where a rule cannot be followed.
 */
export function fillMissing(table: Table, options: FillOptions = {}): Filled {
  for (const name of Object.keys(options.byColumn ?? {})) findColumn(table, name);
  checkRules(table, options);
  const kept = keptRows(table, options);
  const left = kept.length === table.rows ? table : takeRows(table, kept);
  if (left.rows === 0) {
    throw new RecurraError(
      "data/missing-rule",
      `${table.origin.source}: every row has a missing value, so dropping leaves none; fill some in, state another rule (missing: "previous", "linear" or a value), or leave columns out (columns)`,
    );
  }
  const groups = groupRows(left, options.groupColumn);
  let filled = 0;
  const columns = left.columns.map((column) => {
    const result = fillColumn(left, column, ruleFor(column, options), groups);
    filled += countMissing(column) - countMissing(result);
    return result;
  });
  return { table: createTable(columns, left.origin), filled, dropped: table.rows - kept.length };
}

export function countMissing(column: Column): number {
  return column.missing?.reduce((count, one) => count + one, 0) ?? 0;
}

function ruleFor(column: Column, options: FillOptions): MissingRule {
  const { byColumn = {}, rule = "error" } = options;
  return Object.hasOwn(byColumn, column.name) ? known(byColumn[column.name], "a rule") : rule;
}

/** The missing value that stands first in the table and has no rule is the one reported. */
function checkRules(table: Table, options: FillOptions): void {
  let first: { readonly row: number; readonly column: string } | undefined;
  for (const column of table.columns) {
    if (ruleFor(column, options) !== "error") continue;
    const row = column.missing?.indexOf(1) ?? -1;
    if (row >= 0 && (first === undefined || row < first.row)) first = { row, column: column.name };
  }
  if (first === undefined) return;
  const advice =
    'Fill it in, state a rule (missing: "drop", "previous", "linear" or a value), or leave the column out (columns)';
  throw cellError("data/missing-value", table, first.row, first.column, `the value is missing. ${advice}`);
}

function keptRows(table: Table, options: FillOptions): Int32Array {
  const dropping = table.columns.filter(
    (column) => column.missing !== undefined && ruleFor(column, options) === "drop",
  );
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  return rows.filter((row) => dropping.every((column) => column.missing?.[row] !== 1));
}

function fillColumn(table: Table, column: Column, rule: MissingRule, groups: readonly RowGroup[]): Column {
  if (column.missing === undefined || rule === "keep" || rule === "drop" || rule === "error") return column;
  if (typeof rule === "object") return fillValue(table, column, rule.value);
  if (rule === "previous" && column.kind !== "date") return fillPrevious(table, column, groups);
  if (rule === "linear" && column.kind === "number")
    return { ...withoutMask(column), values: fillLinear(table, column.name, column.values, groups) };
  throw unfillable(table, column, `"${rule}"`);
}

function unfillable(table: Table, column: Column, rule: string): RecurraError {
  const row = column.missing?.indexOf(1) ?? 0;
  const what = `the rule ${rule} cannot fill a column of ${describeKind(column.kind)}`;
  return cellError(
    "data/missing-rule",
    table,
    row,
    column.name,
    `${what}; fill it in, or state another rule for this column (missingByColumn: { "${column.name}": "drop" })`,
  );
}

/** The column without its mask, of the same kind. */
function withoutMask<C extends Column>(column: C): Omit<C, "missing"> {
  const { missing: _, ...rest } = column;
  return rest;
}

function fillValue(table: Table, column: Column, value: number | string | boolean): Column {
  const isHole = (row: number): boolean => column.missing?.[row] === 1;
  if (column.kind === "number" && typeof value === "number" && Number.isFinite(value)) {
    return { ...withoutMask(column), values: column.values.map((old, row) => (isHole(row) ? value : old)) };
  }
  if (column.kind === "boolean" && typeof value === "boolean") {
    return { ...withoutMask(column), values: column.values.map((old, row) => (isHole(row) ? Number(value) : old)) };
  }
  if (column.kind === "text" && typeof value === "string") {
    return { ...withoutMask(column), values: column.values.map((old, row) => (isHole(row) ? value : old)) };
  }
  throw unfillable(table, column, JSON.stringify({ value }));
}

function fillPrevious(table: Table, column: Column, groups: readonly RowGroup[]): Column {
  const sources = Int32Array.from({ length: table.rows }, (_, row) => row);
  for (const { rows } of groups) {
    rows.forEach((row, index) => {
      if (column.missing?.[row] !== 1) return;
      if (index === 0) throw noNeighbour(table, column.name, row, "before");
      sources[row] = known(sources[known(rows[index - 1], "a row")], "a row");
    });
  }
  const filled = takeRows(createTable([withoutMask(column) as Column]), sources);
  return known(filled.columns[0], "a column");
}

/** Straight lines over the gaps of each series: value before + (value after − value before) × steps into the gap / steps across it. */
function fillLinear(table: Table, name: string, values: Float64Array, groups: readonly RowGroup[]): Float64Array {
  const result = values.slice();
  for (const { rows } of groups) {
    let before = -1;
    rows.forEach((row, index) => {
      if (Number.isNaN(values[row])) return;
      if (before < 0 && index > 0) throw noNeighbour(table, name, known(rows[0], "a row"), "before");
      const low = known(result[known(rows[Math.max(before, 0)], "a row")], "a value");
      const high = known(values[row], "a value");
      for (let i = before + 1; i < index; i++) {
        result[known(rows[i], "a row")] = low + ((high - low) * (i - before)) / (index - before);
      }
      before = index;
    });
    if (before < rows.length - 1)
      throw noNeighbour(table, name, known(rows[before + 1], "a row"), before < 0 ? "before" : "after");
  }
  return result;
}

function noNeighbour(table: Table, column: string, row: number, side: "before" | "after"): RecurraError {
  const what = `the value is missing and its series has none ${side} it to fill it from`;
  return cellError(
    "data/missing-rule",
    table,
    row,
    column,
    `${what}; fill it in, or state another rule (missing: "drop" or a value)`,
  );
}
