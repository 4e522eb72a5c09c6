/** What is said of data that a trained model cannot use, and of flags that it has no use for. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { salesTable } from "../../test/support/command-files.ts";

let made: CommandFolder;
const run = (words: string): Promise<Said> => made.run(...words.split(" "));

/** The table with one cell written otherwise; rows count from 1. */
function withCell(row: number, column: number, cell: string): string {
  const lines = salesTable().split("\n");
  const cells = (lines[row] ?? "").split(",");
  cells[column] = cell;
  lines[row] = cells.join(",");
  return lines.join("\n");
}

const [header = "", ...lines] = salesTable().split("\n");
const sales = header.split(",").indexOf("sales");
const texts = `text\tmood\n${Array.from({ length: 40 }, (_, n) => `${n % 2 === 0 ? "good" : "bad"} film ${n}\t${n % 2 === 0 ? "up" : "down"}`).join("\n")}\n`;

beforeAll(async () => {
  made = await createCommandFolder({
    "sales.csv": salesTable(),
    "texts.tsv": texts,
    "huge.csv": withCell(60, sales, "1e300"),
    "date.csv": withCell(5, 0, "2020-13-45"),
    "again.csv": `${salesTable().trim()}\n${lines[lines.length - 2] ?? ""}\n`,
    "hole.csv": withCell(36, sales, ""),
    "one.csv": `${header}\n${lines[0] ?? ""}\n`,
    "head.csv": `${header}\n`,
  });
});
afterAll(() => made.remove());

test("the models are trained", async () => {
  const quick = "--hidden 4 --epochs 1 --backend wasm --no-report";
  for (const words of [
    `train sales.csv --target sales --window 5 ${quick} --out sales.safetensors`,
    `train sales.csv --label parity --features sales --window 5 ${quick} --out parity.safetensors`,
    `train texts.tsv --text text --target mood ${quick} --out texts.safetensors`,
  ])
    expect(await run(words)).toMatchObject({ status: 0 });
});

test.each([
  // One number that nothing can be computed with, and a date that is none: where they stand, and no model.
  [
    "train huge.csv --target sales --out no.safetensors",
    1,
    /^error: huge\.csv, row 60 \(line 61\), column "sales": 1e\+300 is too large/m,
  ],
  [
    "backtest huge.csv --target sales --hidden 4 --epochs 1",
    1,
    /^error: huge\.csv, row 60 \(line 61\), column "sales": 1e\+300/m,
  ],
  ["predict sales.safetensors huge.csv --each", 1, /^error: huge\.csv, row 60 \(line 61\), column "sales": 1e\+300/m],
  [
    "train date.csv --target sales --out no.safetensors",
    1,
    /^error: date\.csv, row 5 \(line 6\), column "date": "2020-13-45" is not a date, though \d+ of \d+ cells of the column are\. Correct it$/m,
  ],
  [
    "train again.csv --target sales --out no.safetensors",
    1,
    /Correct one or name the column that tells series apart \(--group COLUMN\)$/m,
  ],
  // What is said of a model needs no training any more.
  [
    "predict parity.safetensors one.csv",
    1,
    /^error: one\.csv has 1 row, .*; give more rows, or train with a shorter window$/m,
  ],
  ["predict sales.safetensors head.csv", 1, /^error: head\.csv has column names but no rows; give it at least one$/m],
  [
    "predict sales.safetensors hole.csv",
    1,
    /^error: hole\.csv, row 36 \(line 37\), column "sales": the value is missing/m,
  ],
  [
    "evaluate texts.safetensors texts.tsv --text mood",
    2,
    /^error: --text is not said again: the model keeps what it was trained with; leave it out$/m,
  ],
  ["evaluate sales.safetensors sales.csv --text mood", 2, /^error: --text is for .*, not for forecasts/m],
  // Flags that would change nothing.
  [
    "predict sales.safetensors sales.csv --seed 5",
    2,
    /^error: --seed is for paths that are drawn, and this model draws none/m,
  ],
  [
    "evaluate sales.safetensors sales.csv --last 1000000000",
    1,
    /^error: The last 1000000000 rows were asked for, but the longest series has \d+ rows; ask for fewer\.$/m,
  ],
] as const)("%s", async (words, status, says) => {
  const said = await run(words);
  expect(said.err).toMatch(says);
  expect(said.status).toBe(status);
  await expect(made.read("no.safetensors")).rejects.toThrow("no such file");
});

test.each([
  ["evaluate parity.safetensors texts.tsv", "sales.csv", "parity.safetensors"],
  ["evaluate texts.safetensors sales.csv", "texts.tsv", "texts.safetensors"],
])("that training may have seen rows is said of what was read: %s", async (words, right, model) => {
  const note = "note: where training has seen some of these, the model looks better than it is";
  const wrong = await run(words);
  expect(wrong.status).toBe(1);
  expect(wrong.err).not.toContain("note:");
  expect((await run(`evaluate ${model} ${right}`)).err).toContain(note);
});
