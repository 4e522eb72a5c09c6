/** Forecasting on the command line. */
import {
  printCount,
  choosePaths,
  drawEvaluation,
  evaluateForecaster,
  explainForecast,
  forecastFuture,
  forecastRows,
  spreadLoss,
  writeWhole,
} from "../../node.ts";
import type {
  ForecastEvaluation,
  Forecaster,
  ForecastOptions,
  ForecastPlan,
  ForecastResult,
  ForecastTypes,
  RowsEvaluation,
  Table,
} from "../../node.ts";
import { lastRows } from "../fast-form.ts";
import { everyRule } from "../place.ts";
import { openData, readColumns, readingChoice, tellNotes } from "../read-data.ts";
import { UsageError } from "../terminal.ts";
import { needData } from "./command-task.ts";
import type { CommandTask, Given, GivenAgain, PlainScores, Trained } from "./command-task.ts";
import { describeParts, describeTable } from "./describe-data.ts";
import { checkFlags, evaluateOptions, forecastOptions, predictOptions, trainOptions } from "./forecast-flags.ts";
import type { EvaluateForecastFlags, PredictForecastFlags, TrainForecastFlags } from "./forecast-flags.ts";
import { printForecastScores, printPaths, printQuantiles, printSteps } from "./forecast-scores.ts";

interface ForecastCommand {
  readonly task: ForecastTypes;
  readonly train: TrainForecastFlags;
  readonly predict: PredictForecastFlags;
  readonly evaluate: EvaluateForecastFlags;
  readonly scores: ForecastEvaluation;
}

const examples = `
  $ recurra train sales.csv --target Sales
      learns from Sales and the dates what the next Sales will be; everything else is chosen for you
  $ recurra train sales.csv --target Sales --horizon 7 --test 60 --chart sales.svg
      a week ahead, measured on the last 60 rows beside the naive forecasts, and drawn
  $ recurra train shops.parquet --target Sales --group Shop --covariates Price,Visitors
      many series in one file, with other columns that help
  $ recurra train sales.csv --target Sales --horizon 7 --autoregressive --likelihood gaussian
      a day ahead, and from there on to a week; recurra predict --samples 100 draws what the week may be like
  $ recurra train prices.csv --target Open --difference --cell gru --hidden 32 --seed 7
      changes instead of levels, another cell
  $ recurra train prices.csv --target Open --cell mine.cell
      a cell of your own: a text file with its equations, such as h' = tanh(W x + U h + b)`;

export const forecastCommand: CommandTask<ForecastCommand> = {
  kind: "forecast",
  names: ["forecast"],
  called: "forecasts (--task forecast)",
  heading: "Forecasts (--task forecast)",
  summary: "what number columns of a table will be (the default with --target)",
  examples,
  shownBy: "node examples/births.js",
  fast: {
    flags: { hidden: 16, epochs: 5 },
    cut: (table, { date, group }) => lastRows(table, { most: 1000, date, group }),
  },
  options: {
    train: trainOptions,
    predict: predictOptions,
    evaluate: evaluateOptions,
  },
  rules: everyRule,
  claims: (flags) => flags.target !== undefined,
  check: checkFlags,
  read: readForecast,
  readAgain,
  describe,
  printScores: (evaluation, title) => [
    printForecastScores(evaluation, title),
    ...printSteps(evaluation),
    ...printQuantiles(evaluation),
    ...printPaths(evaluation),
    "",
    explainForecast(evaluation),
  ],
  scoresAsJson,
  untested: "No rows were kept for a test, so nothing can be said about how good it is (--test).",
  suggest,
  advise,
  drawChart,
  describeJob,
  memoryOf: ({ task }) => ({ steps: task.windows.window, loss: spreadLoss(task.spread) }),
  predict,
  evaluate,
};

/** Scores for machines, without the forecasts themselves. */
export function scoresAsJson({ count, horizon, season, paths, targets }: ForecastEvaluation): PlainScores {
  return { count, horizon, season, paths, targets: targets.map((one) => ({ ...one, points: undefined })) };
}

/** The data, and what is to be done with them. */
export async function readForecast({
  file,
  flags,
  terminal,
}: Given<TrainForecastFlags>): Promise<{ readonly data: Table; readonly options: ForecastOptions }> {
  const data = await openData(needData(file), readingChoice(flags));
  const options = await forecastOptions(flags, data);
  const { targets, covariates = [], known = [], date, group } = options;
  const columns = [date, group, ...targets, ...covariates, ...known];
  const table = await readColumns(data, flags, { columns, dateColumn: date, groupColumn: group });
  return { data: tellNotes(table, terminal), options };
}

async function readAgain({ file, job, terminal }: GivenAgain<ForecastCommand>): Promise<Table> {
  const { reading: own } = job.task;
  return tellNotes(await (await openData(needData(file), own)).read(own), terminal);
}

