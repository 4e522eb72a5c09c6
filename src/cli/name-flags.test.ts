/** Errors of the library name flags where they come through the command line. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";
import { nameFlags } from "./name-flags.ts";

let folder: CommandFolder;
const days = (row: (day: number) => string): string => Array.from({ length: 40 }, (_, day) => row(day)).join("\n");
const date = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
beforeAll(async () => {
  folder = await createCommandFolder({
    "quotes.tsv": 'id\ttext\n1\t"never closed\n2\tso\n',
    "hole.csv": `date,x\n${days((day) => `${date(day)},${day === 5 ? "" : day}`)}\n`,
    "gap.tsv": `text\tmood\n${days((day) => `text ${day}\t${day === 5 ? "" : ["good", "bad"][day % 2]}`)}\n`,
    "american.csv": `day,x\n${days((day) => `${date(day).slice(8)}/${date(day).slice(5, 7)}/2024,${day}`)}\n`,
    "comma.tsv": `day\tx\n${days((day) => `${date(day)}\t${day},5`)}\n`,
    "twice.csv": `day,x\n${days((day) => `${date(day >> 1)},${day}`)}\n`,
    "mixed.csv": `day,x\n${days((day) => `${date(day)},${day === 5 ? "odd" : day}`)}\n`,
    "moods.tsv": `text\tmood\n${days((day) => `text ${day % 30}\t${["good", "bad"][day % 2]}`)}\n`,
    "pairs.tsv": `a\tb\n${days((day) => `word${day % 12}\tname${day % 12}`)}\n`,
    "tags.txt": days((day) => `w${day % 15}/x .${day % 15}/y`),
    "sales (missing).csv": `date,x (columns)\n${days((day) => `${date(day)},${day === 5 ? "" : day}`)}\n`,
    "verse.log": "x",
    "verse.txt": days(() => "up and down"),
  });
});
afterAll(() => folder.remove());

test.each([
  ["train quotes.tsv --text text --target id", "read without quotes (--no-quotes)"],
  [
    "train hole.csv --target x",
    "state a rule (--missing drop, previous, linear or a number), or leave the column out\n",
  ],
  ["train gap.tsv --text text --target mood", "is missing. Fill it in, or drop such rows (--missing drop)\n"],
  ["train american.csv --target x --date day", "by the order given (--date-order day-first or month-first)\n"],
  ["train comma.tsv --target x", "decimal one (--decimal , or .)\n"],
  ["train twice.csv --target x", "that tells series apart (--group COLUMN)\n"],
  ["train mixed.csv --target x", "Correct it\n"],
  ["train verse.log --target x", "end its name in csv, tsv, jsonl, json or parquet"],
  [
    "train moods.tsv --text text --target mood --test 0.01",
    "There are 30 different texts, and a share of 0.01 (--test 0.01) is none of them",
  ],
  [
    "train moods.tsv --text text --target mood --test 28 --validation 0.2",
    "There are 30 different texts: 6 for validation (--validation 0.2) and 28 for the test (--test 28) leave none",
  ],
  [
    "train pairs.tsv --task translate --source a --target b --test 20",
    "There are 12 different sources: 1 for validation (--validation 0.05) and 20 for the test (--test 20)",
  ],
  [
    "train tags.txt --task tag --validation 0.01",
    "There are 15 different sentences, and a share of 0.01 (--validation",
  ],
  [
    "train verse.txt --task generate --test 0.9 --validation 0.3",
    "(--validation 0.3) and 431 for the test (--test 0.9)",
  ],
])("recurra %s", async (words, message) => {
  const { status, err } = await folder.run(...words.split(" "));
  expect(err).toContain(message);
  expect(err).not.toMatch(/(?<![\w-])(?:types|quotes|missing|dateOrder|decimal|test|validation|format)(?:: |\))/);
  expect(status).toBe(1);
});

test("names of files and columns stay as they are", async () => {
  const { err } = await folder.run("train", folder.path("sales (missing).csv"), "--target", "x (columns)");
  expect(err).toContain('sales (missing).csv, row 6 (line 7), column "x (columns)": ');
  expect(err).toContain("state a rule (--missing drop, previous, linear or a number)");
  const other = await folder.run("train", folder.path("sales (missing).csv"), "--target", "x (format)");
  expect(other.err).toContain('"x (format)"');
  expect(other.err).toContain('"x (columns)"');
});

test("what is the user's own is kept wherever it stands", () => {
  expect(nameFlags('column "(dateOrder)": say so (dateOrder)')).toBe('column "(dateOrder)": say so (--date-order)');
  expect(nameFlags("a (columns).csv: leave it out (columns)", ["train", "/data/a (columns).csv"])).toBe(
    "a (columns).csv: leave it out",
  );
  expect(nameFlags('restore: "diacritics" of "test: 5"')).toBe('--restore diacritics of "test: 5"');
  expect(nameFlags("test: 5 of $& test: 1", ["$& test: 1"])).toBe("--test 5 of $& test: 1");
});
