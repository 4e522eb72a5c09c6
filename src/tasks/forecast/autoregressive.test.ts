/** Forecasts that go on from their own forecasts: the same as the network run again over the window with its forecasts behind it. */
import { describe, expect, test } from "vitest";
import { tolerances } from "../../../test/tolerances.ts";
import {
  assembleWindows,
  createWindows,
  readNumbers,
  restoreOutputs,
  tableFromNumbers,
  takeRows,
} from "../../data/index.ts";
import type { Table, Windows } from "../../data/index.ts";
import { load } from "../../formats/recurra/index.ts";
import { createRandom } from "../../util/random.ts";
import {
  drawEvaluation,
  evaluateForecaster,
  explainForecast,
  forecastFuture,
  forecastRows,
  openTask,
  planForecast,
  saveResult,
  trainForecaster,
} from "../index.ts";
import type { Forecaster, ForecastOptions, ForecastResult } from "../index.ts";
import { parseForecastTask } from "./forecast-task.ts";
import { rollOut } from "./roll-out.ts";

const random = createRandom(9);
const rows = 160;
const price = Float64Array.from({ length: rows }, () => random.integer(3));
const sales = Float64Array.from(
  { length: rows },
  (_, row) => 20 + 6 * Math.sin(row / 4) - 2 * price[row]! + random.normal(),
);
const table = tableFromNumbers({ price, sales, visits: sales.map((value) => value / 2 + random.normal(0, 0.2)) });

const options: ForecastOptions = {
  targets: ["sales", "visits"],
  known: ["price"],
  autoregressive: true,
  horizon: 4,
  window: 8,
  hidden: 6,
  epochs: 3,
  form: "level",
  test: 30,
  validation: 30,
  backend: "wasm",
};

async function learn(given: Table, own: ForecastOptions): Promise<ForecastResult> {
  const result = await trainForecaster(given, own);
  if (result === undefined) throw new Error("the run was stopped");
  return result;
}

/** What the network says after the window that ends at a row and, behind it, rows that were forecast: a run over all of it. */
function rerun(
  { model, task }: Forecaster,
  end: number,
  forecast: readonly (readonly number[])[],
): { said: ArrayLike<number>; windows: Windows } {
  const past = (name: string): readonly number[] => [...readNumbers(table, name).subarray(0, end + 1)];
  const led = tableFromNumbers({
    price: price.subarray(0, end + forecast.length + 2),
    sales: [...past("sales"), ...forecast.map((values) => values[0]!), NaN],
    visits: [...past("visits"), ...forecast.map((values) => values[1]!), NaN],
  });
  const steps = task.windows.window + forecast.length;
  const spec = { ...task.windows, window: steps, horizon: 1, predict: "last" } as const;
  const windows = createWindows(led, spec, { scalers: task.scalers, open: true });
  const inputs = new Float32Array(steps * windows.inputNames.length);
  assembleWindows(windows, [windows.count - 1], inputs);
  return { said: model.predict({ steps, batch: 1, inputs }), windows };
}

const windowsOf = ({ task }: Forecaster): Windows => createWindows(table, task.windows, { scalers: task.scalers });

describe.each(["lstm", "gru"] as const)("rolled out on its own forecasts, %s", (cell) => {
  test.each(["level", "difference"] as const)("as %ss: each step is that of a run over all before it", async (form) => {
    const { forecaster } = await learn(table, { ...options, cell, form });
    const windows = windowsOf(forecaster);
    const indices = Int32Array.of(3, 50, windows.count - 1);
    const led = rollOut({ model: forecaster.model, windows, indices });
    indices.forEach((index, member) => {
      const steps: number[][] = [];
      for (let step = 0; step < 4; step++) {
        const { said, windows: own } = rerun(forecaster, windows.ends[index]!, steps);
        const values = [...restoreOutputs(own, [own.count - 1], Float64Array.from(said))];
        const got = [...led.subarray((member * 4 + step) * 2, (member * 4 + step + 1) * 2)];
        values.forEach((value, at) =>
          expect(Math.abs(got[at]! - value) / (1 + Math.abs(value))).toBeLessThan(tolerances.float32Cell),
        );
        steps.push(got);
      }
    });
  });
});

