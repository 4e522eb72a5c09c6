/** Sliding windows over a table: which rows are a model's input and which its target, as indices; values are put together on demand. */
import { printCount } from "../util/count.ts";
import { RecurraError, known } from "../util/errors.ts";
import { checkSizes } from "./check-size.ts";
import { groupRows } from "./group-rows.ts";
import type { RowGroup } from "./group-rows.ts";
import type { Numbers } from "./numbers.ts";
import { applyScaler, findScaler, scaleValue } from "./scalers.ts";
import type { Scaler } from "./scalers.ts";
import { partNumber } from "./split.ts";
import type { Part, Split } from "./split.ts";
import { cellError, findColumn, readNumbers } from "./table.ts";
import type { Table } from "./table.ts";
import { dependsOnWindow, toInputForm } from "./target-forms.ts";
import { specifyWindows } from "./window-spec.ts";
import type { WindowOptions, WindowSpec } from "./window-spec.ts";

/** Scalers by column name: of what windows give as input, and of the targets. Columns without one stay as they are. */
export interface WindowScalers {
  readonly kind: "window-scalers";
  readonly inputs: Readonly<Record<string, Scaler>>;
  readonly targets: Readonly<Record<string, Scaler>>;
}

export const noScalers: WindowScalers = { kind: "window-scalers", inputs: {}, targets: {} };

/** A target column in the order of positions. */
export interface TargetSeries {
  readonly name: string;
  /** Values in the table's units, by position; NaN where not known yet. */
  readonly values: Float64Array;
  /** Of the value as an input. */
  readonly inputScaler: Scaler;
  /** Of the value as it is forecast. */
  readonly scaler: Scaler;
}

/**
 * Windows of a table. Rows are renumbered as positions: those of the first series, then those of the second, and so on.
 * `I = inputNames.length`, `O = outputNames.length`.
 */
export interface Windows {
  readonly kind: "windows";
  readonly spec: WindowSpec;
  readonly scalers: WindowScalers;
  readonly count: number;
  /** Position of the last input step of each window. */
  readonly ends: Int32Array;
  /** Table row of each position. */
  readonly rows: Int32Array;
  /** Number of the series of each position, from 0. */
  readonly series: Int32Array;
  /** Steps from a window's last row to those it forecasts. */
  readonly stepsAhead: readonly number[];
  /** Steps from each input step to the rows whose known columns it is also given. */
  readonly knownAhead: readonly number[];
  readonly inputNames: readonly string[];
  /** By steps ahead, then by target: `births +1`, `births +2`, … */
  readonly outputNames: readonly string[];
  readonly targets: readonly TargetSeries[];
  /**
   * Scaled inputs of each position but for known columns ahead, `[positions, P]`. Where the form depends on the window's last
   * value, targets stand here as levels and are put into their form in each window.
   */
  readonly present: Float64Array;
  /** Names of series too short for a single window. */
  readonly shortSeries: readonly string[];
}

export interface WindowChoice {
  readonly scalers?: WindowScalers;
  /**
   * Also windows whose target rows have no value yet or lie after the table: for forecasts of the future. Known columns
   * must have values there (see `addFutureRows`). The first missing value of a series then ends what is known of it.
   */
  readonly open?: boolean;
}

/**
 * All windows of a table whose rows are in order of time.
 * Throws `data/too-few-rows`, `data/missing-value`, `data/unknown-column`, `data/wrong-type`, `data/zero-base`, `data/scaler-domain`.
 */
