/** Looks into a file: its columns and first values, or the start of its text. */
import { describeColumns, findColumn, printDate, readTable } from "recurra";
import type { Table } from "recurra";
import type { DataFile } from "./lessons/lesson.ts";
import { isTableFile, readBytesOf, readTextOf } from "./lessons/read-data.ts";
import type { DataFacts } from "./preview.ts";

/** Rows, and characters of a text, that are shown. */
const shown = { rows: 5, characters: 600 } as const;

/** Throws the library's `data/…` errors, each naming its place. */
export async function previewData(data: DataFile): Promise<DataFacts> {
  if (!isTableFile(data.name)) {
    const text = await readTextOf(data);
    return {
      kind: "text",
      characters: [...text].length,
      lines: text.split(/\r?\n/).filter((line) => line.trim() !== "").length,
      start: [...text].slice(0, shown.characters).join(""),
    };
  }
  const options = { source: data.name, ...data.notation };
  const bytes = await readBytesOf(data);
  const described = await describeColumns(bytes, options);
  // Rows with gaps count too: which of them are read depends on the columns that are chosen.
  const { table, report } = await readTable(bytes, { ...options, missing: "keep" });
  return {
    kind: "table",
    columns: described.map(({ name, looksLike }) => ({ name, looksLike, first: firstOf(table, name) })),
    rows: table.rows,
    notes: report.notes,
  };
}

function firstOf(table: Table, name: string): readonly string[] {
  const column = findColumn(table, name);
  return Array.from({ length: Math.min(shown.rows, table.rows) }, (_, row) => {
    if (column.missing?.[row] === 1) return "";
    if (column.kind === "date") return printDate(column.values[row] ?? NaN);
    if (column.kind === "boolean") return String(column.values[row] === 1);
    return String(column.values[row] ?? "");
  });
}
