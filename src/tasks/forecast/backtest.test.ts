import { describe, expect, test } from "vitest";
import { createTable, selectColumns, tableFromNumbers } from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import { backtest, drawBacktest, drawSteps, explainBacktest, parseKeptBacktest, printKeptBacktest } from "../index.ts";
import type { BacktestFold, ForecastEvaluation, ForecastOptions } from "../index.ts";

const table = tableFromNumbers({ y: Array.from({ length: 200 }, (_, row) => Math.sin(row / 5) + (row % 4) / 10) });
const options: ForecastOptions = {
  targets: ["y"],
  horizon: 2,
  window: 8,
  hidden: 4,
  epochs: 2,
  season: 4,
  form: "level",
  backend: "wasm",
};

/** Series of so many days, each beginning so much later than the one before. */
function shopsTable(lengths: readonly number[], later = 0): Table {
  const days = lengths.flatMap((length, shop) =>
    Array.from({ length }, (_, at) => ({ shop: `s${shop}`, day: at + shop * later })),
  );
  return createTable([
    { kind: "date", name: "day", values: Float64Array.from(days, ({ day }) => day * 86_400_000) },
    { kind: "text", name: "shop", values: days.map(({ shop }) => shop) },
    { kind: "number", name: "y", values: Float64Array.from(days, ({ day }) => Math.sin(day / 5) + (day % 4) / 10) },
  ]);
}

const dayOf = (date: string): number => Date.parse(date) / 86_400_000;

