import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({});
  const level = (row: number): string =>
    (100 + [-30, -25, 5, 10, 8, 12, 6][row % 7]! + ((row * 37) % 11) / 2).toFixed(2);
  const date = (row: number): string => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
  const rows = Array.from(
    { length: 300 },
    (_, row) => `${date(row)},${level(row)},${row % 5},${row % 2 === 0 ? "even" : "odd"}`,
  );
  await made.write("sales.csv", `date,sales,price,parity\n${rows.join("\n")}\n`);
  await made.write("empty.csv", "");
  const moods = ["good", "bad", "fine", "dull"];
  const reviews = Array.from({ length: 120 }, (_, row) => {
    const mood = moods[(row * 7) % 4] ?? "";
    return `${row % 2 === 0 ? "the" : "a"} film number ${row} is ${mood}\t${["good", "fine"].includes(mood) ? "like" : "dislike"}\t${(row * 7) % 4}`;
  });
  await made.write("reviews.tsv", `review\tmood\tstars\n${reviews.join("\n")}\n`);
  await made.write(
    "verse.txt",
    Array.from({ length: 150 }, (_, row) => `The ${["sun", "moon"][row % 2]} is up.\r\n`).join(""),
  );
  await made.write("bare.txt", `${reviews.join("\r\n")}\r\n`);
  await made.write(
    "gap.tsv",
    `review\tmood\n${reviews.map((line, at) => (at === 7 ? " \tlike" : line.split("\t").slice(0, 2).join("\t"))).join("\n")}\n`,
  );
  await made.write(
    "hole.csv",
    `date,sales\n${rows.map((row, at) => (at === 40 ? `${row.split(",")[0]},` : row.split(",").slice(0, 2).join(","))).join("\n")}\n`,
  );
  await made.write("broken.cell", "h' = tanh(W x + U h\n");
  await made.write("mine.cell", "z = sigmoid(W_z x + U_z h)\nh' = z * h + (1 - z) * tanh(W x)\n");
});
afterAll(() => made.remove());

/** Runs a command: words that name files are those of the test's folder. `interruptAt` stops it once this has been said. */
async function run(words: string, interruptAt?: RegExp): Promise<Said> {
  const args = words === "" ? [] : words.split(" ");
  return interruptAt === undefined ? made.run(...args) : made.runUntil(interruptAt, ...args);
}

const quick = "--hidden 6 --window 7 --epochs 3 --test 30 --validation 30";

describe("help", () => {
  test.each([
    "",
    "--help",
    "train --help",
    "predict --help",
    "evaluate --help",
    "backtest --help",
    "inspect --help",
    "compare --help",
    "bench --help",
    "help train",
  ])("recurra %s explains itself", async (words) => {
    const { status, out, err } = await run(words);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^Usage: recurra/);
    expect(out).toMatch(/\$ recurra \w+/);
  });

  test("the version is told", async () => {
    expect(await run("--version")).toEqual({
      status: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
      err: "",
    });
  });
});

