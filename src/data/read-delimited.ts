/** CSV and TSV texts to raw tables, by Papa Parse, with everything that is wrong with the text said at its line. */
import Papa from "papaparse";
import { printCount } from "../util/count.ts";
import { RecurraError, known } from "../util/errors.ts";
import { parseDate } from "./parse-date.ts";
import { parseNumber } from "./parse-number.ts";
import { placedError } from "./place.ts";
import type { RawTable } from "./raw-table.ts";

export interface DelimitedOptions {
  readonly source: string;
  /** Between fields; found from the text (comma, semicolon, tab or bar) where it is not given. */
  readonly separator?: string | undefined;
  /** Whether `"` encloses fields; without, it is a character like any other. */
  readonly quotes?: boolean | undefined;
  /** Names of the columns of a text whose first line already is a row. */
  readonly names?: readonly string[] | undefined;
}

interface Records {
  /** Fields of each line that is not blank. */
  readonly fields: readonly (readonly string[])[];
  /** 1-based line each record begins on. */
  readonly lines: readonly number[];
  readonly separator: string;
}

/**
 * Rows and names of a CSV or TSV text. Throws `data/empty-file`, `data/no-rows`, `data/no-header`, `data/bad-quotes`,
 * `data/ragged-row`, `data/duplicate-column`.
 */
export function readDelimited(text: string, options: DelimitedOptions): RawTable {
  const records = splitRecords(text, options);
  const header = options.names ?? readHeader(records, options.source);
  const first = options.names === undefined ? 1 : 0;
  const fields = records.fields.slice(first);
  const lines = Int32Array.from(records.lines.slice(first));
  if (fields.length === 0) {
    throw new RecurraError("data/no-rows", `${options.source} has column names but no rows; give it at least one`);
  }
  const width = countColumns(header, fields);
  fields.forEach((row, index) =>
    checkWidth(row, width, { source: options.source, row: index + 1, line: lines[index] }),
  );
  const names = nameColumns(header.slice(0, width), options.source);
  const cells = names.map((_, column) => fields.map((row) => known(row[column], "a field")));
  return {
    source: options.source,
    names,
    rows: fields.length,
    cells,
    lines,
    commasAreDoubtful: records.separator === ";",
  };
}

function splitRecords(text: string, options: DelimitedOptions): Records {
  if (text.trim() === "") throw new RecurraError("data/empty-file", `${options.source} is empty`);
  const lineBreak = findLineBreak(text);
  const unified = lineBreak === undefined ? unifyLineBreaks(text) : text;
  const newline = lineBreak ?? "\n";
  const dialect = { newline, ...(options.quotes === false ? { fastMode: true } : {}) };
  const separator = options.separator ?? findSeparator(unified, dialect);
  const parsed = Papa.parse<string[]>(unified, { ...dialect, delimiter: separator });
  const lines = startLines(parsed.data, newline === "\r" ? "\r" : "\n");
  const badQuotes = parsed.errors.find((error) => error.type === "Quotes");
  if (badQuotes !== undefined) {
    const what =
      badQuotes.code === "MissingQuotes"
        ? "a quoted field is never closed"
        : "text follows the closing quote of a field";
    const advice = 'write a quote inside a field as "", or read without quotes (quotes: false)';
    throw placedError(
      "data/bad-quotes",
      { source: options.source, line: lines[badQuotes.row ?? 0] ?? lines.at(-1) },
      `${what}; ${advice}`,
    );
  }
  const kept = rowsWithContent(parsed.data);
  return {
    fields: kept.map((row) => known(parsed.data[row], "a record")),
    lines: kept.map((row) => known(lines[row], "a line")),
    separator,
  };
}

interface Dialect {
  readonly newline: "\n" | "\r\n" | "\r";
  readonly fastMode?: boolean;
}

/** Lines looked at to find the separator. */
const previewLines = 50;

/**
 * Of comma, semicolon, tab and bar the one that cuts the first line into the most fields, those that cut all lines alike going
 * before the others; a comma where none cuts it.
 */
