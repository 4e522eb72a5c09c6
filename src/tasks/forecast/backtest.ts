/** A rolling-origin backtest: the whole task again and again, each time knowing more of the past and forecasting what came next. */
import { splitByTime, takeRows } from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import { orderRows } from "../../data/order-rows.ts";
import { RecurraError } from "../../util/errors.ts";
import { findDateColumn } from "../reading.ts";
import type { TaskControl } from "../run-task.ts";
import type { ForecastEvaluation } from "./evaluate-forecast.ts";
import { trainForecaster } from "./forecast.ts";
import { evaluateForecaster } from "./forecaster.ts";
import type { Forecaster } from "./forecaster.ts";
import type { ForecastOptions } from "./forecast-options.ts";

/** What a backtest needs beside the options of the forecast, of which `test` is not used. */
export interface BacktestChoice {
  /** Tests, one after the other in time: 5 */
  readonly folds?: number | undefined;
  /** Rows of each test: as many as make all tests together 0.3 of the rows, but at least the horizon */
  readonly rows?: number | undefined;
  /** Whether the network is trained anew for each test, on all rows before it; else once, on those before the first: true */
  readonly retrain?: boolean | undefined;
}

export interface Backtest {
  readonly kind: "backtest";
  /** Rows of each test. */
  readonly rows: number;
  /** The earliest first. */
  readonly folds: readonly ForecastEvaluation[];
}

const usual = { folds: 5, share: 0.3 } as const;

/**
 * Forecasts of the last rows in `folds` parts, each by a network that has seen all rows before its part and none in or after it
 * (Tashman 2000; an expanding window). Undefined if it was stopped through the signal. Throws `util/bad-argument` and what
 * `trainForecaster` throws.
 */
export async function backtest(
  given: Table,
  options: ForecastOptions,
  choice: BacktestChoice = {},
  control: TaskControl = {},
): Promise<Backtest | undefined> {
  const { folds = usual.folds, retrain = true } = choice;
  const dateColumn = findDateColumn(given, options.date);
  const groupColumn = options.group;
  const table = dateColumn === undefined ? given : orderRows(given, { dateColumn, groupColumn }).table;
  const rows = choice.rows ?? Math.max(options.horizon ?? 1, Math.floor((usual.share * table.rows) / folds));
  for (const [name, value] of Object.entries({ folds, rows }))
    if (!Number.isInteger(value) || value < 1)
      throw new RecurraError(
        "util/bad-argument",
        `The ${name} of a backtest are ${value}; give a whole number from 1.`,
      );
  const evaluations: ForecastEvaluation[] = [];
  let forecaster: Forecaster | undefined;
  try {
    for (let fold = 0; fold < folds; fold++) {
      const later = (folds - 1 - fold) * rows;
      const grouped = groupColumn === undefined ? {} : { groupColumn, dateColumn };
      const { parts } = splitByTime(table, { test: later, ...grouped });
      const until = takeRows(
        table,
        Int32Array.from(parts.keys()).filter((row) => parts[row] !== 2),
      );
      if (forecaster !== undefined && !retrain) {
        evaluations.push(evaluateForecaster(forecaster, until, { last: rows, rows: "all" }));
        continue;
      }
      forecaster?.model.dispose();
      forecaster = undefined;
      const result = await trainForecaster(until, { ...options, test: rows }, control);
      if (result?.test === undefined) return undefined;
      ({ forecaster } = result);
      evaluations.push(result.test);
    }
  } finally {
    forecaster?.model.dispose();
  }
  return { kind: "backtest", rows, folds: evaluations };
}
