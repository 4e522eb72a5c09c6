/** From cells as a file has them to typed columns: what type a column has, and where a cell breaks it. */
import { RecurraError, known } from "../util/errors.ts";
import { parseDate } from "./parse-date.ts";
import type { DateOrder } from "./parse-date.ts";
import { parseNumber } from "./parse-number.ts";
import type { DecimalMark } from "./parse-number.ts";
import { rawError } from "./raw-table.ts";
import type { RawTable } from "./raw-table.ts";
import { maskOf, printDate, unknownColumn } from "./table.ts";
import type { Column, ColumnKind } from "./table.ts";

/** What a column can be told to be: a kind, or times written as numbers since 1970 or as Excel's days. */
export type ColumnType = ColumnKind | "seconds" | "milliseconds" | "excel-days";

export interface TypingOptions {
  /** The mark between whole and fraction; a point, unless the text leaves it in doubt. */
  readonly decimal?: DecimalMark | undefined;
  /** Which comes first in 1/3/2012; without, slashes are read month first, points day first. */
  readonly dateOrder?: DateOrder | undefined;
  /** Cells that mean a missing value, in any case: `defaultMissingMarks` where not given, of columns said to be texts only empty ones. */
  readonly missingMarks?: readonly string[] | undefined;
  /** Types of columns by name; all others are found from their cells. */
  readonly types?: Readonly<Record<string, ColumnType>> | undefined;
}

export const defaultMissingMarks: readonly string[] = ["", "NA", "N/A", "NaN", "null", "none", "-"];

/** A column being typed. */
interface Typing {
  readonly raw: RawTable;
  readonly column: number;
  readonly cells: readonly unknown[];
  readonly decimal: DecimalMark;
  readonly options: TypingOptions;
  readonly missing: Uint8Array;
  /** Number of cells that are not missing. */
  readonly present: number;
  readonly notes: string[];
}

/** What came of reading all cells as one type. */
interface Attempt {
  readonly values: Float64Array;
  readonly successes: number;
  /** Row of the first cell that is not of the type, or -1. */
  readonly failure: number;
}

type CellReader = (cell: unknown, row: number) => number | undefined;

/**
 * Typed columns of a raw table. What was decided in a way that a person should hear of is added to `notes`.
 * Throws `data/mixed-column`, `data/wrong-type`, `data/ambiguous-number`, `data/ambiguous-date`, `data/not-finite`,
 * `data/inexact-integer`, `data/unsupported-column`, `data/unknown-column`.
 */
export function typeColumns(raw: RawTable, options: TypingOptions, notes: string[]): readonly Column[] {
  for (const name of Object.keys(options.types ?? {})) {
    if (!raw.names.includes(name)) throw unknownColumn(raw.source, name, raw.names);
  }
  const marksOf = (marks: readonly string[]): ReadonlySet<string> =>
    new Set((options.missingMarks ?? marks).map((mark) => mark.trim().toLowerCase()));
  const [usual, ofTexts] = [marksOf(defaultMissingMarks), marksOf([""])];
  return raw.names.map((name, column) => {
    const cells = known(raw.cells[column], "a column");
    const type = options.types === undefined || !Object.hasOwn(options.types, name) ? undefined : options.types[name];
    // Where it is known that there are texts, "none" is a word.
    const marks = type === "text" ? ofTexts : usual;
    const missing = Uint8Array.from(cells, (cell) => (isMissing(cell, marks) ? 1 : 0));
    const present = missing.reduce((count, one) => count - one, missing.length);
    const typing = { raw, column, cells, decimal: options.decimal ?? ".", options, missing, present, notes };
    checkStructure(typing);
    return type === undefined ? inferColumn(typing) : readColumnAs(typing, type);
  });
}

function isMissing(cell: unknown, marks: ReadonlySet<string>): boolean {
  if (typeof cell === "string") return marks.has(cell.trim().toLowerCase());
  return cell === null || cell === undefined || (typeof cell === "number" && Number.isNaN(cell));
}

function checkStructure(typing: Typing): void {
  const row = typing.cells.findIndex((cell) => typeof cell === "object" && cell !== null && !(cell instanceof Date));
  if (row < 0) return;
  const what = "the cell holds a list, a structure or bytes";
  throw rawError(
    "data/unsupported-column",
    typing.raw,
    typing.column,
    row,
    `${what}; leave the column out (columns) or write it as plain values`,
  );
}

/** The type every present cell has, text if there is none; a column that mostly is numbers or dates is an error. */
function inferColumn(typing: Typing): Column {
  const numbers = attempt(typing, readNumberCell(typing, typing.decimal));
  if (numbers.failure < 0) {
    checkCommas(typing);
    return toNumberColumn(typing, numbers.values);
  }
  const dates = attempt(typing, readDateCell(typing.options.dateOrder));
  if (dates.failure < 0) {
    noteDateOrder(typing);
    return toColumn(typing, "date", dates.values);
  }
  const booleans = attempt(typing, readBooleanCell);
  if (booleans.failure < 0) return toColumn(typing, "boolean", booleans.values);
  checkDecimal(typing, numbers);
  checkDateOrder(typing, dates);
  checkMixed(typing, numbers, "a number");
  checkMixed(typing, dates, "a date");
  return toTextColumn(typing);
}

