/** The options of `recurra train`, and what they mean. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { adviseCell, cell, cellNames, RecurraError } from "../node.ts";
import type { ClassifyOptions, ForecastOptions, LearningOptions, LossSpec, Schedule, TargetForm } from "../node.ts";
import type { Command } from "commander";
import { addReadingOptions, chooseDate, oneOf, readingChoice, splitNames } from "./read-data.ts";
import type { DataFile, ReadingFlags } from "./read-data.ts";
import { UsageError } from "./terminal.ts";
import { list, positive, positiveOrNone, rowsOrShare, share, threadCount, whole } from "./values.ts";

export interface TrainFlags extends ReadingFlags {
  readonly target?: readonly string[];
  readonly label?: string;
  readonly sequence?: string;
  readonly out?: string;
  readonly chart?: string;
  readonly resume?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly date?: string;
  readonly group?: string;
  readonly covariates?: string;
  readonly known?: string;
  readonly features?: string;
  readonly timeFeatures?: readonly string[];
  readonly window?: number;
  readonly horizon?: number;
  readonly allSteps?: boolean;
  readonly level?: boolean;
  readonly difference?: boolean;
  readonly normalise?: "window";
  readonly scaler?: "standard" | "min-max" | "robust" | "log-standard" | "none";
  readonly season?: number;
  readonly test?: number;
  readonly validation?: number;
  readonly cell?: string;
  readonly hidden?: number;
  readonly layers?: number;
  readonly dropout?: number;
  readonly bidirectional?: boolean;
  readonly loss?: LossSpec["kind"];
  readonly rate?: number;
  readonly schedule?: Schedule["kind"];
  readonly clip?: number | "none";
  readonly epochs?: number;
  readonly batch?: number;
  readonly patience?: number;
  readonly seed?: number;
  readonly backend?: "auto" | "native" | "wasm" | "reference";
  readonly threads?: number | "auto";
}

const examples = `
Examples:
  $ recurra train sales.csv --target Sales
      learns from Sales and the dates what the next Sales will be; everything else is chosen for you
  $ recurra train sales.csv --target Sales --horizon 7 --test 60 --chart sales.svg
      a week ahead, measured on the last 60 rows beside the naive forecasts, and drawn
  $ recurra train shops.parquet --target Sales --group Shop --covariates Price,Visitors
      many series in one file, with other columns that help
  $ recurra train prices.csv --target Open --difference --cell gru --hidden 32 --seed 7
      changes instead of levels, another cell
  $ recurra train prices.csv --target Open --cell mine.cell
      a cell of your own: a text file with its equations, such as h' = tanh(W x + U h + b)
  $ recurra train motions.csv --label activity --sequence recording
      classifies sequences: the rows of one recording have one activity
  $ recurra train sales.csv --resume sales.checkpoint
      goes on with a run that was stopped, to the same numbers as if it had not been

A run that is stopped (Ctrl-C) or killed leaves a checkpoint beside the model, from which --resume goes on.`;

/** Declares the options. */
export function declareOptions(command: Command): Command {
  command
    .description("Learn to forecast columns of a table, or to classify its sequences.")
    .argument("[DATA]", "a CSV, TSV, JSON lines, JSON or Parquet file")
    .optionsGroup("What to learn:")
    .option("--target <COLUMN...>", "forecast these number columns")
    .option("--label <COLUMN>", "classify by this column, instead of forecasting")
    .option(
      "--sequence <COLUMN>",
      "with --label: the column that names the sequence of each row (without: windows of rows are classified)",
    )
    .option("--horizon <STEPS>", "how many steps ahead (default: 1)", whole(0))
    .option("--all-steps", "all values up to the horizon, instead of the one at it")
    .optionsGroup("What to learn from:")
    .option("--window <STEPS>", "steps of the past that are seen at once (default: some four seasons, or 30)", whole(1))
    .option("--covariates <COLUMNS>", "columns that help, with commas between them")
    .option("--known <COLUMNS>", "columns that are known in advance, such as planned prices")
    .option("--features <COLUMNS>", "with --label: the columns to classify by (default: all with numbers)")
    .option("--date <COLUMN>", "the column of times, or none (default: the first with dates)")
    .option(
      "--time-features <NAMES>",
      "what the calendar says, or none: hour, day-of-week, day-of-month, month, day-of-year (each but the last also as NAME:one-hot), weekend, us-holiday, us-holiday:one-hot, days-to-us-holiday, trend (default: by the dates)",
      list,
    )
    .option("--group <COLUMN>", "the column that tells series apart, such as a shop")
    .option(
      "--difference",
      "see changes from row to row: for what drifts, such as prices (default: where a target drifts)",
    )
    .option("--level", "see the values as they are (default: where no target drifts)")
    .option("--normalise <HOW>", "window: see values relative to the window's last one", oneOf(["window"]))
    .option(
      "--scaler <KIND>",
      "standard, min-max, robust, log-standard or none (default: standard)",
      oneOf(["standard", "min-max", "robust", "log-standard", "none"]),
    )
    .option(
      "--season <STEPS>",
      "the season of the seasonal-naive forecast, 1 for none (default: found from the data)",
      whole(1),
    )
    .option("--test <ROWS>", "last rows kept for the test: a count, a share, or 0 (default: 0.15)", rowsOrShare)
    .option("--validation <ROWS>", "rows before them that decide when to stop (default: 0.15)", rowsOrShare);
  addReadingOptions(command);
  return declareLearning(command).addHelpText("after", examples);
}

