/** Data files for commands: which columns are meant, and reading those alone. */
import path from "node:path";
import { describeColumns, readBytes, readingOptions, readTable } from "../node.ts";
import type { ColumnDescription, MissingRule, Reading, ReadingChoice, Table, TableReading } from "../node.ts";
import { InvalidArgumentError } from "commander";
import type { TaskOption } from "./tasks/command-task.ts";
import { nameFlags } from "./name-flags.ts";
import { list } from "./values.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

/** Options about reading that several commands have. */
export interface ReadingFlags {
  readonly missing?: MissingRule;
  readonly decimal?: "." | ",";
  readonly dateOrder?: "day-first" | "month-first";
  /** Names of columns. */
  readonly columns?: readonly string[];
  readonly quotes?: boolean;
}

/** Takes one of these texts. */
export function oneOf<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) throw new InvalidArgumentError(`Give one of ${choices.join(", ")}.`);
    return chosen;
  };
}

/** Their declarations. */
export const readingOptionList: readonly TaskOption[] = [
  {
    flags: "--missing <RULE>",
    description:
      "what to do where a value is missing: error, drop (the row), previous, linear, or a number to put (default: error)",
    parse: parseRule,
  },
  {
    flags: "--date-order <ORDER>",
    description: "how to read dates such as 1/3/2012: day-first or month-first",
    parse: oneOf(["day-first", "month-first"]),
  },
  { flags: "--decimal <MARK>", description: 'the decimal mark, "." or "," (default: ".")', parse: oneOf([".", ","]) },
  {
    flags: "--columns <NAMES>",
    description: "names of the columns of a CSV or TSV file that has no line of names, with commas between them",
    parse: list,
  },
  { flags: "--no-quotes", description: 'take " in a CSV or TSV file as a character like any other' },
];

function parseRule(text: string): MissingRule {
  const rule = (["error", "drop", "previous", "linear"] as const).find((one) => one === text);
  if (rule !== undefined) return rule;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("Give error, drop, previous, linear, or a number.");
  return { value };
}

/** Throws a usage error for a rule that makes up values, where what may be missing are texts. */
export function checkRuleOfTexts({ missing = "error" }: ReadingFlags): void {
  if (missing === "error" || missing === "drop") return;
  const rule = typeof missing === "object" && "value" in missing ? missing.value : missing;
  throw new UsageError(`--missing ${String(rule)} fills in numbers, but texts cannot be made up; give drop or error`);
}

/** What of the flags travels with the model. */
export function readingChoice({ missing, decimal, dateOrder, columns, quotes }: ReadingFlags): ReadingChoice {
  return {
    ...(missing === undefined ? {} : { missing }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(columns === undefined ? {} : { names: columns }),
    ...(quotes === false ? { quotes } : {}),
  };
}

/** A file whose columns are known, before its rows are read. */
export interface DataFile {
  readonly source: string;
  readonly columns: readonly ColumnDescription[];
  read(reading: Reading, open?: readonly string[]): Promise<TableReading>;
}

/** Throws `file/cannot-read` and the `data/…` errors of a file that cannot be read at all. */
export async function openData(file: string, choice: ReadingChoice = {}): Promise<DataFile> {
  return openBytes(await readBytes(file), path.basename(file), choice);
}

/** The same of a file that was read already. */
export async function openBytes(bytes: Uint8Array, source: string, choice: ReadingChoice): Promise<DataFile> {
  const { decimal, dateOrder, names, quotes } = choice;
  const columns = await describeColumns(bytes, {
    source,
    ...(decimal === undefined ? {} : { decimal }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(names === undefined ? {} : { names }),
    ...(quotes === undefined ? {} : { quotes }),
  });
  return {
    source,
    columns,
    read: async (reading, open) => readTable(bytes, { source, ...readingOptions(reading, open) }),
  };
}

/** A table with these columns (those that are defined), read as the flags say. */
export async function readColumns(
  data: DataFile,
  flags: ReadingFlags,
  wanted: {
    readonly columns: readonly (string | undefined)[];
    readonly dateColumn?: string | undefined;
    readonly groupColumn?: string | undefined;
    readonly texts?: readonly string[] | undefined;
  },
): Promise<TableReading> {
  const { columns, dateColumn, groupColumn, texts } = wanted;
  return data.read({
    columns: [...new Set(columns.filter((name) => name !== undefined))],
    ...(dateColumn === undefined ? {} : { dateColumn }),
    ...(groupColumn === undefined ? {} : { groupColumn }),
    ...(texts === undefined ? {} : { texts }),
    ...readingChoice(flags),
  });
}

/** Names as they were given: a column of that name, or several names with commas between them. */
export function splitNames(given: readonly string[], { columns }: DataFile): readonly string[] {
  const isColumn = (name: string): boolean => columns.some((column) => column.name === name);
  return given.flatMap((name) => (isColumn(name) ? [name] : name.split(",").map((part) => part.trim())));
}

/** The column of times: the one named, none for "none", else the first that looks like dates. */
export function chooseDate(
  { columns }: DataFile,
  given: string | undefined,
  taken: readonly string[],
): string | undefined {
  if (given === "none") return undefined;
  return given ?? columns.find(({ name, looksLike }) => looksLike === "date" && !taken.includes(name))?.name;
}

/** Says what was decided while reading. */
export function tellNotes({ report, table }: TableReading, terminal: Terminal): Table {
  for (const note of report.notes) terminal.say(`note: ${nameFlags(note)}`);
  return table;
}
