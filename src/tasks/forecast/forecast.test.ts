import { describe, expect, test } from "vitest";
import {
  createTable,
  createWindows,
  findColumn,
  forecastDrift,
  forecastMean,
  readNumbers,
  tableFromNumbers,
  takeRows,
} from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import { load } from "../../formats/recurra/index.ts";
import { train } from "../../training/index.ts";
import type { Checkpoint, FinishedEvent, TrainingEvent } from "../../training/index.ts";
import { createRandom } from "../../util/random.ts";
import {
  concludeForecast,
  drawEvaluation,
  evaluateForecaster,
  explainForecast,
  forecastFuture,
  forecastRows,
  openCheckpoint,
  openTask,
  planForecast,
  saveCheckpoint,
  saveResult,
  trainForecaster,
} from "../index.ts";
import type { Forecaster, ForecastOptions, ForecastPoints, ForecastResult } from "../index.ts";
import { poolEvaluations } from "./pool-evaluations.ts";

const day = 86_400_000;

/** Days with a week's rhythm, a slow wave and some noise. */
function makeSales(rows = 600): Table {
  const random = createRandom(5);
  const level = (row: number): number =>
    100 + (row % 7 < 2 ? -30 : 10 * Math.sin(row % 7)) + 8 * Math.sin(row / 30) + random.normal(0, 5);
  return createTable([
    {
      kind: "date",
      name: "date",
      values: Float64Array.from({ length: rows }, (_, row) => Date.UTC(2020, 0, 1) + row * day),
    },
    { kind: "number", name: "sales", values: Float64Array.from({ length: rows }, (_, row) => level(row)) },
  ]);
}

const countUp = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);

const small: Partial<ForecastOptions> = {
  hidden: 12,
  window: 14,
  epochs: 12,
  test: 60,
  validation: 60,
  rate: 0.01,
  backend: "wasm",
};

async function trainOn(table: Table, options: ForecastOptions): Promise<ForecastResult> {
  const result = await trainForecaster(table, { ...small, ...options });
  if (result === undefined) throw new Error("the run was stopped");
  return result;
}

