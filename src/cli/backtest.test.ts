/** `recurra backtest`: scores, page and picture of several tests; and sampled paths of `recurra predict`. */
import { readdir, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({});
  const date = (row: number): string => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
  const level = (row: number): string =>
    (100 + 9 * Math.sin((row * Math.PI * 2) / 7) + ((row * 37) % 11) / 2).toFixed(2);
  const rows = Array.from({ length: 240 }, (_, row) => `${date(row)},${level(row)},${row % 5}`);
  await made.write("sales.csv", `date,sales,price\n${rows.join("\n")}\n`);
  const shops = rows.flatMap((row, at) => ["a", "b"].map((shop) => `${date(at)},${shop},${row.split(",")[1]}`));
  await made.write("shops.csv", `date,shop,sales\n${shops.join("\n")}\n`);
});
afterAll(() => made.remove());

/** Runs a command in the folder. `interruptAt` stops it once this has been said. */
async function run(words: string, interruptAt?: RegExp): Promise<Said> {
  return interruptAt === undefined ? made.run(...words.split(" ")) : made.runUntil(interruptAt, ...words.split(" "));
}

const quick = "--hidden 4 --window 7 --epochs 2 --validation 30 --backend wasm";
const common = `backtest sales.csv --target sales ${quick}`;

