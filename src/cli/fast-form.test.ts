/** `--fast` of every task, on tiny data. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";
import { createTable, parseTable, readNumbers } from "../node.ts";
import { lastRows, printFast, someRows, someSequences, spreadEvenly } from "./fast-form.ts";
import { commandTasks, findCommandTask } from "./tasks/table.ts";

let folder: CommandFolder;
const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");
const date = (day: number): string => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
const colours = ["red", "green", "blue"];
beforeAll(async () => {
  folder = await createCommandFolder({
    "sales.csv": `date,sales\n${lines(1200, (day) => `${date(day)},${50 + 20 * Math.sin(day)}`)}\n`,
    "motions.csv": `who,x,kind\n${lines(1600, (row) => `w${row >> 2},${((row >> 2) % 2) + (row % 4) / 10},${["up", "down"][(row >> 2) % 2]}`)}\n`,
    "reviews.tsv": `review\tmood\n${lines(1100, (at) => `film ${at} is ${["good", "bad"][at % 2]}\t${["like", "dislike"][at % 2]}`)}\n`,
    "pairs.tsv": `word\tsaid\n${lines(1050, (at) => `${at % 7} ${at % 11} ${at}\tn${at % 7} m${at % 11}`)}\n`,
    "tags.txt": lines(1010, (at) => `the/at dog/nn ${at}/cd can/md run/vb`),
    "verse.txt": lines(4000, (at) => `The ${["sun", "moon"][at % 2]} is up.`),
    "captions.csv": `image,caption\n${lines(210, (at) => `c${at % 30}.svg,a ${colours[at % 3]} square`)}\n`,
  });
  for (let at = 0; at < 30; at++)
    await folder.write(
      `pictures/c${at}.svg`,
      `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect x="${at % 5}" y="2" width="9" height="9" fill="${colours[at % 3]}"/></svg>`,
    );
});
afterAll(() => folder.remove());

const common = "--fast --backend wasm --no-report --out fast.safetensors".split(" ");

test.each([
  ["pairs.tsv --task translate --source word --target said", "--hidden 6", "--embedding 6, --rate 0.008, --beam 1"],
  ["pairs.tsv --task translate --source word --target said", "--embedding 6", "--hidden 6, --rate 0.008, --beam 1"],
  [
    "pairs.tsv --task translate --source word --target said",
    "--epochs 1",
    "--hidden 32, --embedding 32, --rate 0.008, --beam 1",
  ],
  ["verse.txt --task generate", "--embedding 6", "--hidden 6, --steps 32, --batch 16, --rate 0.01"],
  ["verse.txt --task generate", "--hidden 6", "--steps 32, --batch 16, --rate 0.01, --embedding 6"],
])("%s --tie %s has one size", async (words, given, line) => {
  const said = await folder.run("train", ...words.split(" "), "--tie", "--epochs", "1", ...given.split(" "), ...common);
  expect(said.err).toContain(line);
  expect(said.status).toBe(0);
});

test("--tie with two sizes names both", async () => {
  const words = "train pairs.tsv --task translate --source word --target said --tie --hidden 6 --embedding 8";
  const { status, err } = await folder.run(...words.split(" "), ...common);
  expect(err).toContain(
    "error: Tied weights need an embedding as large as the hidden size, but they are 8 and 6; leave",
  );
  expect(status).toBe(1);
});

test.each([
  ["forecast", "sales.csv --target sales", "fast      1,000 of 1,200 rows, the last ones, --hidden 16, --epochs 5\n"],
  ["classify", "motions.csv --label kind --sequence who", "fast      300 of 400 sequences, --hidden 16, --epochs 5\n"],
  [
    "texts",
    "reviews.tsv --text review --target mood --hidden 4 --epochs 1",
    "fast      1,000 of 1,100 texts, --embedding 16, --longest 60, --rate 0.01, --batch 16\n",
  ],
  [
    "translate",
    "pairs.tsv --task translate --source word --target said --epochs 1",
    "fast      1,000 of 1,050 pairs, --hidden 32, --embedding 32, --rate 0.008, --beam 1\n",
  ],
  [
    "tag",
    "tags.txt --task tag --epochs 1",
    "fast      1,000 of 1,010 sentences, --hidden 32, --layers 1, --embedding 32, --batch 16, --rate 0.01\n",
  ],
  [
    "generate",
    "verse.txt --task generate --epochs 1",
    "fast      50,000 of 61,999 characters, the first ones, --hidden 48, --steps 32, --batch 16, --rate 0.01\n",
  ],
])("%s: %s", async (kind, words, line) => {
  const { status, err, out } = await folder.run("train", ...words.split(" "), ...common);
  expect(err).toContain(line);
  expect(status).toBe(0);
  expect(out).toContain("Test, ");
  expect((await folder.run("inspect", "fast.safetensors", "--json")).out).toContain(`"kind":"${kind}"`);
});

test("captions, of few pictures", async () => {
  const { status, err } = await folder.run(
    ..."train --task caption --captions captions.csv --epochs 1".split(" "),
    "--images",
    folder.path("pictures"),
    ...common,
  );
  expect(err).toContain(
    "fast      200 of 210 pictures, --hidden 32, --embedding 16, --batch 16, --rate 0.006, --size 16\n",
  );
  expect(err).toContain("reading 200 pictures\n");
  expect(err).toContain("200 pictures, brought to 16 × 16");
  expect(status).toBe(0);
});

test("every task has one", () => {
  for (const { fast, options } of commandTasks) {
    expect(fast.flags).toMatchObject({ epochs: expect.any(Number) as number, hidden: expect.any(Number) as number });
    const own = options.train.map(({ flags }) => flags.slice(2).split(" ", 1)[0]);
    const shared = ["hidden", "epochs", "layers", "batch", "rate"];
    for (const key of Object.keys(fast.flags)) expect([...own, ...shared]).toContain(key);
  }
});

test("a first look that was stopped goes on with the same few data, and says nothing under --quiet", async () => {
  const words = ["train", "sales.csv", "--target", "sales", ...common, "--quiet"];
  expect((await folder.run(...words)).err).toBe("");
  const whole = await folder.bytes("fast.safetensors");
  const stopped = await folder.runUntil(/^epoch/, ...words.slice(0, -1));
  expect(stopped.status).toBe(130);
  expect((await folder.run("train", "sales.csv", "--resume", "fast.checkpoint", "--fast")).err).toContain(
    "--fast cannot be changed in a run that is resumed",
  );
  expect((await folder.run("train", "sales.csv", "--resume", "fast.checkpoint", "--no-report")).status).toBe(0);
  expect((await folder.bytes("fast.safetensors")).equals(whole)).toBe(true);
});

test("what is taken lies all over, or is last in time, and of as many series as have enough", () => {
  expect([...spreadEvenly(10, 4)]).toEqual([0, 2, 5, 7]);
  expect([...spreadEvenly(3, 4)]).toEqual([0, 1, 2]);
  const table = createTable([
    { kind: "number", name: "x", values: Float64Array.from({ length: 900 }, (_, row) => row) },
    { kind: "text", name: "shop", values: Array.from({ length: 900 }, (_, row) => `s${row % 3}`) },
  ]);
  expect(someRows(table, 300)).toMatchObject({ kept: 300, all: 900, items: "rows" });
  const last = lastRows(table, { most: 400, date: undefined, group: "shop" });
  // Two series of 200: s0 and s1 from row 300 on.
  expect(last.kept).toBe(400);
  expect(Array.from(readNumbers(last.data, "x")).slice(0, 3)).toEqual([300, 301, 303]);
  expect(someSequences(table, "shop", 2)).toMatchObject({ kept: 2, all: 3 });
  const { table: dated } = parseTable("day,x\n2024-01-03,3\n2024-01-01,1\n2024-01-02,2\n", { format: "csv" });
  const { data } = lastRows(dated, { most: 2, date: "day", group: undefined });
  expect([...readNumbers(data, "x")]).toEqual([3, 2]);
});

test("where there are few, all of them are taken, and none are the last ones", () => {
  const forecast = findCommandTask("forecast");
  const items = "rows, the last ones";
  const given = { hidden: 4, epochs: 1 };
  expect(printFast(forecast, { kept: 40, all: 40, items }, given)).toBe("fast      all 40 rows");
  expect(printFast(forecast, { kept: 40, all: 50, items }, given)).toBe("fast      40 of 50 rows, the last ones");
});