export function createWindows(table: Table, options: WindowOptions | WindowSpec, choice: WindowChoice = {}): Windows {
  const spec = specifyWindows(options);
  const { scalers = noScalers, open = false } = choice;
  const groups = groupRows(table, spec.group);
  const series = layOut(groups, table.rows);
  const found = findEnds(table, spec, groups, open);
  if (found.ends.length === 0) throw tooFewRows(table, spec, groups);
  checkSizes(table, [...spec.targets, ...spec.covariates, ...spec.known]);
  if (spec.form === "divide-last") checkBases(table, spec, series.rows, found.ends);
  const inOrder = (name: string): Float64Array => {
    const values = readNumbers(table, name);
    return Float64Array.from(series.rows, (row) => known(values[row], "a value"));
  };
  const targets = spec.targets.map((name) => ({
    name,
    values: inOrder(name),
    inputScaler: findScaler(scalers.inputs, name),
    scaler: findScaler(scalers.targets, name),
  }));
  const columns = [
    ...(spec.targetsAreInputs ? targets.map((target) => presentTarget(spec, target)) : []),
    ...[...spec.covariates, ...spec.known].map((name) => applyScaler(findScaler(scalers.inputs, name), inOrder(name))),
  ];
  return {
    kind: "windows",
    spec,
    scalers,
    count: found.ends.length,
    ends: found.ends,
    ...series,
    stepsAhead: stepsAhead(spec),
    knownAhead: knownAhead(spec),
    ...nameValues(spec),
    targets,
    present: interleave(columns, table.rows),
    shortSeries: found.short,
  };
}

/** A target as an input, scaled, where its form is the same in every window; its levels where not. */
function presentTarget(spec: WindowSpec, { values, inputScaler }: TargetSeries): Numbers {
  if (dependsOnWindow(spec.form)) return values;
  return values.map((_, position) => scaleValue(inputScaler, toInputForm(spec.form, values, position, position)));
}

/** Columns of equal length as rows `[count, columns]`. */
function interleave(columns: readonly Numbers[], count: number): Float64Array {
  const result = new Float64Array(count * columns.length);
  columns.forEach((column, at) => {
    for (let row = 0; row < count; row++) result[row * columns.length + at] = column[row] ?? NaN;
  });
  return result;
}

function layOut(
  groups: readonly RowGroup[],
  count: number,
): { readonly rows: Int32Array; readonly series: Int32Array } {
  const rows = new Int32Array(count);
  const series = new Int32Array(count);
  let start = 0;
  groups.forEach((group, number) => {
    rows.set(group.rows, start);
    series.fill(number, start, start + group.rows.length);
    start += group.rows.length;
  });
  return { rows, series };
}

/** Steps of input a window takes from the series: one more where the first step is a difference. */
function reachOf(spec: WindowSpec): number {
  return spec.window + (spec.form === "difference" ? 1 : 0);
}

/** How far past a window's last row its values are needed: targets, and known columns where there are any. */
function needAhead(spec: WindowSpec, open: boolean): number {
  return open && spec.known.length === 0 ? 0 : spec.horizon;
}

interface FoundEnds {
  readonly ends: Int32Array;
  readonly short: readonly string[];
}

function findEnds(table: Table, spec: WindowSpec, groups: readonly RowGroup[], open: boolean): FoundEnds {
  const ends: number[] = [];
  const short: string[] = [];
  let start = 0;
  for (const { name, rows } of groups) {
    const complete = countComplete(table, spec, rows, open);
    const last = Math.min(complete, rows.length - needAhead(spec, open)) - 1;
    const first = reachOf(spec) - 1;
    if (last < first) short.push(name);
    for (let end = first; end <= last; end += spec.stride) ends.push(start + end);
    start += rows.length;
  }
  return { ends: Int32Array.from(ends), short };
}

/**
 * Number of rows of a series before the first missing value of a target or covariate. For closed windows that must be all; for
 * open ones no row after it may have them all, or there is a hole in the series; targets that are no inputs may be missing.
 */
function countComplete(table: Table, spec: WindowSpec, rows: Int32Array, open: boolean): number {
  for (const name of spec.known) failAtMissing(table, name, rows);
  const past = [...(open && !spec.targetsAreInputs ? [] : spec.targets), ...spec.covariates];
  if (!open) {
    for (const name of past) failAtMissing(table, name, rows);
    return rows.length;
  }
  if (past.length === 0) return rows.length;
  const lasts = past.map((name) => {
    const { missing } = findColumn(table, name);
    return rows.findLastIndex((row) => missing?.[row] !== 1);
  });
  const complete = Math.min(...lasts) + 1;
  for (const name of past) failAtMissing(table, name, rows.subarray(0, complete));
  return complete;
}

