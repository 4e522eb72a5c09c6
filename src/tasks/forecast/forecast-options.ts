/** What may be said about a forecast, and what is taken where nothing is said. */
import {
  findDateStep,
  findSeason,
  groupRows,
  parseTimeFeatures,
  readCompleteDates,
  readNumbers,
} from "../../data/index.ts";
import type { ScalerKind, Table, TargetForm, TimeFeatures } from "../../data/index.ts";
import { dependsOnWindow } from "../../data/target-forms.ts";
import { known, RecurraError } from "../../util/errors.ts";
import type { LearningOptions } from "../learning.ts";
import { mostRolledSteps } from "./forecast-task.ts";
import type { ReadingChoice } from "../reading.ts";

/** Everything but `targets` has a default, said beside it. Plain data. */
export interface ForecastOptions extends LearningOptions {
  /** Number columns to forecast. */
  readonly targets: readonly string[];
  /** Number columns that help, known up to the present only: none */
  readonly covariates?: readonly string[] | undefined;
  /** Number columns that are known in advance, such as planned prices: none */
  readonly known?: readonly string[] | undefined;
  /** The column of times: the first one with dates */
  readonly date?: string | undefined;
  /** The column that tells series apart: none, one series */
  readonly group?: string | undefined;
  /** Steps of the past that the network sees: some four seasons, or 30 */
  readonly window?: number | undefined;
  /** Steps ahead: 1 */
  readonly horizon?: number | undefined;
  /** The one value `horizon` steps ahead (`"last"`), or all values up to it: `"last"`, and `"all"` for autoregressive forecasts */
  readonly predict?: "last" | "all" | undefined;
  /**
   * Forecast one step, and all others up to the horizon by going on from the forecasts before: false. Needs to know all its inputs: targets and `known`
   * columns, but no covariates.
   */
  readonly autoregressive?: boolean | undefined;
  /** Levels of quantiles to forecast, between 0 and 1, such as `[0.1, 0.5, 0.9]`; with a likelihood, those that are told: none */
  readonly quantiles?: readonly number[] | undefined;
  /** A distribution to forecast instead of one value: none */
  readonly likelihood?: "gaussian" | "student" | undefined;
  /** The share of true values that an interval around a single value should hold, from the errors on the validation part: none */
  readonly interval?: number | undefined;
  /** Names as in `parseTimeFeatures`, none with `[]`: those of whose cycle the data hold two rounds */
  readonly timeFeatures?: readonly string[] | undefined;
  /** How the network sees the targets: `"difference"` where one of them drifts, else `"level"` */
  readonly form?: TargetForm | undefined;
  /** Of targets and other columns but time features: `"standard"` */
  readonly scaler?: ScalerKind | undefined;
  /** Rows kept for the test, the last ones, as a count or a share; 0 for none: 0.15 */
  readonly test?: number | undefined;
  /** Rows before them by which training is ended early: 0.15 */
  readonly validation?: number | undefined;
  /** Steps of a season for the seasonal-naive forecast, 1 for none: found from the data */
  readonly season?: number | undefined;
  readonly reading?: ReadingChoice | undefined;
}

/** Throws `util/bad-argument` for what a forecast that goes on from its own forecasts cannot be. */
export function checkAutoregressive({
  covariates = [],
  form,
  predict,
  bidirectional,
  ...others
}: ForecastOptions): void {
  const { quantiles, likelihood } = others;
  const fail = (what: string): never => {
    throw new RecurraError("util/bad-argument", `An autoregressive forecast ${what}`);
  };
  if (covariates.length > 0)
    fail(
      `needs all its inputs for the steps it has forecast, and of the covariates (${covariates.join(", ")}) only the past is known; make them targets too, or known columns.`,
    );
  if (form !== undefined && dependsOnWindow(form))
    fail("sees values that do not depend on where its window ends; use differences instead of window normalisation.");
  if (predict === "last") fail("is of all steps up to the horizon; leave out that only the last is predicted.");
  if ((others.horizon ?? 1) > mostRolledSteps)
    fail(`has a horizon of at most ${mostRolledSteps} steps, not ${others.horizon}; give a smaller one.`);
  if (bidirectional === true) fail("goes from step to step, which a bidirectional network cannot; use one direction.");
  if (quantiles !== undefined && likelihood === undefined)
    fail("has quantiles of the paths that it draws, for which it needs a distribution; give a likelihood, too.");
}