function readColumnAs(typing: Typing, type: ColumnType): Column {
  switch (type) {
    case "text":
      return toTextColumn(typing);
    case "number":
      return toNumberColumn(typing, demand(typing, readNumberCell(typing, typing.decimal), "a number"));
    case "boolean":
      return toColumn(typing, "boolean", demand(typing, readBooleanCell, "true or false"));
    case "date":
      return toColumn(typing, "date", demand(typing, readDateCell(typing.options.dateOrder), "a date"));
    case "seconds":
      return toColumn(
        typing,
        "date",
        readTimes(typing, (seconds) => seconds * 1000),
      );
    case "milliseconds":
      return toColumn(
        typing,
        "date",
        readTimes(typing, (milliseconds) => milliseconds),
      );
    case "excel-days":
      // Excel's day 25569 is 1970-01-01.
      return toColumn(
        typing,
        "date",
        readTimes(typing, (days) => Math.round((days - 25569) * 86_400_000)),
      );
    default:
      throw new RecurraError(
        "util/bad-argument",
        `Column "${typing.raw.names[typing.column]}" cannot be of type "${String(type)}"; give number, text, date, boolean, seconds, milliseconds or excel-days`,
      );
  }
}

function readTimes(typing: Typing, toTime: (value: number) => number): Float64Array {
  const read = readNumberCell(typing, typing.decimal);
  return demand(
    typing,
    (cell, row) => {
      const value = read(cell, row);
      // The range of dates in ECMAScript: 100 million days on either side of 1970.
      return value === undefined || Math.abs(toTime(value)) > 8.64e15 ? undefined : toTime(value);
    },
    "a time",
  );
}

/** All present cells read as one type; a cell that is not of it throws `data/wrong-type`, among dates `data/mixed-column`. */
function demand(typing: Typing, read: CellReader, what: string): Float64Array {
  const result = attempt(typing, read);
  if (result.failure >= 0) {
    if (what === "a date" && !isDateInSomeOrder(typing.cells[result.failure])) checkMixed(typing, result, what);
    const text = `${quote(typing, result.failure)} is not ${what}`;
    const advice =
      what === "a date" ? dateAdvice(typing) : "Correct the cell, or name another type for the column (types)";
    throw rawError("data/wrong-type", typing.raw, typing.column, result.failure, `${text}. ${advice}`);
  }
  return result.values;
}

function dateAdvice(typing: Typing): string {
  return typing.options.dateOrder === undefined
    ? 'Dates are read as 2012-01-03, 1/3/2012 (month first), 03.01.2012 (day first), or by the order given (dateOrder: "day-first" or "month-first")'
    : "Dates are read as 2012-01-03, or with the year last in the order given (dateOrder)";
}

function attempt(typing: Typing, read: CellReader): Attempt {
  const values = new Float64Array(typing.cells.length).fill(NaN);
  let failure = -1;
  let successes = 0;
  typing.cells.forEach((cell, row) => {
    if (typing.missing[row] === 1) return;
    const value = read(cell, row);
    if (value === undefined) {
      if (failure < 0) failure = row;
    } else {
      values[row] = value;
      successes += 1;
    }
  });
  return { values, successes, failure };
}

function readNumberCell(typing: Typing, decimal: DecimalMark): CellReader {
  return (cell, row) => {
    if (typeof cell === "number") return cell;
    if (typeof cell !== "string" && typeof cell !== "bigint") return undefined;
    const value = typeof cell === "bigint" ? Number(cell) : parseNumber(cell.trim(), decimal);
    if (value === undefined || Number.isSafeInteger(value) || isHeld(cell, value)) return value;
    const what = `${cell} is an integer that a float64 cannot hold exactly`;
    const advice = "read the column as text (types) or leave it out (columns)";
    throw rawError("data/inexact-integer", typing.raw, typing.column, row, `${what}; ${advice}`);
  };
}

/** Whether a number says all that its cell said: an integer (an identifier, a count) is not to be rounded unseen. */
function isHeld(cell: string | bigint, value: number): boolean {
  if (typeof cell === "bigint") return BigInt(value) === cell;
  const text = cell.trim();
  return (
    !/^[+-]?\d+$/.test(text) ||
    !Number.isFinite(value) ||
    String(value) === text ||
    BigInt(value) === BigInt(text.replace("+", ""))
  );
}

function readDateCell(order: DateOrder | undefined): CellReader {
  return (cell) => {
    if (cell instanceof Date) return cell.getTime();
    return typeof cell === "string" ? parseDate(cell.trim(), order) : undefined;
  };
}

