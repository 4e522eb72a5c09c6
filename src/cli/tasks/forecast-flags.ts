/** What forecasting is told on the command line, and the library's options that it means. */
import type { ForecastOptions, LossSpec, TargetForm } from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import type { PredictFlags } from "../predict.ts";
import { chooseDate, oneOf, readingChoice, splitNames } from "../read-data.ts";
import type { DataFile, ReadingFlags } from "../read-data.ts";
import { UsageError } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { levels, list, openShare, whole } from "../values.ts";
import type { TaskOption } from "./command-task.ts";
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

export interface PredictForecastFlags extends PredictFlags, PathFlags {
  readonly each?: boolean;
}

export interface EvaluateForecastFlags extends EvaluateFlags, PathFlags {
  readonly last?: number;
  readonly rows?: "unseen" | "all";
  readonly chart?: string;
}

export const trainOptions: readonly TaskOption[] = [
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

export const predictOptions: readonly TaskOption[] = [
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
];

export const evaluateOptions: readonly TaskOption[] = [
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
];

/** Throws for flags that do not go together. */
export function checkFlags(flags: TrainForecastFlags): void {
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

function formOf({ level, difference, normalise }: TrainForecastFlags): TargetForm | undefined {
  if (level === true) return "level";
  if (difference === true) return "difference";
  return normalise === undefined ? undefined : "divide-last";
}

/** The options of a forecast. */
export async function forecastOptions(flags: TrainForecastFlags, data: DataFile): Promise<ForecastOptions> {
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
