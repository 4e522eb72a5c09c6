/** Forecasting as a task. */
import type { Table } from "../../data/index.ts";
import { checkOutputs, storedData } from "../stored-task.ts";
import { parseReadingChoice } from "../reading.ts";
import { flag, learningReaders, number, numbers, readOptions, text, texts, wordOf } from "../stored-options.ts";
import type { OptionReaders } from "../stored-options.ts";
import type { ReportPicture, TaskKind } from "../task-kind.ts";
import { drawEvaluation, drawSteps } from "./draw-forecast.ts";
import type { ForecastEvaluation } from "./evaluate-forecast.ts";
import { concludeForecast } from "./forecast.ts";
import type { ForecastResult } from "./forecast.ts";
import type { ForecastOptions } from "./forecast-options.ts";
import { parseForecastTask } from "./forecast-task.ts";
import type { Forecaster } from "./forecaster.ts";
import { planForecast, forecastUsual } from "./plan-forecast.ts";
import { spreadParts } from "./spread.ts";
import type { ForecastPlan } from "./plan-forecast.ts";

export interface ForecastTypes {
  readonly data: Table;
  readonly options: ForecastOptions;
  readonly plan: ForecastPlan;
  readonly result: ForecastResult;
  readonly job: Forecaster;
}

const readers: OptionReaders<ForecastOptions> = {
  ...learningReaders("forecast"),
  targets: texts,
  covariates: texts,
  known: texts,
  date: text,
  group: text,
  window: number,
  horizon: number,
  predict: wordOf("last", "all"),
  autoregressive: flag,
  quantiles: numbers,
  likelihood: wordOf("gaussian", "student"),
  interval: number,
  timeFeatures: texts,
  form: wordOf("level", "difference", "subtract-last", "divide-last"),
  scaler: wordOf("none", "standard", "min-max", "robust", "log-standard"),
  test: number,
  validation: number,
  season: number,
  reading: parseReadingChoice,
};

export const forecastKind: TaskKind<ForecastTypes> = {
  name: "forecast",
  parseOptions: (stored) => readOptions(stored, readers, ["targets"]),
  usual: forecastUsual,
  plan: planForecast,
  conclude: concludeForecast,
  jobOf: ({ forecaster }) => forecaster,
  open: (model, stored, source) => {
    const task = parseForecastTask(stored, source);
    const { targets, horizon, predict } = task.windows;
    const steps = predict === "all" ? horizon : 1;
    const outputs = targets.length * steps;
    if (task.conformal !== undefined && task.conformal.widths.length !== outputs)
      storedData(task.conformal.widths, "preprocessing.conformal.widths", source).fail(`has not ${outputs} numbers`);
    const values = task.autoregressive === true ? targets.length : outputs;
    checkOutputs(model, { size: values * spreadParts(task.spread) }, source);
    return { kind: "forecaster", model, task };
  },
  report: ({ table }, { test }) => ({
    pictures: test === undefined ? [] : test.targets.flatMap(({ name }) => drawTest(test, table.origin.source, name)),
  }),
};

function drawTest(test: ForecastEvaluation, source: string, target: string): readonly ReportPicture[] {
  const steps = drawSteps(test, { source, target });
  return [
    { title: `${target}: forecast beside the truth`, markup: drawEvaluation(test, { source, target }) },
    ...(steps === undefined ? [] : [{ title: `${target}: error by steps ahead`, markup: steps }]),
  ];
}
