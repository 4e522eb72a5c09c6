/** A rolling-origin backtest: the whole task again and again, each time knowing more of the past and forecasting what came next. */
import { splitByTime, takeRows } from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import { orderRows } from "../../data/order-rows.ts";
import { countForSplit } from "../../data/split.ts";
import { train } from "../../training/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { findDateColumn } from "../reading.ts";
import { runToEnd } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import type { ForecastEvaluation } from "./evaluate-forecast.ts";
import { concludeForecast } from "./forecast.ts";
import { evaluateTest } from "./forecaster.ts";
import type { Forecaster } from "./forecaster.ts";
import type { ForecastOptions } from "./forecast-options.ts";
import { planForecast } from "./plan-forecast.ts";
import type { ForecastPlan } from "./plan-forecast.ts";
import { poolEvaluations } from "./pool-evaluations.ts";

/** What a backtest needs beside the options of the forecast, of which `test` is not used. */
export interface BacktestChoice {
  /** Tests, one after the other in time: 5 */
  readonly folds?: number | undefined;
  /** Rows of each test (of series with dates, times that they share): as many as make all tests together 0.3 of them, but at least the horizon */
  readonly rows?: number | undefined;
  /** Whether the network is trained anew for each test, on all rows before it; else once, on those before the first: true */
  readonly retrain?: boolean | undefined;
  /** How the first tests of the same backtest went, which are not repeated; only where each has a network of its own: none */
  readonly done?: readonly ForecastEvaluation[] | undefined;
}

export interface BacktestControl extends TaskControl {
  /** Is told of each test as it begins. */
  readonly onFold?: ((fold: BacktestFold) => void) | undefined;
  /** Is told how each test went, and waited for. */
  readonly onEvaluation?: ((evaluation: ForecastEvaluation, fold: BacktestFold) => void | Promise<void>) | undefined;
}

/** Which test of how many, from 1. */
export interface BacktestFold {
  readonly fold: number;
  readonly folds: number;
  /** Rows of each test. */
  readonly rows: number;
  /** What is learned for it; absent where an earlier network is tested. */
  readonly plan?: ForecastPlan;
}

export interface Backtest {
  readonly kind: "backtest";
  /** Rows of each test. */
  readonly rows: number;
  readonly retrain: boolean;
  /** What all that is random followed from, the same in each test. */
  readonly seed: number;
  /** The earliest first. */
  readonly folds: readonly ForecastEvaluation[];
  /** All tests together: every forecast counts the same. */
  readonly total: ForecastEvaluation;
}

const usual = { folds: 5, share: 0.3 } as const;

/**
 * Forecasts of the last rows in `folds` parts, each by a network that has seen all rows before its part and none in or after it
 * (Tashman 2000; an expanding window). The season is found once, before the first part. Undefined if it was stopped through the signal. Throws
 * `util/bad-argument`, `data/too-few-rows` and what `trainForecaster` throws.
 */