describe("a backtest", () => {
  test.each([true, false])("forecasts the last rows in parts, in order; retrained: %j", async (retrain) => {
    const done = await backtest(table, options, { folds: 3, rows: 10, retrain });
    expect(done).toMatchObject({ kind: "backtest", rows: 10 });
    expect(done?.folds.map(({ targets }) => [...(targets[0]?.points.rows ?? [])])).toEqual(
      [170, 180, 190].map((first) => Array.from({ length: 10 }, (_, at) => first + at)),
    );
    const naive = done?.folds[2]?.targets[0]?.points;
    expect(naive?.naive[0]).toBe(table.columns[0]?.values[188]);
  });

  test.each([true, false])(
    "of series that end at different times tests each only after its training; retrained: %j",
    async (retrain) => {
      const shops = shopsTable([100, 75]);
      const grouped = { ...options, group: "shop" };
      const done = await backtest(shops, grouped, { folds: 4, rows: 10, retrain });
      // The second series ends with day 74: it is in the first two tests only.
      const tested = done!.folds.map(({ targets }) => targets[0]!.points.dates!.map(dayOf));
      expect(tested.map((days) => days.length)).toEqual([20, 15, 10, 10]);
      tested.forEach((days, fold) =>
        expect([Math.min(...days), Math.max(...days)]).toEqual([60 + 10 * fold, 69 + 10 * fold]),
      );
    },
  );

  test("the last part does not depend on those before it, when the network is trained anew", async () => {
    const [three, one] = await Promise.all([
      backtest(table, options, { folds: 3, rows: 10 }),
      backtest(table, options, { folds: 1, rows: 10 }),
    ]);
    expect(three?.folds.at(-1)).toEqual(one?.folds[0]);
  });

  test("goes on after those that are done, kept as JSON, to the same scores", async () => {
    const quantiles = { ...options, season: undefined, quantiles: [0.1, 0.9], predict: "all" as const };
    const whole = await backtest(table, quantiles, { folds: 3, rows: 10 });
    const kept = { identity: "x", plan: "y", folds: whole!.folds.slice(0, 2) };
    const again = parseKeptBacktest(printKeptBacktest(kept), "kept.json");
    expect(again).toEqual(kept);
    const told: number[] = [];
    const onFold = ({ fold }: BacktestFold): number => told.push(fold);
    expect(await backtest(table, quantiles, { folds: 3, rows: 10, done: again.folds }, { onFold })).toEqual(whole);
    expect(told).toEqual([3]);
    const short = { ...whole!.folds[0]!.targets[0]!.points, truth: new Float64Array(1) };
    const wrong = { ...whole!.folds[0]!, targets: [{ ...whole!.folds[0]!.targets[0]!, points: short }] };
    expect(() => parseKeptBacktest(printKeptBacktest({ ...kept, folds: [wrong] }), "kept.json")).toThrow(
      "folds[0].targets[0].points.truth has 1 entries, not 9",
    );
    const other = async (change: object): Promise<unknown> =>
      backtest(table, quantiles, { folds: 3, rows: 10, done: [{ ...whole!.folds[0]!, ...change }] });
    const { points, ...target } = whole!.folds[0]!.targets[0]!;
    const far = { ...points, rows: points.rows.map(() => 999_999) };
    for (const change of [
      { horizon: 99 },
      { targets: [] },
      { targets: [{ ...target, points, name: "z" }] },
      { targets: [{ ...target, points: far }] },
    ])
      await expect(other(change)).rejects.toThrow("test 1 is of other targets, steps or rows");
    await expect(backtest(table, quantiles, { folds: 1, rows: 10, done: whole!.folds.slice(0, 2) })).rejects.toThrow(
      "2 tests of 1 are done",
    );
    expect(() => parseKeptBacktest("{", "kept.json")).toThrow(
      "kept.json holds no tests of recurra backtest: it is no JSON",
    );
  });

  test("all parts together have the scores of all their forecasts, and the season of the first", async () => {
    const quantiles = { ...options, season: undefined, quantiles: [0.1, 0.9] };
    const done = await backtest(table, quantiles, { folds: 3, rows: 11 });
    const { total, folds, seed } = done!;
    const { points, model, naive, intervals } = total.targets[0]!;
    const { truth } = points;
    const mean = (of: (at: number) => number): number => truth.reduce((sum, _, at) => sum + of(at), 0) / truth.length;
    expect({ seed, count: total.count, truths: truth.length }).toEqual({ seed: 1, count: 33, truths: 33 });
    expect(new Set(folds.map(({ season }) => season))).toEqual(new Set([total.season]));
    expect(model.meanAbsoluteError).toBeCloseTo(
      mean((at) => Math.abs(truth[at]! - points.model[at]!)),
      9,
    );
    expect(model.rootMeanSquaredError).toBeCloseTo(Math.sqrt(mean((at) => (truth[at]! - points.model[at]!) ** 2)), 9);
    expect(naive.meanAbsoluteError).toBeCloseTo(
      mean((at) => Math.abs(truth[at]! - points.naive[at]!)),
      9,
    );
    const [{ lower, upper }] = points.intervals as unknown as readonly [{ lower: Float64Array; upper: Float64Array }];
    expect(intervals![0]!.coverage).toBeCloseTo(
      mean((at) => Number(truth[at]! >= lower[at]! && truth[at]! <= upper[at]!)),
      9,
    );
    expect(explainBacktest(done!)).toMatch(/ The model wins in (all 3|(none|\d) of 3) tests\.$/);
    expect(drawBacktest(done!, { source: "x" })).toMatch(/>test 3</);
    expect(drawSteps(total, { source: "x" })).toBeUndefined();
  });

  test("all steps rolled out on own forecasts: each step is pooled for itself", async () => {
    const done = await backtest(table, { ...options, autoregressive: true }, { folds: 2, rows: 10, retrain: false });
    const { total, folds } = done!;
    expect(total.count).toBe(18);
    const of = (evaluation: ForecastEvaluation, step: number): number =>
      evaluation.targets[0]!.steps![step]!.model.meanAbsoluteError;
    for (const step of [0, 1]) expect(of(total, step)).toBeCloseTo((of(folds[0]!, step) + of(folds[1]!, step)) / 2, 9);
    expect(drawSteps(total, { source: "x" })).toContain("error by steps ahead");
  });

  test("is told of as it goes, and stops where it is", async () => {
    const told: string[] = [];
    const stop = new AbortController();
    const done = await backtest(
      table,
      options,
      { folds: 3, rows: 10 },
      {
        signal: stop.signal,
        onFold: ({ fold, folds, rows, plan }) => told.push(`${fold} of ${folds}, ${rows} rows, ${plan?.kind}`),
        onEvaluation: ({ count }, { fold }) => {
          told.push(`${count} forecasts`);
          if (fold === 2) stop.abort();
        },
      },
    );
    expect(done).toBeUndefined();
    expect(told).toEqual([1, 2].flatMap((fold) => [`${fold} of 3, 10 rows, forecast-plan`, "10 forecasts"]));
  });

  test.each([
    [{ folds: 20, rows: 10 }, /takes 200 rows, and table has 200, which leaves none/],
    [{ rows: 1 }, /at least 2 rows for each test/],
  ])("%j leaves too little", async (choice, message) => {
    const refused = backtest(table, { ...options, predict: "all" }, choice);
    await expect(refused).rejects.toMatchObject({
      code: "data/too-few-rows",
      message: expect.stringMatching(message) as string,
    });
  });

  test.each([
    // Days 0 to 79 and 50 to 129.
    ["times that series share", shopsTable([80, 80], 50), 13, "takes 130 times, and table has 130, which"],
    [
      "rows of the shortest series without dates",
      selectColumns(shopsTable([100, 40]), ["shop", "y"]),
      4,
      "takes 40 rows, and table has 40 in its shortest series, which",
    ],
  ])("counts %s", async (_, shops, usual, message) => {
    const grouped = { ...options, group: "shop" };
    const stop = new AbortController();
    const told: number[] = [];
    const onFold = ({ rows }: BacktestFold): void => {
      told.push(rows);
      stop.abort();
    };
    expect(await backtest(shops, grouped, { folds: 3 }, { signal: stop.signal, onFold })).toBeUndefined();
    expect(told).toEqual([usual]);
    const [, count] = /(\d+)/.exec(message)!;
    await expect(backtest(shops, grouped, { folds: 1, rows: Number(count) })).rejects.toMatchObject({
      code: "data/too-few-rows",
      message: expect.stringContaining(message) as string,
    });
  });

  test.each([{ folds: 0 }, { rows: 1.5 }])("%j is refused", async (choice) => {
    await expect(backtest(table, options, choice)).rejects.toMatchObject({ code: "util/bad-argument" });
  });
});
