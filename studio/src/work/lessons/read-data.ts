/** Files as tables and texts. */
import { decodeText, describeColumns, readTable } from "recurra";
import type { ColumnDescription, Table } from "recurra";
import type { DataFile } from "./lesson.ts";

const tables = /\.(csv|tsv|tab|jsonl|ndjson|json|parquet|pq)$/i;

/** Whether a file is read as a table where nobody says what it is. */
export function isTableFile(name: string): boolean {
  return tables.test(name);
}

/** The columns of a file. Throws the library's `data/…` errors. */
export async function readColumnsOf({ name, bytes }: DataFile): Promise<readonly ColumnDescription[]> {
  return describeColumns(bytes, { source: name });
}

export interface ColumnChoice {
  readonly columns: readonly string[];
  readonly dateColumn?: string | undefined;
  /** Columns that are texts whatever they look like. */
  readonly texts?: readonly string[];
}

/** Some columns of a file, rows without them left out. Throws the library's `data/…` errors, each naming its place. */
export async function readTableOf(
  { name, bytes }: DataFile,
  { columns, dateColumn, texts = [] }: ColumnChoice,
): Promise<Table> {
  const { table } = await readTable(bytes, {
    source: name,
    columns,
    ...(dateColumn === undefined ? {} : { dateColumn }),
    ...(texts.length === 0 ? {} : { types: Object.fromEntries(texts.map((column) => [column, "text" as const])) }),
  });
  return table;
}

/** A file as a text. Throws `data/bad-encoding`. */
export function readTextOf({ name, bytes }: DataFile): string {
  return decodeText(bytes, { source: name }).replace(/^\ufeff/, "");
}