function declareLearning(command: Command): Command {
  return command
    .optionsGroup("The network:")
    .option("--cell <NAME>", "a built-in cell, or a file of equations (default: lstm); recurra inspect lists them")
    .option("--hidden <SIZE>", "hidden size (default: 64)", whole(1))
    .option("--layers <COUNT>", "recurrent layers on top of one another (default: 1)", whole(1))
    .option("--dropout <SHARE>", "share of each layer's outputs dropped while learning (default: 0)", share)
    .option("--bidirectional", "read the window from both ends")
    .optionsGroup("How to learn:")
    .option("--epochs <COUNT>", "rounds through the data, at most (default: by the size of the data)", whole(1))
    .option("--batch <SIZE>", "windows or sequences a step (default: 32)", whole(1))
    .option("--rate <NUMBER>", "learning rate of Adam (default: 0.002)", positive)
    .option(
      "--schedule <KIND>",
      "of the rate: cosine, constant, linear, one-cycle or on-plateau (default: cosine)",
      oneOf(["cosine", "constant", "linear", "one-cycle", "on-plateau"]),
    )
    .option(
      "--loss <KIND>",
      "absolute, mean-squared or huber (default: absolute)",
      oneOf(["absolute", "mean-squared", "huber"]),
    )
    .option("--clip <NORM>", "the most the gradient's norm may be, or none (default: 1)", positiveOrNone)
    .option(
      "--patience <EPOCHS>",
      "epochs without a better validation loss after which to stop (default: a fifth of all, at least 10)",
      whole(0),
    )
    .option("--seed <NUMBER>", "what all randomness follows from: the same seed, the same model (default: 1)", whole(0))
    .option(
      "--backend <NAME>",
      "auto, native, wasm or reference (default: auto, the fastest)",
      oneOf(["auto", "native", "wasm", "reference"]),
    )
    .option("--threads <COUNT>", "threads that share the work (default: auto, a core each, up to 8)", threadCount)
    .optionsGroup("What comes out:")
    .option("--out <FILE>", "where to save the model (default: the data's name with .safetensors)")
    .option("--chart <FILE>", "draw the forecast of the test rows beside the truth, as SVG")
    .option("--resume <CHECKPOINT>", "go on with an unfinished run; all other settings are the checkpoint's")
    .option("--json", "results as JSON, and nothing else, on standard output")
    .option("--quiet", "say nothing but the results");
}

