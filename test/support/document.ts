/** Documents of docs/ in tests: their parts that are printed from the code, and their blocks. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

const addressOf = (document: string): URL => new URL(`../../docs/${document}`, import.meta.url);

/** The text of a document. */
export function readDocument(document: string): string {
  return readFileSync(addressOf(document), "utf8");
}

/**
 * Expects `text` between the lines `<!-- part NAME -->` and `<!-- end -->` of a document; with RECURRA_UPDATE_GOLDEN set, writes it there
 * to be reviewed.
 */
export function expectPart(document: string, name: string, text: string): void {
  const opening = `<!-- part ${name} -->\n`;
  const [before, rest] = splitOnce(readDocument(document), opening);
  const [part, after] = splitOnce(rest, "<!-- end -->");
  if (process.env["RECURRA_UPDATE_GOLDEN"] !== undefined && part !== `\n${text}\n`) {
    writeFileSync(addressOf(document), `${before}${opening}\n${text}\n<!-- end -->${after}`);
    return expectPart(document, name, text);
  }
  expect(part, `part ${name} of docs/${document}; update it with RECURRA_UPDATE_GOLDEN=1 and review it`).toBe(
    `\n${text}\n`,
  );
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  expect(at, `no ${mark.trim()}`).toBeGreaterThanOrEqual(0);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

/** The code of the blocks in a language, with the line each begins at. */
export function findBlocks(document: string, language: string): { readonly line: number; readonly code: string }[] {
  const text = readDocument(document);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map((match) => ({
    line: text.slice(0, match.index).split("\n").length + 1,
    code: match[1] ?? "",
  }));
}

/** A table; cells keep a `|` of their own. */
export function printMarkdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}
