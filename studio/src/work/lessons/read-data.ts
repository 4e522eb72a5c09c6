/** Files as tables and texts. */
import { decodeText, describeColumns, readingOptions, readTable } from "recurra";
import type { ColumnDescription, Reading, Table } from "recurra";
import { StudioError } from "../../studio-error.ts";
import type { DataFile, NamedRule } from "./lesson.ts";

const tables = /\.(csv|tsv|tab|jsonl|ndjson|json|parquet|pq)$/i;

/** Whether a file is read as a table where nobody says what it is. */
export function isTableFile(name: string): boolean {
  return tables.test(name);
}

/** What a page can hold several times over, as a table does while it is read. */
const mostMegabytes = 200;

/** Throws `studio/too-large` or `studio/file-gone` where it is too large for a page, or was changed or removed since it was opened. */
export async function readBytesOf({ name, blob }: DataFile): Promise<Uint8Array> {
  const megabytes = Math.round(blob.size / 1e6);
  if (megabytes > mostMegabytes)
    throw new StudioError(
      "studio/too-large",
      `${name} has ${megabytes} MB, and a page reads up to ${mostMegabytes} MB; recurra train reads larger files.`,
    );
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new StudioError(
      "studio/file-gone",
      `${name} can no longer be read: it was changed or removed after it was opened. Open it again.`,
      { cause },
    );
  }
}

/** The columns of a file. Throws the library's `data/…` errors. */
export async function readColumnsOf(data: DataFile): Promise<readonly ColumnDescription[]> {
  return describeColumns(await readBytesOf(data), { source: data.name, ...data.notation });
}

export interface ColumnChoice {
  readonly columns: readonly string[];
  readonly dateColumn?: string | undefined;
  readonly missing?: NamedRule;
  /** Columns that are texts whatever they look like. */
  readonly texts?: readonly string[];
}

/** Some columns of a file. Throws the library's `data/…` errors, each naming its place. */
export async function readTableOf(data: DataFile, { dateColumn, ...others }: ColumnChoice): Promise<Table> {
  return readTableAgain(data, { ...others, ...(dateColumn === undefined ? {} : { dateColumn }) });
}

/** A file as a task reads it, whose choices travel with its model. Throws the library's `data/…` errors. */
export async function readTableAgain(data: DataFile, reading: Reading): Promise<Table> {
  const { table } = await readTable(await readBytesOf(data), {
    source: data.name,
    ...data.notation,
    ...readingOptions(reading),
  });
  return table;
}

/** A file as a text, its lines ended by `\n` alone. Throws `data/bad-encoding`. */
export async function readTextOf(data: DataFile): Promise<string> {
  return decodeText(await readBytesOf(data), { source: data.name }).replaceAll(/\r\n?/gu, "\n");
}
