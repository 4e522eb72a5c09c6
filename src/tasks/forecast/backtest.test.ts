import { describe, expect, test } from "vitest";
import { tableFromNumbers } from "../../data/index.ts";
import { backtest } from "../index.ts";
import type { ForecastOptions } from "../index.ts";

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

  test("the last part does not depend on those before it, when the network is trained anew", async () => {
    const [three, one] = await Promise.all([
      backtest(table, options, { folds: 3, rows: 10 }),
      backtest(table, options, { folds: 1, rows: 10 }),
    ]);
    expect(three?.folds.at(-1)).toEqual(one?.folds[0]);
  });

  test.each([{ folds: 0 }, { rows: 1.5 }])("%j is refused", async (choice) => {
    await expect(backtest(table, options, choice)).rejects.toMatchObject({ code: "util/bad-argument" });
  });
});