describe("a backtest", () => {
  test("tells of each test, and what they come to together, on a page and as a picture", async () => {
    const { status, out, err } = await run(
      `${common} --horizon 3 --season 7 --all-steps --quantiles 0.1,0.9 --folds 3 --rows 20 --seed 4 --out report.html --chart tests.svg`,
    );
    expect(status).toBe(0);
    expect(err).toContain("data      sales.csv: 240 rows\n");
    expect(err).toContain("tests     3 of 20 rows, each by a network trained on all rows before it, seed 4");
    expect(err).toMatch(/test 1\/3: sales mean absolute error \S+, [\w ]+ \S+ {2}.* left\n/);
    expect(err).toMatch(/test 3\/3: .*\d\n$/);
    expect(out).toMatch(/^All tests, 54 forecasts of sales:/);
    for (const simple of ["naive (the last", "seasonal naive (the value 7", "drift (", "mean (of"])
      expect(out).toContain(simple);
    const rows = [...out.matchAll(/^ {2}([123]|all) +(\S+) +(\S+) +(\d+) .*$/gm)];
    expect(rows.map(([, name, from, to, count]) => [name, from, to, count])).toEqual([
      ["1", "2020-07-01", "2020-07-18", "18"],
      ["2", "2020-07-21", "2020-08-07", "18"],
      ["3", "2020-08-10", "2020-08-27", "18"],
      ["all", "–", "–", "54"],
    ]);
    expect(out).toMatch(/steps ahead {2}mean abs\. error .*scaled {2}pinball {2}in 80 % {2}seasonal naive/);
    expect(out).toContain("Everything random follows from seed 4.");
    expect(out).toMatch(/\nsales: .*\. The model wins in \w+ of 3 tests\.\n/);
    expect(out).toMatch(/chart {2}tests\.svg\nreport report\.html\n$/);
    const page = await made.read("report.html");
    expect(page).toMatch(
      /^<!doctype html>[^]*Backtest on sales\.csv[^]*<svg[^]*test 3[^]*<svg[^]*steps ahead[^]*<\/html>\n$/,
    );
    expect(page).not.toMatch(/<script|src=|href=/);
    expect(page.match(/The model wins in/g)).toHaveLength(1);
    expect(await made.read("tests.svg")).toMatch(/^<svg[^]*>test 2</);
    expect((await readdir(made.path())).sort()).toEqual(["report.html", "sales.csv", "shops.csv", "tests.svg"]);
  });

  test("as JSON, of one network, rolled out on its own forecasts", async () => {
    const { status, out } = await run(
      `${common} --horizon 2 --autoregressive --likelihood gaussian --folds 2 --rows 15 --no-retrain --json --quiet`,
    );
    expect(status).toBe(0);
    const said = JSON.parse(out) as {
      readonly folds: readonly { readonly count: number }[];
      readonly total: { readonly targets: readonly { readonly steps: readonly unknown[] }[] };
    };
    expect(said).toMatchObject({ kind: "backtest", rows: 15, retrain: false, seed: 1 });
    expect(said.folds.map(({ count }) => count)).toEqual([14, 14]);
    expect(said.total).toMatchObject({ count: 28, paths: { count: 200, seed: 1 } });
    expect(said.total.targets[0]!.steps).toHaveLength(2);
    expect(out).not.toContain("points");
  });

  test("of several series is drawn for the first", async () => {
    const { status } = await run(
      `backtest shops.csv --target sales --group shop ${quick} --folds 2 --rows 15 --quiet --chart shops.svg`,
    );
    expect(status).toBe(0);
    expect(await made.read("shops.svg")).toContain("2 tests on shops.csv");
    await rm(made.path("shops.svg"));
  });

  test("is stopped before anything is done", async () => {
    const { status, out, err } = await run(`${common} --folds 2 --rows 15 --json --out stopped.html`, /epoch/);
    expect({ status, out }).toEqual({ status: 130, out: '{"stopped":true}\n' });
    expect(err).toMatch(/Stopped after 0 of 2 tests; nothing was written\.\n$/);
    expect(await readdir(made.path())).not.toContain("stopped.html");
  });

  test("is stopped after a test and goes on to the same report, with the same data and options alone", async () => {
    const three = `${common} --folds 3 --rows 15 --quantiles 0.1,0.9 --horizon 2 --all-steps`;
    const whole = await run(`${three} --out whole.html --json`);
    const stopped = await run(`${three} --out stopped.html --json`, /test 1\/3/);
    expect({ status: stopped.status, out: JSON.parse(stopped.out) as unknown }).toEqual({
      status: 130,
      out: { stopped: true, kept: expect.stringMatching(/^stopped\.folds\.json$/) as string },
    });
    expect(stopped.err).toMatch(
      /Stopped after 1 of 3 tests, kept in stopped\.folds\.json: the same command with --resume goes on\.\n$/,
    );
    const other = await run(`${three} --out stopped.html --resume --seed 2`);
    expect({ status: other.status, out: other.out }).toEqual({ status: 1, out: "" });
    expect(other.err).toMatch(/^error: stopped\.folds\.json holds tests of a backtest with other data or options/);
    const rest = await run(`${three} --out stopped.html --json --resume`);
    expect(rest.err).toContain("1 of them were done before");
    expect(rest.err).not.toContain("test 1/3");
    expect(rest.err).toContain("test 2/3");
    expect(rest.out).toBe(whole.out.replace("whole.html", "stopped.html"));
    expect(await made.bytes("stopped.html")).toEqual(await made.bytes("whole.html"));
    expect(await readdir(made.path())).not.toContain("stopped.folds.json");
    for (const name of ["stopped.html", "whole.html"]) await rm(made.path(name));
  });

  test("whose kept tests are damaged says so, and one without any begins", async () => {
    await made.write("bad.folds.json", '{"kind":"backtest-folds","version":1,"identity":"x","plan":"","folds":[{}]}');
    const damaged = await run(`${common} --folds 1 --rows 15 --out bad.html --resume`);
    expect(damaged.status).toBe(1);
    expect(damaged.err).toMatch(/^error: bad\.folds\.json holds no tests of recurra backtest: version is 1/);
    const replaced = await run(`${common} --folds 1 --rows 15 --out bad.html`);
    expect(replaced.err).toContain("bad.folds.json holds tests of an unfinished backtest, which this one replaces");
    const begun = await run(`${common} --folds 1 --rows 15 --out bad.html --resume`);
    expect(begun.status).toBe(0);
    expect(begun.err).toContain("note: there is no bad.folds.json to go on from");
    await rm(made.path("bad.html"));
  });

  test("goes on from no tests that were altered, and leaves them as they are", async () => {
    const two = `${common} --folds 2 --rows 15 --out edited.html`;
    await run(two, /test 1\/2/);
    const kept = await made.read("edited.folds.json");
    expect(kept).toContain('"meanAbsoluteError":');
    const better = kept.replace(/("meanAbsoluteError":)[\d.]+/, "$10.001");
    const other = kept.replace(/("checksum":")\w+/, "$100000000");
    for (const edited of [better, other, kept.replace('"plan":"', '"plan":"! '), kept.replace(',"plan"', ', "plan"')]) {
      expect(edited).not.toBe(kept);
      await made.write("edited.folds.json", edited);
      const { status, out, err } = await run(`${two} --resume`);
      expect({ status, out }).toEqual({ status: 1, out: "" });
      expect(err).toMatch(
        /^error: edited\.folds\.json holds no tests of recurra backtest: it was altered [^\n]*\. Nothing was changed; move it away, or begin anew without --resume\.\n$/,
      );
      expect(await made.read("edited.folds.json")).toBe(edited);
    }
    await made.write("edited.folds.json", kept);
    expect((await run(`${two} --resume`)).err).toContain("1 of them were done before");
    await rm(made.path("edited.html"));
  });

  test("goes on from no tests of data that have changed", async () => {
    const two = "backtest other.csv --target sales --folds 2 --rows 15 --out other.html";
    const sales = await made.read("sales.csv");
    await made.write("other.csv", sales);
    await run(`${two} ${quick}`, /test 1\/2/);
    const kept = await made.read("other.folds.json");
    await made.write("other.csv", sales.replace(/(2020-01-09),[\d.]+/, "$1,77"));
    const { status, err } = await run(`${two} ${quick} --resume`);
    expect(status).toBe(1);
    expect(err).toContain("error: other.folds.json holds tests of a backtest with other data or options");
    expect(await made.read("other.folds.json")).toBe(kept);
    for (const name of ["other.csv", "other.folds.json"]) await rm(made.path(name));
  });

  test("leaves a file alone that is not what it keeps", async () => {
    await made.write("notes.folds.json", '{"my":"notes"}');
    const { status, err } = await run(`${common} --folds 1 --rows 15 --out notes.html`);
    expect(status).toBe(2);
    expect(err).toMatch(/^error: notes\.folds\.json is where this backtest keeps its tests.*; move it/);
    expect(await made.read("notes.folds.json")).toBe('{"my":"notes"}');
    await rm(made.path("notes.folds.json"));
  });

  test.each([
    ["backtest", 2, /missing required argument 'DATA'/],
    ["backtest sales.csv", 2, /--target COLUMN/],
    ["backtest sales.csv --target sales --test 5", 2, /unknown option '--test'/],
    ["backtest sales.csv --target sales --label price", 2, /unknown option '--label'/],
    ["backtest sales.csv --target sales --folds 0", 2, /at least 1/],
    ["backtest sales.csv --target sales --out x.txt", 2, /ends in \.html/],
    ["backtest sales.csv --target sales --resume", 2, /give its --out FILE/],
    ["backtest sales.csv --target sales --out x.html --no-retrain --resume", 2, /leave out --resume/],
    ["backtest sales.csv --target sales --chart sales.csv", 2, /sales\.csv/],
    ["backtest sales.csv --target sales --folds 12 --rows 20", 1, /takes 240 rows, and sales\.csv has 240/],
    ["backtest sales.csv --target sales --horizon 5 --all-steps --rows 4", 1, /at least 5 rows for each test/],
    ["backtest sales.csv --target Sales", 1, /did you mean "sales"/],
    ["backtest none.csv --target sales", 1, /none\.csv/],
    [`${common} --covariates price --autoregressive --horizon 2`, 1, /of the covariates \(price\) only the past/],
  ])("%s is refused in one line", async (words, status, says) => {
    const said = await run(words);
    expect({ status: said.status, out: said.out }).toEqual({ status, out: "" });
    expect(said.err).toMatch(says);
    expect(said.err.match(/^error: /gm)).toHaveLength(1);
  });
});

describe("sampled paths", () => {
  test("are measured when the network is trained", async () => {
    const { status, out, err } = await run(
      `train sales.csv --target sales --horizon 3 --autoregressive --likelihood student ${quick} --test 30 --out led.safetensors --no-report`,
    );
    expect(status).toBe(0);
    expect(err).toContain("forecast  sales, 3 steps ahead and all before, each from those before");
    expect(out).toMatch(/Quantiles and intervals are those of 200 paths for each forecast, drawn with seed 1\./);
    const direct = await run(`train sales.csv --target sales ${quick} --test 30 --out direct.safetensors --no-report`);
    expect(direct.status).toBe(0);
  });

  test("are columns beside their quantiles, the same for the same seed", async () => {
    const { status, out, err } = await run("predict led.safetensors sales.csv --samples 4 --seed 7");
    expect({ status, err }).toEqual({
      status: 0,
      err: "Quantiles and intervals are those of 4 paths for each forecast, drawn with seed 7.\n",
    });
    const [head, ...rows] = out.trimEnd().split("\n");
    expect(head).toBe(
      "date,steps ahead,sales forecast,sales lower 80%,sales upper 80%,sales path 1,sales path 2,sales path 3,sales path 4",
    );
    expect(rows).toHaveLength(3);
    expect((await run("predict led.safetensors sales.csv --samples 4 --seed 7")).out).toBe(out);
    expect((await run("predict led.safetensors sales.csv --samples 4 --seed 8")).out).not.toBe(out);
    const json = await run("predict led.safetensors sales.csv --samples 2 --json");
    expect((JSON.parse(json.out) as object[])[2]).toMatchObject({
      "steps ahead": 3,
      "sales path 2": expect.any(Number) as unknown,
    });
    expect((await run("predict led.safetensors sales.csv")).out).not.toContain("path");
  });

  test("are measured", async () => {
    const { status, out } = await run("evaluate led.safetensors sales.csv --last 20 --samples 50 --seed 2 --json");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ paths: { count: 50, seed: 2 } });
    expect((await run("inspect led.safetensors")).out).toContain(
      "steps    autoregressive: each from the forecasts before it",
    );
  });

  test.each([
    ["predict direct.safetensors sales.csv --samples 4", 1, /autoregressive and has a likelihood/],
    ["predict led.safetensors sales.csv --samples 4 --each", 2, /give one of them/],
    ["predict led.safetensors sales.csv --samples 0", 2, /at least 1/],
    ["predict led.safetensors sales.csv --samples 20000", 1, /from 1 to 10000/],
  ])("%s is refused", async (words, status, says) => {
    const said = await run(words);
    expect(said.status).toBe(status);
    expect(said.err).toMatch(says);
  });
});
