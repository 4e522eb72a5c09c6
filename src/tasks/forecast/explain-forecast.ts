/** What the evaluation of a forecast means, in sentences, and as a picture. */
import { drawForecast, printQuantity } from "../../inspect/index.ts";
import type { Series } from "../../inspect/index.ts";
import { known } from "../../util/errors.ts";
import { bestBaseline } from "./evaluate-forecast.ts";
import type { Baseline, ForecastEvaluation, TargetEvaluation } from "./evaluate-forecast.ts";

/** How a forecast that needs no learning is called. */
export function nameSimpleForecast(kind: Baseline, season: number): string {
  return {
    naive: "naive (the last value known)",
    "seasonal-naive": `seasonal naive (the value ${season} steps before)`,
    drift: "drift (the line from the first value to the last)",
    mean: "mean (of all values before)",
  }[kind];
}

function nameInSentence(kind: Baseline, season: number): string {
  return `the ${nameSimpleForecast(kind, season).replace("seasonal naive", "seasonal-naive").replace(" (", " forecast (")}`;
}

/** Whether the model is worth having, said plainly, a sentence a target. */
export function explainForecast(evaluation: ForecastEvaluation): string {
  return evaluation.targets.map((target) => explainTarget(target, evaluation)).join("\n");
}

function explainTarget(target: TargetEvaluation, { season }: ForecastEvaluation): string {
  const simple = bestBaseline(target);
  const called = nameInSentence(simple.kind, season);
  const own = printQuantity(target.model.meanAbsoluteError);
  const theirs = printQuantity(simple.scores.meanAbsoluteError);
  if (target.best !== "model")
    return `${target.name}: ${called} wins, with a mean absolute error of ${theirs} against the model's ${own}. As it is, the model is not worth using.${explainIntervals(target)}`;
  const share = printQuantity(1 - target.model.meanAbsoluteError / simple.scores.meanAbsoluteError, "share", 0);
  return `${target.name}: the model's mean absolute error is ${own}, ${share} less than the ${theirs} of ${called}.${explainIntervals(target)}`;
}

function explainIntervals({ intervals = [] }: TargetEvaluation): string {
  return intervals
    .map(
      ({ level, coverage }) =>
        ` The interval for ${printQuantity(level, "share", 0)} held ${printQuantity(coverage, "share", 1)} of the true values.`,
    )
    .join("");
}

/** Points beyond which a chart is a blur: a year of days and some. */
const mostPoints = 400;
/** Pixels a point needs for the lines to be told apart, in a chart of at least the usual width. */
const pixels = { point: 4, least: 860 } as const;

export interface PictureOptions {
  /** What the data are called. */
  readonly source: string;
  readonly target?: string | undefined;
}

/** Forecast against truth and the naive forecast over the last rows, as a standalone SVG. */
export function drawEvaluation(evaluation: ForecastEvaluation, { source, target: wanted }: PictureOptions): string {
  const target = known(evaluation.targets.find(({ name }) => name === wanted) ?? evaluation.targets[0], "a target");
  const { points, model, naive, seasonalNaive, name } = target;
  const first = Math.max(0, points.truth.length - mostPoints);
  const naivePoints = points.seasonalNaive ?? points.naive;
  const naiveScore = (seasonalNaive ?? naive).meanAbsoluteError;
  const naiveName = seasonalNaive === undefined ? "naive" : "seasonal naive";
  const series: Series[] = [
    { name: naiveName, values: naivePoints.subarray(first), style: "naive" },
    { name: "truth", values: points.truth.subarray(first), style: "truth" },
    { name: "forecast", values: points.model.subarray(first), style: "forecast" },
  ];
  const { horizon } = evaluation;
  const ahead = horizon === 1 ? "one step ahead" : `${horizon} steps ahead`;
  const shown = first === 0 ? "" : ` The last ${mostPoints} of ${points.truth.length} are shown.`;
  return drawForecast({
    title: `${name}, ${ahead}, from ${source}`,
    note: `Mean absolute error: forecast ${printQuantity(model.meanAbsoluteError)}, ${naiveName} ${printQuantity(naiveScore)}.${shown}`,
    x:
      points.dates === undefined
        ? Array.from(points.rows.subarray(first), (row) => row + 1)
        : points.dates.slice(first),
    ...(points.dates === undefined ? { xLabel: "row" } : {}),
    yLabel: name,
    width: Math.max(pixels.least, pixels.point * (points.truth.length - first)),
    series,
    bands: (points.intervals ?? []).map(({ level, lower, upper }) => ({
      name: `interval for ${printQuantity(level, "share", 0)}`,
      low: lower.subarray(first),
      high: upper.subarray(first),
    })),
  });
}
