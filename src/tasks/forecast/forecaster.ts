/** A trained forecaster at work: forecasts of what is to come, of every row, and how good they are. */
import {
  addFutureRows,
  addTimeFeatures,
  createTable,
  createWindows,
  findColumn,
  findDateStep,
  forecastNaive,
  groupRows,
  nameTimeFeatures,
  readCompleteDates,
  readTruth,
  takeRows,
  targetRows,
  windowsOfPart,
} from "../../data/index.ts";
import type { Column, Split, Table, Windows } from "../../data/index.ts";
import { orderRows } from "../../data/order-rows.ts";
import type { Model } from "../../network/index.ts";
import { printCount } from "../../util/count.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { evaluateWindows } from "./evaluate-forecast.ts";
import type { ForecastEvaluation } from "./evaluate-forecast.ts";
import { longestSeries } from "./forecast-options.ts";
import type { ForecastTask } from "./forecast-task.ts";
import { forecastWindows } from "./forecast-windows.ts";
import type { PathChoice, WindowForecasts } from "./forecast-windows.ts";
import type { Spread } from "./spread.ts";

/** A network with all that turns tables into its inputs and its outputs into forecasts. */
export interface Forecaster {
  readonly kind: "forecaster";
  readonly model: Model;
  readonly task: ForecastTask;
}

/** The table in order of time, with the calendar's columns. */
export function prepare(table: Table, { reading, calendar }: ForecastTask): Table {
  const ordered = inOrder(table, reading);
  return calendar === undefined ? ordered : addTimeFeatures(ordered, calendar);
}

function inOrder(table: Table, { dateColumn, groupColumn }: ForecastTask["reading"]): Table {
  return dateColumn === undefined ? table : orderRows(table, { dateColumn, groupColumn }).table;
}

/** Throws `data/too-few-rows` where no series is long enough to look back on. */
function checkPast(table: Table, { windows, reading }: ForecastTask): void {
  const longest = longestSeries(table, reading.groupColumn).length;
  const needed = windows.window + (windows.form === "difference" ? 1 : 0);
  if (longest >= needed) return;
  const series = reading.groupColumn === undefined ? "" : " in its longest series";
  throw new RecurraError(
    "data/too-few-rows",
    `${table.origin.source} has ${printCount(longest, "row")}${series}, but the model looks back on ${needed}; put the rows before them in front.`,
  );
}

/**
 * Forecasts of the rows after the last one known, one row each: the group, the time (or how many steps ahead), and a column
 * `NAME forecast` for each target. Rows whose targets are missing at the table's end are those forecast; without them the dates are
 * carried on for as many steps as the horizon. With `samples`, each path that was drawn has a column `NAME path 1`, … as well. Throws `data/…`, and
 * `util/bad-argument` where no paths can be drawn.
 */
export function forecastFuture({ model, task }: Forecaster, table: Table, paths: PathChoice = {}): Table {
  checkPast(table, task);
  const ahead = withFuture(table, task);
  const windows = createWindows(ahead, { ...task.windows, stride: 1 }, { scalers: task.scalers, open: true });
  const indices = latestWindows(windows);
  const predicted = forecastWindows({ model, task, windows, indices, paths });
  const drawn = paths.samples === undefined ? [] : pathValues(predicted, windows.outputNames.length);
  return tableOf({ task, table: ahead, windows, indices }, [...forecastValues(predicted), ...drawn]);
}

/** Forecasts of every row that has enough rows before it, beside the truth and the naive forecast. Throws `data/…`. */
export function forecastRows(
  { model, task }: Forecaster,
  table: Table,
  { seed }: Pick<PathChoice, "seed"> = {},
): Table {
  const prepared = prepare(table, task);
  const windows = createWindows(prepared, task.windows, { scalers: task.scalers });
  const indices = Int32Array.from({ length: windows.count }, (_, index) => index);
  return tableOf({ task, table: prepared, windows, indices }, [
    { suffix: "", values: readTruth(windows, indices) },
    ...forecastValues(forecastWindows({ model, task, windows, indices, paths: { seed } })),
    { suffix: " naive", values: forecastNaive(windows, indices, task.season) },
  ]);
}

export interface EvaluateOptions {
  /** Only forecasts of the last so many rows of each series. */
  readonly last?: number | undefined;
  /** Only rows later than training has seen (`"unseen"`), or all of them: `"unseen"` where there are any. */
  readonly rows?: "unseen" | "all" | undefined;
  /** How paths are drawn, where the model draws them. */
  readonly paths?: PathChoice | undefined;
}

