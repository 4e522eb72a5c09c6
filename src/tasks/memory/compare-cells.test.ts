/** Comparisons: all runs are done once, in any number of lanes with the same numbers, and go on where they were stopped. */
import { describe, expect, test } from "vitest";
import { findXmlFault } from "../../../test/support/check-xml.ts";
import { cell, printCell } from "../../language/index.ts";
import { compareCells } from "./compare-cells.ts";
import type { CompareEvent, CompareOptions, RunResult } from "./compare-cells.ts";
import { planRuns } from "./compare-plan.ts";
import { drawComparison, printComparison, printComparisonPage } from "./show-comparison.ts";

const small: CompareOptions = {
  task: "adding",
  cells: ["rnn", "gru"],
  steps: [4, 8],
  seeds: 2,
  hidden: 6,
  updates: 20,
  backend: "wasm",
};

async function run(options: CompareOptions, signal?: AbortSignal): Promise<readonly CompareEvent[]> {
  const events: CompareEvent[] = [];
  for await (const event of compareCells(options, { signal })) events.push(event);
  return events;
}

function resultsOf(events: readonly CompareEvent[]): readonly RunResult[] {
  const last = events.at(-1);
  if (last?.kind !== "compared") throw new Error("it did not come to an end");
  return last.results;
}

const withoutTime = (results: readonly RunResult[]): unknown =>
  results.map((result) => ({ ...result, secondsPerUpdate: 0 }));

describe("comparing cells", () => {
  test("every cell at every length from every seed; two lanes change nothing; what is done is not repeated", async () => {
    const events = await run(small);
    const results = resultsOf(events);
    expect(results.map(({ cell: name, steps, seed }) => [seed, steps, name])).toEqual(
      [1, 2].flatMap((seed) => [4, 8].flatMap((steps) => ["rnn", "gru"].map((name) => [seed, steps, name]))),
    );
    for (const { error, updates, curve } of results) {
      expect(error).toBeGreaterThan(0);
      expect(updates).toBe(20);
      expect(curve).toHaveLength(1);
    }
    // By the worker's clock no update takes less than a microsecond, however late its messages come.
    for (const { secondsPerUpdate } of results) expect(secondsPerUpdate).toBeGreaterThan(1e-6);
    expect(withoutTime(resultsOf(await run({ ...small, threads: 3 })))).toEqual(withoutTime(results));
    const again = await run({ ...small, done: results.slice(1) });
    expect(again[0]).toMatchObject({ kind: "planned", done: 7 });
    expect(again.filter(({ kind }) => kind === "begun")).toHaveLength(1);
    expect(withoutTime(resultsOf(again))).toEqual(withoutTime(results));
  });

  test("a stopped comparison keeps what was done", async () => {
    const stop = new AbortController();
    let last: CompareEvent | undefined;
    for await (const event of compareCells(small, { signal: stop.signal })) {
      if (event.kind === "result") stop.abort();
      last = event;
    }
    expect(last).toMatchObject({ kind: "compared", stopped: true, results: [{ cell: "rnn" }] });
  });

  test("answers for each step are measured too, and equations take part", async () => {
    const mine = cell("mine", "z = sigmoid(W_z x + U_z h)\nh' = z * h + (1 - z) * tanh(W x)");
    const spec = { name: mine.name, text: printCell(mine), options: {} };
    const results = resultsOf(
      await run({ ...small, task: "dyck", cells: [spec, "lstm"], steps: [6], seeds: 1, updates: 150, hidden: 16 }),
    );
    // Of six brackets the one asked for was opened first or second.
    for (const { error } of results) expect(error).toBeLessThan(0.3);
  });

  test("a cell whose loss becomes infinite has failed, and the others go on", async () => {
    const wild = { name: "wild", text: "h' = exp(W x + U h + 50)", options: {} };
    const results = resultsOf(await run({ ...small, cells: [wild, "rnn"], steps: [8], seeds: 1 }));
    expect(results).toMatchObject([
      { cell: "wild", error: null, failed: expect.stringMatching(/loss/) as unknown },
      {},
    ]);
    expect(results[1]!.error).toBeGreaterThan(0);
    expect(printComparison({ task: "adding", results })).toContain("1 failed");
    expect(printComparisonPage({ task: "adding", results })).toContain("Runs that failed");
  });

  test("sizes chosen by parameters come as near as they can", () => {
    const runs = planRuns({ ...small, cells: ["lstm", "rnn", "gru"], hidden: 20, match: "parameters", seeds: 1 });
    const wanted = runs[0]!.parameters;
    for (const { parameters, hidden } of runs) {
      expect(Math.abs(parameters - wanted) / wanted).toBeLessThan(0.06);
      expect(hidden).toBeGreaterThanOrEqual(20);
    }
  });

  test.each<{ wrong: Partial<CompareOptions>; what: RegExp }>([
    { wrong: { task: "adding up" }, what: /no memory task "adding up"/ },
    { wrong: { cells: [] }, what: /no cells to compare/ },
    { wrong: { cells: ["rnn", "rnn"] }, what: /rnn is there twice/ },
    { wrong: { steps: [1] }, what: /at least 2 steps/ },
    { wrong: { steps: [] }, what: /no lengths/ },
    { wrong: { steps: [4, 5, 4] }, what: /length 4 is there twice/ },
    { wrong: { steps: [1e9] }, what: /steps is 1000000000, but .* up to 44739 steps/ },
    { wrong: { seeds: 1e9 }, what: /seeds is 1000000000; give at most 1000/ },
    { wrong: { threads: 65 }, what: /threads is 65; give at most 64/ },
    { wrong: { batch: 1e9 }, what: /batch is 1000000000; give at most 20000/ },
    { wrong: { updates: 0 }, what: /updates is 0/ },
    { wrong: { rate: -1 }, what: /rate is -1/ },
  ])("wrong: $what", ({ wrong, what }) => {
    expect(() => planRuns({ ...small, ...wrong })).toThrow(what);
  });
});

