/** Advice about gaps names only what the command that is run takes. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";
import { nameFlags } from "./name-flags.ts";
import { nowhere, placeIn } from "./place.ts";
import { commandTasks } from "./tasks/table.ts";

const quick = "--epochs 1 --hidden 4 --batch 16 --backend wasm --quiet";
const lines = (row: (at: number) => string, count = 60): string =>
  Array.from({ length: count }, (_, at) => row(at)).join("\n");
const date = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);

const models = [
  "whole-sales.csv --target x --out sales.safetensors",
  "whole-runs.csv --label kind --sequence run --out runs.safetensors",
  "whole-pairs.csv --text text --target mood --embedding 4 --out moods.safetensors",
  "whole-pairs.csv --task translate --source text --target said --embedding 4 --out said.safetensors",
];

let folder: CommandFolder;
beforeAll(async () => {
  const sales = (hole: number): string => `date,x\n${lines((at) => `${date(at)},${at === hole ? "" : at % 7}`)}\n`;
  const runs = (hole: number): string =>
    `run,kind,x\n${lines((at) => `${at >> 1},${(at >> 1) % 2 === 0 ? "a" : "b"},${at === hole ? "" : at}`, 120)}\n`;
  const pairs = (hole: number): string =>
    `text,said,mood\n${lines((at) => `${at === hole ? "" : `word${at % 40} up`},go${at % 40} now,${at % 2 === 0 ? "good" : "bad"}`)}\n`;
  folder = await createCommandFolder({
    "sales.csv": sales(5),
    "whole-sales.csv": sales(-1),
    "runs.csv": runs(5),
    "whole-runs.csv": runs(-1),
    "pairs.csv": pairs(5),
    "whole-pairs.csv": pairs(-1),
    "marks.csv": `id,text\n${lines((at) => `${at},${at === 5 ? "" : `một hai ba ${at}`}`)}\n`,
    "captions.csv": "image,caption\na.png,\nb.png,a dog\n",
    "early.csv": `date,x\n${lines((at) => `${date(at)},${at === 0 ? "" : at}`)}\n`,
    "empty.csv": `date,x\n${lines((at) => `${date(at)},`)}\n`,
    "nameless.csv": `shop,x\n${lines((at) => `${at === 5 ? "" : at % 2},${at}`)}\n`,
  });
  for (const words of models) await folder.run("train", ...words.split(" "), ...quick.split(" "));
});
afterAll(() => folder.remove());

const every = "--missing drop, previous, linear or a number";

test.each([
  ["train sales.csv --target x", `is missing. Fill it in, state a rule (${every}), or leave the column out\n`],
  ["backtest sales.csv --target x", `is missing. Fill it in, state a rule (${every}), or leave the column out\n`],
  ["predict sales.safetensors sales.csv --each", `is missing. Fill it in, or train with ${every}\n`],
  ["evaluate sales.safetensors sales.csv", `is missing. Fill it in, or train with ${every}\n`],
  ["train early.csv --target x --missing previous", "; fill it in, or state a rule (--missing drop or a number)\n"],
  [
    "train empty.csv --target x --missing drop",
    "; fill some in, state a rule (--missing previous, linear or a number)",
  ],
  ["train nameless.csv --target x --group shop --date none", "Fill it in, state a rule (--missing drop, "],
  ["train runs.csv --label kind --sequence run", `is missing. Fill it in, state a rule (${every})`],
  ["evaluate runs.safetensors runs.csv", `is missing. Fill it in, or train with ${every}\n`],
  ["train pairs.csv --text text --target mood", "is missing. Fill it in, or drop such rows (--missing drop)\n"],
  ["predict moods.safetensors pairs.csv", "is missing. Fill it in, or train with --missing drop\n"],
  ["evaluate moods.safetensors pairs.csv", "is missing. Fill it in, or train with --missing drop\n"],
  ["train pairs.csv --task translate --source text --target said", "Fill it in, or drop such rows (--missing drop)\n"],
  ["predict said.safetensors pairs.csv", "is missing. Fill it in, or train with --missing drop\n"],
  ["train marks.csv --task tag --restore diacritics --text text", "Fill it in, or drop such rows (--missing drop)\n"],
  ["train marks.csv --task generate --text text", "is missing. Fill it in\n"],
  ["train --task caption --images . --captions captions.csv", "is missing. Fill it in\n"],
])("recurra %s", async (words, advice) => {
  const { status, err } = await folder.run(...words.split(" "));
  expect(err).toContain(advice);
  expect(status).toBe(1);
});

test.each([
  "train sales.csv --target x --missing linear",
  "train sales.csv --target x --missing 3.5",
  "train runs.csv --label kind --sequence run --missing previous",
  "train pairs.csv --text text --target mood --embedding 4 --missing drop",
  "train pairs.csv --task translate --source text --target said --embedding 4 --missing drop",
  "train marks.csv --task tag --restore diacritics --text text --embedding 4 --missing drop",
])("what is advised is taken: recurra %s", async (words) => {
  const said = await folder.run(...words.split(" "), ...quick.split(" "), "--out", "other.safetensors");
  expect(said).toMatchObject({ status: 0 });
});

test("a task says what --missing may be if and only if it has that option", () => {
  for (const { kind, options, rules } of commandTasks)
    expect([kind, options.train.some(({ flags }) => flags.startsWith("--missing "))]).toEqual([
      kind,
      rules !== undefined,
    ]);
});

test.each([
  ['write "", or read without quotes (quotes: false)', "--no-quotes", 'write ""'],
  ['Say which mark is the decimal one (decimal: "," or ".")', "--decimal , or .", "Write numbers with a decimal point"],
  ['read as 2012-01-03, or by the order given (dateOrder: "day-first" or "month-first")', "--date-order", "2012-01-03"],
  ["as 2012-01-03, or with the year last in the order given (dateOrder)", "--date-order", "as 2012-01-03"],
  ['Say so (dateOrder: "day-first")', "--date-order day-first", "Write them as 2012-01-03"],
  ["Correct one, name the column that tells series apart (groupColumn)", "--group COLUMN", "Correct one"],
])("%s, here, after training, and where there are no such flags", (message, flag, otherwise) => {
  const [forecast, caption] = (["forecast", "caption"] as const).map((name) =>
    commandTasks.find(({ kind }) => kind === name),
  );
  expect(nameFlags(message, [], placeIn(forecast!, "train"))).toMatch(new RegExp(`\\(${flag}[^)]*\\)$`));
  expect(nameFlags(message, [], placeIn(forecast!, "predict"))).toMatch(new RegExp(`\\(${flag}.* when training\\)$`));
  for (const place of [nowhere, placeIn(caption!, "train")]) {
    expect(nameFlags(message, [], place)).toMatch(new RegExp(`${otherwise}$`));
    expect(nameFlags(message, [], place)).not.toContain("--");
  }
});