export async function backtest(
  given: Table,
  options: ForecastOptions,
  choice: BacktestChoice = {},
  control: BacktestControl = {},
): Promise<Backtest | undefined> {
  const dateColumn = findDateColumn(given, options.date);
  const groupColumn = options.group;
  const table = dateColumn === undefined ? given : orderRows(given, { dateColumn, groupColumn }).table;
  const grouped = groupColumn === undefined ? {} : { groupColumn, dateColumn };
  const { folds, rows, retrain } = complete(options, choice, {
    ...countForSplit(table, grouped),
    source: table.origin.source,
  });
  const evaluations = retrain ? [...(choice.done ?? [])] : [];
  checkDone(evaluations, { folds, rows: table.rows, options });
  let forecaster: Forecaster | undefined;
  let season = options.season ?? evaluations[0]?.season;
  try {
    for (let fold = evaluations.length + 1; fold <= folds; fold++) {
      if (control.signal?.aborted === true) return undefined;
      const { parts } = splitByTime(table, { test: (folds - fold) * rows, ...grouped });
      const until = takeRows(
        table,
        Int32Array.from(parts.keys()).filter((row) => parts[row] !== 2),
      );
      if (retrain || forecaster === undefined) {
        const plan = planForecast(until, { ...options, season, test: rows });
        control.onFold?.({ fold, folds, rows, plan });
        const last = await runToEnd(train(plan.training, control), control);
        if (last.kind !== "finished") return undefined;
        forecaster?.model.dispose();
        const result = concludeForecast(plan, last);
        ({ forecaster } = result);
        ({ season } = plan.task);
        evaluations.push(known(result.test, "a test"));
      } else {
        control.onFold?.({ fold, folds, rows });
        evaluations.push(evaluateTest(forecaster, until, splitByTime(until, { test: rows, ...grouped })));
      }
      await control.onEvaluation?.(known(evaluations.at(-1), "an evaluation"), { fold, folds, rows });
    }
  } finally {
    forecaster?.model.dispose();
  }
  const { seed = 1 } = options;
  return { kind: "backtest", rows, retrain, seed, folds: evaluations, total: poolEvaluations(evaluations) };
}

/** Throws `training/other-run` where tests that are done cannot be the first of this backtest. */
function checkDone(
  done: readonly ForecastEvaluation[],
  {
    folds,
    rows,
    options: { targets, horizon = 1 },
  }: { readonly folds: number; readonly rows: number; readonly options: ForecastOptions },
): void {
  const isOther = ({ targets: own, horizon: ahead, season }: ForecastEvaluation): boolean =>
    ahead !== horizon ||
    season !== done[0]?.season ||
    own.map(({ name }) => name).join("\n") !== targets.join("\n") ||
    own.some(
      ({ steps = [] }) => steps.some((step, at) => step.ahead !== at + 1) || ![0, horizon].includes(steps.length),
    ) ||
    own.some(({ points }) => points.rows.some((row) => row >= rows));
  const wrong = done.findIndex(isOther);
  if (wrong < 0 && done.length <= folds) return;
  const what =
    wrong < 0 ? `${done.length} tests of ${folds} are done` : `test ${wrong + 1} is of other targets, steps or rows`;
  throw new RecurraError(
    "training/other-run",
    `What was done of a backtest is not of this one: ${what}; begin anew without it (--resume).`,
  );
}

interface ChosenBacktest {
  readonly folds: number;
  readonly rows: number;
  readonly retrain: boolean;
}

/** What the tests are cut from. */
interface Stock {
  readonly count: number;
  readonly what: "rows" | "times";
  readonly source: string;
}

/** The choice with its defaults. Throws `util/bad-argument`, and `data/too-few-rows` where the tests leave nothing to learn from. */
function complete(options: ForecastOptions, choice: BacktestChoice, { count, what, source }: Stock): ChosenBacktest {
  const { folds = usual.folds, retrain = true } = choice;
  const { horizon = 1, autoregressive, predict, group } = options;
  const rows = choice.rows ?? Math.max(horizon, Math.floor((usual.share * count) / folds));
  for (const [name, value] of Object.entries({ folds, rows }))
    if (!Number.isInteger(value) || value < 1)
      throw new RecurraError(
        "util/bad-argument",
        `The ${name} of a backtest are ${value}; give a whole number from 1.`,
      );
  const isWhole = autoregressive === true || predict === "all";
  if (isWhole && rows < horizon)
    throw new RecurraError(
      "data/too-few-rows",
      `Tests of ${rows} rows cannot hold a forecast of all ${horizon} steps; give at least ${horizon} rows for each test.`,
    );
  if (folds * rows >= count)
    throw new RecurraError(
      "data/too-few-rows",
      `A backtest of ${folds} tests of ${rows} ${what} takes ${folds * rows} ${what}, and ${source} has ${count}${group === undefined || what === "times" ? "" : " in its shortest series"}, which leaves none to learn from; give fewer tests, or shorter ones.`,
    );
  return { folds, rows, retrain };
}