/** Throws a usage error for options that contradict one another. */
export function checkFlags(flags: TrainFlags): void {
  const fail = (what: string): never => {
    throw new UsageError(what);
  };
  if (flags.resume !== undefined) return;
  if (flags.chart !== undefined && flags.test === 0)
    fail("--chart draws the test rows, but --test 0 keeps none; leave one of them out");
  if (flags.target === undefined && flags.label === undefined)
    fail("say what to learn: --target COLUMN to forecast it, or --label COLUMN to classify by it");
  if (flags.target !== undefined && flags.label !== undefined)
    fail("--target forecasts and --label classifies; give one of them");
  if (flags.sequence !== undefined && flags.label === undefined)
    fail("--sequence names what is classified; give the class with --label");
  if ([flags.level, flags.difference, flags.normalise].filter((one) => one !== undefined).length > 1)
    fail("--level, --difference and --normalise each say how values are seen; give one of them");
  if (flags.label !== undefined) {
    const odd = (
      [
        "allSteps",
        "covariates",
        "known",
        "level",
        "difference",
        "normalise",
        "season",
        "chart",
        "timeFeatures",
        "loss",
      ] as const
    ).find((name) => flags[name] !== undefined);
    if (odd !== undefined)
      fail(`--${odd.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is for forecasts, not for --label`);
    if (flags.sequence !== undefined && flags.window !== undefined)
      fail("--sequence classifies whole sequences and --window windows of rows; give one of them");
  } else if (flags.features !== undefined) fail("--features is for --label; a forecast takes --covariates");
  else if (flags.horizon === 0)
    fail("--horizon 0 is the present, which needs no forecast; give a number of at least 1");
}

async function learningOptions(flags: TrainFlags): Promise<LearningOptions> {
  const {
    hidden,
    layers,
    dropout,
    bidirectional,
    rate,
    epochs,
    batch,
    patience,
    seed,
    backend,
    threads,
    loss,
    schedule,
    clip,
  } = flags;
  return {
    cell: flags.cell === undefined ? undefined : await chooseCell(flags.cell),
    hidden,
    layers,
    dropout,
    bidirectional,
    rate,
    epochs,
    batch,
    patience,
    seed,
    backend,
    threads,
    loss: loss === undefined ? undefined : ({ kind: loss } as LossSpec),
    schedule: schedule === undefined ? undefined : ({ kind: schedule } as Schedule),
    clip: typeof clip === "number" ? { kind: "norm", most: clip } : clip,
  };
}

/** A built-in cell's name, or the equations in a file. Throws the `language/…` errors of what is wrong in them. */
export async function chooseCell(given: string): Promise<NonNullable<LearningOptions["cell"]>> {
  const name = cellNames.find((one) => one === given);
  if (name !== undefined) return name;
  const text = await readFile(given, "utf8").catch((cause: unknown) => {
    throw new RecurraError(
      "network/unknown-cell",
      `There is no built-in cell ${JSON.stringify(given)}, and no file of that name that could be read; ${adviseCell(given)}`,
      { cause },
    );
  });
  const own = cell(path.basename(given).replace(/\.[^.]*$/, ""), text);
  return { name: own.name, text: own.text, options: own.options };
}

function formOf({ level, difference, normalise }: TrainFlags): TargetForm | undefined {
  if (level === true) return "level";
  if (difference === true) return "difference";
  return normalise === undefined ? undefined : "divide-last";
}

/** The options of a forecast. */
export async function forecastOptions(flags: TrainFlags, data: DataFile): Promise<ForecastOptions> {
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
    timeFeatures: flags.timeFeatures,
    form: formOf(flags),
    scaler: flags.scaler,
    test: flags.test,
    validation: flags.validation,
    season: flags.season,
    reading: readingChoice(flags),
  };
}

/** The options of a classification. */
export async function classifyOptions(flags: TrainFlags, label: string, data: DataFile): Promise<ClassifyOptions> {
  const date = chooseDate(data, flags.date, [label]);
  const others = new Set([label, flags.sequence, flags.group, date]);
  const numbers = data.columns
    .filter(({ name, looksLike }) => (looksLike === "number" || looksLike === "boolean") && !others.has(name))
    .map(({ name }) => name);
  return {
    ...(await learningOptions(flags)),
    label,
    sequence: flags.sequence,
    features: flags.features === undefined ? numbers : splitNames([flags.features], data),
    window: flags.window,
    horizon: flags.horizon,
    date,
    group: flags.group,
    scaler: flags.scaler,
    test: flags.test,
    validation: flags.validation,
    reading: readingChoice(flags),
  };
}
