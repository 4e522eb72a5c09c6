/** From a table to everything a forecaster's training needs: nothing is computed yet, and whatever does not fit is said. */
import {
  addTimeFeatures,
  createWindows,
  findColumn,
  fitWindowScalers,
  groupRows,
  nameTimeFeatures,
  printDate,
  readCompleteDates,
  readNumbers,
  rowsOfPart,
  seasonalChange,
  splitByTime,
  windowsOfPart,
} from "../../data/index.ts";
import type { ScalerKind, Split, Table, WindowOptions, Windows } from "../../data/index.ts";
import { orderRows } from "../../data/order-rows.ts";
import type { TrainingOptions } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { known, RecurraError } from "../../util/errors.ts";
import {
  checkAutoregressive,
  chooseSeason,
  chooseWindow,
  isDrifting,
  longestSeries,
  planCalendar,
} from "./forecast-options.ts";
import type { ForecastOptions } from "./forecast-options.ts";
import type { ForecastTask, SeasonalChanges } from "./forecast-task.ts";
import { buildNetwork, planTraining, usualLearning } from "../learning.ts";
import type { UsualLearning } from "../learning.ts";
import { findDateColumn } from "../reading.ts";
import type { TaskParts } from "../task-kind.ts";
import { checkInterval, planSpread, spreadLoss, spreadParts } from "./spread.ts";

export interface ForecastPlan {
  readonly kind: "forecast-plan";
  readonly options: ForecastOptions;
  readonly task: ForecastTask;
  /** In order of time, with the calendar's columns. */
  readonly table: Table;
  /** What the network learns from. */
  readonly windows: Windows;
  /** What is forecast: the same, but for autoregressive forecasts, which learn one step. */
  readonly ahead: Windows;
  readonly split: Split;
  /** Those for training and validation are of `windows`, those for the test of `ahead`. */
  readonly parts: TaskParts;
  readonly training: TrainingOptions;
}

const heldBack = 0.15;

/** What is taken where the options say nothing. */
export const forecastUsual: UsualLearning = usualLearning({ test: heldBack, validation: heldBack });

/** Throws the `data/…`, `network/…` and `training/…` errors of what does not fit. */
export function planForecast(given: Table, options: ForecastOptions): ForecastPlan {
  checkTargets(given, options.targets);
  const { autoregressive = false } = options;
  if (autoregressive) checkAutoregressive(options);
  const dateColumn = findDateColumn(given, options.date);
  const ordered = dateColumn === undefined ? given : orderRows(given, { dateColumn, groupColumn: options.group }).table;
  const calendar = planCalendar(ordered, dateColumn, options);
  const table = calendar === undefined ? ordered : addTimeFeatures(ordered, calendar);
  const split = splitByTime(table, {
    test: options.test ?? heldBack,
    validation: options.validation ?? heldBack,
    ...(options.group === undefined ? {} : { groupColumn: options.group, dateColumn }),
  });
  const series = longestSeries(table, options.group);
  const learned = series.filter((row) => split.parts[row] !== 2);
  const season = planSeason(table, options, learned);
  const calendarNames = calendar === undefined ? [] : nameTimeFeatures(calendar.features);
  const spec = planWindows(table, options, { learned, season, calendarNames });
  const byColumn = Object.fromEntries(calendarNames.map((name): [string, ScalerKind] => [name, "none"]));
  const seen: WindowOptions = autoregressive ? { ...spec, horizon: 1, predict: "last" } : spec;
  const scalers = fitWindowScalers(table, createWindows(table, seen), split, { kind: options.scaler, byColumn });
  const windows = createWindows(table, seen, { scalers });
  const ahead = autoregressive ? createWindows(table, spec, { scalers }) : windows;
  const parts = partsOf({ windows, ahead }, split);
  const columns = [dateColumn, options.group, ...options.targets, ...ahead.spec.covariates, ...(options.known ?? [])];
  const spread = planSpread(options.quantiles, options.likelihood);
  if (options.interval !== undefined)
    checkInterval(options.interval, { spread, windows: windowsOfPart(ahead, split, "validation").length });
  const task: ForecastTask = {
    kind: "forecast",
    windows: ahead.spec,
    scalers,
    reading: {
      columns: columns.filter((name) => name !== undefined),
      ...(dateColumn === undefined ? {} : { dateColumn }),
      ...(options.group === undefined ? {} : { groupColumn: options.group }),
      ...options.reading,
    },
    ...(calendar === undefined ? {} : { calendar }),
    season,
    ...(autoregressive ? { autoregressive } : {}),
    ...(spread === undefined ? {} : { spread }),
    seasonalChanges: findChanges(table, options, { split, season }),
    ...seenUntil(table, dateColumn, split),
  };
  const network = buildNetwork(options, {
    inputs: windows.inputNames.length,
    outputs: windows.outputNames.length * spreadParts(spread),
  });
  const training = planTraining(options, {
    network,
    data: { kind: "windows", windows, indices: parts.train },
    validation: parts.validation.length === 0 ? undefined : { kind: "windows", windows, indices: parts.validation },
    members: parts.train.length,
    loss: spreadLoss(spread),
  });
  return { kind: "forecast-plan", options, task, table, windows, ahead, split, parts, training };
}

