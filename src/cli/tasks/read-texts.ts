/** The texts that a model of texts is given: a column of a table, or the lines of a file. */
import path from "node:path";
import {
  createTable,
  decodeText,
  encodeText,
  findUnknown,
  printCount,
  printPlace,
  printQuantity,
  readBytes,
  readTexts,
  unknownToken,
} from "../../node.ts";
import type { Reading, Table, Vocabulary } from "../../node.ts";
import { openBytes, tellNotes } from "../read-data.ts";
import type { Terminal } from "../terminal.ts";

/** How a model's texts are read. */
interface TextColumn {
  readonly reading: Reading;
  readonly column: string;
}

/** A table with the column of texts; a .txt file that is no table with it has a text a line, which is said. Throws `file/…`, `data/…`. */
export async function readTextsToTell(
  file: string,
  { reading, column }: TextColumn,
  terminal: Terminal,
): Promise<Table> {
  const source = path.basename(file);
  const bytes = await readBytes(file);
  const lines = path.extname(file).toLowerCase() === ".txt" ? splitLines(decodeText(bytes, { source })) : [];
  if (lines.length === 0 || isTable(lines, { reading, column })) {
    const data = await openBytes(bytes, source, reading);
    return tellNotes(await data.read({ ...reading, columns: [column] }), terminal);
  }
  terminal.say(`note: ${source} has no column "${column}"; each line is read as a text`);
  const numbers = Int32Array.from(lines, ({ number }) => number);
  const values = lines.map(({ text }) => text);
  return createTable([{ kind: "text", name: column, values }], { source, rows: numbers, lines: numbers });
}

interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
}

/** Those that are not blank. */
function splitLines(whole: string): readonly Line[] {
  return whole
    .split(/\r\n|\n|\r/u)
    .map((text, at) => ({ text: text.trim(), number: at + 1 }))
    .filter(({ text }) => text !== "");
}

/** Whether lines are rows of a table with this column: told by its line of names or, where it has none, by most rows' fields. */
function isTable(lines: readonly Line[], { reading: { names }, column }: TextColumn): boolean {
  if (lines.some(({ text }) => text.includes("\t"))) return true;
  return [",", ";", "|"].some((separator) => {
    const rows = lines.map(({ text }) => text.split(separator));
    if (names !== undefined) return rows.filter((fields) => fields.length >= names.length).length * 2 > rows.length;
    return rows[0]?.some((name) => name.trim().replace(/^"(.*)"$/u, "$1") === column) ?? false;
  });
}

/** The share of unknown tokens of a file from which they are spoken of. */
const muchUnknown = 0.2;

/** Says which words of one text a model does not know. */
export function tellUnknown(vocabulary: Vocabulary, text: string, terminal: Terminal): void {
  const unknown = findUnknown(vocabulary, text);
  if (unknown.length > 0) terminal.say(`note: unknown to the model: ${unknown.join(", ")}`);
}

/** Says how many words of a table's texts a model does not know, if they are many. */
export function tellShareUnknown(vocabulary: Vocabulary, table: Table, column: string, terminal: Terminal): void {
  let [all, unknown] = [0, 0];
  for (const text of readTexts(table, column))
    for (const token of encodeText(vocabulary, text)) {
      all++;
      if (token === unknownToken) unknown++;
    }
  if (unknown <= muchUnknown * all) return;
  terminal.say(
    `note: ${printQuantity(unknown / all, "share", 0)} of the ${vocabulary.unit}s of ${table.origin.source} are unknown to the model`,
  );
}

/** Tokens of one text from which it is spoken of. */
const veryLong = 2000;

/** Says which text takes long, for a model that reads all of each. */
export function tellLongest(vocabulary: Vocabulary, table: Table, column: string, terminal: Terminal): void {
  const counts = readTexts(table, column).map((text) => encodeText(vocabulary, text).length);
  const row = counts.reduce((best, count, at) => (count > (counts[best] ?? 0) ? at : best), 0);
  const count = counts[row] ?? 0;
  if (count < veryLong) return;
  terminal.say(
    `note: ${printPlace(table, row, column)} has ${printCount(count, vocabulary.unit)}, and each takes time and memory; cut it or leave it out if that is too much`,
  );
}