export interface RowsEvaluation extends ForecastEvaluation {
  /** Whether some of the rows were seen in training; undefined where that cannot be told, without dates. */
  readonly seen: boolean | undefined;
}

/** Scores on a table's rows, beside those of naive forecasts. Throws `data/…`. */
export function evaluateForecaster(
  { model, task }: Forecaster,
  table: Table,
  options: EvaluateOptions = {},
): RowsEvaluation {
  const prepared = prepare(table, task);
  const windows = createWindows(prepared, task.windows, { scalers: task.scalers });
  const all = Int32Array.from({ length: windows.count }, (_, index) => index);
  const candidates = options.last === undefined ? all : all.filter(endsWithin(windows, options.last));
  const isUnseen = unseenRows(prepared, task);
  const unseen =
    isUnseen === undefined
      ? candidates
      : candidates.filter((index) => [...targetRows(windows, [index])].every(isUnseen));
  const wanted = options.rows ?? (unseen.length > 0 ? "unseen" : "all");
  const indices = wanted === "unseen" ? unseen : candidates;
  const evaluation = evaluateWindows({ model, task, table: prepared, windows, indices, paths: options.paths });
  return { ...evaluation, seen: isUnseen === undefined ? undefined : indices.length > unseen.length };
}

/** Scores on the test part of a table whose rows are in order of time. Throws `data/…`. */
export function evaluateTest({ model, task }: Forecaster, table: Table, split: Split): ForecastEvaluation {
  const prepared = prepare(table, task);
  const windows = createWindows(prepared, task.windows, { scalers: task.scalers });
  const indices = windowsOfPart(windows, split, "test");
  return evaluateWindows({ model, task, table: prepared, windows, indices });
}

/** Whether all a window forecasts lies within the last rows of its series. */
function endsWithin(windows: Windows, last: number): (index: number) => boolean {
  if (!Number.isInteger(last) || last < 1)
    throw new RecurraError(
      "util/bad-argument",
      `The last ${last} rows were asked for; give a whole number of at least 1.`,
    );
  const [lengths, counts] = [new Map<number, number>(), new Map<number, number>()];
  windows.series.forEach((series, position) => {
    lengths.set(series, position + 1);
    counts.set(series, (counts.get(series) ?? 0) + 1);
  });
  const longest = [...counts.values()].reduce((a, b) => Math.max(a, b), 0);
  if (last > longest)
    throw new RecurraError(
      "util/bad-argument",
      `The last ${last} rows were asked for, but the longest series has ${printCount(longest, "row")}; ask for fewer.`,
    );
  return (index) => {
    const end = known(windows.ends[index], "a window");
    const length = lengths.get(windows.series[end] ?? -1) ?? 0;
    return windows.stepsAhead.every((step) => end + step >= length - last);
  };
}

/** Tells rows that training has not seen; undefined without dates. */
function unseenRows(table: Table, { reading, seenUntil }: ForecastTask): ((row: number) => boolean) | undefined {
  if (reading.dateColumn === undefined || seenUntil === undefined) return undefined;
  const times = readCompleteDates(table, reading.dateColumn);
  const limit = Date.parse(seenUntil);
  return (row) => (times[row] ?? NaN) > limit;
}

/** The table prepared, with rows to be forecast at its end: without dates where no step tells them. */
function withFuture(given: Table, task: ForecastTask): Table {
  const { dateColumn, groupColumn } = task.reading;
  const { targets, horizon, known: all } = task.windows;
  const table = inOrder(given, task.reading);
  const isOpen = groupRows(table, groupColumn).some(({ rows }) =>
    targets.some((name) => findColumn(table, name).missing?.[rows.at(-1) ?? -1] === 1),
  );
  if (isOpen) return prepare(table, task);
  const ofCalendar = new Set(task.calendar === undefined ? [] : nameTimeFeatures(task.calendar.features));
  const own = all.filter((name) => !ofCalendar.has(name));
  if (own.length > 0) {
    const what = `The model is given ${own.map((name) => `"${name}"`).join(", ")} in advance`;
    throw new RecurraError(
      "data/too-few-rows",
      `${what}, so ${table.origin.source} needs rows after the last with ${own.length === 1 ? "that column" : "those columns"} filled in and ${targets.map((name) => `"${name}"`).join(", ")} left empty.`,
    );
  }
  const isDated =
    dateColumn !== undefined && (task.calendar !== undefined || followsStep(table, dateColumn, groupColumn));
  const ahead = addFutureRows(table, { steps: horizon, ...(isDated ? { dateColumn } : {}), groupColumn });
  return isDated ? prepare(ahead, task) : ahead;
}

