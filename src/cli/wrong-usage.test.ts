/** What is said where a command makes no sense or fails. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { reviewsTable, reviewsWithGap, salesTable, salesWithHole } from "../../test/support/command-files.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({
    "sales.csv": salesTable(),
    "hole.csv": salesWithHole,
    "reviews.tsv": reviewsTable,
    "gap.tsv": reviewsWithGap,
    "empty.csv": "",
    "broken.cell": "h' = tanh(W x + U h\n",
  });
  await run("train sales.csv --target sales --hidden 4 --window 7 --epochs 1 --out model.safetensors --quiet");
  await run("train sales.csv --label parity --hidden 4 --window 3 --epochs 1 --out parity.safetensors --quiet");
  const whole = await made.bytes("model.safetensors");
  await made.write("cut.safetensors", whole.subarray(0, whole.length - 100));
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...words.split(" "));

test.each([
  ["train nothing.csv --target sales", 1, "error: nothing.csv cannot be read: there is no such file"],
  ["train empty.csv --target sales", 1, "error: empty.csv is empty"],
  ["train sales.csv --target slaes", 1, 'no column "slaes"; did you mean "sales"?'],
  ["train sales.csv --target sales --covariates pric", 1, 'did you mean "price"?'],
  ["train sales.csv --target date", 1, 'column "date" holds dates'],
  [
    "train hole.csv --target sales",
    1,
    "state a rule (--missing drop, previous, linear or a number), or leave the column out",
  ],
  ["train sales.csv --target sales --cell lsmt", 1, "did you mean lstm?"],
  ["train sales.csv --target sales --cell broken.cell", 1, "line 1, column 10: this ( is never closed"],
  ["train sales.csv --target sales --window 500", 1, "give more rows, or train with a shorter window"],
  [
    "train sales.csv --target sales --out nowhere/model.safetensors",
    1,
    "error: nowhere/model.safetensors cannot be written: there is no such file or folder",
  ],
  ["train sales.csv --target sales --chart .", 1, "it is a folder"],
  ["train sales.csv", 2, "error: say what to learn: --target COLUMN"],
  ["train", 2, "error: name the data"],
  ["train sales.csv --target sales --label parity", 2, "give one of them"],
  ["train sales.csv --target sales --difference --normalise window", 2, "give one of them"],
  ["train sales.csv --label parity --sequence price --window 5", 2, "give one of them"],
  ["train sales.csv --target sales --quantiles 0.1,2", 2, "Give a share above 0 and below 1"],
  ["train sales.csv --target sales --quantiles 0.1 --interval 0.9", 2, "--interval is put around a single value"],
  ["train sales.csv --target sales --likelihood gaussian --loss huber", 2, "--loss is of a single value"],
  ["train sales.csv --label parity --season 7", 2, "--season is for forecasts"],
  ["train sales.csv --target sales --features price", 2, "--features is for --label"],
  ["train sales.csv --task forecast --label parity", 2, "--label (--task classify), not for forecasts"],
  ["train sales.csv --task classify", 2, "say by which column to classify"],
  ["train reviews.tsv --text reviews --target mood", 1, 'did you mean "review"?'],
  ["train gap.tsv --text review --target mood", 1, "row 8"],
  ["train reviews.tsv --text review", 2, "say what is to be told of a text"],
  ["train reviews.tsv --task regress --target stars", 2, "say which column holds the texts"],
  ["train reviews.tsv --text review --target stars --window 3", 2, "--window is for"],
  ["train --task caption --layers 3", 2, "--layers is not for --task caption: a captioner's encoder and its decoder"],
  ["train --task caption --bidirectional", 2, "--bidirectional is not for --task caption"],
  ["train reviews.tsv --task translate --bidirectional", 2, "--bidirectional is not for --task translate"],
  ["train reviews.tsv --task tag --causal --bidirectional", 2, "--bidirectional is not for --task tag"],
  ["train reviews.tsv --task generate --bidirectional", 2, "a language model reads forwards only"],
  ["train sales.csv --label parity --readout ridge", 2, "only forecasts are solved for"],
  [
    "train reviews.tsv --text review --target stars --bidirectional",
    2,
    "--bidirectional is how texts are read as it is",
  ],
  ["predict model.safetensors sales.csv --input x", 2, "--input is for"],
  ["train sales.csv --task forecats --target sales", 2, "Give one of "],
  ["train sales.csv --target sales --epochs many", 2, "'many' is invalid. Give a whole number of at least 1."],
  ["train sales.csv --target sales --dropout 1", 2, "less than 1"],
  ["train sales.csv --target sales --test -3", 2, "Give a number of rows"],
  ["train sales.csv --target sales --backend gpu", 2, "Give one of auto, native, wasm, reference."],
  ["train sales.csv --target sales --threads 0", 2, "Give auto or a whole number from 1 to 64."],
  ["train sales.csv --target sales --hiden 3", 2, "Did you mean --hidden?"],
  ["trian sales.csv", 2, "Did you mean train?"],
  ["predict model.safetensors", 2, "missing required argument 'DATA'"],
  ["predict sales.csv sales.csv", 1, "sales.csv is no safetensors file"],
  ["predict cut.safetensors sales.csv", 1, "cut.safetensors: it ends after"],
  ["predict model.safetensors empty.csv", 1, "empty.csv is empty"],
  ["predict model.safetensors sales.csv --json --format csv", 2, "contradict"],
  ["predict model.safetensors sales.csv --out nowhere/x.csv", 1, "cannot be written"],
  ["evaluate model.safetensors sales.csv --last 0", 2, "at least 1"],
  ["evaluate parity.safetensors sales.csv --last 5", 2, "--last is for forecasts"],
  ["inspect", 2, "say what to inspect"],
  ["inspect lstmm", 1, "did you mean lstm?"],
  ["inspect lstm --training", 2, "--training has no meaning for a cell"],
  ["inspect model.safetensors --latex", 2, "--latex has no meaning for a model"],
  ["inspect cut.safetensors", 1, "ends after"],
  ["bench --workloads sales.csv", 1, "cannot be read as JSON"],
  ["bench --only nothing", 2, 'there is no workload "nothing"'],
])("recurra %s: status %i, %s", async (words, status, message) => {
  const said = await run(words);
  expect(said.err).toContain(message);
  expect(said.err).toMatch(/^error: /m);
  expect(said.err).not.toMatch(/\n {4}at /);
  expect(said.status).toBe(status);
  if (!words.includes("--json")) expect(said.out).toBe("");
});

test("an error is JSON as well, and has its place in the program with --debug", async () => {
  const { status, out, err } = await run("train sales.csv --target slaes --json --debug");
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ error: { code: "data/unknown-column" } });
  expect(err).toMatch(/\n {4}at /);
});
