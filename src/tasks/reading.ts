/** How the tables of a task are read: the same for training and ever after. */
import type { MissingRule, ReadTableOptions, Table } from "../data/index.ts";
import type { PlainData } from "../util/plain-data.ts";

/** Plain data that travels with the model. */
export interface Reading {
  /** Every column that is needed. */
  readonly columns: readonly string[];
  readonly dateColumn?: string;
  readonly groupColumn?: string;
  readonly missing?: MissingRule;
  readonly decimal?: "." | ",";
  readonly dateOrder?: "month-first" | "day-first";
  /** Names of the columns of a CSV or TSV file that has no line of names. */
  readonly names?: readonly string[];
  /** `false`: `"` is a character like any other. */
  readonly quotes?: boolean;
  /** Columns of texts, whatever they look like. */
  readonly texts?: readonly string[];
}

/** What a user may say about reading; the columns follow from the task. */
export type ReadingChoice = Pick<Reading, "missing" | "decimal" | "dateOrder" | "names" | "quotes">;

/**
 * Options for `readTable`. A task's `optional` columns may be left out of the table, or missing at its end: what is to be forecast is
 * not known yet.
 */
export function readingOptions(
  { columns, texts = [], ...rest }: Reading,
  open: readonly string[] = [],
): ReadTableOptions {
  const { missing = "error" } = rest;
  const keep = Object.fromEntries(open.filter((name) => columns.includes(name)).map((name) => [name, "keep" as const]));
  const types = Object.fromEntries(
    texts.filter((name) => columns.includes(name)).map((name) => [name, "text" as const]),
  );
  return {
    ...rest,
    columns,
    types,
    ...(missing === "error" ? { missingByColumn: keep } : {}),
  };
}

/** The column of times: the one named, else the first with dates, else none. */
export function findDateColumn(table: Table, name: string | undefined): string | undefined {
  return name ?? table.columns.find(({ kind, missing }) => kind === "date" && missing === undefined)?.name;
}

/** From a model file. */
export function parseReading(data: PlainData): Reading {
  const reading = data.object();
  const dateColumn = reading.find("dateColumn")?.text();
  const groupColumn = reading.find("groupColumn")?.text();
  const texts = reading.find("texts");
  return {
    columns: reading
      .get("columns")
      .array(10_000)
      .map((name) => name.text()),
    ...(dateColumn === undefined ? {} : { dateColumn }),
    ...(groupColumn === undefined ? {} : { groupColumn }),
    ...parseReadingChoice(data),
    ...(texts === undefined ? {} : { texts: texts.array(10_000).map((name) => name.text()) }),
  };
}

/** The part that a user chose. */
export function parseReadingChoice(data: PlainData): ReadingChoice {
  const reading = data.object();
  const missing = reading.find("missing");
  const decimal = reading.find("decimal")?.oneOf([".", ","]);
  const dateOrder = reading.find("dateOrder")?.oneOf(["month-first", "day-first"]);
  const names = reading.find("names");
  const quotes = reading.find("quotes")?.flag();
  return {
    ...(missing === undefined ? {} : { missing: parseRule(missing) }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(names === undefined ? {} : { names: names.array(10_000).map((name) => name.text()) }),
    ...(quotes === undefined ? {} : { quotes }),
  };
}

function parseRule(data: PlainData): MissingRule {
  if (typeof data.value === "string") return data.oneOf(["error", "drop", "previous", "linear", "keep"]);
  const value = data.object(["value"]).get("value");
  return {
    value:
      typeof value.value === "number" ? value.number() : typeof value.value === "boolean" ? value.flag() : value.text(),
  };
}