describe("train, predict, evaluate and inspect", () => {
  test("a CSV and a column are enough", async () => {
    const { status, out, err } = await run(
      `train sales.csv --target sales ${quick} --out model.safetensors --chart model.svg`,
    );
    expect(status).toBe(0);
    expect(err).toContain("forecast  sales, 1 step ahead");
    expect(err).toContain("learning  up to 3 epochs in batches of 32, seed 1");
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
    expect(wrong.status).toBe(1);
    expect(wrong.err).toContain("the loss cross-entropy needs training");
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

  test("a model is explained", async () => {
    const { status, out } = await run("inspect model.safetensors --verify");
    expect(status).toBe(0);
    for (const part of [
      "forecasts sales, 1 step ahead",
      "Trained on sales.csv (300 rows): 3 epochs of adam",
      "lstm",
      "parameters in all",
      "c' = f * c + i * g",
      "Memory of a prediction with 7 steps",
      "0.W_i",
    ]) {
      expect(out).toContain(part);
    }
    const weights = await run("inspect model.safetensors --weights");
    expect(weights.out).toMatch(
      /on 100 steps of random inputs[^]*float16 +5\d(\.\d+)? % +\d[^]*int8 +\d+(\.\d+)? % +\d/,
    );
    const training = await run("inspect model.safetensors --training");
    expect(training.out).toContain("Memory of a training step with 7 steps and a batch of 32");
    expect(JSON.parse((await run("inspect model.safetensors --json")).out)).toMatchObject({
      unfinished: false,
      task: { kind: "forecast" },
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

  test("windows are classified by a label", async () => {
    const { status, out, err } = await run(
      `train sales.csv --label parity --features price,sales --hidden 6 --window 5 --epochs 2 --out parity.safetensors`,
    );
    expect(status).toBe(0);
    expect(err).toContain("classify  windows by parity: 2 classes (even, odd)");
    expect(out).toContain('always "');
    expect((await run("predict parity.safetensors sales.csv")).out).toMatch(
      /^date,parity predicted,probability\n2020-01-05,/,
    );
    expect(JSON.parse((await run("evaluate parity.safetensors sales.csv --json")).out)).toMatchObject({
      count: 296,
      classes: ["even", "odd"],
    });
  });

  test("--task classify takes its class from --target, and --no-report writes none", async () => {
    const { status, err } = await run(
      `train sales.csv --task classify --target parity --features price --hidden 4 --window 3 --epochs 1 --no-report --out task.safetensors`,
    );
    expect(status).toBe(0);
    expect(err).toContain("classify  windows by parity: 2 classes (even, odd)");
    expect(await readdir(made.path())).not.toContain("task.report.html");
  });

  test("texts are classified, and a text is explained", async () => {
    const { status, out, err } = await run(
      "train reviews.tsv --task classify --text review --target mood --hidden 4 --embedding 4 --epochs 2 --out reviews.safetensors --chart sure.svg",
    );
    expect(status).toBe(0);
    expect(err).toMatch(/classify {2}texts by mood: 2 classes \(dislike, like\)\ntexts +up to 6 words of each/);
    expect(err).toContain("96 texts to learn from, 12 for validation, 12 for the test");
    expect(err).toMatch(/epoch 2\/2 .*rate/);
    expect(out).toMatch(/naive Bayes on words[^]*truth[^]*calibration error[^]*The model is right on/);
    expect(await made.read("sure.svg")).toMatch(/^<svg/);
    expect((await run("predict reviews.safetensors reviews.tsv")).out).toMatch(/^review,mood predicted,probability\n/);
    expect((await run("predict reviews.safetensors --input good")).out).toMatch(
      /^review,[^]*\ngood,(dis)?like,0\.\d+\n$/,
    );
    const explained = await run("predict reviews.safetensors --input good --explain");
    expect(explained.out).toMatch(/^(dis)?like \(\d+ %\)\n\n +word +effect[^]*good +-?\d[^]*leave one out/);
    expect(JSON.parse((await run("predict reviews.safetensors --input good --explain --json")).out)).toMatchObject({
      pieces: [{ text: "good", effect: expect.any(Number) as unknown }],
    });
    expect(JSON.parse((await run("evaluate reviews.safetensors reviews.tsv --json")).out)).toMatchObject({
      of: "class",
      scores: { count: 120 },
    });
    expect((await run("inspect reviews.safetensors")).out).toContain("classifies the texts of review by mood");
  });

  test("a file without a line of names has them from --columns; numbers are cut, or told", async () => {
    const words = "train bare.txt --columns review,mood,stars --text review --target stars --hidden 4 --epochs 1";
    const cut = await run(`${words} --cuts 2 --out cut-stars.safetensors`);
    expect(cut.err).toContain("2 classes (below 2, from 2)");
    const told = await run(`${words} --task regress --out stars.safetensors`);
    expect(told.out).toMatch(
      /ridge regression on words[^]*always 1\.\d+[^]*correlation|mean absolute error on 12 texts/,
    );
    expect((await run("predict stars.safetensors bare.txt")).out).toMatch(/^review,stars predicted\n/);
    expect((await run("evaluate stars.safetensors bare.txt")).out).toMatch(/^bare\.txt, 120 texts:/);
  });

  test("the data may stand behind the targets", async () => {
    expect((await run(`train ${quick} --out swapped.safetensors --quiet --target sales price sales.csv`)).status).toBe(
      0,
    );
  });
});

describe("a run that is stopped", () => {
  const settings = `--target sales --hidden 6 --window 7 --epochs 40 --test 30 --validation 30 --dropout 0.1`;

  test("says how to go on, and goes on to the same model", async () => {
    await run(`train sales.csv ${settings} --out whole.safetensors`);
    const stopped = await run(`train sales.csv ${settings} --out part.safetensors`, /^epoch/);
    expect(stopped.status).toBe(130);
    expect(stopped.out).toBe("");
    expect(stopped.err).toContain("recurra train sales.csv --resume part.checkpoint --out part.safetensors");
    expect(await readdir(made.path())).not.toContain("part.safetensors");
    expect((await run("predict part.checkpoint sales.csv")).status).toBe(0);
    expect((await run("inspect part.checkpoint")).out).toContain("An unfinished run");
    const changed = await run("train sales.csv --resume part.checkpoint --epochs 3");
    expect(changed).toMatchObject({
      status: 2,
      err: expect.stringContaining("--epochs cannot be changed in a run that is resumed") as unknown,
    });
    const other = await run("train hole.csv --resume part.checkpoint");
    expect(other.status).toBe(1);
    expect((await run("train sales.csv --resume part.checkpoint")).status).toBe(0);
    expect((await made.bytes("part.safetensors")).equals(await made.bytes("whole.safetensors"))).toBe(true);
    expect(await readdir(made.path())).not.toContain("part.checkpoint");
    expect(await run("train sales.csv --resume part.checkpoint")).toMatchObject({
      status: 2,
      err: expect.stringContaining(
        "there is no part.checkpoint: a run that has ended leaves no checkpoint, only its model, and part.safetensors is there",
      ) as unknown,
    });
  });

  test("is told from a finished one", async () => {
    expect(await run("train sales.csv --resume whole.safetensors")).toMatchObject({
      status: 1,
      err: expect.stringContaining("is a finished model, not a checkpoint") as unknown,
    });
  });

  test("does not replace a file that is no checkpoint, nor its own", async () => {
    await made.write("notes.checkpoint", "mine");
    expect(await run("train sales.csv --target sales --out notes.safetensors")).toMatchObject({
      status: 2,
      err: expect.stringContaining("notes.checkpoint is where this run keeps its checkpoint") as unknown,
    });
    expect(await made.read("notes.checkpoint")).toBe("mine");
    await run(`train sales.csv ${settings} --out own.safetensors`, /^epoch/);
    expect(await run("train sales.csv --resume own.checkpoint --out own.checkpoint")).toMatchObject({
      status: 2,
      err: expect.stringContaining("the checkpoint would replace --out") as unknown,
    });
    expect((await run("train sales.csv --resume own.checkpoint")).status).toBe(0);
  });
});

describe("inspect", () => {
  test("a cell: equations, gradient, formula, diagram", async () => {
    const { out } = await run("inspect gru");
    expect(out).toMatch(/^gru: Gated recurrent unit/);
    expect(out).toContain("h' = (1 - z) * n + z * h");
    expect(out).toContain("dU_n = Σ");
    expect((await run("inspect gru --latex")).out).toMatch(/^\\begin{aligned}/);
    expect((await run("inspect gru --mathml")).out).toMatch(/^<math/);
    expect((await run("inspect gru --gradient")).out).toContain("dW_n = Σ");
    expect((await run("inspect gru --gradient --latex")).out).toContain("\\mathrm{d}");
    expect((await run("inspect mine.cell --svg mine.svg")).err).toContain("diagram written to mine.svg");
    expect(await made.read("mine.svg")).toMatch(/^<svg/);
    expect(JSON.parse((await run("inspect lstm --json")).out)).toMatchObject({
      name: "lstm",
      states: [{ name: "c" }, { name: "h" }],
    });
  });

  test("backends", async () => {
    expect((await run("inspect --backends")).out).toMatch(/^native +(works: C, .+ vectors|does not work: .+)/);
    expect((await run("inspect --backends")).out).toMatch(/wasm +works: .*\nreference +works: .*\n\nauto takes wasm/);
    expect(JSON.parse((await run("inspect --backends --json")).out)).toMatchObject({ auto: "wasm" });
  });
});

test("bench prints a line of JSON a workload", async () => {
  const { status, out, err } = await run(
    "bench --only stream-lstm-64,lstm-64 --seconds 0.05 --backend wasm --threads 1 --weights int8 --json",
  );
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    {
      name: "lstm-64",
      mode: "train",
      backend: "wasm",
      threads: 1,
      weights: "float32",
      milliseconds: expect.any(Number) as unknown,
      runs: expect.any(Number) as unknown,
    },
    { name: "stream-lstm-64", mode: "infer", weights: "int8" },
  ]);
});

describe("a language model", () => {
  test("is learned from a text, measured beside n-grams, and goes on with a prompt", async () => {
    const trained = await run(
      "train verse.txt --task generate --hidden 16 --steps 16 --batch 4 --epochs 6 --rate 0.02 --test 0.1 --backend wasm --out verse.safetensors",
    );
    expect(trained.err).toMatch(/generate {2}by characters: 1\d different ones/);
    expect(trained.out).toMatch(/\d-grams \(Kneser–Ney\) +\d/);
    expect(trained.out).toContain("recurra generate");
    const { out, err } = await run("generate verse.safetensors --prompt The --length 40 --seed 3 --top-k 3");
    expect(out).toMatch(/^The [^\r]+\n/);
    expect(err).toBe("");
    expect((await run("generate verse.safetensors --prompt The --length 40 --seed 3 --top-k 3")).out).toBe(out);
    const asJson = await run("generate verse.safetensors --prompt The --length 40 --seed 3 --top-k 3 --json");
    expect(asJson.err).toBe("");
    expect(JSON.parse(asJson.out)).toEqual({ text: out.replace(/\n$/, ""), seed: 3, prompt: "The" });
    expect((await run("generate verse.safetensors --length 5")).err).toMatch(/^--seed \d+ makes this text again/);
    expect(JSON.parse((await run("evaluate verse.safetensors verse.txt --json")).out)).toMatchObject({
      unit: "character",
      model: { unknown: 0 },
    });
    expect((await run("inspect verse.safetensors")).out).toContain("says what comes next in a text, by characters");
    expect(await run("generate verse.safetensors --prompt Zoo")).toMatchObject({
      status: 1,
      err: expect.stringContaining('The prompt holds "Z", which') as string,
    });
    expect((await run("generate verse.safetensors --temperature -1")).status).toBe(2);
    expect((await run("generate verse.safetensors --top-p 0")).status).toBe(2);
  });
});

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
  ["train sales.csv --target sales --window 500", 1, "give more rows or a shorter window"],
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
  const whole = await made.bytes("model.safetensors");
  await made.write("cut.safetensors", whole.subarray(0, whole.length - 100));
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
