/** `recurra backtest`: whether a network is worth using, on several tests one after the other in time. */
import {
  printCount,
  backtest,
  bestBaseline,
  drawBacktest,
  explainBacktest,
  nameSimpleForecast,
  printBacktestPage,
  printQuantity,
  writeWhole,
} from "../node.ts";
import type { Backtest, BacktestControl, BacktestFold, ForecastEvaluation, Table } from "../node.ts";
import type { Command } from "commander";
import { checkOutputs } from "./check-apart.ts";
import { declareLearning } from "./declare-train.ts";
import { foldsFile, identifyBacktest, openKeeper } from "./keep-folds.ts";
import type { FoldKeeper } from "./keep-folds.ts";
import { createProgress } from "./progress.ts";
import { printPlan } from "./report.ts";
import { readForecast, scoresAsJson } from "./tasks/forecast.ts";
import { backtestOptions, checkFlags } from "./tasks/forecast-flags.ts";
import type { TrainForecastFlags } from "./tasks/forecast-flags.ts";
import { printFolds, printForecastScores, printPaths, printQuantiles, printSteps } from "./tasks/forecast-scores.ts";
import { findCommandTask, makeOption } from "./tasks/table.ts";
import { Interrupted, quieten, UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";
import { quote, whole } from "./values.ts";

interface BacktestFlags extends Omit<TrainForecastFlags, "resume"> {
  readonly folds?: number;
  readonly rows?: number;
  readonly retrain: boolean;
  readonly resume?: boolean;
}

const examples = `
Examples:
  $ recurra backtest sales.csv --target Sales --horizon 7 --all-steps
      five tests on the last 30 % of the rows, a week ahead, by a network trained anew for each
  $ recurra backtest sales.csv --target Sales --horizon 7 --autoregressive --folds 4 --rows 91 --out sales.html
      the last four quarters, forecast step by step, and a page with pictures
  $ recurra backtest prices.csv --target Open --difference --folds 10 --rows 20 --no-retrain
      one network, trained once on all rows before the first test`;

export function addBacktest(program: Command, terminal: Terminal): void {
  const command = program
    .command("backtest")
    .description(
      "Forecast the last rows of a table in several tests, each by a network that has seen all rows before it, beside the simplest forecasts.",
    )
    .argument("<DATA>", "a CSV, TSV, JSON lines, JSON or Parquet file")
    .optionsGroup("The tests:")
    .option("--folds <COUNT>", "tests, one after the other in time (default: 5)", whole(1))
    .option(
      "--rows <COUNT>",
      "rows of each, or times where several series have dates (default: as many as make all tests 30 % of them)",
      whole(1),
    )
    .option("--no-retrain", "train once, on the rows before the first test, instead of anew for each");
  for (const option of backtestOptions) command.addOption(makeOption(option).helpGroup("What to forecast:"));
  declareLearning(command, "forecast")
    .optionsGroup("What comes out:")
    .option("--out <FILE>", "a report: an HTML page that stands alone, with scores and pictures")
    .option(
      "--resume",
      "go on after the tests that are kept beside --out, where the same command was stopped or killed",
    )
    .option("--json", "results as JSON, and nothing else, on standard output")
    .option("--quiet", "say nothing but the results")
    .addHelpText("after", examples)
    .action(async (file: string, flags: BacktestFlags) => runBacktest(file, flags, terminal));
}

async function runBacktest(
  file: string,
  { resume = false, ...flags }: BacktestFlags,
  terminal: Terminal,
): Promise<void> {
  const { out, chart, folds, rows, retrain, json = false } = flags;
  checkFlags(flags);
  if (out !== undefined && !out.endsWith(".html"))
    throw new UsageError(`--out ${quote(out)}: the report is a page; give a file that ends in .html`);
  if (resume && out === undefined)
    throw new UsageError("--resume goes on from what is kept beside the report; give its --out FILE");
  if (resume && !retrain)
    throw new UsageError("--no-retrain trains once for all tests, of which none is kept; leave out --resume");
  await checkFiles(file, flags);
  const human = flags.quiet === true ? quieten(terminal) : terminal;
  const { data, options } = await readForecast({ file, flags, terminal: human });
  const identity = identifyBacktest(data, options, { folds, rows });
  const keeper = await openKeeper(foldsFile(flags), { identity, resume }, human);
  const stop = new AbortController();
  const forget = terminal.onInterrupt(() => {
    // The second time it is meant at once.
    if (stop.signal.aborted) throw new Interrupted();
    stop.abort();
  });
  const follower = createFollower(human, { data, retrain, keeper });
  try {
    const choice = { folds, rows, retrain, done: keeper.before?.folds };
    const done = await backtest(data, options, choice, { signal: stop.signal, ...follower.control });
    if (done === undefined) {
      const { said, kept } = follower.stopped();
      terminal.say(said);
      if (json) terminal.print(JSON.stringify({ stopped: true, kept }));
      throw new Interrupted();
    }
    const scores = printScores(done);
    const { source } = data.origin;
    if (out !== undefined) await writeWhole(out, printBacktestPage(done, { source, plan: follower.plan(), scores }));
    if (chart !== undefined) await writeWhole(chart, drawBacktest(done, { source }));
    await keeper.forget();
    if (json) terminal.print(JSON.stringify({ ...backtestAsJson(done), chart, report: out }));
    else terminal.print([scores, "", explainBacktest(done), ...listFiles({ chart, out })].join("\n"));
  } finally {
    follower.end();
    forget();
  }
}

/** Throws where a file that is to be written is one that is read, or cannot be written. */
async function checkFiles(data: string, flags: BacktestFlags): Promise<void> {
  const { out, chart, cell } = flags;
  const kept = foldsFile(flags);
  const written = [
    ...(kept === undefined ? [] : [{ what: "what is kept beside --out", file: kept }]),
    ...(out === undefined ? [] : [{ what: "--out", file: out }]),
    ...(chart === undefined ? [] : [{ what: "--chart", file: chart }]),
  ];
  const read = [{ what: "the data", file: data }, ...(cell === undefined ? [] : [{ what: "the cell", file: cell }])];
  await checkOutputs(read, written);
}

interface Follower {
  readonly control: BacktestControl;
  /** What was said of the data and the network. */
  plan(): string;
  /** What is to be said where it was stopped, and the file from which it can go on, if there is one. */
  stopped(): { readonly said: string; readonly kept: string | undefined };
  end(): void;
}

/** Tells of each test, of its training, and of how it went, and has it kept. */
function createFollower(
  human: Terminal,
  { data, retrain, keeper }: { readonly data: Table; readonly retrain: boolean; readonly keeper: FoldKeeper },
): Follower {
  const begin = performance.now();
  const before = keeper.before?.folds.length ?? 0;
  let progress = createProgress(human);
  let plan = keeper.before?.plan ?? "";
  let [done, all] = [before, 0];
  if (before > 0) human.say(`${plan}\ntests     ${before} of them were done before`);
  const onFold = (fold: BacktestFold): void => {
    all = fold.folds;
    if (fold.plan === undefined) return;
    if (plan === "") {
      // The rows are those of all the data, not of the first test and what lies before it.
      const shown = { ...fold.plan, table: data };
      plan = [printPlan(findCommandTask("forecast"), shown), describeTests(fold, retrain)].join("\n");
      human.say(plan);
    }
    progress = createProgress(human);
  };
  const onEvaluation = async (evaluation: ForecastEvaluation, { fold, folds }: BacktestFold): Promise<void> => {
    progress.end();
    done = fold;
    const left = ((performance.now() - begin) / (fold - before)) * (folds - fold);
    const rest = !retrain || fold === folds ? "" : `  ${printQuantity(Math.ceil(left / 1000) * 1000, "ms")} left`;
    await keeper.keep(plan, evaluation);
    human.say(`test ${fold}/${folds}: ${printTest(evaluation)}${rest}`);
  };
  return {
    control: { onEvent: (event) => progress.show(event), onFold, onEvaluation },
    plan: () => plan,
    stopped: () => {
      const kept = done > 0 ? keeper.file : undefined;
      const what =
        kept === undefined ? "; nothing was written" : `, kept in ${kept}: the same command with --resume goes on`;
      return { said: `Stopped after ${done} of ${printCount(all, "test")}${what}.`, kept };
    },
    end: () => progress.end(),
  };
}

function describeTests({ folds, rows, plan }: BacktestFold, retrain: boolean): string {
  const who = retrain ? "each by a network trained on all rows before it" : "all by one network";
  const which = folds === 1 ? "" : " (windows and epochs above are those of the first)";
  const seed = plan?.training.seed ?? 1;
  return `tests     ${folds} of ${printCount(rows, "row")}, ${who}, seed ${seed}${retrain ? which : ""}`;
}

function printTest({ targets, season }: ForecastEvaluation): string {
  return targets
    .map(({ name, ...scores }) => {
      const simple = bestBaseline(scores);
      return `${name} mean absolute error ${printQuantity(scores.model.meanAbsoluteError)}, ${nameSimpleForecast(simple.kind, season).replace(/ \(.*/, "")} ${printQuantity(simple.scores.meanAbsoluteError)}`;
    })
    .join("; ");
}

function printScores(done: Backtest): string {
  const { total, seed } = done;
  return [
    printForecastScores(total, "All tests"),
    "",
    printFolds(done),
    ...printSteps(total),
    ...printQuantiles(total),
    ...printPaths(total),
    "",
    `Everything random follows from seed ${seed}.`,
  ].join("\n");
}

function backtestAsJson({ rows, retrain, seed, folds, total }: Backtest): object {
  return { kind: "backtest", rows, retrain, seed, folds: folds.map(scoresAsJson), total: scoresAsJson(total) };
}

function listFiles({ chart, out }: Readonly<Record<"chart" | "out", string | undefined>>): readonly string[] {
  const lines = [...(chart === undefined ? [] : [`chart  ${chart}`]), ...(out === undefined ? [] : [`report ${out}`])];
  return lines.length === 0 ? [] : ["", ...lines];
}
