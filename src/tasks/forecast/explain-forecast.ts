/** What the evaluation of a forecast means, in sentences. */
import { printCount } from "../../util/count.ts";
import { printQuantity } from "../../inspect/index.ts";
import type { Backtest } from "./backtest.ts";
import { judgement } from "../judge.ts";
import { bestBaseline } from "./evaluate-forecast.ts";
import type { Baseline, ForecastEvaluation, TargetEvaluation } from "./evaluate-forecast.ts";

/** How a forecast that needs no learning is called. */
export function nameSimpleForecast(kind: Baseline, season: number): string {
  return {
    naive: "naive (the last value known)",
    "seasonal-naive": `seasonal naive (the value ${printCount(season, "step")} before)`,
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

/** The same for several tests: what they come to together, and in how many of them the model is the best. */
export function explainBacktest({ folds, total }: Pick<Backtest, "folds" | "total">): string {
  return total.targets
    .map((target, at) => {
      const wins = folds.filter(({ targets }) => targets[at]?.best === "model").length;
      const often = wins === folds.length ? `all ${wins}` : `${wins === 0 ? "none" : wins} of ${folds.length}`;
      const explained = explainTarget(target, total);
      return folds.length === 1 ? explained : `${explained} The model wins in ${often} tests.`;
    })
    .join("\n");
}

function explainTarget(target: TargetEvaluation, { season }: ForecastEvaluation): string {
  const simple = bestBaseline(target);
  const called = nameInSentence(simple.kind, season);
  const own = printQuantity(target.model.meanAbsoluteError);
  const theirs = printQuantity(simple.scores.meanAbsoluteError);
  if (target.verdict === "tie")
    return `${target.name}: the model's mean absolute error is ${own}, that of ${called} too${judgement.tie}${explainIntervals(target)}`;
  if (target.verdict === "worse")
    return `${target.name}: ${called} wins, with a mean absolute error of ${theirs} against the model's ${own}${judgement.worse}${explainIntervals(target)}`;
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
