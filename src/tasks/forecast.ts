/** A table in, a trained forecaster out, with an honest comparison. */
import type { Table } from "../data/index.ts";
import type { Json, SelfTestInputs } from "../formats/recurra/index.ts";
import { createModel } from "../network/index.ts";
import { train } from "../training/index.ts";
import type { FinishedEvent, TrainingControl, TrainingEvent } from "../training/index.ts";
import { known } from "../util/errors.ts";
import { evaluateWindows } from "./evaluate-forecast.ts";
import type { ForecastEvaluation } from "./evaluate-forecast.ts";
import type { Forecaster } from "./forecaster.ts";
import type { ForecastOptions } from "./forecast-options.ts";
import { planForecast } from "./plan-forecast.ts";
import type { ForecastPlan } from "./plan-forecast.ts";
import { selfTestInputs } from "./self-test-inputs.ts";
import { summarise } from "./summary.ts";
import type { TrainingSummary } from "./summary.ts";

export interface ForecastResult {
  readonly kind: "forecast-result";
  readonly forecaster: Forecaster;
  readonly summary: TrainingSummary;
  /** What the model file is tried with. */
  readonly selfTest: SelfTestInputs;
  /** On rows that were neither learned from nor watched; absent where none were held back. */
  readonly test?: ForecastEvaluation;
}

/** Who is told what happens, and what stops the run. */
export interface TaskControl extends TrainingControl {
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
}

/** What a finished training of a plan has come to. */
export function concludeForecast(plan: ForecastPlan, finished: FinishedEvent): ForecastResult {
  const { training, task, table, windows, parts } = plan;
  const model = createModel({
    spec: training.network,
    parameters: finished.parameters,
    ...(training.backend === undefined ? {} : { backend: training.backend }),
    threads: training.threads,
  });
  const test =
    parts.test.length === 0 ? undefined : evaluateWindows({ model, task, table, windows, indices: parts.test });
  const scores = test?.targets.map(({ name, model: own, naive, seasonalNaive }): [string, Json] => [
    name,
    {
      meanAbsoluteError: own.meanAbsoluteError,
      rootMeanSquaredError: own.rootMeanSquaredError,
      naive: naive.meanAbsoluteError,
      ...(seasonalNaive === undefined ? {} : { seasonalNaive: seasonalNaive.meanAbsoluteError }),
    },
  ]);
  const summary = summarise({
    table,
    parts: { train: parts.train.length, validation: parts.validation.length, test: parts.test.length },
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

/** The last event of a run. */
export async function runToEnd(events: AsyncIterable<TrainingEvent>, { onEvent }: TaskControl): Promise<TrainingEvent> {
  let last: TrainingEvent | undefined;
  for await (const event of events) {
    onEvent?.(event);
    last = event;
  }
  return known(last, "a last event");
}
