/** How good forecasts are, beside the naive ones on the very same rows. */
import {
  coverage,
  forecastDrift,
  forecastMean,
  forecastNaive,
  groupRows,
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
import { judgeAll } from "../judge.ts";
import type { Judged } from "../judge.ts";
import type { ForecastTask } from "./forecast-task.ts";
import { forecastWindows } from "./forecast-windows.ts";
import type { DrawnPaths, PathChoice, WindowForecasts } from "./forecast-windows.ts";
import type { Interval, Spread } from "./spread.ts";

/** A forecast that needs no learning. */
export type Baseline = "naive" | "seasonal-naive" | "drift" | "mean";

/** The scores of a target's forecasts, beside those of the forecasts that need no learning, and what they come to by mean absolute error. */
export interface TargetScores extends Judged<Baseline> {
  readonly model: ForecastScores;
  /** Of repeating the last value known. */
  readonly naive: ForecastScores;
  /**
   * Of repeating the value one season (or more, as far as it takes) before, or the last value known where the series does not reach back so far; absent
   * without a season, and where no series does. It is the same forecast where the value furthest ahead is whole seasons after the last.
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
}

export interface TargetEvaluation extends TargetScores {
  readonly name: string;
  /** The same for each step ahead alone; absent where only one is forecast. */
  readonly steps?: readonly StepEvaluation[];
  readonly points: ForecastPoints;
}

export interface StepEvaluation extends TargetScores {
  readonly ahead: number;
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
  /** Whose quantiles those of the model are, where it draws paths. */
  readonly paths?: DrawnPaths;
  readonly targets: readonly TargetEvaluation[];
}

interface Subject {
  readonly model: Pick<Model, "predict" | "session" | "shape">;
  readonly task: ForecastTask;
  readonly table: Table;
  readonly windows: Windows;
  readonly indices: Int32Array;
  readonly paths?: PathChoice | undefined;
}

/** What is compared on the same windows, each `[B, O]`. */
interface Forecasts {
  readonly truth: Float64Array;
  readonly predicted: WindowForecasts;
  readonly naive: Float64Array;
  readonly drift: Float64Array;
  readonly mean: Float64Array;
  readonly seasonalNaive: Float64Array | undefined;
  /** What scaled errors are shares of; NaN of series that had none in training. */
  readonly scales: Float64Array;
}

/** Scores of a model on windows whose targets are known. Throws `data/too-few-rows` where there are none. */
export function evaluateWindows(subject: Subject): ForecastEvaluation {
  const { task, table, windows, indices } = subject;
  if (indices.length === 0)
    throw new RecurraError("data/too-few-rows", `${table.origin.source} has no window to evaluate; give more rows.`);
  const naive = forecastNaive(windows, indices);
  const forecasts: Forecasts = {
    truth: readTruth(windows, indices),
    predicted: forecastWindows(subject),
    naive,
    drift: forecastDrift(windows, indices),
    mean: forecastMean(windows, indices),
    seasonalNaive: forecastSeason(subject, naive),
    scales: readScales(subject),
  };
  const { paths } = forecasts.predicted;
  return {
    kind: "forecast-evaluation",
    count: indices.length,
    horizon: windows.spec.horizon,
    season: task.season,
    ...(paths === undefined ? {} : { paths: { count: paths.count, seed: paths.seed } }),
    targets: windows.targets.map((_, target) => evaluateTarget(subject, forecasts, target)),
  };
}

/** The seasonal-naive forecast, or the naive one for windows before which there is no whole season; nothing where there is none before any. */
function forecastSeason({ task, windows, indices }: Subject, naive: Float64Array): Float64Array | undefined {
  if (task.season === 1) return undefined;
  const seasonal = forecastNaive(windows, indices, task.season);
  if (seasonal.every(Number.isNaN)) return undefined;
  return seasonal.map((value, at) => (Number.isNaN(value) ? known(naive[at], "a value") : value));
}

/** The seasonal change in training, `[B, O]`, of the series of each value. */
function readScales({ task, table, windows, indices }: Subject): Float64Array {
  const names = groupRows(table, windows.spec.group).map(({ name }) => name);
  const count = windows.targets.length;
  const byTarget = new Map(Object.entries(task.seasonalChanges ?? {}));
  const ofTarget = windows.targets.map(({ name }) => {
    const bySeries = new Map(Object.entries(byTarget.get(name) ?? {}));
    return names.map((series) => bySeries.get(series) ?? NaN);
  });
  const outputs = windows.outputNames.length;
  return Float64Array.from({ length: indices.length * outputs }, (_, at) => {
    const end = windows.ends[indices[Math.floor(at / outputs)] ?? -1] ?? -1;
    return ofTarget[at % count]?.[windows.series[end] ?? -1] ?? NaN;
  });
}

function evaluateTarget(
  { task, table, windows, indices }: Subject,
  forecasts: Forecasts,
  target: number,
): TargetEvaluation {
  const { name } = known(windows.targets[target], "a target");
  const count = windows.targets.length;
  const steps = windows.stepsAhead.length;
  const every: Choose = (values) => values.filter((_, at) => at % count === target);
  const atStep =
    (step: number): Choose =>
    (values) =>
      every(values).filter((_, at) => at % steps === step);
  const furthest = targetRows(windows, indices).filter((_, at) => at % steps === steps - 1);
  return {
    name,
    ...scoreTarget(forecasts, every),
    ...(steps === 1
      ? {}
      : {
          steps: windows.stepsAhead.map((ahead, step) => ({ ahead, ...scoreTarget(forecasts, atStep(step)) })),
        }),
    points: {
      rows: furthest,
      ...datesOf(table, task.reading.dateColumn, furthest),
      ...pickPoints(forecasts, atStep(steps - 1)),
    },
  };
}

/** Takes those values of `[B, O]` that are asked about. */
type Choose = (values: Float64Array) => Float64Array;

function scoreTarget(forecasts: Forecasts, pick: Choose): TargetScores {
  const { truth, predicted, naive, drift, mean, seasonalNaive } = forecasts;
  const own = pick(truth);
  const all = pick(forecasts.scales);
  const scales = all.every(Number.isNaN) ? undefined : all;
  const score = (values: Float64Array): ForecastScores => scoreForecast(own, pick(values), scales);
  const scores = {
    model: score(predicted.point),
    naive: score(naive),
    drift: score(drift),
    mean: score(mean),
    ...(seasonalNaive === undefined ? {} : { seasonalNaive: score(seasonalNaive) }),
  };
  return { ...scores, ...scoreSpread(predicted, own, pick), ...judgeForecasts(scores) };
}

function pickPoints(
  { truth, predicted, naive, seasonalNaive }: Forecasts,
  pick: Choose,
): Omit<ForecastPoints, "rows" | "dates"> {
  const { point, intervals } = predicted;
  return {
    truth: pick(truth),
    model: pick(point),
    naive: pick(naive),
    ...(seasonalNaive === undefined ? {} : { seasonalNaive: pick(seasonalNaive) }),
    ...(intervals.length === 0
      ? {}
      : {
          intervals: intervals.map(({ level, lower, upper }) => ({ level, lower: pick(lower), upper: pick(upper) })),
        }),
  };
}

/** Whether intervals hold what they should, and the loss of each quantile. */
function scoreSpread(
  { intervals, quantiles }: Spread,
  own: Float64Array,
  pick: Choose,
): Pick<TargetScores, "intervals" | "quantiles"> {
  const width = (lower: Float64Array, upper: Float64Array): number =>
    upper.reduce((sum, value, at) => sum + value - (lower[at] ?? NaN), 0) / upper.length;
  return {
    ...(intervals.length === 0
      ? {}
      : {
          intervals: intervals.map(({ level, lower, upper }) => ({
            level,
            coverage: coverage(own, pick(lower), pick(upper)),
            meanWidth: width(pick(lower), pick(upper)),
          })),
        }),
    ...(quantiles.length === 0
      ? {}
      : {
          quantiles: quantiles.map(({ level, values }) => ({
            level,
            pinballLoss: pinballLoss(own, pick(values), level),
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

type Scores = Pick<TargetScores, "model" | "naive" | "seasonalNaive" | "drift" | "mean">;

/** What scores come to, by mean absolute error. */
export function judgeForecasts(scores: Scores): Judged<Baseline> {
  const simple = listBaselines(scores).map(({ kind, scores: own }) => [kind, -own.meanAbsoluteError] as const);
  return judgeAll(-scores.model.meanAbsoluteError, simple);
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

/** The one of them that the model is judged by. */
export function bestBaseline(scores: Omit<Scores, "model"> & Pick<Judged<Baseline>, "simplest">): Rated {
  return known(
    listBaselines(scores).find(({ kind }) => kind === scores.simplest),
    "the best baseline",
  );
}
