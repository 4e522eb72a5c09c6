/** Data files for commands: which columns are meant, and reading those alone. */
import path from "node:path";
import { describeColumns, readBytes, readingOptions, readTable } from "../node.ts";
import type { ColumnDescription, MissingRule, Reading, ReadingChoice, Table, TableReading } from "../node.ts";
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import type { Terminal } from "./terminal.ts";

/** Options about reading that several commands have. */
export interface ReadingFlags {
  readonly missing?: MissingRule;
  readonly decimal?: "." | ",";
  readonly dateOrder?: "day-first" | "month-first";
}

export function addReadingOptions(command: Command): Command {
  return command
    .option(
      "--missing <RULE>",
      "what to do where a value is missing: error, drop (the row), previous, linear, or a number to put (default: error)",
      parseRule,
    )
    .option(
      "--date-order <ORDER>",
      "how to read dates such as 1/3/2012: day-first or month-first",
      oneOf(["day-first", "month-first"]),
    )
    .option("--decimal <MARK>", 'the decimal mark, "." or "," (default: ".")', oneOf([".", ","]));
}

/** Takes one of these texts. */
export function oneOf<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) throw new InvalidArgumentError(`Give one of ${choices.join(", ")}.`);
    return chosen;
  };
}

function parseRule(text: string): MissingRule {
  const rule = (["error", "drop", "previous", "linear"] as const).find((one) => one === text);
  if (rule !== undefined) return rule;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("Give error, drop, previous, linear, or a number.");
  return { value };
}

/** What of the flags travels with the model. */
export function readingChoice({ missing, decimal, dateOrder }: ReadingFlags): ReadingChoice {
  return {
    ...(missing === undefined ? {} : { missing }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
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
  const bytes = await readBytes(file);
  const source = path.basename(file);
  const { decimal, dateOrder } = choice;
  const columns = await describeColumns(bytes, {
    source,
    ...(decimal === undefined ? {} : { decimal }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
  });
  return {
    source,
    columns,
    read: async (reading, open) => readTable(bytes, { source, ...readingOptions(reading, open) }),
  };
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
  for (const note of report.notes) terminal.say(`note: ${note}`);
  return table;
}
