/** The evaluation of a forecast as pictures. */
import type { ForecastScores } from "../../data/index.ts";
import { drawCurves, drawForecast, printQuantity } from "../../inspect/index.ts";
import type { ForecastChart, Series } from "../../inspect/index.ts";
import type { ReportPicture } from "../task-kind.ts";
import { printCount } from "../../util/count.ts";
import { known } from "../../util/errors.ts";
import type { Backtest } from "./backtest.ts";
import type { ForecastEvaluation, ForecastPoints, TargetEvaluation, TargetScores } from "./evaluate-forecast.ts";
import { joinPoints } from "./pool-evaluations.ts";

/** Points beyond which a chart is a blur: a year of days and some. */
const mostPoints = 400;
/** Pixels a point needs for the lines to be told apart, in a chart of at least the usual width. */
const pixels = { point: 4, least: 860, most: 1600 } as const;
/** Tests beyond which their rules have room for a number only. */
const mostNamed = 8;
/** Between the largest and the least error, beyond which their axis is logarithmic. */
const mostRatio = 8;

export interface PictureOptions {
  /** What the data are called. */
  readonly source: string;
  readonly target?: string | undefined;
}

/** Forecast against truth and the naive forecast over the last rows, as a standalone SVG. Of several series it is the first. */
export function drawEvaluation(evaluation: ForecastEvaluation, options: PictureOptions): string {
  const target = findTarget(evaluation, options);
  const points = firstSeries(target.points);
  const count = points.truth.length;
  const first = Math.max(0, count - mostPoints);
  return drawTarget(evaluation, target, {
    title: `from ${options.source}`,
    note: first === 0 ? "" : ` The last ${mostPoints} of ${count} are shown.`,
    points: cutPoints(points, first, count),
    width: pixels.point * (count - first),
  });
}

/** The forecasts of all tests against truth and the naive forecast, with a rule where each test begins, as a standalone SVG. Of several series it is the first. */
export function drawBacktest({ folds, total }: Pick<Backtest, "folds" | "total">, options: PictureOptions): string {
  const { name } = findTarget(total, options);
  const parts = folds.map((one) => firstSeries(findTarget(one, { ...options, target: name }).points));
  let at = 0;
  const marks = parts.map(({ truth }, fold) => {
    const mark = {
      at: fold === 0 ? at : at + 1,
      name: folds.length > mostNamed ? String(fold + 1) : `test ${fold + 1}`,
    };
    at = mark.at + truth.length;
    return mark;
  });
  // Where all steps are forecast, the furthest ones of two tests are some steps apart: no line leads from one to the other.
  const points = joinPoints(parts.flatMap((part, fold) => (fold === 0 ? [part] : [gapBefore(part), part])));
  return drawTarget(total, findTarget(total, { ...options, target: name }), {
    title: `${printCount(folds.length, "test")} on ${options.source}`,
    note: "",
    points,
    marks,
    width: Math.min(pixels.most, pixels.point * points.truth.length),
  });
}

/** The pictures of a backtest: all tests, each target alone, its error by steps ahead, and each test where all are too many to be told apart. */
export function drawBacktestPictures(
  done: Pick<Backtest, "folds" | "total">,
  source: string,
): readonly ReportPicture[] {
  return done.total.targets.flatMap(({ name: target, points }) => {
    const steps = drawSteps(done.total, { source, target });
    const each = points.truth.length <= mostPoints ? [] : done.folds;
    return [
      { title: `${target}: forecasts of all tests`, markup: drawBacktest(done, { source, target }) },
      ...(steps === undefined ? [] : [{ title: `${target}: error by steps ahead`, markup: steps }]),
      ...each.map((one, at) => ({
        title: `${target}: test ${at + 1}`,
        markup: drawEvaluation(one, { source, target }),
      })),
    ];
  });
}