test("a path is drawn from what the network says of the window with the path behind it, with numbers of its own", async () => {
  const { forecaster } = await learn(table, { ...options, likelihood: "gaussian" });
  const { spread: form, scalers } = forecaster.task;
  const windows = windowsOf(forecaster);
  const indices = Int32Array.of(7, 80);
  const draw = (count: number): Float64Array =>
    rollOut({ model: forecaster.model, windows, indices, drawing: { form: form!, count, seed: 5 } });
  const paths = draw(3);
  const root = createRandom(5);
  const scaleOf = (name: string): number => (scalers.targets[name] as { readonly scale: number }).scale;
  for (const [member, index] of indices.entries()) {
    const own = root.fork();
    for (let path = 0; path < 3; path++) {
      const normals = own.fork();
      const steps: number[][] = [];
      for (let step = 0; step < 4; step++) {
        const { said, windows: seen } = rerun(forecaster, windows.ends[index]!, steps);
        const middles = restoreOutputs(seen, [seen.count - 1], Float64Array.from(said).subarray(0, 2));
        const at = ((member * 3 + path) * 4 + step) * 2;
        ["sales", "visits"].forEach((name, target) => {
          const deviation = scaleOf(name) * (1e-3 + Math.log1p(Math.exp(said[2 + target]!)));
          const expected = middles[target]! + deviation * normals.normal();
          expect(Math.abs(paths[at + target]! - expected) / (1 + Math.abs(expected))).toBeLessThan(
            tolerances.float32Cell,
          );
        });
        steps.push([paths[at]!, paths[at + 1]!]);
      }
    }
  }
  // A path does not depend on how many others there are, nor on how many windows fit into a batch: here both, and one at a time.
  for (const count of [8, 600]) {
    const more = draw(count);
    for (const member of [0, 1])
      expect(more.subarray(member * count * 8, (member * count + 3) * 8)).toEqual(
        paths.subarray(member * 24, member * 24 + 24),
      );
  }
});

test.each([
  [{}, []],
  [{ interval: 0.8 }, ["lower 80%", "upper 80%"]],
  [{ likelihood: "student", quantiles: [0.1, 0.9] }, ["lower 80%", "upper 80%"]],
] as const)("measured step by step, saved and opened: %j", async (more, columns) => {
  const result = await learn(table, { ...options, ...more });
  const target = result.test!.targets[0]!;
  expect(result.test).toMatchObject({ count: 27, horizon: 4 });
  expect(result.test!.paths).toEqual("likelihood" in more ? { count: 200, seed: 1 } : undefined);
  expect(target.steps!.map(({ ahead }) => ahead)).toEqual([1, 2, 3, 4]);
  for (const kind of ["model", "naive", "drift", "mean"] as const) {
    const mean = target.steps!.reduce((sum, step) => sum + step[kind].meanAbsoluteError, 0) / 4;
    expect(mean).toBeCloseTo(target[kind].meanAbsoluteError, 9);
  }
  expect(target.steps![0]!.intervals?.length).toBe(columns.length === 0 ? undefined : 1);
  expect(explainForecast(result.test!)).toMatch(/^sales: /);
  expect(drawEvaluation(result.test!, { source: "x" })).toContain("4 steps ahead");
  const opened = openTask(load(saveResult(result), { verify: true })) as Forecaster;
  expect(opened.task).toEqual(result.forecaster.task);
  const again = evaluateForecaster(opened, table, { last: 30 });
  expect(again.targets[0]!.model).toEqual(target.model);
  const open = tableFromNumbers({
    price: [...price, 1, 2, 0, 1],
    sales: [...sales, NaN, NaN, NaN, NaN],
    visits: [...readNumbers(table, "visits"), NaN, NaN, NaN, NaN],
  });
  const future = forecastFuture(opened, open);
  expect(future.columns.map(({ name }) => name)).toEqual([
    "row",
    "steps ahead",
    ...["sales", "visits"].flatMap((name) => ["forecast", ...columns].map((what) => `${name} ${what}`)),
  ]);
  expect(future.rows).toBe(4);
  expect(forecastRows(opened, table).rows).toBe((rows - 8 - 3) * 4);
});