function failAtMissing(table: Table, name: string, rows: Int32Array): void {
  const { missing } = findColumn(table, name);
  const row = missing === undefined ? undefined : rows.find((one) => missing[one] === 1);
  if (row === undefined) return;
  const advice = 'Fill it in, or state a rule (missing: "drop", "previous", "linear" or a value)';
  throw cellError(
    "data/missing-value",
    table,
    row,
    name,
    `the value is missing, and windows need every value. ${advice}`,
  );
}

function tooFewRows(table: Table, spec: WindowSpec, groups: readonly RowGroup[]): RecurraError {
  const longest = groups.reduce((most, { rows }) => Math.max(most, rows.length), 0);
  const needed = reachOf(spec) + spec.horizon;
  const series = spec.group === undefined ? "" : ` in its longest series (column "${spec.group}")`;
  const what = `${table.origin.source} has ${printCount(longest, "row")}${series}, but a window of ${spec.window} with a horizon of ${spec.horizon} takes ${needed}`;
  return new RecurraError("data/too-few-rows", `${what}; give more rows, or train with a shorter window`);
}

function checkBases(table: Table, spec: WindowSpec, rows: Int32Array, ends: Int32Array): void {
  for (const name of spec.targets) {
    const values = readNumbers(table, name);
    const end = ends.find((position) => values[known(rows[position], "a row")] === 0);
    if (end === undefined) continue;
    const what =
      'the value is 0, so a window that ends here cannot be divided by it; use the form "subtract-last" or "difference"';
    throw cellError("data/zero-base", table, known(rows[end], "a row"), name, what);
  }
}

/** Steps ahead that a window forecasts. */
function stepsAhead(spec: WindowSpec): readonly number[] {
  return spec.predict === "last" ? [spec.horizon] : Array.from({ length: spec.horizon }, (_, step) => step + 1);
}

/** Names of inputs and outputs: the future of known columns is written `name +3`. */
function nameValues(spec: WindowSpec): {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
} {
  const steps = stepsAhead(spec);
  const futures = knownAhead(spec).flatMap((step) => spec.known.map((name) => `${name} +${step}`));
  return {
    inputNames: [...(spec.targetsAreInputs ? spec.targets : []), ...spec.covariates, ...spec.known, ...futures],
    outputNames: steps.flatMap((step) => spec.targets.map((name) => (step === 0 ? name : `${name} +${step}`))),
  };
}

/**
 * Steps ahead for which each input step is given the known columns: those of the forecast. With one value forecast, every step
 * looks the horizon ahead, so the window's last steps together see all rows up to it.
 */
function knownAhead(spec: WindowSpec): readonly number[] {
  return spec.known.length === 0 ? [] : stepsAhead(spec).filter((step) => step > 0);
}

/** The same windows as a network sees them that forecasts one step and is rolled out from there. */
export function narrowWindows(windows: Windows): Windows {
  const spec: WindowSpec = { ...windows.spec, horizon: 1, predict: "last" };
  return { ...windows, spec, stepsAhead: stepsAhead(spec), knownAhead: knownAhead(spec), ...nameValues(spec) };
}

/**
 * Indices of the windows whose targets are known and all lie in a part. Their inputs may reach back into earlier parts (what was known by
 * then), never forward, unless `reachBack` is false: then they too must lie in the part.
 */
export function windowsOfPart(windows: Windows, split: Split, part: Part, reachBack = true): Int32Array {
  const number = partNumber(part);
  const { ends, rows } = windows;
  const partAt = (position: number): number => split.parts[rows[position] ?? -1] ?? -1;
  const isKnown = (position: number): boolean => windows.targets.every(({ values }) => !Number.isNaN(values[position]));
  const reach = reachOf(windows.spec);
  return Int32Array.from({ length: windows.count }, (_, index) => index).filter((index) => {
    const end = known(ends[index], "a window");
    if (!windows.stepsAhead.every((step) => partAt(end + step) === number && isKnown(end + step))) return false;
    for (let position = end - reach + 1; position <= end; position++) {
      if (reachBack ? partAt(position) > number : partAt(position) !== number) return false;
    }
    return true;
  });
}
