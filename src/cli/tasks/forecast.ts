/** Forecasting on the command line. */
import {
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
  LossSpec,
  RowsEvaluation,
  Table,
  TargetForm,
} from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import { lastRows } from "../fast-form.ts";
import type { PredictFlags } from "../predict.ts";
import { chooseDate, oneOf, openData, readColumns, readingChoice, splitNames, tellNotes } from "../read-data.ts";
import type { DataFile, ReadingFlags } from "../read-data.ts";
import { UsageError } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { levels, list, openShare, quote, whole } from "../values.ts";
import { needData } from "./command-task.ts";
import type { CommandTask, Given, GivenAgain, TaskOption, Trained } from "./command-task.ts";
import { describeParts, describeTable } from "./describe-data.ts";
import { printForecastScores, printPaths, printQuantiles, printSteps } from "./forecast-scores.ts";
import { chart, heldBack, reading, rows, target } from "./shared-options.ts";

export interface TrainForecastFlags extends TrainFlags, ReadingFlags {
  readonly target?: readonly string[];
  readonly horizon?: number;
  readonly allSteps?: boolean;
  readonly autoregressive?: boolean;
  readonly window?: number;
  readonly covariates?: string;
  readonly known?: string;
  readonly date?: string;
  readonly timeFeatures?: readonly string[];
  readonly group?: string;
  readonly level?: boolean;
  readonly difference?: boolean;
  readonly normalise?: "window";
  readonly scaler?: "standard" | "min-max" | "robust" | "log-standard" | "none";
  readonly season?: number;
  readonly test?: number;
  readonly validation?: number;
  readonly loss?: LossSpec["kind"];
  readonly quantiles?: readonly number[];
  readonly likelihood?: "gaussian" | "student";
  readonly interval?: number;
}

/** How paths are drawn. */
interface PathFlags {
  readonly samples?: number;
  readonly seed?: number;
}

interface PredictForecastFlags extends PredictFlags, PathFlags {
  readonly each?: boolean;
}

interface EvaluateForecastFlags extends EvaluateFlags, PathFlags {
  readonly last?: number;
  readonly rows?: "unseen" | "all";
  readonly chart?: string;
}

interface ForecastCommand {
  readonly task: ForecastTypes;
  readonly train: TrainForecastFlags;
  readonly predict: PredictForecastFlags;
  readonly evaluate: EvaluateForecastFlags;
  readonly scores: ForecastEvaluation;
}

const trainOptions: readonly TaskOption[] = [
  target,
  ...rows,
  ...heldBack,
  ...reading,
  { flags: "--all-steps", description: "all values up to the horizon, instead of the one at it" },
  {
    flags: "--autoregressive",
    description: "learn one step, and forecast the others up to the horizon by going on from the forecasts before",
  },
  { flags: "--covariates <COLUMNS>", description: "columns that help, with commas between them" },
  { flags: "--known <COLUMNS>", description: "columns that are known in advance, such as planned prices" },
  {
    flags: "--time-features <NAMES>",
    description:
      "what the calendar says, or none: hour, day-of-week, day-of-month, month, day-of-year (each but the last also as NAME:one-hot), weekend, us-holiday, us-holiday:one-hot, days-to-us-holiday, trend (default: by the dates)",
    parse: list,
  },
  {
    flags: "--difference",
    description: "see changes from row to row: for what drifts, such as prices (default: where a target drifts)",
  },
  { flags: "--level", description: "see the values as they are (default: where no target drifts)" },
  {
    flags: "--normalise <HOW>",
    description: "window: see values relative to the window's last one",
    parse: oneOf(["window"]),
  },
  {
    flags: "--season <STEPS>",
    description: "the season of the seasonal-naive forecast, 1 for none (default: found from the data)",
    parse: whole(1),
  },
  {
    flags: "--loss <KIND>",
    description: "absolute, mean-squared or huber (default: absolute)",
    parse: oneOf(["absolute", "mean-squared", "huber"]),
  },
  {
    flags: "--quantiles <LEVELS>",
    description: "forecast quantiles, such as 0.1,0.5,0.9; with --likelihood, those that are told",
    parse: levels,
  },
  {
    flags: "--likelihood <KIND>",
    description: "forecast a distribution: gaussian, or student for series with outliers",
    parse: oneOf(["gaussian", "student"]),
  },
  {
    flags: "--interval <SHARE>",
    description: "an interval around each forecast for this share of true values, from the errors in validation",
    parse: openShare,
  },
  chart,
];

/** Those of a backtest, which has tests of its own. */
export const backtestOptions: readonly TaskOption[] = trainOptions.filter((one) => one !== heldBack[0]);

/** The generator of paths. */
const pathSeed: TaskOption = {
  flags: "--seed <NUMBER>",
  description: "what sampled paths follow from (default: 1)",
  parse: whole(0),
};

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
    predict: [
      {
        flags: "--each",
        description: "forecast every row that has enough rows before it, not only those after the last",
      },
      {
        flags: "--samples <COUNT>",
        description: "draw so many paths up to the horizon, a column each (after --autoregressive --likelihood)",
        parse: whole(1),
      },
      pathSeed,
    ],
    evaluate: [
      { flags: "--last <ROWS>", description: "only forecasts of the last rows", parse: whole(1) },
      {
        flags: "--rows <WHICH>",
        description: "unseen: only rows later than the training has seen; all (default: unseen, if there are any)",
        parse: oneOf(["unseen", "all"]),
      },
      {
        flags: "--samples <COUNT>",
        description: "paths whose quantiles are measured (after --autoregressive --likelihood; default: 200)",
        parse: whole(1),
      },
      pathSeed,
      chart,
    ],
  },
  claims: (flags) => flags.target !== undefined,
  check,
  read,
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
  drawChart,
  describeJob,
  memoryOf: ({ task }) => ({ steps: task.windows.window, loss: spreadLoss(task.spread) }),
  predict,
  evaluate,
};