describe("a forecaster of a week ahead", async () => {
  const sales = makeSales();
  const result = await trainOn(sales, { targets: ["sales"], horizon: 7 });
  const { forecaster, test: scores } = result;

  test("is compared with the naive forecasts on the very same rows, which are the last", () => {
    const target = scores?.targets[0];
    expect(scores).toMatchObject({ count: 60, horizon: 7, season: 7 });
    expect(target?.points.dates?.at(-1)).toBe("2021-08-22");
    expect([...(target?.points.rows ?? [])]).toEqual(Array.from({ length: 60 }, (_, i) => 540 + i));
    const { values } = findColumn(sales, "sales");
    expect(target?.points.truth[0]).toBe(values[540]);
    expect(target?.points.naive[0]).toBe(values[533]);
    const byHand =
      Array.from({ length: 60 }, (_, i) => Math.abs(Number(values[540 + i]) - Number(values[533 + i]))).reduce(
        (a, b) => a + b,
      ) / 60;
    expect(target?.seasonalNaive?.meanAbsoluteError).toBeCloseTo(byHand, 9);
    // Noise of deviation 5 leaves no forecast a mean error below 5·√(2/π) = 4.0; the naive one has √2 times that, and the wave.
    expect(target?.model.meanAbsoluteError).toBeLessThan(target?.naive.meanAbsoluteError ?? 0);
    expect(target?.best).toBe("model");
    expect(explainForecast(scores!)).toMatch(
      /^sales: the model's mean absolute error is .* less than the .* of the seasonal-naive forecast \(the value 7 steps before\)\.$/,
    );
  });

  test("sees the calendar of the rows it forecasts", () => {
    const { task } = forecaster;
    expect(task.calendar?.features).toEqual([{ kind: "one-hot", part: "day-of-week" }]);
    expect(task.windows.known).toHaveLength(7);
    expect(task.seenUntil).toBe("2021-06-23");
  });

  test("forecasts the days after the last, each from what is known seven days before", () => {
    const future = forecastFuture(forecaster, sales);
    expect(future.columns.map(({ name }) => name)).toEqual(["date", "sales forecast"]);
    expect(future.rows).toBe(7);
    expect(new Date(Number(findColumn(future, "date").values[0])).toISOString()).toBe("2021-08-23T00:00:00.000Z");
    // The same forecast as when those rows were there: it cannot depend on them.
    const shorter = takeRows(sales, countUp(590));
    const ahead = readNumbers(forecastFuture(forecaster, shorter), "sales forecast");
    const rows = forecastRows(forecaster, sales);
    const all = readNumbers(rows, "sales forecast");
    expect(rows.columns.map(({ name }) => name)).toEqual(["date", "sales", "sales forecast", "sales naive"]);
    expect([...ahead]).toEqual(Array.from(all.subarray(-10, -3)));
  });

  test("is measured on rows it has not seen, where there are any", () => {
    const again = evaluateForecaster(forecaster, sales);
    expect(again).toMatchObject({ count: 60, seen: false });
    expect(again.targets[0]?.model).toEqual(scores?.targets[0]?.model);
    expect(evaluateForecaster(forecaster, sales, { last: 10 })).toMatchObject({ count: 10, seen: false });
    expect(evaluateForecaster(forecaster, sales, { rows: "all" })).toMatchObject({ seen: true });
    const old = takeRows(sales, countUp(200));
    expect(evaluateForecaster(forecaster, old)).toMatchObject({ seen: true });
  });

  test("stands beside the last value known where the series does not reach back a season", () => {
    const monthly: Forecaster = { ...forecaster, task: { ...forecaster.task, season: 28 } };
    const all = evaluateForecaster(monthly, sales, { rows: "all" });
    const values = readNumbers(sales, "sales");
    const { rows, seasonalNaive } = all.targets[0]!.points;
    expect(rows[0]).toBe(20);
    expect([...seasonalNaive!]).toEqual(Array.from(rows, (row) => values[row < 28 ? row - 7 : row - 28]));
    const first = evaluateForecaster(monthly, takeRows(sales, countUp(28)), { rows: "all" });
    expect(first.targets[0]!.seasonalNaive).toBeUndefined();
    const both = poolEvaluations([first, all]).targets[0]!;
    const errors = [first.targets[0]!.naive, all.targets[0]!.seasonalNaive!].map(
      ({ meanAbsoluteError }) => meanAbsoluteError,
    );
    expect(both.seasonalNaive!.meanAbsoluteError).toBeCloseTo(
      (errors[0]! * first.count + errors[1]! * all.count) / (first.count + all.count),
      9,
    );
    expect([...both.points.seasonalNaive!]).toEqual([...first.targets[0]!.points.naive, ...seasonalNaive!]);
  });

  test("is drawn", () => {
    const svg = drawEvaluation(scores!, { source: "sales.csv" });
    expect(svg).toContain("sales, 7 steps ahead, from sales.csv");
    expect(svg).toContain("seasonal naive");
  });

  test("is the same after it was saved and loaded, and the same run saves the same bytes", async () => {
    const bytes = saveResult(result);
    const model = load(bytes, { verify: true });
    const opened = openTask(model) as Forecaster;
    expect(opened.task).toEqual(forecaster.task);
    expect(forecastFuture(opened, sales)).toEqual(forecastFuture(forecaster, sales));
    expect(saveResult(await trainOn(sales, { targets: ["sales"], horizon: 7 }))).toEqual(bytes);
  });
});

test("a day left out does not keep the days after the last from being told; of dates without a step, rows are counted", async () => {
  const days = makeSales(90);
  const gapped = takeRows(
    days,
    countUp(90).filter((row) => row !== 40),
  );
  const quick = { targets: ["sales"], horizon: 2, window: 7, epochs: 1, test: 10, validation: 10 };
  const { forecaster } = await trainOn(gapped, quick);
  const future = forecastFuture(forecaster, gapped);
  expect([...findColumn(future, "date").values]).toEqual([Date.UTC(2020, 2, 31), Date.UTC(2020, 3, 1)]);
  const uneven = createTable(
    days.columns.map((column) =>
      column.kind === "date"
        ? { ...column, values: column.values.map((time, row) => time + ((row * row) % 17) * (day / 20)) }
        : column,
    ),
  );
  const irregular = await trainOn(uneven, quick);
  const counted = forecastFuture(irregular.forecaster, uneven);
  expect(counted.columns.map(({ name }) => name)).toEqual(["row", "sales forecast"]);
  expect([...findColumn(counted, "row").values]).toEqual([91, 92]);
});

