/** JSON and JSON lines texts to raw tables: rows are objects, names are keys. */
import { RecurraError } from "../util/errors.ts";
import { placedError } from "./place.ts";
import type { RawTable } from "./raw-table.ts";

export type RowObject = Readonly<Record<string, unknown>>;

/** A JSON text that is an array of objects. Throws `data/empty-file`, `data/bad-json`, `data/no-rows`. */
export function readJson(text: string, source: string): RawTable {
  if (text.trim() === "") throw new RecurraError("data/empty-file", `${source} is empty`);
  const value = parseJson(text, source, undefined);
  if (!Array.isArray(value)) {
    throw new RecurraError(
      "data/bad-json",
      `${source} holds ${describe(value)}, not an array of rows such as [{"date": "2012-01-03", "open": 325.25}]`,
    );
  }
  value.forEach((row, index) => checkRow(row, { source, row: index + 1 }));
  return rawFromRows(value, source);
}

/** A text with one JSON object a line; blank lines are skipped. Throws `data/empty-file`, `data/bad-json`. */
export function readJsonLines(text: string, source: string): RawTable {
  const lines = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, number: index + 1 }]));
  if (lines.length === 0) throw new RecurraError("data/empty-file", `${source} is empty`);
  const rows = lines.map(({ line, number }, index) => {
    const row = parseJson(line, source, number);
    checkRow(row, { source, row: index + 1, line: number });
    return row as RowObject;
  });
  return { ...rawFromRows(rows, source), lines: Int32Array.from(lines, ({ number }) => number) };
}

/** Rows as objects; a key that some rows lack is a missing value there. Throws `data/no-rows`. */
export function rawFromRows(rows: readonly RowObject[], source: string): RawTable {
  if (rows.length === 0) throw new RecurraError("data/no-rows", `${source} has no rows; give it at least one`);
  const found = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) found.add(name);
  const names = [...found];
  const cells = names.map((name) => rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined)));
  return { source, names, rows: rows.length, cells, commasAreDoubtful: false };
}

function checkRow(
  row: unknown,
  place: { readonly source: string; readonly row: number; readonly line?: number },
): void {
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return;
  throw placedError(
    "data/bad-json",
    place,
    `the row is ${describe(row)}, not an object such as {"date": "2012-01-03", "open": 325.25}`,
  );
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `the ${typeof value} ${JSON.stringify(value)}`;
}

/** The value of a JSON text that stands at `line` of its source, or is the whole of it. */
function parseJson(text: string, source: string, line: number | undefined): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const position = /position (\d+)/.exec(reason)?.[1];
    const found = line ?? (position === undefined ? undefined : text.slice(0, Number(position)).split("\n").length);
    throw placedError("data/bad-json", { source, line: found }, `this is not JSON (${reason}); correct it`);
  }
}