interface Learned {
  /** Rows of the longest series that may be learned from. */
  readonly learned: Int32Array;
  readonly season: number;
  readonly calendarNames: readonly string[];
}

/** The windows of the options; what they do not say follows from the rows that are learned from. */
function planWindows(
  table: Table,
  options: ForecastOptions,
  { learned, season, calendarNames }: Learned,
): WindowOptions {
  const isDrift = (): boolean => options.targets.some((name) => isDrifting(table, name, learned));
  return {
    targets: options.targets,
    covariates: options.covariates,
    known: [...(options.known ?? []), ...calendarNames],
    window: options.window ?? chooseWindow(season, learned.length),
    horizon: options.horizon,
    predict: options.autoregressive === true ? "all" : options.predict,
    form: options.form ?? (isDrift() ? "difference" : "level"),
    group: options.group,
  };
}

/** The season of the options, or the first target's. Throws `util/bad-argument`. */
function planSeason(table: Table, { season: given, targets }: ForecastOptions, learned: Int32Array): number {
  const season = given ?? chooseSeason(table, known(targets[0], "a target"), learned);
  if (Number.isInteger(season) && season >= 1) return season;
  throw new RecurraError(
    "util/bad-argument",
    `The season is ${season}; give the number of steps after which the series repeats itself, or 1 if it does not.`,
  );
}

/** By target and series, the mean absolute change over a season in the training rows; series without any are left out. */
function findChanges(
  table: Table,
  { group, targets }: ForecastOptions,
  { split, season }: { readonly split: Split; readonly season: number },
): SeasonalChanges {
  const changes = targets.map((target) => {
    const values = readNumbers(table, target);
    const found = groupRows(table, group).flatMap(({ name, rows }): readonly [string, number][] => {
      const own = Float64Array.from(
        rows.filter((row) => split.parts[row] === 0),
        (row) => known(values[row], "a value"),
      );
      return own.length > season ? [[name, seasonalChange(own, season)]] : [];
    });
    return [target, Object.fromEntries(found.filter(([, change]) => change > 0))] as const;
  });
  return Object.fromEntries(changes);
}

function checkTargets(table: Table, targets: readonly string[]): void {
  for (const name of targets) {
    const { kind } = findColumn(table, name);
    if (kind !== "text" && kind !== "date") continue;
    const what = kind === "text" ? "text, which can be a label to classify by but not forecast" : "dates";
    throw new RecurraError(
      "data/wrong-type",
      `${table.origin.source}: column "${name}" holds ${what}; name a column of numbers to forecast.`,
    );
  }
}

/** Throws `data/too-few-rows` where a part that rows were held back for has no window. */
function partsOf({ windows, ahead }: Pick<ForecastPlan, "windows" | "ahead">, split: Split): TaskParts {
  const of = (part: keyof TaskParts): Int32Array => {
    const own = part === "test" ? ahead : windows;
    const indices = windowsOfPart(own, split, part);
    const rows = rowsOfPart(split, part).length;
    if (indices.length > 0 || rows === 0) return indices;
    const { window, horizon } = own.spec;
    const advice =
      part === "train"
        ? "hold back fewer rows, or shorten the window"
        : `hold back more rows for it, or none (${part}: 0)`;
    throw new RecurraError(
      "data/too-few-rows",
      `The ${part === "train" ? "training" : part} part has ${printCount(rows, "row")}, too few for a window of ${window} with a horizon of ${horizon}; ${advice}.`,
    );
  };
  return { train: of("train"), validation: of("validation"), test: of("test") };
}

function seenUntil(table: Table, dateColumn: string | undefined, split: Split): { readonly seenUntil?: string } {
  if (dateColumn === undefined) return {};
  const times = readCompleteDates(table, dateColumn);
  const last = times.reduce((most, time, row) => (split.parts[row] === 2 ? most : Math.max(most, time)), -Infinity);
  return { seenUntil: printDate(last) };
}
