/** How good forecasts are, beside the naive ones on the very same rows. */
import {
  forecastNaive,
  printDate,
  readDates,
  readTruth,
  restoreOutputs,
  scoreForecast,
  targetRows,
} from "../../data/index.ts";
import type { ForecastScores, Table, Windows } from "../../data/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import type { ForecastTask } from "./forecast-task.ts";
import { runWindows } from "../run-windows.ts";

/** One of the forecasts that are compared. */
export type Contender = "model" | "naive" | "seasonal-naive";

export interface TargetEvaluation {
  readonly name: string;
  readonly model: ForecastScores;
  /** Of repeating the last value known. */
  readonly naive: ForecastScores;
  /**
   * Of repeating the value one season (or more, as far as it takes) before; absent without a season. It is the same forecast where the
   * value furthest ahead is whole seasons after the last.
   */
  readonly seasonalNaive?: ForecastScores;
  /** The one with the least mean absolute error; the simpler one where they are equal. */
  readonly best: Contender;
  readonly points: ForecastPoints;
}

/** The forecasts furthest ahead, one a window, for charts and files. */
export interface ForecastPoints {
  /** Row of the table that each is about. */
  readonly rows: Int32Array;
  /** Its time, ISO 8601; absent without a date column. */
  readonly dates?: readonly string[];
  readonly truth: Float64Array;
  readonly model: Float64Array;
  readonly naive: Float64Array;
  readonly seasonalNaive?: Float64Array;
}

export interface ForecastEvaluation {
  readonly kind: "forecast-evaluation";
  /** Windows. */
  readonly count: number;
  readonly horizon: number;
  readonly season: number;
  readonly targets: readonly TargetEvaluation[];
}

interface Subject {
  readonly model: Pick<Model, "predict" | "shape">;
  readonly task: ForecastTask;
  readonly table: Table;
  readonly windows: Windows;
  readonly indices: Int32Array;
}

/** Scores of a model on windows whose targets are known. Throws `data/too-few-rows` where there are none. */
export function evaluateWindows({ model, task, table, windows, indices }: Subject): ForecastEvaluation {
  if (indices.length === 0)
    throw new RecurraError("data/too-few-rows", `${table.origin.source} has no window to evaluate; give more rows.`);
  const truth = readTruth(windows, indices);
  const said = restoreOutputs(windows, indices, runWindows(model, windows, indices)) as Float64Array;
  const naive = forecastNaive(windows, indices);
  const seasonal = task.season === 1 ? undefined : forecastNaive(windows, indices, task.season);
  // A series may be too short for a season.
  const seasonalNaive = seasonal?.some(Number.isNaN) === true ? undefined : seasonal;
  const count = windows.targets.length;
  const steps = windows.stepsAhead.length;
  const furthest = targetRows(windows, indices).filter((_, at) => at % steps === steps - 1);
  const targets = windows.targets.map(({ name }, target): TargetEvaluation => {
    const every = (values: Float64Array): Float64Array => values.filter((_, at) => at % count === target);
    const last = (values: Float64Array): Float64Array => every(values).filter((_, at) => at % steps === steps - 1);
    const scores = {
      model: scoreForecast(every(truth), every(said)),
      naive: scoreForecast(every(truth), every(naive)),
      ...(seasonalNaive === undefined ? {} : { seasonalNaive: scoreForecast(every(truth), every(seasonalNaive)) }),
    };
    const points = {
      rows: furthest,
      ...datesOf(table, task.reading.dateColumn, furthest),
      truth: last(truth),
      model: last(said),
      naive: last(naive),
      ...(seasonalNaive === undefined ? {} : { seasonalNaive: last(seasonalNaive) }),
    };
    return { name, ...scores, best: findBest(scores), points };
  });
  return {
    kind: "forecast-evaluation",
    count: indices.length,
    horizon: windows.spec.horizon,
    season: task.season,
    targets,
  };
}

function datesOf(
  table: Table,
  dateColumn: string | undefined,
  rows: Int32Array,
): { readonly dates?: readonly string[] } {
  if (dateColumn === undefined) return {};
  const times = readDates(table, dateColumn);
  return { dates: Array.from(rows, (row) => printDate(known(times[row], "a time"))) };
}

function findBest(scores: Pick<TargetEvaluation, "model" | "naive" | "seasonalNaive">): Contender {
  const simple = bestNaive(scores);
  return scores.model.meanAbsoluteError < simple.scores.meanAbsoluteError ? "model" : simple.kind;
}

/** The better of the two naive forecasts; the seasonal one where they are the same. */
export function bestNaive({ naive, seasonalNaive }: Pick<TargetEvaluation, "naive" | "seasonalNaive">): {
  readonly kind: "naive" | "seasonal-naive";
  readonly scores: ForecastScores;
} {
  return seasonalNaive !== undefined && seasonalNaive.meanAbsoluteError <= naive.meanAbsoluteError
    ? { kind: "seasonal-naive", scores: seasonalNaive }
    : { kind: "naive", scores: naive };
}