test("several columns, all steps and series beside one another", async () => {
  const sales = makeSales(200);
  const both = takeRows(
    sales,
    Int32Array.from({ length: 400 }, (_, row) => row >> 1),
  );
  const values = findColumn(both, "sales").values;
  const table = createTable([
    findColumn(both, "date"),
    { kind: "text", name: "shop", values: Array.from({ length: 400 }, (_, row) => (row % 2 === 0 ? "a" : "b")) },
    {
      kind: "number",
      name: "sales",
      values: Float64Array.from({ length: 400 }, (_, row) => Number(values[row]) * (1 + (row % 2))),
    },
    { kind: "number", name: "visits", values: Float64Array.from({ length: 400 }, (_, row) => Number(values[row]) / 2) },
  ]);
  const result = await trainOn(table, {
    targets: ["sales", "visits"],
    horizon: 3,
    predict: "all",
    group: "shop",
    epochs: 2,
    test: 20,
    validation: 20,
  });
  // Each shop has windows for all but the last two of its twenty test days.
  expect(result.test).toMatchObject({ count: 36, season: 7, targets: [{ name: "sales" }, { name: "visits" }] });
  // Lines of two series one after the other would make no chart: it is of the first.
  const [target] = result.test!.targets;
  const cut = Object.fromEntries(
    Object.entries(target!.points).map(([name, values]) => [name, (values as Float64Array | string[]).slice(0, 18)]),
  );
  const first = { ...result.test!, targets: [{ ...target!, points: cut as unknown as ForecastPoints }] };
  expect(drawEvaluation(result.test!, { source: "x" })).toBe(drawEvaluation(first, { source: "x" }));
  const future = forecastFuture(result.forecaster, table);
  expect(future.columns.map(({ name }) => name)).toEqual([
    "shop",
    "date",
    "steps ahead",
    "sales forecast",
    "visits forecast",
  ]);
  expect(findColumn(future, "shop").values).toEqual(["a", "a", "a", "b", "b", "b"]);
  expect([...findColumn(future, "steps ahead").values]).toEqual([1, 2, 3, 1, 2, 3]);
});

test("what is known in advance must be there for what is to be forecast", async () => {
  const rows = 150;
  const random = createRandom(4);
  const price = Float64Array.from({ length: rows }, () => random.integer(3) - 1);
  const table = tableFromNumbers({
    price,
    sales: Float64Array.from({ length: rows }, (_, row) => 10 - 3 * (price[row] ?? 0)),
  });
  const { forecaster, test: scores } = await trainOn(table, {
    targets: ["sales"],
    known: ["price"],
    window: 5,
    test: 20,
    validation: 20,
    epochs: 40,
  });
  expect(scores?.targets[0]?.model.meanAbsoluteError).toBeLessThan(0.5);
  expect(() => forecastFuture(forecaster, table)).toThrow(
    /given "price" in advance, so table needs rows after the last/,
  );
  const open = tableFromNumbers({
    price: [...price, 1],
    sales: [...findColumn(table, "sales").values, NaN].map(Number),
  });
  const future = forecastFuture(forecaster, open);
  expect(future.columns.map(({ name }) => name)).toEqual(["row", "sales forecast"]);
  expect(Number(findColumn(future, "sales forecast").values[0])).toBeCloseTo(7, 0);
});

test("where a forecast that needs no learning wins, that is said", async () => {
  const random = createRandom(2);
  let price = 100;
  const walk = tableFromNumbers({ price: Array.from({ length: 300 }, () => (price += random.normal())) });
  const { test: scores } = await trainOn(walk, { targets: ["price"], epochs: 2, form: "level" });
  expect(["naive", "drift"]).toContain(scores?.targets[0]?.best);
  expect(explainForecast(scores!)).toMatch(
    /^price: the (naive forecast \(the last value known\)|drift forecast \(.*\)) wins, .* not worth using\.$/,
  );
  const { test: changes } = await trainOn(walk, { targets: ["price"], epochs: 20, form: "difference" });
  const { model, naive } = changes!.targets[0]!;
  // Nothing can be known of a random walk's next step: differences come as close to the naive forecast as noise lets them.
  expect(model.meanAbsoluteError).toBeLessThan(1.1 * naive.meanAbsoluteError);
});