function findSeparator(text: string, dialect: Dialect): string {
  let best = { separator: ",", isEven: false, width: 1 };
  for (const separator of [",", ";", "\t", "|"]) {
    const options = { ...dialect, delimiter: separator, preview: previewLines, skipEmptyLines: "greedy" as const };
    const widths = Papa.parse<string[]>(text, options).data.map((record) => record.length);
    const width = widths[0] ?? 1;
    const isEven = widths.every((other) => other === width);
    const isBetter = isEven === best.isEven ? width > best.width : isEven;
    if (width > 1 && isBetter) best = { separator, isEven, width };
  }
  return best.separator;
}

/** The one line break of a text, or nothing if it has several kinds. */
function findLineBreak(text: string): "\n" | "\r\n" | "\r" | undefined {
  if (!text.includes("\r")) return "\n";
  if (!text.includes("\n")) return "\r";
  const both = text.split("\r\n").length;
  return both === text.split("\n").length ? "\r\n" : undefined;
}

/** Line breaks outside quotes as `\n`: the pieces at even places between quotes lie outside. */
function unifyLineBreaks(text: string): string {
  return text
    .split('"')
    .map((piece, index) => (index % 2 === 0 ? piece.replace(/\r\n?/g, "\n") : piece))
    .join('"');
}

/** The line each record begins on: one more than the record before, and one more for every line break inside its fields. */
function startLines(records: readonly (readonly string[])[], lineBreak: string): number[] {
  let line = 1;
  return records.map((record) => {
    const start = line;
    line += 1;
    for (const field of record) if (field.includes(lineBreak)) line += field.split(lineBreak).length - 1;
    return start;
  });
}

/** Blank lines are no rows, except between the rows of a single column, where one is a missing value. */
function rowsWithContent(records: readonly (readonly string[])[]): number[] {
  const isBlank = (record: readonly string[]): boolean => record.length <= 1 && (record[0] ?? "").trim() === "";
  const all = records.map((_, index) => index);
  const filled = all.filter((index) => !isBlank(known(records[index], "a record")));
  if (filled.some((index) => known(records[index], "a record").length > 1)) return filled;
  return all.slice(filled[0], known(filled.at(-1), "a line") + 1);
}

function readHeader(records: Records, source: string): readonly string[] {
  const header = known(records.fields[0], "a first record").map((name) => name.trim());
  const named = header.filter((name) => name !== "");
  if (named.every((name) => parseNumber(name, ".") !== undefined || parseDate(name, "month-first") !== undefined)) {
    const what = `the first line holds values ("${named[0] ?? ""}"), not the names of columns`;
    throw placedError(
      "data/no-header",
      { source, line: records.lines[0] },
      `${what}; add a line of names or give them (names)`,
    );
  }
  return header;
}

/** How many columns there are without unnamed ones at the end that hold nothing (commas at the ends of lines). */
function countColumns(header: readonly string[], fields: readonly (readonly string[])[]): number {
  let width = header.length;
  while (width > 0 && header[width - 1] === "" && fields.every((row) => (row[width - 1] ?? "").trim() === ""))
    width -= 1;
  return width;
}

function checkWidth(
  row: readonly string[],
  width: number,
  place: { source: string; row: number; line: number | undefined },
): void {
  const isLonger = row.slice(width).some((field) => field.trim() !== "");
  if (row.length >= width && !isLonger) return;
  const what = `the row has ${printCount(row.length, "field")} where there are ${width} columns`;
  throw placedError(
    "data/ragged-row",
    place,
    `${what}; add or remove separators, or put fields that contain one in quotes`,
  );
}

/** Names as given; a column without one, such as an index, is called by its number. */
function nameColumns(header: readonly string[], source: string): readonly string[] {
  const names = header.map((name, index) => (name === "" ? `column ${index + 1}` : name));
  names.forEach((name, index) => {
    const first = names.indexOf(name);
    if (first === index) return;
    const what = `columns ${first + 1} and ${index + 1} are both named "${name}"`;
    throw placedError("data/duplicate-column", { source, line: 1, field: index + 1 }, `${what}; rename one of them`);
  });
  return names;
}
