/** Errors about a place in a cell's text: the sentence, the line with a caret under the place, and what to do. */
import type { ErrorCode } from "../util/errors.ts";
import { RecurraError } from "../util/errors.ts";
import type { Place } from "./syntax.ts";

export interface Report {
  readonly code: ErrorCode & `language/${string}`;
  readonly place: Place;
  /** What is wrong, in one sentence without its full stop. */
  readonly what: string;
  /** What to do, and where the facts come from: full sentences, each a line of its own. */
  readonly advice?: readonly string[];
}

/** Columns of a line that are shown around the place. */
const shownColumns = 100;

/** The error, its message complete with the line of `text` and the caret. */
export function languageError(text: string, report: Report): RecurraError {
  const { line, column } = report.place;
  const shown = excerpt(splitLines(text)[line - 1] ?? "", report.place);
  const number = String(line);
  const message = [
    `line ${line}, column ${column}: ${report.what}`,
    "",
    `  ${number} | ${shown.text}`,
    `  ${" ".repeat(number.length)} | ${shown.caret}`,
    ...(report.advice === undefined || report.advice.length === 0 ? [] : ["", ...report.advice]),
  ].join("\n");
  return new RecurraError(report.code, message, { line, column });
}

/** The lines of a text, whichever line ending it uses. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u2028\u2029]/);
}

/** The part of the line around the place, and a line that has `^` below each of its characters. */
function excerpt(line: string, place: Place): { readonly text: string; readonly caret: string } {
  const start = place.column - 1;
  const from = line.length <= shownColumns ? 0 : Math.max(0, start - shownColumns / 2);
  const to = Math.min(line.length, from + shownColumns);
  const before = `${from > 0 ? "…" : ""}${line.slice(from, start)}`;
  const marked = line.slice(start, Math.min(start + place.length, to));
  const text = `${from > 0 ? "…" : ""}${line.slice(from, to)}${to < line.length ? "…" : ""}`;
  return {
    text,
    caret: `${before.replace(/\p{M}/gu, "").replace(/[^\t]/gu, " ")}${"^".repeat(Math.max(1, width(marked)))}`,
  };
}

/** Columns on a screen: marks that stand on the letter before them take none. */
function width(text: string): number {
  return [...text.replace(/\p{M}/gu, "")].length;
}
