/** From the bytes or the text of a file to a typed, ordered table without unsaid gaps, and a report of what was decided on the way. */
import { printCount } from "../util/count.ts";
import { RecurraError } from "../util/errors.ts";
import { countMissing, fillMissing } from "./missing.ts";
import type { MissingRule } from "./missing.ts";
import { orderRows } from "./order-rows.ts";
import type { DuplicateRule, RowOrder } from "./order-rows.ts";
import { readDelimited } from "./read-delimited.ts";
import { rawFromRows, readJson, readJsonLines } from "./read-json.ts";
import type { RowObject } from "./read-json.ts";
import type { RawTable } from "./raw-table.ts";
import { createTable, countFromOne, unknownColumn } from "./table.ts";
import type { Table } from "./table.ts";
import { typeColumns } from "./type-columns.ts";
import type { TypingOptions } from "./type-columns.ts";

export type TextFormat = "csv" | "tsv" | "jsonl" | "json";
export type TableFormat = TextFormat | "parquet";

/** How a table is made of raw cells, whatever the format. */
export interface TableOptions extends TypingOptions {
  /** What messages call the data; a file's name also tells its format. */
  readonly source?: string;
  /** Only these columns, in this order (the date and group columns are added in front where they are not named). */
  readonly columns?: readonly string[];
  /** A column of times: rows are sorted by it, ascending. */
  readonly dateColumn?: string;
  /** A column that tells series apart: times, gaps and duplicates are judged within a series. */
  readonly groupColumn?: string;
  readonly duplicates?: DuplicateRule;
  readonly missing?: MissingRule;
  /** Rules for missing values of single columns. */
  readonly missingByColumn?: Readonly<Record<string, MissingRule>>;
}

export interface ReadTableOptions extends TableOptions {
  /** Found from the ending of `source` where it is not given. */
  readonly format?: TableFormat;
  /** Any label the Encoding Standard knows, such as `"windows-1252"`; UTF-8 where not given, UTF-16 by its byte order mark. */
  readonly encoding?: string;
  /** Between fields of a CSV text; found from the text where it is not given. */
  readonly separator?: string;
  /** `false`: `"` is a character like any other (texts with stray quotes). */
  readonly quotes?: boolean;
  /** Names of the columns of a CSV or TSV text that has no line of names. */
  readonly names?: readonly string[];
}

/** What was decided and done while reading. */
export interface ReadReport {
  readonly format: TableFormat | "rows";
  /** How the rows stood before they were sorted by date; absent without a date column. */
  readonly order?: RowOrder;
  readonly droppedRows: number;
  readonly filledValues: number;
  /** Sentences for people: everything that changed the data or was a guess. */
  readonly notes: readonly string[];
}

export interface TableReading {
  readonly table: Table;
  readonly report: ReadReport;
}

const formatOfEnding: Readonly<Record<string, TableFormat>> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  // Columns in a text file; what stands between them is found from the text.
  txt: "csv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  parquet: "parquet",
  pq: "parquet",
};

/** A table from the contents of a file in any format. Throws the `data/…` errors of reading, each naming its place. */
export async function readTable(contents: Uint8Array | string, options: ReadTableOptions = {}): Promise<TableReading> {
  return finishTable(await readCells(contents, options), findFormat(options), options);
}

/** The cells of a file as they are, of the columns asked for where a format can read those alone. */
export async function readCells(contents: Uint8Array | string, options: ReadTableOptions): Promise<RawTable> {
  const format = findFormat(options);
  if (format !== "parquet") {
    const text = typeof contents === "string" ? contents : decodeText(contents, options);
    return readRaw(text.replace(/^\ufeff/, ""), format, options);
  }
  const source = options.source ?? "table";
  if (typeof contents === "string")
    throw new RecurraError("util/bad-argument", `${source}: Parquet is not a text; give its bytes`);
  if (contents.length === 0) throw new RecurraError("data/empty-file", `${source} is empty`);
  const { readParquet } = await import("./read-parquet.ts");
  return readParquet(contents, source, wantedColumns(options));
}

/** A table from a text in CSV, TSV, JSON lines or JSON. Throws as `readTable`. */
export function parseTable(text: string, options: ReadTableOptions = {}): TableReading {
  const format = findFormat(options);
  return finishTable(readRaw(text.replace(/^\ufeff/, ""), format, options), format, options);
}

/** A table from objects in memory, one a row; text in them is read as the text of a file is. */
export function tableFromRows(rows: readonly RowObject[], options: TableOptions = {}): TableReading {
  return finishTable(rawFromRows(rows, options.source ?? "rows"), "rows", options);
}

function readRaw(text: string, format: TableFormat, options: ReadTableOptions): RawTable {
  const { source = "table", quotes, names } = options;
  switch (format) {
    case "csv":
      return readDelimited(text, { source, separator: options.separator, quotes, names });
    case "tsv":
      return readDelimited(text, { source, separator: options.separator ?? "\t", quotes, names });
    case "jsonl":
      return readJsonLines(text, source);
    case "json":
      return readJson(text, source);
    case "parquet":
      throw new RecurraError("util/bad-argument", `${source}: Parquet is not a text; use readTable with its bytes`);
  }
}