const result = (name: string, steps: number, seed: number, error: number | null): RunResult => ({
  key: `${name}${steps}${seed}`,
  cell: name,
  steps,
  seed,
  hidden: 8,
  parameters: 100,
  updates: 10,
  error,
  chance: 1 / 6,
  secondsPerUpdate: 0.01,
  curve: [],
});

test("a run whose error is no number counts as failed, and the others have their mean", () => {
  const errors = [0.1, NaN, 0.2, null, Infinity];
  const results = errors.map((error, at) => result("rnn", 4, at, error));
  expect(printComparison({ task: "adding", results }).split("\n")[2]).toMatch(
    /4 +rnn +8 +100 +0\.150 +0\.0707 +0\.167 +90\.0 % +10\.0 +5, 3 failed/,
  );
});

test("a comparison is a table, a picture and a page", () => {
  const results = [4, 8].flatMap((steps) => [
    result("rnn", steps, 1, 0.1),
    result("rnn", steps, 2, 0.2),
    result("a<b", steps, 1, 0.01),
  ]);
  const comparison = { task: "adding", results };
  expect(printComparison(comparison).split("\n")[2]).toMatch(
    /4 +rnn +8 +100 +0\.150 +0\.0707 +0\.167 +90\.0 % +10\.0 +2/,
  );
  const page = printComparisonPage(comparison);
  expect(page).toMatch(/^<!doctype html>[^]*<svg[^]*a&lt;b[^]*<\/html>\n$/);
  for (const some of [results, results.slice(0, 3)])
    expect(findXmlFault(drawComparison({ task: "adding", results: some }))).toBeUndefined();
  // The two seeds of the one cell at each length; the other has one.
  const picture = drawComparison(comparison);
  expect(picture).toContain("mean of 2 seeds, and from the best to the worst of them");
  expect(picture.match(/stroke-opacity="0\.6"/g)).toHaveLength(2);
  expect(picture.match(/fill-opacity="0\.5"/g)).toHaveLength(4);
  const bars = drawComparison({ task: "adding", results: results.slice(0, 3) });
  expect(bars.match(/class="axis" fill="none"/g)).toHaveLength(1);
});