const day = 86_400_000;

/** Rows of the longest series. */
export function longestSeries(table: Table, group: string | undefined): Int32Array {
  return groupRows(table, group).reduce<Int32Array>(
    (longest, { rows }) => (rows.length > longest.length ? rows : longest),
    new Int32Array(0),
  );
}

/** Features that say where in its cycles a row stands, of those cycles that the data go through at least twice. */
export function chooseTimeFeatures(table: Table, dateColumn: string, rows: Int32Array): readonly string[] {
  const times = readCompleteDates(table, dateColumn);
  const own = Float64Array.from(rows, (row) => known(times[row], "a time"));
  const span = (own.at(-1) ?? 0) - (own[0] ?? 0);
  const step = span / Math.max(1, own.length - 1);
  const features: string[] = [];
  if (step < 0.9 * day && span >= 2 * day) features.push("hour");
  // Stock exchanges are closed at weekends, so their step is 1.4 days.
  if (step < 3 * day && span >= 14 * day) features.push("day-of-week:one-hot");
  if (span >= 2 * 365 * day && step < 100 * day) features.push(step < 20 * day ? "day-of-year" : "month");
  return features;
}

/** The calendar of a forecast, or nothing where there are no dates or none is wanted. */
export function planCalendar(
  table: Table,
  dateColumn: string | undefined,
  options: ForecastOptions,
): TimeFeatures | undefined {
  const { timeFeatures, group } = options;
  if (dateColumn === undefined) {
    if (timeFeatures === undefined || timeFeatures.length === 0) return undefined;
    throw new RecurraError(
      "util/bad-argument",
      `Time features (${timeFeatures.join(", ")}) need a column of dates, and ${table.origin.source} has none; name it (date).`,
    );
  }
  const rows = longestSeries(table, group);
  const regular = timeFeatures !== undefined || group !== undefined || isRegular(table, dateColumn, rows);
  const names = timeFeatures ?? (regular ? chooseTimeFeatures(table, dateColumn, rows) : []);
  if (names.length === 0) return undefined;
  return parseTimeFeatures(dateColumn, names, readCompleteDates(table, dateColumn)[0] ?? 0);
}

/** Whether the dates after the last can be told, for which forecasts then need the calendar. */
function isRegular(table: Table, dateColumn: string, rows: Int32Array): boolean {
  const times = readCompleteDates(table, dateColumn);
  return findDateStep(Float64Array.from(rows, (row) => known(times[row], "a time"))) !== undefined;
}

/** The season of the first target, from rows that are not kept for the test. */
export function chooseSeason(table: Table, target: string, rows: Int32Array): number {
  const values = readNumbers(table, target);
  return findSeason(
    Float64Array.from(rows, (row) => known(values[row], "a value")).filter((value) => !Number.isNaN(value)),
  );
}

/** Of the rows learned from, the share at the end that is compared with those before. */
const lateShare = 0.15;
/**
 * Standard deviations by which the mean of late rows may lie off that of those before. A straight line's lies off by 2, wherever it
 * begins and however steep it is; what comes and goes stays below 1.
 */
const mostDrift = 1.5;

/** Whether a column moves away from where it was, so that a network that learns from its past levels has not seen the present ones. */
export function isDrifting(table: Table, target: string, rows: Int32Array): boolean {
  const all = readNumbers(table, target);
  const values = Float64Array.from(rows, (row) => known(all[row], "a value")).filter((value) => !Number.isNaN(value));
  const late = Math.floor(values.length * lateShare);
  if (late === 0) return false;
  const mean = (part: Float64Array): number => part.reduce((sum, value) => sum + value, 0) / part.length;
  const before = values.subarray(0, values.length - late);
  const center = mean(before);
  const deviation = Math.sqrt(mean(before.map((value) => (value - center) ** 2)));
  return Math.abs(mean(values.subarray(values.length - late)) - center) > mostDrift * deviation;
}

/** Steps of a month of days, the window where the data say nothing else. */
const usualWindow = 30;

/** Some four seasons, but no more than a tenth of the rows where they are few. */
export function chooseWindow(season: number, rows: number): number {
  const wanted = season === 1 ? usualWindow : season * Math.max(1, Math.round((4 * 7) / season));
  return Math.max(1, Math.min(wanted, Math.floor(rows / 10)));
}