/** Whether the times after the last can be told; where nothing depends on them, they need not be. */
function followsStep(table: Table, dateColumn: string, groupColumn: string | undefined): boolean {
  const times = readCompleteDates(table, dateColumn);
  return groupRows(table, groupColumn).every(
    ({ rows }) => findDateStep(Float64Array.from(rows, (row) => known(times[row], "a time"))) !== undefined,
  );
}

/** For one value ahead, all windows whose target is not known; for all values up to the horizon, each series' latest window. */
function latestWindows(windows: Windows): Int32Array {
  const all = Int32Array.from({ length: windows.count }, (_, index) => index);
  const truth = readTruth(windows, all);
  const outputs = windows.outputNames.length;
  const open = all.filter((index) => Number.isNaN(truth[(index + 1) * outputs - 1]));
  if (windows.stepsAhead.length === 1) return open;
  const seriesOf = (index: number): number => windows.series[windows.ends[index] ?? -1] ?? -1;
  return open.filter((index, at) => seriesOf(index) !== seriesOf(open[at + 1] ?? -1));
}

/** A column for each path that was drawn. */
function pathValues({ paths }: WindowForecasts, outputs: number): readonly Values[] {
  if (paths === undefined) return [];
  const { count, values } = paths;
  return Array.from({ length: count }, (_, path) => ({
    suffix: ` path ${path + 1}`,
    values: Float64Array.from(
      { length: values.length / count },
      (__, at) => values[(Math.floor(at / outputs) * count + path) * outputs + (at % outputs)] ?? NaN,
    ),
    digits,
  }));
}

/** Columns of what is forecast: one value, and the ends of its intervals. */
function forecastValues({ point, quantiles, intervals }: Spread): readonly Values[] {
  const inIntervals = new Set<Float64Array>([point, ...intervals.flatMap(({ lower, upper }) => [lower, upper])]);
  return [
    { suffix: " forecast", values: point, digits },
    ...intervals.flatMap(({ level, lower, upper }) => {
      const share = `${Number((level * 100).toPrecision(6))}%`;
      return [
        { suffix: ` lower ${share}`, values: lower, digits },
        { suffix: ` upper ${share}`, values: upper, digits },
      ];
    }),
    ...quantiles
      .filter(({ values }) => !inIntervals.has(values))
      .map(({ level, values }) => ({ suffix: ` quantile ${level}`, values, digits })),
  ];
}

/** What a network says has the digits of float32. */
const digits = 7;

/** A column for each target. */
interface Values {
  readonly suffix: string;
  /** `[B, steps, targets]` */
  readonly values: ArrayLike<number>;
  /** Significant ones, where not all are. */
  readonly digits?: number;
}

interface Forecasts {
  readonly task: ForecastTask;
  readonly table: Table;
  readonly windows: Windows;
  readonly indices: Int32Array;
}

/** One row a forecast: what it is about, and a column for each target and each kind of value `[B, steps, targets]`. */
function tableOf({ task, table, windows, indices }: Forecasts, kinds: readonly Values[]): Table {
  const { dateColumn, groupColumn } = task.reading;
  const rows = targetRows(windows, indices);
  const about = takeRows(table, rows);
  const hasDate = dateColumn !== undefined && findColumn(about, dateColumn).missing === undefined;
  const steps = windows.stepsAhead;
  const columns: Column[] = [];
  if (groupColumn !== undefined) columns.push(findColumn(about, groupColumn));
  if (hasDate) columns.push(findColumn(about, dateColumn));
  else columns.push({ kind: "number", name: "row", values: Float64Array.from(rows, (row) => row + 1) });
  if (steps.length > 1)
    columns.push({
      kind: "number",
      name: "steps ahead",
      values: Float64Array.from(rows, (_, at) => known(steps[at % steps.length], "a step")),
    });
  const count = windows.targets.length;
  windows.targets.forEach(({ name }, target) => {
    for (const { suffix, values, digits } of kinds) {
      const exact = Float64Array.from(rows, (_, at) => values[at * count + target] ?? NaN);
      const own = digits === undefined ? exact : exact.map((value) => Number(value.toPrecision(digits)));
      const missing = Uint8Array.from(own, (value) => (Number.isNaN(value) ? 1 : 0));
      columns.push({
        kind: "number",
        name: `${name}${suffix}`,
        values: own,
        ...(missing.includes(1) ? { missing } : {}),
      });
    }
  });
  return createTable(columns, { source: table.origin.source, rows: about.origin.rows });
}
