import { expect, test } from "vitest";
import { createTable } from "../../data/index.ts";
import { trainForecaster } from "../index.ts";

test("errors of several series are scaled each by its own change over a season, from training rows only", async () => {
  // Changes by 1 and by 1000 in training, by twice that in the test; the third shop has no change to be scaled by.
  const shops = ["small", "large", "closed"].flatMap((shop, series) =>
    Array.from({ length: 40 }, (_, row) => ({ shop, sales: [1, 1000, 0][series]! * (row % 2) * (row < 30 ? 1 : 2) })),
  );
  const table = createTable([
    { kind: "text", name: "shop", values: shops.map(({ shop }) => shop) },
    { kind: "number", name: "sales", values: Float64Array.from(shops, ({ sales }) => sales) },
  ]);
  const given = { targets: ["sales"], group: "shop", season: 1, form: "level", window: 4, epochs: 1 } as const;
  const result = await trainForecaster(table, { ...given, hidden: 4, test: 9, validation: 10, backend: "wasm" });
  const { forecaster, test: scores } = result!;
  expect(forecaster.task.seasonalChanges).toEqual({ sales: { small: 1, large: 1000 } });
  const { model, naive, points } = scores!.targets[0]!;
  expect(naive.meanAbsoluteError).toBeCloseTo((2 + 2000 + 0) / 3, 9);
  expect(naive.meanAbsoluteScaledError).toBeCloseTo(2, 9);
  const error = (at: number): number => Math.abs(points.truth[at]! - points.model[at]!);
  const scaled = Array.from({ length: 18 }, (_, at) => error(at) / (at < 9 ? 1 : 1000));
  expect(model.meanAbsoluteScaledError).toBeCloseTo(scaled.reduce((sum, one) => sum + one, 0) / 18, 9);
});
