/** Several tests of one task taken together: every forecast counts the same. */
import type { ForecastScores } from "../../data/index.ts";
import { known } from "../../util/errors.ts";
import { judgeForecasts } from "./evaluate-forecast.ts";
import type { ForecastEvaluation, ForecastPoints, TargetEvaluation, TargetScores } from "./evaluate-forecast.ts";

/** Weighted means of numbers: each test counts as many times as it has forecasts. */
type Mean = (values: readonly number[]) => number;

/**
 * The evaluation that all forecasts of these together would have had, in the same order; each test keeps its own scales for the scaled error, those of the rows that
 * were known before it, and counts there by all its forecasts.
 */
export function poolEvaluations(evaluations: readonly ForecastEvaluation[]): ForecastEvaluation {
  const first = known(evaluations[0], "an evaluation");
  const count = evaluations.reduce((sum, one) => sum + one.count, 0);
  const mean: Mean = (values) =>
    values.reduce((sum, value, at) => sum + value * (known(evaluations[at], "an evaluation").count / count), 0);
  return {
    ...first,
    count,
    targets: first.targets.map(({ name, steps }, target): TargetEvaluation => {
      const own = evaluations.map(({ targets }) => known(targets[target], "a target"));
      const ofStep = (at: number): readonly TargetScores[] => own.map((one) => known(one.steps?.[at], "a step"));
      return {
        name,
        ...poolScores(own, mean),
        ...(steps === undefined
          ? {}
          : { steps: steps.map(({ ahead }, at) => ({ ahead, ...poolScores(ofStep(at), mean) })) }),
        points: joinPoints(own.map(({ points }) => points)),
      };
    }),
  };
}

function poolScores(all: readonly TargetScores[], mean: Mean): TargetScores {
  const first = known(all[0], "scores");
  const of = (pick: (one: TargetScores) => ForecastScores): ForecastScores => poolMeasures(all.map(pick), mean);
  const isSeasonal = all.some(({ seasonalNaive }) => seasonalNaive !== undefined);
  const scores = {
    model: of(({ model }) => model),
    naive: of(({ naive }) => naive),
    drift: of(({ drift }) => drift),
    mean: of((one) => one.mean),
    // Where no series of a test reaches back a season, its naive forecasts stand for it.
    ...(isSeasonal ? { seasonalNaive: of(({ seasonalNaive, naive }) => seasonalNaive ?? naive) } : {}),
  };
  const { intervals, quantiles } = first;
  return {
    ...scores,
    ...(intervals === undefined
      ? {}
      : {
          intervals: intervals.map(({ level }, at) => ({
            level,
            coverage: mean(all.map((one) => one.intervals?.[at]?.coverage ?? NaN)),
            meanWidth: mean(all.map((one) => one.intervals?.[at]?.meanWidth ?? NaN)),
          })),
        }),
    ...(quantiles === undefined
      ? {}
      : {
          quantiles: quantiles.map(({ level }, at) => ({
            level,
            pinballLoss: mean(all.map((one) => one.quantiles?.[at]?.pinballLoss ?? NaN)),
          })),
        }),
    ...judgeForecasts(scores),
  };
}

function poolMeasures(all: readonly ForecastScores[], mean: Mean): ForecastScores {
  const scaled = all.flatMap(({ meanAbsoluteScaledError: one }) => (one === undefined ? [] : [one]));
  return {
    meanAbsoluteError: mean(all.map((one) => one.meanAbsoluteError)),
    rootMeanSquaredError: Math.sqrt(mean(all.map((one) => one.rootMeanSquaredError ** 2))),
    meanAbsolutePercentageError: mean(all.map((one) => one.meanAbsolutePercentageError)),
    symmetricPercentageError: mean(all.map((one) => one.symmetricPercentageError)),
    ...(scaled.length < all.length ? {} : { meanAbsoluteScaledError: mean(scaled) }),
  };
}

/** Forecasts one after the other. */
export function joinPoints(all: readonly ForecastPoints[]): ForecastPoints {
  const join = (pick: (one: ForecastPoints) => Float64Array | undefined): Float64Array =>
    Float64Array.from(all.flatMap((one) => [...(pick(one) ?? [])]));
  const has = (key: "dates" | "intervals"): boolean => all.every((one) => one[key] !== undefined);
  const intervals = all[0]?.intervals ?? [];
  return {
    rows: Int32Array.from(all.flatMap(({ rows }) => [...rows])),
    ...(has("dates") ? { dates: all.flatMap(({ dates = [] }) => dates) } : {}),
    truth: join(({ truth }) => truth),
    model: join(({ model }) => model),
    naive: join(({ naive }) => naive),
    ...(all.some(({ seasonalNaive }) => seasonalNaive !== undefined)
      ? { seasonalNaive: join(({ seasonalNaive, naive }) => seasonalNaive ?? naive) }
      : {}),
    ...(has("intervals")
      ? {
          intervals: intervals.map(({ level }, at) => ({
            level,
            lower: join((one) => one.intervals?.[at]?.lower),
            upper: join((one) => one.intervals?.[at]?.upper),
          })),
        }
      : {}),
  };
}
