/** `recurra train` on rows of a table, and what comes after it. */
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { ownCell, salesTable } from "../../test/support/command-files.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({ "sales.csv": salesTable(), "mine.cell": ownCell });
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...words.split(" "));

const quick = "--hidden 6 --window 7 --epochs 3 --test 30 --validation 30";

test("a CSV and a column are enough", async () => {
  const { status, out, err } = await run(
    `train sales.csv --target sales ${quick} --out model.safetensors --chart model.svg`,
  );
  expect(status).toBe(0);
  expect(err).toContain("forecast  sales, 1 step ahead");
  expect(err).toContain("learning  up to 3 epochs in batches of 28, seed 1");
  expect(err).toMatch(/epoch 3\/3 {2}loss \S+ {2}validation \S+ {2}rate/);
  expect(out).toMatch(/Test, 30 forecasts of sales:/);
  expect(out).toMatch(/naive \(the last value known\)/);
  expect(out).toMatch(/seasonal naive \(the value 7 steps before\)/);
  expect(out).toContain("recurra predict model.safetensors sales.csv");
  expect(await made.read("model.svg")).toMatch(/^<svg/);
  expect((await readdir(made.path())).filter((name) => /checkpoint|unfinished/.test(name))).toEqual([]);
  const page = await made.read("model.report.html");
  expect(page).toMatch(/^<!doctype html>[^]*Test, 30 forecasts of sales:[^]*<svg[^]*Loss by epoch[^]*<\/html>\n$/);
  expect(page).not.toMatch(/<script|src=|href=/);
  expect(page).toMatch(/<p>sales: [^<]*<\/p>/);
  expect(page).toMatch(/<th>how it learned<\/th><td>epochs \d+, .*optimiser \(kind adam, rate /);
  expect(page).toMatch(/<th>options<\/th><td>[^<]*targets sales/);
});

test("where levels lose, what to change is said, and no command that lacks what was given", async () => {
  const lost = await run(
    `train sales.csv --target sales --level --horizon 3 ${quick} --rate 0.00001 --out lost.safetensors`,
  );
  expect(lost.out).toContain(
    "Next:\n  the same with --difference instead of --level (changes, not levels) and --out lost-changes.safetensors\n  recurra predict lost.safetensors sales.csv\n",
  );
  expect(lost.out).toMatch(
    /\n {2}recurra inspect lost\.safetensors --html lost\.html\n {2}recurra studio lost\.safetensors --open\n$/,
  );
  expect(lost.out).not.toContain("recurra train");
});

test("what was trained forecasts what comes next", async () => {
  const { status, out, err } = await run("predict model.safetensors sales.csv --verify");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toMatch(/^date,sales forecast\n2020-10-27,\d+(\.\d+)?\n$/);
  const each = await run("predict model.safetensors sales.csv --each --out each.jsonl");
  expect(each).toMatchObject({ status: 0, out: "", err: "293 rows written to each.jsonl\n" });
  const [first = ""] = (await made.read("each.jsonl")).split("\n");
  expect(JSON.parse(first)).toEqual({
    date: "2020-01-08",
    sales: 73,
    "sales forecast": expect.any(Number) as unknown,
    "sales naive": 70,
  });
});

test("a reservoir's readout is solved for in one go", async () => {
  const { status, out, err } = await run(
    "train sales.csv --target sales --cell echo-state --readout ridge --hidden 40 --window 14 --test 30 --validation 30 --out echo.safetensors",
  );
  expect(status).toBe(0);
  expect(err).toMatch(/epoch 1\/1 {2}loss/);
  expect(out).toMatch(/Test, 30 forecasts of sales:/);
  expect((await run("predict echo.safetensors sales.csv")).status).toBe(0);
  const wrong = await run("train sales.csv --label parity --readout ridge --out wrong.safetensors");
  expect(wrong.status).toBe(2);
  expect(wrong.err).toContain("--readout is not for --label (--task classify): only forecasts are solved for");
});

test("its errors stand beside those of the naive forecasts", async () => {
  const { status, out, err } = await run("evaluate model.safetensors sales.csv");
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toMatch(/^sales\.csv, 30 forecasts of sales:/);
  const json = await run("evaluate model.safetensors sales.csv --json --rows all");
  expect(json.err).toContain("has seen some of these rows");
  expect(JSON.parse(json.out)).toMatchObject({
    count: 293,
    season: 7,
    targets: [{ name: "sales", naive: { meanAbsoluteError: expect.any(Number) as unknown } }],
  });
});

test("--json is JSON and nothing else, --quiet says nothing beside", async () => {
  const { status, out, err } = await run(
    `train sales.csv --target sales ${quick} --seed 4 --out json.safetensors --json --quiet`,
  );
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({
    kind: "forecast",
    model: "json.safetensors",
    seed: 4,
    epochs: 3,
    test: { count: 30 },
  });
});

test("--quiet prints the results and no advice", async () => {
  const { out, err } = await run(`train sales.csv --target sales ${quick} --out quiet.safetensors --quiet`);
  expect(err).toBe("");
  expect(out).toMatch(/^Trained 3 epochs[^]*\n\nmodel {2}quiet\.safetensors\nreport quiet\.report\.html\n$/);
});

test("one seed makes one model, another another", async () => {
  const bytes = async (seed: number): Promise<Buffer> => {
    await run(`train sales.csv --target sales ${quick} --seed ${seed} --out seed.safetensors --quiet`);
    return made.bytes("seed.safetensors");
  };
  const first = await bytes(7);
  expect(first.equals(await bytes(7))).toBe(true);
  expect(first.equals(await bytes(8))).toBe(false);
});

test("cells of one's own, stacked, with other columns, as differences", async () => {
  const { status, out, err } = await run(
    `train sales.csv --target sales,price --cell mine.cell --layers 2 --dropout 0.1 --difference ${quick} --horizon 2 --all-steps --loss huber --schedule on-plateau --clip none --out own.safetensors`,
  );
  expect(status).toBe(0);
  expect(err).toContain("mine 6 → mine 6 → dense 4");
  expect(out).toContain("forecasts of sales, price:");
  expect((await run("predict own.safetensors sales.csv")).out.split("\n")).toHaveLength(4);
  expect((await run("inspect own.safetensors")).out).toContain("z = sigmoid(W_z x + U_z h)");
});

test("the data may stand behind the targets", async () => {
  expect((await run(`train ${quick} --out swapped.safetensors --quiet --target sales price sales.csv`)).status).toBe(0);
});

test("one window is said to be too little, and one of anything has no s", async () => {
  await made.write("few.csv", salesTable(12));
  const words = "--target sales --window 5 --level --test 3 --validation 3 --hidden 4 --epochs 1 --no-report";
  const { status, out, err } = await run(`train few.csv ${words} --out few.safetensors`);
  expect(status).toBe(0);
  expect(err).toMatch(/^forecast {2}sales, 1 step ahead$/m);
  expect(err).toContain("1 window to learn from, 3 for validation, 3 for the test");
  expect(err).toContain("note      one window is too little to learn from: give more rows, or a shorter --window");
  expect(err).toContain("learning  up to 1 epoch in batches of 4,");
  expect(out).toMatch(/^Trained 1 epoch in /);
  expect((await run("inspect few.safetensors")).out).toContain("Trained on few.csv (12 rows): 1 epoch of adam");
  const next = await run("predict few.safetensors few.csv --out next.csv");
  expect(next.err).toBe("1 row written to next.csv\n");
});