function describe({ task, table, windows, parts, options }: ForecastPlan): readonly string[] {
  const { targets, window, horizon, predict, covariates, form } = task.windows;
  const before = predict === "all" && horizon > 1 ? " and all before" : "";
  const led = task.autoregressive === true ? ", each from those before" : "";
  const ahead = `${printCount(horizon, "step")} ahead${before}${led}`;
  const others = [
    ...(covariates.length === 0 ? [] : [`with ${covariates.join(", ")}`]),
    ...(task.calendar === undefined ? [] : ["with the calendar"]),
    ...(form === "level"
      ? []
      : [
          form === "difference"
            ? `as differences${options.form === undefined ? ", because it drifts" : ""}`
            : "as shares of the window's last value",
        ]),
  ];
  return [
    describeTable(table),
    `forecast  ${targets.join(", ")}, ${ahead}`,
    `windows   ${printCount(window, "step")} of ${printCount(windows.inputNames.length, "number")}${others.length === 0 ? "" : ` (${others.join(", ")})`}`,
    `          ${describeParts(parts, "window")}`,
    ...(parts.train.length === 1
      ? ["note      one window is too little to learn from: give more rows, or a shorter --window"]
      : []),
  ];
}

function suggest({ result, model, data, chart: drawn }: Trained<ForecastCommand>): readonly string[] {
  const lines = [`predict ${model} ${data}`, `inspect ${model}`];
  return drawn === undefined && result.test !== undefined
    ? [...lines, `evaluate ${model} ${data} --chart ${model.replace(/\.safetensors$/, "")}.svg`]
    : lines;
}

/** Changes, where levels have lost. */
function advise({ result, flags, model }: Trained<ForecastCommand>): string | undefined {
  const [first] = result.test?.targets ?? [];
  if (first === undefined || first.best === "model" || result.forecaster.task.windows.form !== "level")
    return undefined;
  const instead = flags.level === true ? " instead of --level" : "";
  return `the same with --difference${instead} (changes, not levels) and --out ${model.replace(/\.safetensors$/, "")}-changes.safetensors`;
}

function drawChart({ table }: ForecastPlan, { test }: ForecastResult): string {
  if (test === undefined) throw new UsageError("--chart draws the test rows, but none were kept; give --test");
  return drawEvaluation(test, { source: table.origin.source });
}

function describeJob({ task }: Forecaster, source: string): readonly string[] {
  const { windows, calendar, season, seenUntil } = task;
  const ahead = windows.predict === "all" ? `1 to ${windows.horizon}` : String(windows.horizon);
  return [
    `${source}: forecasts ${windows.targets.join(", ")}, ${ahead} step${ahead === "1" ? "" : "s"} ahead`,
    ...(task.autoregressive === true ? ["  steps    autoregressive: each from the forecasts before it"] : []),
    `  window   ${printCount(windows.window, "step")}${windows.form === "level" ? "" : `, as ${windows.form}`}`,
    ...(windows.covariates.length === 0 ? [] : [`  beside   ${windows.covariates.join(", ")}`]),
    ...(calendar === undefined
      ? []
      : [
          `  calendar ${calendar.features.map((feature) => ("part" in feature ? `${feature.part} (${feature.kind})` : feature.kind)).join(", ")}, from ${calendar.dateColumn}`,
        ]),
    ...(season === 1 ? [] : [`  season   ${printCount(season, "step")}`]),
    ...(seenUntil === undefined ? [] : [`  trained on data until ${seenUntil}`]),
  ];
}

async function predict(forecaster: Forecaster, { file, flags, terminal }: Given<PredictForecastFlags>): Promise<Table> {
  const { reading: own, windows } = forecaster.task;
  const { samples, seed } = flags;
  if (flags.each === true && samples !== undefined)
    throw new UsageError(
      "--samples draws what may come after the last row, --each forecasts all rows; give one of them",
    );
  const paths = choosePaths(forecaster.task, { samples, seed });
  if (seed !== undefined && paths === undefined)
    throw new UsageError("--seed is for paths that are drawn, and this model draws none; leave it out");
  const data = await openData(needData(file), own);
  const open = [...windows.targets, ...windows.covariates];
  const forecasts =
    flags.each === true
      ? forecastRows(forecaster, tellNotes(await data.read(own), terminal), { seed })
      : forecastFuture(forecaster, tellNotes(await data.read(own, open), terminal), { samples, seed });
  const [, drawn] = printPaths({ paths });
  if (drawn !== undefined) terminal.say(drawn);
  return forecasts;
}

async function evaluate(
  forecaster: Forecaster,
  { file, flags, terminal }: Given<EvaluateForecastFlags>,
): Promise<RowsEvaluation> {
  const data = await openData(needData(file), forecaster.task.reading);
  const table = tellNotes(await data.read(forecaster.task.reading), terminal);
  const evaluation = evaluateForecaster(forecaster, table, {
    last: flags.last,
    rows: flags.rows,
    paths: { samples: flags.samples, seed: flags.seed },
  });
  if (evaluation.seen === true)
    terminal.say("note: the training has seen some of these rows, so the model looks better than it is");
  if (evaluation.seen === undefined)
    terminal.say(
      "note: without dates it cannot be told which rows the training has seen; --last ROWS takes the last ones",
    );
  if (flags.chart !== undefined) {
    await writeWhole(flags.chart, drawEvaluation(evaluation, { source: data.source }));
    terminal.say(`chart written to ${flags.chart}`);
  }
  return evaluation;
}