/** Mean absolute errors by steps ahead, beside those of the forecasts that need no learning; nothing where one step is forecast. */
export function drawSteps(evaluation: ForecastEvaluation, options: PictureOptions): string | undefined {
  const { name, steps } = findTarget(evaluation, options);
  if (steps === undefined) return undefined;
  const of = (pick: (one: TargetScores) => ForecastScores | undefined): number[] =>
    steps.map((step) => pick(step)?.meanAbsoluteError ?? NaN);
  const curves: readonly Series[] = [
    { name: "forecast", values: of(({ model }) => model), style: "forecast" },
    { name: "seasonal naive", values: of(({ seasonalNaive }) => seasonalNaive), style: "naive" },
    { name: "naive", values: of(({ naive }) => naive) },
    { name: "drift", values: of(({ drift }) => drift) },
    { name: "mean", values: of(({ mean }) => mean) },
  ];
  const shown = curves.filter(({ values }) => !Array.from(values).some(Number.isNaN));
  const all = shown.flatMap(({ values }) => Array.from(values));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return drawCurves({
    title: `${name}: error by steps ahead, ${options.source}`,
    xLabel: "steps ahead",
    yLabel: "mean absolute error",
    curves: shown,
    // Forecasts that are far off would press the others together.
    log: least > 0 && most > mostRatio * least,
  });
}

function findTarget({ targets }: ForecastEvaluation, { target }: Pick<PictureOptions, "target">): TargetEvaluation {
  return known(targets.find(({ name }) => name === target) ?? targets[0], "a target");
}

/** Of the forecasts of several series one after the other, those of the first: they end where rows or times go back. */
function firstSeries(points: ForecastPoints): ForecastPoints {
  const { rows, dates } = points;
  const end = rows.findIndex(
    (row, at) =>
      at > 0 && (row <= (rows[at - 1] ?? -1) || (dates !== undefined && (dates[at] ?? "") <= (dates[at - 1] ?? ""))),
  );
  return end === -1 ? points : cutPoints(points, 0, end);
}

/** Nothing, where these begin. */
function gapBefore(points: ForecastPoints): ForecastPoints {
  const first = cutPoints(points, 0, 1);
  const none = Float64Array.of(NaN);
  return {
    ...first,
    truth: none,
    model: none,
    naive: none,
    ...(first.seasonalNaive === undefined ? {} : { seasonalNaive: none }),
    ...(first.intervals === undefined
      ? {}
      : { intervals: first.intervals.map(({ level }) => ({ level, lower: none, upper: none })) }),
  };
}

function cutPoints(points: ForecastPoints, from: number, to: number): ForecastPoints {
  const { rows, dates, truth, model, naive, seasonalNaive, intervals } = points;
  const cut = (values: Float64Array): Float64Array => values.subarray(from, to);
  return {
    rows: rows.subarray(from, to),
    ...(dates === undefined ? {} : { dates: dates.slice(from, to) }),
    truth: cut(truth),
    model: cut(model),
    naive: cut(naive),
    ...(seasonalNaive === undefined ? {} : { seasonalNaive: cut(seasonalNaive) }),
    ...(intervals === undefined
      ? {}
      : { intervals: intervals.map(({ level, lower, upper }) => ({ level, lower: cut(lower), upper: cut(upper) })) }),
  };
}

interface TargetPicture {
  /** Behind the name and how far ahead. */
  readonly title: string;
  readonly note: string;
  readonly points: ForecastPoints;
  readonly marks?: ForecastChart["marks"];
  readonly width: number;
}

function drawTarget({ horizon }: ForecastEvaluation, target: TargetEvaluation, picture: TargetPicture): string {
  const { model, naive, seasonalNaive, name } = target;
  const { points, marks = [] } = picture;
  const naiveScore = (seasonalNaive ?? naive).meanAbsoluteError;
  const naiveName = seasonalNaive === undefined ? "naive" : "seasonal naive";
  const series: Series[] = [
    { name: naiveName, values: points.seasonalNaive ?? points.naive, style: "naive" },
    { name: "truth", values: points.truth, style: "truth" },
    { name: "forecast", values: points.model, style: "forecast" },
  ];
  const ahead = horizon === 1 ? "one step ahead" : `${printCount(horizon, "step")} ahead`;
  return drawForecast({
    title: `${name}, ${ahead}, ${picture.title}`,
    note: `Mean absolute error: forecast ${printQuantity(model.meanAbsoluteError)}, ${naiveName} ${printQuantity(naiveScore)}.${picture.note}`,
    x: points.dates ?? Array.from(points.rows, (row) => row + 1),
    ...(points.dates === undefined ? { xLabel: "row" } : {}),
    yLabel: name,
    width: Math.max(pixels.least, picture.width),
    series,
    marks,
    bands: (points.intervals ?? []).map(({ level, lower, upper }) => ({
      name: `interval for ${printQuantity(level, "share", 0)}`,
      low: lower,
      high: upper,
    })),
  });
}