test("sampled paths are columns, whose quantiles are those that are told", async () => {
  const { forecaster } = await learn(table, { ...options, known: undefined, likelihood: "gaussian" });
  const future = forecastFuture(forecaster, table, { samples: 5, seed: 3 });
  const column = (name: string): Float64Array => readNumbers(future, `sales ${name}`);
  const paths = Array.from({ length: 5 }, (_, path) => column(`path ${path + 1}`));
  for (let step = 0; step < 4; step++) {
    const sorted = paths.map((values) => values[step]!).sort((a, b) => a - b);
    expect(column("forecast")[step]).toBe(sorted[2]);
    expect(column("lower 80%")[step]).toBeCloseTo(sorted[0]! + 0.4 * (sorted[1]! - sorted[0]!), 4);
  }
  expect(forecastFuture(forecaster, table, { samples: 5, seed: 3 })).toEqual(future);
  expect(forecastFuture(forecaster, table, { samples: 5, seed: 4 })).not.toEqual(future);
  for (const samples of [0, 1.5, 10_001])
    expect(() => forecastFuture(forecaster, table, { samples })).toThrow(/whole number from 1 to 10000/);
});

test("the paths of a random walk spread as the root of the steps", async () => {
  let level = 0;
  const walk = tableFromNumbers({ y: Array.from({ length: 1500 }, () => (level += random.normal())) });
  const { test: scores } = await learn(walk, {
    targets: ["y"],
    autoregressive: true,
    likelihood: "gaussian",
    form: "difference",
    horizon: 9,
    window: 4,
    hidden: 3,
    epochs: 8,
    rate: 0.01,
    season: 1,
    test: 400,
    backend: "wasm",
  });
  const steps = scores!.targets[0]!.steps!;
  const widths = steps.map(({ intervals }) => intervals![0]!.meanWidth);
  // 80 % of a normal distribution lie within 1.28 deviations; nine steps have three times the deviation of one.
  expect(widths[0]! / (2 * 1.2816)).toBeGreaterThan(0.85);
  expect(widths[0]! / (2 * 1.2816)).toBeLessThan(1.15);
  expect(widths[8]! / widths[0]!).toBeGreaterThan(2.5);
  expect(widths[8]! / widths[0]!).toBeLessThan(3.5);
  expect(steps[0]!.intervals![0]!.coverage).toBeGreaterThan(0.7);
});

test.each([
  [{ covariates: ["visits"], targets: ["sales"] }, /of the covariates \(visits\) only the past is known/],
  [{ form: "divide-last" }, /use differences instead/],
  [{ predict: "last" }, /all steps up to the horizon/],
  [{ bidirectional: true }, /use one direction/],
  [{ quantiles: [0.1, 0.9] }, /give a likelihood, too/],
] as const)("%j is refused", (own, message) => {
  const plan = (): unknown => planForecast(table, { ...options, ...own });
  expect(plan).toThrow(message);
  expect(plan).toThrow(expect.objectContaining({ code: "util/bad-argument" }));
});

test("paths that nothing could draw are refused", async () => {
  const { forecaster } = await learn(table, { ...options, known: undefined, autoregressive: false, epochs: 1 });
  expect(() => forecastFuture(forecaster, table, { samples: 10 })).toThrow(/autoregressive and has a likelihood/);
});

test("a file whose network cannot be rolled out is refused", async () => {
  const result = await learn(table, { ...options, epochs: 1 });
  const { forecaster } = result;
  const strange = { ...forecaster.task, windows: { ...forecaster.task.windows, predict: "last" as const } };
  const bytes = saveResult({ ...result, forecaster: { ...forecaster, task: strange } });
  expect(() => openTask(load(bytes))).toThrow(/autoregressive does not fit/);
});

test("the past that is too short is told", async () => {
  const { forecaster } = await learn(table, { ...options, known: undefined, epochs: 1 });
  expect(() => forecastFuture(forecaster, takeRows(table, Int32Array.of(0, 1, 2)))).toThrow(/looks back on 8/);
});

test("the horizon is bounded, in the options and in a model file, since no network bounds it", () => {
  const table = tableFromNumbers({ y: Array.from({ length: 80 }, (_, row) => row % 7) });
  const led = { targets: ["y"], window: 5, autoregressive: true, horizon: 3 };
  expect(() => planForecast(table, { ...led, horizon: 10_001 })).toThrow(
    "An autoregressive forecast has a horizon of at most 10000 steps, not 10001",
  );
  const { task } = planForecast(table, led);
  expect(parseForecastTask(task).windows.horizon).toBe(3);
  const far = { ...task, windows: { ...task.windows, horizon: 10_001 } };
  expect(() => parseForecastTask(far, "m.safetensors")).toThrow(
    "m.safetensors: preprocessing.windows have a horizon of 10001 steps; at most 10000 are rolled out",
  );
});
