/** Tables made of the rows of others. */
import { known } from "../util/errors.ts";
import { cellError, createTable, describeKind, findColumn, maskOf } from "./table.ts";
import type { Column, Table } from "./table.ts";

type NumberArray = Float64Array | Int32Array | Uint8Array;

/** The table of these rows, in this order; a row may stand more than once. */
export function takeRows(table: Table, rows: ArrayLike<number>): Table {
  const { source, rows: numbers, lines } = table.origin;
  const origin = {
    source,
    rows: pick(Int32Array, numbers, rows),
    ...(lines === undefined ? {} : { lines: pick(Int32Array, lines, rows) }),
  };
  return { kind: "table", rows: rows.length, columns: table.columns.map((column) => takeValues(column, rows)), origin };
}

function takeValues(column: Column, rows: ArrayLike<number>): Column {
  const { name } = column;
  const mask = column.missing === undefined ? {} : maskOf(pick(Uint8Array, column.missing, rows));
  switch (column.kind) {
    case "number":
      return { kind: "number", name, values: pick(Float64Array, column.values, rows), ...mask };
    case "date":
      return { kind: "date", name, values: pick(Float64Array, column.values, rows), ...mask };
    case "boolean":
      return { kind: "boolean", name, values: pick(Uint8Array, column.values, rows), ...mask };
    case "text":
      return { kind: "text", name, values: Array.from(rows, (row) => known(column.values[row], "a row")), ...mask };
  }
}

function pick<A extends NumberArray>(make: new (length: number) => A, values: A, rows: ArrayLike<number>): A {
  const result = new make(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = known(values[known(rows[i], "a row number")], "a row");
  return result;
}

/**
 * The rows of one table after those of another with the same columns (in any order), e.g. a test file behind its training
 * file. Throws `data/unknown-column`, `data/wrong-type`.
 */
export function concatTables(first: Table, second: Table): Table {
  const columns = first.columns.map((column): Column => {
    const other = findColumn(second, column.name);
    if (other.kind !== column.kind) {
      const what = `the column holds ${describeKind(other.kind)}, but ${describeKind(column.kind)} in ${first.origin.source}`;
      throw cellError("data/wrong-type", second, 0, column.name, `${what}. Give its type when reading (types)`);
    }
    return joinColumns(column, other);
  });
  const source = `${first.origin.source} + ${second.origin.source}`;
  return createTable(columns, { source, rows: joinArrays(Int32Array, first.origin.rows, second.origin.rows) });
}

function joinColumns(first: Column, second: Column): Column {
  const mask = new Uint8Array(first.values.length + second.values.length);
  if (first.missing !== undefined) mask.set(first.missing);
  if (second.missing !== undefined) mask.set(second.missing, first.values.length);
  const common = { name: first.name, ...maskOf(mask) };
  if (first.kind === "text" || second.kind === "text") {
    return { kind: "text", values: [...first.values, ...second.values].map(String), ...common };
  }
  if (first.kind === "boolean")
    return { kind: "boolean", values: joinArrays(Uint8Array, first.values, second.values), ...common };
  return { kind: first.kind, values: joinArrays(Float64Array, first.values, second.values), ...common };
}

function joinArrays<A extends NumberArray>(
  make: new (length: number) => A,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): A {
  const result = new make(first.length + second.length);
  result.set(first);
  result.set(second, first.length);
  return result;
}
