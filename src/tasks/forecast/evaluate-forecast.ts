/** How good forecasts are, beside the naive ones on the very same rows. */
import {
  coverage,
  forecastDrift,
  forecastMean,
  forecastNaive,
  pinballLoss,
  printDate,
  readDates,
  readTruth,
  scoreForecast,
  targetRows,
} from "../../data/index.ts";
import type { ForecastScores, Table, Windows } from "../../data/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import type { ForecastTask } from "./forecast-task.ts";
import { readSpread } from "./spread.ts";
import type { Interval, Spread } from "./spread.ts";
import { runWindows } from "../run-windows.ts";

/** One of the forecasts that are compared. */
export type Contender = "model" | Baseline;

/** A forecast that needs no learning. */
export type Baseline = "naive" | "seasonal-naive" | "drift" | "mean";

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
  /** Of the line through the first and the last value known, carried on. */
  readonly drift: ForecastScores;
  /** Of the mean of all values known. */
  readonly mean: ForecastScores;
  /** Of the model's intervals, the widest first; absent where it has none. */
  readonly intervals?: readonly IntervalScores[];
  /** Of the model's quantiles, by level; absent where it has none. */
  readonly quantiles?: readonly QuantileScores[];
  /** The one with the least mean absolute error; the simpler one where they are equal. */
  readonly best: Contender;
  readonly points: ForecastPoints;
}

export interface IntervalScores {
  /** The share of true values that the interval should hold. */
  readonly level: number;
  /** The share that it held. */
  readonly coverage: number;
  readonly meanWidth: number;
}

export interface QuantileScores {
  readonly level: number;
  readonly pinballLoss: number;
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
  /** The model's intervals, the widest first. */
  readonly intervals?: readonly Interval[];
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
  const spread = readSpread({
    windows,
    indices,
    said: runWindows(model, windows, indices),
    form: task.spread,
    conformal: task.conformal,
  });
  const said = spread.point;
  const naive = forecastNaive(windows, indices);
  const drift = forecastDrift(windows, indices);
  const mean = forecastMean(windows, indices);
  const seasonal = task.season === 1 ? undefined : forecastNaive(windows, indices, task.season);
  // A series may be too short for a season.
  const seasonalNaive = seasonal?.some(Number.isNaN) === true ? undefined : seasonal;
  const count = windows.targets.length;
  const steps = windows.stepsAhead.length;
  const furthest = targetRows(windows, indices).filter((_, at) => at % steps === steps - 1);
  const targets = windows.targets.map(({ name }, target): TargetEvaluation => {
    const every = (values: Float64Array): Float64Array => values.filter((_, at) => at % count === target);
    const last = (values: Float64Array): Float64Array => every(values).filter((_, at) => at % steps === steps - 1);
    const change = task.changes !== undefined && Object.hasOwn(task.changes, name) ? task.changes[name] : undefined;
    const score = (values: Float64Array): ForecastScores => scoreForecast(every(truth), every(values), change);
    const scores = {
      model: score(said),
      naive: score(naive),
      drift: score(drift),
      mean: score(mean),
      ...(seasonalNaive === undefined ? {} : { seasonalNaive: score(seasonalNaive) }),
    };
    const points = {
      rows: furthest,
      ...datesOf(table, task.reading.dateColumn, furthest),
      truth: last(truth),
      model: last(said),
      naive: last(naive),
      ...(seasonalNaive === undefined ? {} : { seasonalNaive: last(seasonalNaive) }),
      ...(spread.intervals.length === 0
        ? {}
        : {
            intervals: spread.intervals.map(({ level, lower, upper }) => ({
              level,
              lower: last(lower),
              upper: last(upper),
            })),
          }),
    };
    return { name, ...scores, ...scoreSpread(spread, truth, every), best: findBest(scores), points };
  });
  return {
    kind: "forecast-evaluation",
    count: indices.length,
    horizon: windows.spec.horizon,
    season: task.season,
    targets,
  };
}

/** Whether intervals hold what they should, and the loss of each quantile. */
function scoreSpread(
  { intervals, quantiles }: Spread,
  truth: Float64Array,
  every: (values: Float64Array) => Float64Array,
): Pick<TargetEvaluation, "intervals" | "quantiles"> {
  const own = every(truth);
  const width = (lower: Float64Array, upper: Float64Array): number =>
    upper.reduce((sum, value, at) => sum + value - (lower[at] ?? NaN), 0) / upper.length;
  return {
    ...(intervals.length === 0
      ? {}
      : {
          intervals: intervals.map(({ level, lower, upper }) => ({
            level,
            coverage: coverage(own, every(lower), every(upper)),
            meanWidth: width(every(lower), every(upper)),
          })),
        }),
    ...(quantiles.length === 0
      ? {}
      : {
          quantiles: quantiles.map(({ level, values }) => ({
            level,
            pinballLoss: pinballLoss(own, every(values), level),
          })),
        }),
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

type Scores = Pick<TargetEvaluation, "model" | "naive" | "seasonalNaive" | "drift" | "mean">;

function findBest(scores: Scores): Contender {
  const simple = bestBaseline(scores);
  return scores.model.meanAbsoluteError < simple.scores.meanAbsoluteError ? "model" : simple.kind;
}

interface Rated {
  readonly kind: Baseline;
  readonly scores: ForecastScores;
}

/** All forecasts that need no learning; of those that are the same, the first is the one to name. */
export function listBaselines({ naive, seasonalNaive, drift, mean }: Omit<Scores, "model">): readonly Rated[] {
  return [
    ...(seasonalNaive === undefined ? [] : [{ kind: "seasonal-naive", scores: seasonalNaive } as const]),
    { kind: "naive", scores: naive },
    { kind: "drift", scores: drift },
    { kind: "mean", scores: mean },
  ];
}

/** The one of them with the least mean absolute error. */
export function bestBaseline(scores: Omit<Scores, "model">): Rated {
  return listBaselines(scores).reduce((best, one) =>
    one.scores.meanAbsoluteError < best.scores.meanAbsoluteError ? one : best,
  );
}
