/** Where memory runs out because one text is far longer than the others, that one is named. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";
import { parseTagged, tableFromRows } from "../data/index.ts";
import { RecurraError } from "../util/errors.ts";
import { blamingLongest } from "./longest.ts";
import { trainTagger } from "./tag/tag.ts";
import { trainTranslator } from "./translate/translate.ts";

/** More than WebAssembly can hold of. */
const many = 200_000;
const long = "word ".repeat(many).trim();
const small = "--hidden 32 --embedding 16 --epochs 1 --batch 32 --backend wasm --quiet --no-report";

const pairs = (at: number, column: "a" | "b") =>
  Array.from({ length: 40 }, (_, row) => ({
    a: row === at && column === "a" ? long : `one ${row}`,
    b: row === at && column === "b" ? long : `two ${row}`,
  }));
const tagged = Array.from({ length: 40 }, (_, at) =>
  at === 7 ? `oh/x ${"my/y ".repeat(many)}` : `word${at}/x up/y`,
).join("\n");

let folder: CommandFolder;
beforeAll(async () => {
  const print = (rows: ReturnType<typeof pairs>): string => `a,b\n${rows.map(({ a, b }) => `${a},${b}`).join("\n")}\n`;
  folder = await createCommandFolder({
    "read.csv": print(pairs(6, "a")),
    "said.csv": print(pairs(9, "b")),
    "tags.txt": tagged,
  });
});
afterAll(() => folder.remove());

test.each([
  [
    "read.csv --task translate --source a --target b",
    'read.csv, row 7 (line 8), column "a" is far longer than the others: 200,000 words, where half of them have no more than 2. Cut it, or leave it out. The model needs ',
  ],
  [
    "said.csv --task translate --source a --target b",
    'said.csv, row 10 (line 11), column "b" is far longer than the others: 200,000 words, where half of them',
  ],
  [
    "tags.txt --task tag",
    'tags.txt: the sentence "oh my my my …" is far longer than the others: 200,001 words, where half of them',
  ],
])("recurra train %s", async (words, message) => {
  const { status, out, err } = await folder.run("train", ...words.split(" "), ...small.split(" "));
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain(`error: ${message}`);
});

test("the library says the same", async () => {
  const learning = { hidden: 32, embedding: 16, epochs: 1, batch: 32, backend: "wasm" } as const;
  const table = tableFromRows(pairs(6, "a"), { source: "pairs" });
  await expect(trainTranslator(table.table, { source: "a", target: "b", ...learning })).rejects.toMatchObject({
    code: "engine/out-of-memory",
    message: expect.stringMatching(/^pairs, row 7, column "a" is far longer than the others/) as unknown,
  });
  const sentences = parseTagged(tagged, { source: "tags" });
  await expect(trainTagger(sentences, learning)).rejects.toMatchObject({
    code: "engine/out-of-memory",
    message: expect.stringMatching(/^tags: the sentence "oh my my my …" is far longer/) as unknown,
  });
});

test("other errors stay as they are, and so does too little memory for texts of like length", async () => {
  const longest = { where: "x", count: 20, unit: "word", usual: 10 };
  for (const error of [
    new RecurraError("engine/out-of-memory", "too much"),
    new RecurraError("data/no-rows", "none"),
    new RangeError("x"),
  ])
    await expect(
      blamingLongest(
        () => longest,
        () => Promise.reject(error),
      ),
    ).rejects.toBe(error);
});
