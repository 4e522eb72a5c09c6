/** A table: typed columns of equal length, each row knowing where in its source it came from. */
import { printCount } from "../util/count.ts";
import { RecurraError, known } from "../util/errors.ts";
import type { ErrorCode } from "../util/errors.ts";
import { placedError, printCellPlace } from "./place.ts";
import type { CellPlace } from "./place.ts";
import { suggestName } from "./suggest-name.ts";

interface ColumnBase {
  readonly name: string;
  /** 1 where the value is missing; absent where none is. The value there is NaN, `""` or 0 and means nothing. */
  readonly missing?: Uint8Array;
}

export interface NumberColumn extends ColumnBase {
  readonly kind: "number";
  /** Finite, or NaN where missing. */
  readonly values: Float64Array;
}

export interface TextColumn extends ColumnBase {
  readonly kind: "text";
  readonly values: readonly string[];
}

export interface DateColumn extends ColumnBase {
  readonly kind: "date";
  /** Milliseconds since 1970-01-01 UTC, or NaN where missing. */
  readonly values: Float64Array;
}

export interface BooleanColumn extends ColumnBase {
  readonly kind: "boolean";
  /** 1 for true, 0 for false. */
  readonly values: Uint8Array;
}

export type Column = NumberColumn | TextColumn | DateColumn | BooleanColumn;
export type ColumnKind = Column["kind"];

/** Where the rows of a table came from, for messages that a person can follow. */
export interface TableOrigin {
  /** The file's name, or what stands for it. */
  readonly source: string;
  /** 1-based row of the source for each row; the line of column names is not counted. */
  readonly rows: Int32Array;
  /** 1-based line of the source for each row, where the source is a text; `noLine` for rows that were added. */
  readonly lines?: Int32Array;
}

/** Of a row that stands in no source. */
export const noLine = 0;

export interface Table {
  readonly kind: "table";
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly origin: TableOrigin;
}

/** A table of columns that have one length and different names. Throws `data/duplicate-column`, `util/bad-argument`. */
export function createTable(columns: readonly Column[], origin?: TableOrigin): Table {
  const rows = columns[0]?.values.length ?? 0;
  const names = new Set<string>();
  for (const column of columns) {
    if (names.has(column.name)) {
      throw new RecurraError("data/duplicate-column", `Two columns are named "${column.name}"; give each its own name`);
    }
    names.add(column.name);
    if (column.values.length !== rows) {
      const what = `Column "${column.name}" has ${printCount(column.values.length, "value")} where the first column has ${rows}`;
      throw new RecurraError("util/bad-argument", `${what}; all columns of a table have one length`);
    }
  }
  return { kind: "table", rows, columns, origin: origin ?? { source: "table", rows: countFromOne(rows) } };
}

/** A table of number columns by name; NaN is a missing value. */
export function tableFromNumbers(columns: Readonly<Record<string, ArrayLike<number>>>): Table {
  return createTable(Object.entries(columns).map(([name, values]) => numberColumn(name, Float64Array.from(values))));
}

/** A number column in which NaN counts as missing. */
export function numberColumn(name: string, values: Float64Array): NumberColumn {
  return { kind: "number", name, values, ...maskOf(Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0))) };
}

/** The `missing` property for a mask: nothing if no value is missing. */
export function maskOf(mask: Uint8Array): { readonly missing?: Uint8Array } {
  return mask.includes(1) ? { missing: mask } : {};
}

/** The column of that name. Throws `data/unknown-column` with the names there are. */
export function findColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined)
    throw unknownColumn(
      table.origin.source,
      name,
      table.columns.map((candidate) => candidate.name),
    );
  return column;
}

export function unknownColumn(source: string, name: string, names: readonly string[]): RecurraError {
  const close = suggestName(name, names);
  const advice =
    close === undefined ? `it has ${names.map((one) => `"${one}"`).join(", ")}` : `did you mean "${close}"?`;
  return new RecurraError("data/unknown-column", `${source} has no column "${name}"; ${advice}`);
}

/**
 * The numbers of a number or boolean column (true is 1), NaN where missing.
 * Throws `data/wrong-type` for text and dates, naming the first cell.
 */
