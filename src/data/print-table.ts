/** Tables to text, in the forms that reading accepts. */
import Papa from "papaparse";
import type { TextFormat } from "./read-table.ts";
import { printValue } from "./table.ts";
import type { Column, Table } from "./table.ts";

/** The table as CSV, TSV, JSON lines or a JSON array; missing values are empty fields or null. Ends with a line break. */
export function printTable(table: Table, format: TextFormat = "csv"): string {
  switch (format) {
    case "csv":
      return printDelimited(table, ",");
    case "tsv":
      return printDelimited(table, "\t");
    case "jsonl":
      return printRows(table)
        .map((row) => `${row}\n`)
        .join("");
    case "json":
      return `[\n${printRows(table)
        .map((row) => `  ${row}`)
        .join(",\n")}\n]\n`;
  }
}

function printDelimited(table: Table, delimiter: string): string {
  const fields = table.columns.map((column) => column.name);
  const data = Array.from({ length: table.rows }, (_, row) => table.columns.map((column) => printValue(column, row)));
  return `${Papa.unparse({ fields, data }, { delimiter, newline: "\n" })}\n`;
}

function printRows(table: Table): string[] {
  return Array.from({ length: table.rows }, (_, row) =>
    JSON.stringify(Object.fromEntries(table.columns.map((column) => [column.name, plainValue(column, row)]))),
  );
}

function plainValue(column: Column, row: number): number | string | boolean | null {
  if (column.missing?.[row] === 1) return null;
  if (column.kind === "number") return column.values[row] ?? null;
  return column.kind === "boolean" ? column.values[row] === 1 : printValue(column, row);
}