function isDateInSomeOrder(cell: unknown): boolean {
  return (["day-first", "month-first"] as const).some((order) => readDateCell(order)(cell, 0) !== undefined);
}

function readBooleanCell(cell: unknown): number | undefined {
  if (typeof cell === "boolean") return cell ? 1 : 0;
  const text = typeof cell === "string" ? cell.trim().toLowerCase() : "";
  return text === "true" ? 1 : text === "false" ? 0 : undefined;
}

function toNumberColumn(typing: Typing, values: Float64Array): Column {
  const row = values.findIndex((value) => Math.abs(value) === Infinity);
  if (row >= 0) {
    const what = `${quote(typing, row)} is not a finite number`;
    throw rawError(
      "data/not-finite",
      typing.raw,
      typing.column,
      row,
      `${what}; correct the cell or let it count as missing (missingMarks)`,
    );
  }
  return toColumn(typing, "number", values);
}

function toColumn(typing: Typing, kind: "number" | "date" | "boolean", values: Float64Array): Column {
  const common = { name: known(typing.raw.names[typing.column], "a name"), ...maskOf(typing.missing) };
  return kind === "boolean" ? { kind, values: Uint8Array.from(values), ...common } : { kind, values, ...common };
}

function toTextColumn(typing: Typing): Column {
  const values = typing.cells.map((cell, row) => (typing.missing[row] === 1 ? "" : printCell(cell)));
  return { kind: "text", name: known(typing.raw.names[typing.column], "a name"), values, ...maskOf(typing.missing) };
}

function printCell(cell: unknown): string {
  return cell instanceof Date ? printDate(cell.getTime()) : String(cell);
}

function quote(typing: Typing, row: number): string {
  const text = printCell(typing.cells[row]);
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

/** A column of which more than half is of a type was surely meant to be of it. */
function checkMixed(typing: Typing, result: Attempt, what: string): void {
  if (result.successes * 2 <= typing.present) return;
  const text = `${quote(typing, result.failure)} is not ${what}, though ${result.successes} of ${typing.present} cells of the column are`;
  const name = typing.raw.names[typing.column];
  const advice = `Correct it, let it count as missing (missingMarks), or read the column as text (types: { "${name}": "text" })`;
  throw rawError("data/mixed-column", typing.raw, typing.column, result.failure, `${text}. ${advice}`);
}

/** Numbers that are whole only with a decimal comma need that to be said. */
function checkDecimal(typing: Typing, points: Attempt): void {
  if (typing.options.decimal !== undefined) return;
  if (attempt(typing, readNumberCell(typing, ",")).failure >= 0) return;
  throw ambiguousNumber(typing, points.failure, "is a number only with a decimal comma");
}

/** Where fields are not separated by commas, a comma in a number may be of either kind. */
function checkCommas(typing: Typing): void {
  if (typing.options.decimal !== undefined || !typing.raw.commasAreDoubtful) return;
  const row = typing.cells.findIndex((cell) => typeof cell === "string" && cell.includes(","));
  if (row >= 0) throw ambiguousNumber(typing, row, "has a comma that may be a decimal comma or a thousands mark");
}

function ambiguousNumber(typing: Typing, row: number, what: string): RecurraError {
  const advice = 'Say which mark is the decimal one (decimal: "," or "."), or read the column as text (types)';
  return rawError("data/ambiguous-number", typing.raw, typing.column, row, `${quote(typing, row)} ${what}. ${advice}`);
}

/** Dates that are dates only in an order nobody stated need it stated. */
function checkDateOrder(typing: Typing, usual: Attempt): void {
  if (typing.options.dateOrder !== undefined) return;
  for (const order of ["day-first", "month-first"] as const) {
    if (attempt(typing, readDateCell(order)).failure >= 0) continue;
    const text = `${quote(typing, usual.failure)} is a date only if read ${order.replace("-", " ")}`;
    const advice = `Say so (dateOrder: "${order}"), or read the column as text (types)`;
    throw rawError("data/ambiguous-date", typing.raw, typing.column, usual.failure, `${text}. ${advice}`);
  }
}

/** Notes that dates were read in one order where the other would have done as well. */
function noteDateOrder(typing: Typing): void {
  if (typing.options.dateOrder !== undefined) return;
  const monthFirst = attempt(typing, readDateCell("month-first"));
  const dayFirst = attempt(typing, readDateCell("day-first"));
  if (monthFirst.failure >= 0 || dayFirst.failure >= 0) return;
  const row = monthFirst.values.findIndex((value, index) => !Object.is(value, dayFirst.values[index]));
  if (row < 0) return;
  const chosen = printCell(typing.cells[row]).includes("/") ? "month first" : "day first";
  const name = typing.raw.names[typing.column];
  typing.notes.push(
    `Dates of column "${name}" such as ${quote(typing, row)} were read ${chosen}; give dateOrder if that is wrong`,
  );
}