/** The format given, or the one the source's ending names. Throws `data/unknown-format`. */
function findFormat(options: ReadTableOptions): TableFormat {
  if (options.format !== undefined) return options.format;
  const ending = /\.([^./\\]+)$/.exec(options.source ?? "")?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(formatOfEnding, ending) ? formatOfEnding[ending] : undefined;
  if (format !== undefined) return format;
  const what =
    ending === "" ? "has no ending that tells its format" : `ends in .${ending}, which tells no format known here`;
  throw new RecurraError(
    "data/unknown-format",
    `${options.source ?? "The data"} ${what}; give it (format): csv, tsv, jsonl, json or parquet`,
  );
}

/** The text of a file in UTF-8 (UTF-16 by its byte order mark), or in the encoding given. Throws `data/bad-encoding`. */
export function decodeText(bytes: Uint8Array, options: Pick<ReadTableOptions, "encoding" | "source"> = {}): string {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  const encoding = options.encoding ?? marked;
  const source = options.source ?? "table";
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw new RecurraError(
      "data/bad-encoding",
      `${source}: the encoding "${encoding}" is not known; give one such as "utf-8" or "windows-1252" (encoding)`,
      { cause },
    );
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new RecurraError(
      "data/bad-encoding",
      `${source} is not ${encoding} text; save it as UTF-8 or give its encoding (encoding: "windows-1252")`,
      { cause },
    );
  }
}

/** The columns to read with those that order and group the rows, or nothing for all. */
function wantedColumns(options: TableOptions): readonly string[] | undefined {
  if (options.columns === undefined) return undefined;
  const needed = [options.dateColumn, options.groupColumn].filter((name) => name !== undefined);
  return [...new Set([...needed.filter((name) => !options.columns?.includes(name)), ...options.columns])];
}

function finishTable(all: RawTable, format: TableFormat | "rows", options: TableOptions): TableReading {
  const notes: string[] = [];
  const raw = selectRaw(all, wantedColumns(options));
  const types = datesAsDates(raw, options);
  const columns = typeColumns(raw, { ...options, types }, notes);
  const typed = createTable(columns, {
    source: raw.source,
    rows: countFromOne(raw.rows),
    ...(raw.lines === undefined ? {} : { lines: raw.lines }),
  });
  const ordered = orderTable(typed, options, notes);
  const filled = fillMissing(ordered.table, {
    rule: options.missing,
    byColumn: options.missingByColumn,
    groupColumn: options.groupColumn,
  });
  if (filled.dropped > 0) {
    notes.push(`Dropped ${filled.dropped} of ${printCount(ordered.table.rows, "row")} for missing values`);
  }
  if (filled.filled > 0) notes.push(`Filled in ${printCount(filled.filled, "missing value")}`);
  const report: ReadReport = {
    format,
    ...(ordered.was === undefined ? {} : { order: ordered.was }),
    droppedRows: ordered.dropped + filled.dropped,
    filledValues: filled.filled,
    notes,
  };
  return { table: filled.table, report };
}

function selectRaw(raw: RawTable, names: readonly string[] | undefined): RawTable {
  if (names === undefined) return raw;
  const indices = names.map((name) => {
    const index = raw.names.indexOf(name);
    if (index < 0) throw unknownColumn(raw.source, name, raw.names);
    return index;
  });
  return { ...raw, names, cells: indices.map((index) => raw.cells[index] ?? []) };
}

/** The date column is read as dates unless it was given a type; a cell that is no date is then named. */
function datesAsDates(raw: RawTable, options: TableOptions): TypingOptions["types"] {
  const { dateColumn, types = {} } = options;
  if (dateColumn === undefined || Object.hasOwn(types, dateColumn)) return types;
  if (!raw.names.includes(dateColumn)) throw unknownColumn(raw.source, dateColumn, raw.names);
  return { ...types, [dateColumn]: "date" };
}

interface OrderedTable {
  readonly table: Table;
  readonly was?: RowOrder;
  readonly dropped: number;
}

function orderTable(table: Table, options: TableOptions, notes: string[]): OrderedTable {
  const { dateColumn, groupColumn } = options;
  if (dateColumn === undefined) return { table, dropped: 0 };
  const dated = dropUndated(table, dateColumn, options);
  const ordered = orderRows(dated, { dateColumn, groupColumn, duplicates: options.duplicates });
  if (dated.rows < table.rows) notes.push(`Dropped ${printCount(table.rows - dated.rows, "row")} without a time`);
  if (ordered.was === "descending") notes.push(`Rows stood newest first and were turned around (by "${dateColumn}")`);
  if (ordered.was === "unordered") notes.push(`Rows were not in order of time and were sorted (by "${dateColumn}")`);
  if (ordered.dropped > 0) notes.push(`Dropped ${printCount(ordered.dropped, "row")} with the time of another`);
  return { table: ordered.table, was: ordered.was, dropped: table.rows - ordered.table.rows };
}

/** Rows without a time can only be dropped, and only if that is the rule for their column. */
function dropUndated(table: Table, dateColumn: string, options: TableOptions): Table {
  const { missing, missingByColumn = {} } = options;
  const rule = Object.hasOwn(missingByColumn, dateColumn) ? missingByColumn[dateColumn] : missing;
  const dates = table.columns.find((column) => column.name === dateColumn);
  if (rule !== "drop" || dates === undefined || countMissing(dates) === 0) return table;
  return fillMissing(table, { rule: "keep", byColumn: { [dateColumn]: "drop" } }).table;
}