function check(flags: TrainForecastFlags): void {
  if (flags.target === undefined) throw new UsageError("say which column to forecast: --target COLUMN");
  if (flags.chart !== undefined && flags.test === 0)
    throw new UsageError("--chart draws the test rows, but --test 0 keeps none; leave one of them out");
  if ([flags.level, flags.difference, flags.normalise].filter((one) => one !== undefined).length > 1)
    throw new UsageError("--level, --difference and --normalise each say how values are seen; give one of them");
  const spread = flags.likelihood ?? flags.quantiles;
  if (spread !== undefined && flags.loss !== undefined)
    throw new UsageError("--loss is of a single value; quantiles and likelihoods are losses themselves; leave it out");
  if (spread !== undefined && flags.interval !== undefined)
    throw new UsageError(
      "--interval is put around a single value; --quantiles and --likelihood have intervals of their own; give one of them",
    );
  if (flags.horizon === 0)
    throw new UsageError("--horizon 0 is the present, which needs no forecast; give a number of at least 1");
}

/** Scores for machines, without the forecasts themselves. */
export function scoresAsJson({ count, horizon, season, paths, targets }: ForecastEvaluation): unknown {
  return { count, horizon, season, paths, targets: targets.map((one) => ({ ...one, points: undefined })) };
}

function formOf({ level, difference, normalise }: TrainForecastFlags): TargetForm | undefined {
  if (level === true) return "level";
  if (difference === true) return "difference";
  return normalise === undefined ? undefined : "divide-last";
}

/** The options of a forecast. */
async function forecastOptions(flags: TrainForecastFlags, data: DataFile): Promise<ForecastOptions> {
  const names = (given: string | undefined): readonly string[] | undefined =>
    given === undefined ? undefined : splitNames([given], data);
  const targets = splitNames(flags.target ?? [], data);
  return {
    ...(await learningOptions(flags)),
    targets,
    covariates: names(flags.covariates),
    known: names(flags.known),
    date: chooseDate(data, flags.date, targets),
    group: flags.group,
    window: flags.window,
    horizon: flags.horizon,
    predict: flags.allSteps === true ? "all" : undefined,
    autoregressive: flags.autoregressive,
    timeFeatures: flags.timeFeatures,
    form: formOf(flags),
    scaler: flags.scaler,
    test: flags.test,
    validation: flags.validation,
    season: flags.season,
    loss: flags.loss === undefined ? undefined : ({ kind: flags.loss } as LossSpec),
    quantiles: flags.quantiles,
    likelihood: flags.likelihood,
    interval: flags.interval,
    reading: readingChoice(flags),
  };
}

async function read({
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

async function readAgain({ file, job, terminal }: GivenAgain<ForecastTypes>): Promise<Table> {
  const { reading: own } = job.task;
  return tellNotes(await (await openData(needData(file), own)).read(own), terminal);
}

function describe({ task, table, windows, parts, options }: ForecastPlan): readonly string[] {
  const { targets, window, horizon, predict, covariates, form } = task.windows;
  const before = predict === "all" && horizon > 1 ? " and all before" : "";
  const led = task.autoregressive === true ? ", each from those before" : "";
  const ahead = `${horizon} step${horizon === 1 ? "" : "s"} ahead${before}${led}`;
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
    `windows   ${window} steps of ${windows.inputNames.length} number${windows.inputNames.length === 1 ? "" : "s"}${others.length === 0 ? "" : ` (${others.join(", ")})`}`,
    `          ${describeParts(parts, "windows")}`,
  ];
}

function suggest({ result, model, data, chart: drawn }: Trained<ForecastTypes>): readonly string[] {
  const lines = [`predict ${model} ${data}`, `inspect ${model}`];
  const [first] = result.test?.targets ?? [];
  const { form } = result.forecaster.task.windows;
  if (first !== undefined && first.best !== "model" && form === "level")
    return [`train ${data} --target ${quote(first.name)} --difference`, ...lines];
  return drawn === undefined && first !== undefined
    ? [...lines, `evaluate ${model} ${data} --chart ${model.replace(/\.safetensors$/, "")}.svg`]
    : lines;
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
    ...(task.autoregressive === true ? ["  led on   by its own forecasts, a step at a time"] : []),
    `  window   ${windows.window} steps${windows.form === "level" ? "" : `, as ${windows.form}`}`,
    ...(windows.covariates.length === 0 ? [] : [`  beside   ${windows.covariates.join(", ")}`]),
    ...(calendar === undefined
      ? []
      : [
          `  calendar ${calendar.features.map((feature) => ("part" in feature ? `${feature.part} (${feature.kind})` : feature.kind)).join(", ")}, from ${calendar.dateColumn}`,
        ]),
    ...(season === 1 ? [] : [`  season   ${season} steps`]),
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
  const data = await openData(needData(file), own);
  const open = [...windows.targets, ...windows.covariates];
  const said =
    flags.each === true
      ? forecastRows(forecaster, tellNotes(await data.read(own), terminal), { seed })
      : forecastFuture(forecaster, tellNotes(await data.read(own, open), terminal), { samples, seed });
  const [, drawn] = printPaths({ paths: choosePaths(forecaster.task, { samples, seed }) });
  if (drawn !== undefined) terminal.say(drawn);
  return said;
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
