/** Forecasts of windows, in one way for networks that give all steps at once and those that are rolled out. */
import { quantile } from "../../data/index.ts";
import type { Windows } from "../../data/index.ts";
import type { Model } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { runWindows } from "../run-windows.ts";
import type { ForecastTask } from "./forecast-task.ts";
import { rollOut } from "./roll-out.ts";
import { readSpread, spreadOf, surround } from "./spread.ts";
import type { Spread } from "./spread.ts";

/** How paths are drawn, where a network that is rolled out on its own forecasts gives distributions. */
export interface PathChoice {
  /** Paths for each forecast, up to 10,000: 200 */
  readonly samples?: number | undefined;
  /** A whole number that all draws follow from: 1 */
  readonly seed?: number | undefined;
}

/** Paths that were drawn. */
export interface DrawnPaths {
  readonly count: number;
  readonly seed: number;
}

/** Forecasts in the table's units; with paths, the quantiles are theirs. */
export interface WindowForecasts extends Spread {
  readonly paths?: DrawnPaths & {
    /** `[B, count, O]` */
    readonly values: Float64Array;
  };
}

interface Subject {
  readonly model: Pick<Model, "predict" | "session" | "shape">;
  readonly task: Pick<ForecastTask, "autoregressive" | "spread" | "conformal">;
  readonly windows: Windows;
  readonly indices: Int32Array;
  readonly paths?: PathChoice | undefined;
}

const usual = { samples: 200, seed: 1 } as const;
const mostSamples = 10_000;

/** Throws `util/bad-argument` where paths are asked for that cannot be drawn, and `network/no-stream`. */
export function forecastWindows({ model, task, windows, indices, paths = {} }: Subject): WindowForecasts {
  const { spread: form, conformal } = task;
  const drawn = choosePaths(task, paths);
  if (task.autoregressive !== true)
    return readSpread({ windows, indices, predicted: runWindows(model, windows, indices), form, conformal });
  if (form === undefined || drawn === undefined) return surround(rollOut({ model, windows, indices }), conformal);
  const { count, seed } = drawn;
  const values = rollOut({ model, windows, indices, drawing: { form, count, seed } });
  return {
    ...spreadOf(form.levels, quantilesOf(values, { ...form, count, outputs: windows.outputNames.length })),
    paths: { count, seed, values },
  };
}

/** The paths that a forecaster draws; nothing for one that draws none. Throws `util/bad-argument` where it was asked to. */
export function choosePaths(
  { autoregressive, spread }: Subject["task"],
  { samples, seed = usual.seed }: PathChoice,
): DrawnPaths | undefined {
  if (autoregressive !== true || spread === undefined) {
    if (samples === undefined) return undefined;
    throw new RecurraError(
      "util/bad-argument",
      "Paths can only be drawn by a model that is rolled out on its own forecasts and gives a distribution for each step; train one that is autoregressive and has a likelihood.",
    );
  }
  const count = samples ?? usual.samples;
  if (Number.isInteger(count) && count >= 1 && count <= mostSamples) return { count, seed };
  throw new RecurraError(
    "util/bad-argument",
    `${count} sampled paths were asked for; give a whole number from 1 to ${mostSamples}.`,
  );
}

interface Shape {
  readonly levels: readonly number[];
  readonly count: number;
  readonly outputs: number;
}

/** For each level the quantiles `[B, O]` over the paths `[B, count, O]`. */
function quantilesOf(values: Float64Array, { levels, count, outputs }: Shape): readonly Float64Array[] {
  const size = values.length / count;
  const results = levels.map(() => new Float64Array(size));
  const column = new Float64Array(count);
  for (let at = 0; at < size; at++) {
    const first = Math.floor(at / outputs) * count * outputs + (at % outputs);
    for (let path = 0; path < count; path++) column[path] = values[first + path * outputs] ?? NaN;
    column.sort();
    levels.forEach((level, index) => (results[index]![at] = quantile(column, level)));
  }
  return results;
}