export function readNumbers(table: Table, name: string): Float64Array {
  const column = findColumn(table, name);
  switch (column.kind) {
    case "number":
      return column.values;
    case "boolean":
      return Float64Array.from(column.values, (value, row) => (column.missing?.[row] === 1 ? NaN : value));
    case "text":
    case "date":
      throw notOfKind(table, column, "numbers");
  }
}

/** The times of a date column in milliseconds UTC, NaN where missing. Throws `data/wrong-type`. */
export function readDates(table: Table, name: string): Float64Array {
  const column = findColumn(table, name);
  if (column.kind !== "date") throw notOfKind(table, column, "dates");
  return column.values;
}

function notOfKind(table: Table, column: Column, wanted: string): RecurraError {
  const what = `the column holds ${describeKind(column.kind)} ("${printValue(column, 0)}"), where ${wanted} are needed`;
  return cellError(
    "data/wrong-type",
    table,
    0,
    column.name,
    `${what}. Name another column, or give its type when reading (types)`,
  );
}

/** The times of a date column that lacks none. Throws `data/wrong-type`, `data/missing-value`. */
export function readCompleteDates(table: Table, name: string): Float64Array {
  const times = readDates(table, name);
  const missing = findColumn(table, name).missing?.indexOf(1) ?? -1;
  if (missing < 0) return times;
  throw cellError(
    "data/missing-value",
    table,
    missing,
    name,
    'the time is missing. Fill it in, or drop such rows (missing: "drop")',
  );
}

export function describeKind(kind: ColumnKind): string {
  return { number: "numbers", text: "text", date: "dates", boolean: "true and false" }[kind];
}

/** Every value of a column as text: how labels and group names are read. Missing values are `""`. */
export function readTexts(table: Table, name: string): readonly string[] {
  const column = findColumn(table, name);
  return column.kind === "text"
    ? column.values
    : Array.from({ length: table.rows }, (_, row) => printValue(column, row));
}

/** One value as text: the shortest number that reads back, `2012-01-03` or an ISO time, `true`/`false`; `""` where missing. */
export function printValue(column: Column, row: number): string {
  if (column.missing?.[row] === 1 || row >= column.values.length) return "";
  switch (column.kind) {
    case "number":
      return String(column.values[row]);
    case "text":
      return known(column.values[row], "a text");
    case "date":
      return printDate(known(column.values[row], "a date"));
    case "boolean":
      return column.values[row] === 1 ? "true" : "false";
  }
}

/** A time as ISO 8601 text in UTC: the date alone if it is midnight. */
export function printDate(time: number): string {
  const text = new Date(time).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, -14) : text;
}

/** The table with only these columns, in this order. Throws `data/unknown-column`. */
export function selectColumns(table: Table, names: readonly string[]): Table {
  return createTable(
    names.map((name) => findColumn(table, name)),
    table.origin,
  );
}

/** The table with columns added behind the others; a column of the same name is replaced where it stands. */
export function addColumns(table: Table, added: readonly Column[]): Table {
  const byName = new Map(added.map((column) => [column.name, column]));
  const kept = table.columns.map((column) => byName.get(column.name) ?? column);
  const names = new Set(table.columns.map((column) => column.name));
  return createTable([...kept, ...added.filter((column) => !names.has(column.name))], table.origin);
}

/** 1, 2, …, count. */
export function countFromOne(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i + 1);
}

/** An error at one cell, saying file, row, line and column. */
export function cellError(code: ErrorCode, table: Table, row: number, column: string, what: string): RecurraError {
  return placedError(code, placeOf(table, row, column), what);
}

/** Where a cell stands, in words: file, row, line and column. */
export function printPlace(table: Table, row: number, column: string): string {
  return printCellPlace(placeOf(table, row, column));
}

function placeOf({ origin: { source, rows, lines }, columns }: Table, row: number, column: string): CellPlace {
  const index = columns.findIndex((candidate) => candidate.name === column);
  return {
    source,
    row: rows[row],
    line: lines?.[row] === noLine ? undefined : lines?.[row],
    column,
    field: index < 0 ? undefined : index + 1,
  };
}
