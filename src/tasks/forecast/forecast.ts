/** A table in, a trained forecaster out, with an honest comparison. */
import { readTruth, windowsOfPart } from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import type { Json, SelfTestInputs } from "../../formats/recurra/index.ts";
import type { Model } from "../../network/index.ts";
import { train } from "../../training/index.ts";
import type { FinishedEvent } from "../../training/index.ts";
import { evaluateWindows } from "./evaluate-forecast.ts";
import type { ForecastEvaluation } from "./evaluate-forecast.ts";
import type { Forecaster } from "./forecaster.ts";
import type { ForecastOptions } from "./forecast-options.ts";
import { planForecast } from "./plan-forecast.ts";
import type { ForecastPlan } from "./plan-forecast.ts";
import type { ForecastTask } from "./forecast-task.ts";
import { forecastWindows } from "./forecast-windows.ts";
import { fitConformal } from "./spread.ts";
import { selfTestInputs } from "../items.ts";
import { runToEnd, trainedModel } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import { countParts } from "../task-kind.ts";
import { describeTable, summarise } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";

export interface ForecastResult {
  readonly kind: "forecast-result";
  readonly forecaster: Forecaster;
  readonly summary: TrainingSummary;
  /** What the model file is tried with. */
  readonly selfTest: SelfTestInputs;
  /** On rows that were neither learned from nor watched; absent where none were held back. */
  readonly test?: ForecastEvaluation;
}

/** What a finished training of a plan has come to. */
export function concludeForecast(plan: ForecastPlan, finished: FinishedEvent): ForecastResult {
  const { training, table, windows, ahead, parts, options } = plan;
  const model = trainedModel(training, finished);
  const task = options.interval === undefined ? plan.task : withIntervals(plan, model, options.interval);
  const test =
    parts.test.length === 0 ? undefined : evaluateWindows({ model, task, table, windows: ahead, indices: parts.test });
  const scores = test?.targets.map(
    ({ name, model: own, naive, drift, mean, seasonalNaive, intervals = [] }): [string, Json] => [
      name,
      {
        meanAbsoluteError: own.meanAbsoluteError,
        rootMeanSquaredError: own.rootMeanSquaredError,
        drift: drift.meanAbsoluteError,
        mean: mean.meanAbsoluteError,
        naive: naive.meanAbsoluteError,
        ...(seasonalNaive === undefined ? {} : { seasonalNaive: seasonalNaive.meanAbsoluteError }),
        // What an interval holds is said beside what it should.
        ...Object.fromEntries(
          intervals.map(({ level, coverage }) => [`within ${Number((100 * level).toPrecision(6))}%`, coverage]),
        ),
      },
    ],
  );
  const summary = summarise({
    data: describeTable(table),
    parts: countParts(parts),
    training,
    finished,
    test: scores === undefined ? undefined : Object.fromEntries(scores),
  });
  return {
    kind: "forecast-result",
    forecaster: { kind: "forecaster", model, task },
    summary,
    selfTest: selfTestInputs({ kind: "windows", windows }),
    ...(test === undefined ? {} : { test }),
  };
}

/** The task with intervals from the errors on the validation part. */
function withIntervals({ task, ahead: windows, split }: ForecastPlan, model: Model, level: number): ForecastTask {
  const indices = windowsOfPart(windows, split, "validation");
  const { point } = forecastWindows({ model, task, windows, indices });
  const outputs = windows.outputNames.length;
  return { ...task, conformal: fitConformal(readTruth(windows, indices), point, { level, outputs }) };
}

/**
 * Learns to forecast columns of a table. Undefined if it was stopped through the signal; to go on from there, use `planForecast`, `train`
 * and `concludeForecast`. Throws the `data/…`, `network/…` and `training/…` errors of what does not fit.
 */
export async function trainForecaster(
  table: Table,
  options: ForecastOptions,
  control: TaskControl = {},
): Promise<ForecastResult | undefined> {
  const plan = planForecast(table, options);
  const last = await runToEnd(train(plan.training, control), control);
  return last.kind === "finished" ? concludeForecast(plan, last) : undefined;
}