test("what drifts is seen as differences, unless it is asked for otherwise", () => {
  const of = (valueAt: (row: number) => number): Table =>
    tableFromNumbers({ y: Array.from({ length: 300 }, (_, row) => valueAt(row)) });
  const formOf = (table: Table, options: Partial<ForecastOptions> = {}): string =>
    planForecast(table, { ...small, targets: ["y"], ...options }).task.windows.form;
  expect(formOf(of((row) => 5 - 0.01 * row))).toBe("difference");
  expect(
    formOf(
      of((row) => 5 - 0.01 * row),
      { form: "level" },
    ),
  ).toBe("level");
  expect(formOf(of((row) => Math.sin(row / 10)))).toBe("level");
  expect(formOf(of((row) => (row < 250 ? row % 5 : 1000)))).toBe("level");
  expect(formOf(of(() => 1))).toBe("level");
});

test("too short a past is told by what is needed", async () => {
  const sales = makeSales(100);
  const { forecaster } = await trainOn(sales, { targets: ["sales"], epochs: 1, test: 10, validation: 10 });
  const short = takeRows(sales, Int32Array.of(0, 1, 2));
  expect(() => forecastFuture(forecaster, short)).toThrow(/has 3 rows, but the model looks back on 14;/);
});

test.each([
  [{ targets: ["Sales"] }, "data/unknown-column", /did you mean "sales"/],
  [{ targets: ["date"] }, "data/wrong-type", /holds dates/],
  [{ targets: ["sales"], window: 1000 }, "data/too-few-rows", /window of 1000/],
  [{ targets: ["sales"], test: 700 }, "data/bad-split", /leave none to train on/],
  [{ targets: ["sales"], season: 0 }, "util/bad-argument", /season is 0/],
  [{ targets: ["sales"], cell: "lsmt" as "lstm" }, "network/unknown-cell", /no built-in cell "lsmt"/],
  [{ targets: ["sales"], layers: 0 }, "network/bad-size", /layers is 0/],
  [{ targets: ["sales"], timeFeatures: ["day-of-wek"] }, "util/bad-argument", /"day-of-wek" is no time feature/],
  [{ targets: ["sales"], test: 3, horizon: 7, predict: "all" as const }, "data/too-few-rows", /test part has 3 rows/],
])("a plan that cannot be is refused: %o", (options, code, message) => {
  const plan = (): unknown => planForecast(makeSales(), { ...small, ...options });
  expect(plan).toThrow(message);
  expect(plan).toThrow(expect.objectContaining({ code }));
});

test("a run that is stopped goes on from its file to the same model", async () => {
  const table = makeSales(200);
  const options: ForecastOptions = { ...small, targets: ["sales"], epochs: 4, test: 30, validation: 30, dropout: 0.2 };
  const plan = planForecast(table, options);
  const events = async (settings: typeof plan.training, stopAt = Infinity): Promise<TrainingEvent[]> => {
    const stop = new AbortController();
    const seen: TrainingEvent[] = [];
    for await (const event of train({ ...settings, stepSeconds: 0 }, { signal: stop.signal })) {
      seen.push(event);
      if (event.kind === "step" && event.update >= stopAt) stop.abort();
    }
    return seen;
  };
  const whole = (await events(plan.training)).at(-1) as FinishedEvent;
  const stopped = (await events(plan.training, 7)).at(-1) as {
    readonly kind: "stopped";
    readonly checkpoint: Checkpoint;
  };
  expect(stopped.kind).toBe("stopped");
  const model = load(saveCheckpoint(plan, stopped.checkpoint), { source: "x.checkpoint" });
  const run = openCheckpoint(model);
  if (run.kind !== "forecast") throw new Error("a run of another kind");
  const again = planForecast(table, run.options);
  const rest = await events({ ...again.training, resume: run.checkpoint });
  const last = rest.at(-1) as FinishedEvent;
  expect(rest[0]).toMatchObject({ kind: "started", update: 7 });
  expect(last.parameters).toEqual(whole.parameters);
  expect(saveResult(concludeForecast(again, last))).toEqual(saveResult(concludeForecast(plan, whole)));
  // The unfinished model forecasts, too.
  expect(forecastFuture(openTask(model) as Forecaster, table).rows).toBe(1);
});

