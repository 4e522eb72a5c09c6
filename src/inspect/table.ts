/** Plain text tables for the terminal. */
import { printQuantity } from "./format-number.ts";

export type TableValue = string | number | boolean | undefined | null;
export type TableRow = Readonly<Record<string, TableValue>>;

export interface TableColumn {
  /** The field of a row. */
  readonly key: string;
  /** The heading; the key if absent. */
  readonly title?: string;
  /** Numbers stand right and all else left unless this says otherwise. */
  readonly align?: "left" | "right";
  /** How numbers are written: see `printQuantity`. */
  readonly unit?: string;
  /** Decimals of every number; significant figures decide if absent. */
  readonly decimals?: number;
  /** Longer text is cut with an ellipsis. */
  readonly maxWidth?: number;
}

export interface TableOptions {
  /** Before each line, e.g. two spaces. */
  readonly indent?: string;
  /** `false` leaves the headings and the rule under them out. */
  readonly headings?: boolean;
}

/** Columns a character takes in a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji. */
function cellsOf(character: string): number {
  if (/\p{Mark}|\u200b|\u200d|\ufe0f/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

/** Columns that text takes in a terminal. */
export function terminalWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/** Names come from files: control characters (line ends, escape sequences) must not reach the terminal. */
function makePlain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
}

function cutText(text: string, limit: number): string {
  if (terminalWidth(text) <= limit) return text;
  let kept = "";
  for (const character of text) {
    if (terminalWidth(kept + character) > limit - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function printValue(value: TableValue, column: TableColumn): string {
  if (value === undefined || value === null || typeof value === "number")
    return printQuantity(value, column.unit, column.decimals);
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = makePlain(value);
  return column.maxWidth === undefined ? text : cutText(text, column.maxWidth);
}

function standsRight(column: TableColumn, rows: readonly TableRow[]): boolean {
  if (column.align !== undefined) return column.align === "right";
  return (
    rows.some((row) => typeof row[column.key] === "number") && rows.every((row) => typeof row[column.key] !== "string")
  );
}

/** The rows as aligned text, one line each under a line of headings, without a line end after the last. */
export function printTable(
  rows: readonly TableRow[],
  columns: readonly TableColumn[],
  options: TableOptions = {},
): string {
  const { indent = "", headings = true } = options;
  const table = rows.map((row) => columns.map((column) => printValue(row[column.key], column)));
  const titles = columns.map((column) => makePlain(column.title ?? column.key));
  const widths = columns.map((_, at) => {
    const least = headings ? terminalWidth(titles[at] ?? "") : 0;
    return table.reduce((width, row) => Math.max(width, terminalWidth(row[at] ?? "")), least);
  });
  const right = columns.map((column) => standsRight(column, rows));
  const printLine = (values: readonly string[]): string =>
    indent +
    values
      .map((value, at) => {
        const space = " ".repeat((widths[at] ?? 0) - terminalWidth(value));
        return right[at] === true ? space + value : value + space;
      })
      .join("  ")
      .trimEnd();
  const lines = table.map(printLine);
  if (headings) lines.unshift(printLine(titles), printLine(widths.map((width) => "─".repeat(width))));
  return lines.join("\n");
}