describe("forecasts that say how sure they are", () => {
  const sales = makeSales(400);
  const names = (table: Table): readonly string[] => table.columns.map(({ name }) => name);

  test.each([
    ["quantiles", { quantiles: [0.1, 0.9, 0.3] }],
    ["gaussian", { likelihood: "gaussian" }],
    ["student", { likelihood: "student", quantiles: [0.1, 0.9, 0.3] }],
  ] as const)("%s are sorted, measured, drawn and kept in the file", async (kind, options) => {
    const result = await trainOn(sales, { targets: ["sales"], horizon: 2, predict: "all", ...options });
    const target = result.test!.targets[0]!;
    expect(result.forecaster.task.spread?.kind).toBe(kind);
    expect(target.intervals).toMatchObject([{ level: 0.8 }]);
    expect(target.intervals![0]!.coverage).toBeGreaterThan(0.5);
    // The pinball loss of the median is half the absolute error.
    const median = target.quantiles!.find(({ level }) => level === 0.5)!;
    expect(median.pinballLoss).toBeCloseTo(target.model.meanAbsoluteError / 2, 9);
    expect(explainForecast(result.test!)).toMatch(/ The interval for 80 ?% held \d/);
    expect(drawEvaluation(result.test!, { source: "sales.csv" })).toContain("interval for 80");
    const opened = openTask(load(saveResult(result), { verify: true })) as Forecaster;
    const future = forecastFuture(opened, sales);
    expect(names(future)).toEqual([
      "date",
      "steps ahead",
      "sales forecast",
      "sales lower 80%",
      "sales upper 80%",
      ...("quantiles" in options ? ["sales quantile 0.3"] : []),
    ]);
    for (const row of [0, 1]) {
      const [low, middle, high] = ["lower 80%", "forecast", "upper 80%"].map(
        (name) => readNumbers(future, `sales ${name}`)[row]!,
      );
      expect(low).toBeLessThanOrEqual(middle!);
      expect(middle).toBeLessThanOrEqual(high!);
    }
  });

  test("intervals from the errors on the validation part are as wide as those errors", async () => {
    const result = await trainOn(sales, { targets: ["sales"], horizon: 2, predict: "all", interval: 0.8 });
    const { conformal } = result.forecaster.task;
    expect(conformal?.widths).toHaveLength(2);
    const opened = openTask(load(saveResult(result), { verify: true })) as Forecaster;
    expect(opened.task).toEqual(result.forecaster.task);
    const future = forecastFuture(opened, sales);
    const [low, high] = ["lower", "upper"].map((end) => readNumbers(future, `sales ${end} 80%`));
    [0, 1].forEach((row) => expect(high![row]! - low![row]!).toBeCloseTo(2 * conformal!.widths[row]!, 3));
    const { coverage } = result.test!.targets[0]!.intervals![0]!;
    expect(coverage).toBeGreaterThan(0.6);
  });

  test.each([
    [{ interval: 0.99 }, "data/too-few-rows", /needs 99 windows for validation, but there are 60/],
    [{ interval: 1 }, "util/bad-argument", /between 0 and 1/],
    [{ interval: 0.9, quantiles: [0.5] }, "util/bad-argument", /give one of them/],
    [{ quantiles: [] }, "util/bad-argument", /between 0 and 1/],
    [{ quantiles: [0.5, 2] }, "util/bad-argument", /between 0 and 1/],
  ] as const)("%j is refused", (options, code, message) => {
    expect(() => planForecast(sales, { ...small, targets: ["sales"], ...options })).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    );
  });
});

test("drift and mean are forecasts from all that is known at the window's end", () => {
  const table = tableFromNumbers({ y: [1, 3, 2, 6, 5, 9] });
  const windows = createWindows(table, { targets: ["y"], window: 2, horizon: 2 });
  // Windows end at 3, 2 and 6.
  expect([...forecastDrift(windows, [0, 1, 2])]).toEqual([7, 3, 6 + (2 * 5) / 3]);
  expect([...forecastMean(windows, [0, 1, 2])]).toEqual([2, 2, 3]);
});
