/** Rows after the last: dates carried on in their step, everything else unknown. What a forecast beyond the data needs. */
import { RecurraError, known } from "../util/errors.ts";
import { groupRows } from "./group-rows.ts";
import type { RowGroup } from "./group-rows.ts";
import { takeRows } from "./table-rows.ts";
import { createTable, maskOf, noLine, printDate, readCompleteDates } from "./table.ts";
import type { Column, Table, TableOrigin } from "./table.ts";

const day = 86_400_000;

/** How dates follow one another. */
export type DateStep =
  | { readonly kind: "milliseconds"; readonly count: number }
  | { readonly kind: "months"; readonly count: number }
  /** Monday to Friday. */
  | { readonly kind: "weekdays" };

export interface FutureOptions {
  /** How many rows to add to each series. */
  readonly steps: number;
  readonly dateColumn?: string | undefined;
  readonly groupColumn?: string | undefined;
  /** Found from the dates of each series where it is not given. */
  readonly dateStep?: DateStep | undefined;
}

/**
 * The table with `steps` more rows behind each series, all values missing but those of the group and date columns.
 * Rows must be in order of time. Throws `data/irregular-dates`, `data/wrong-type`, `data/missing-value`.
 */
export function addFutureRows(table: Table, options: FutureOptions): Table {
  const { steps, dateColumn, groupColumn } = options;
  const groups = groupRows(table, groupColumn);
  const count = table.rows + steps * groups.length;
  const dates = dateColumn === undefined ? undefined : carryDates(table, dateColumn, groups, options);
  const columns = table.columns.map((column) => {
    if (column.name === dateColumn)
      return { kind: "date" as const, name: column.name, values: known(dates, "the dates") };
    if (column.name === groupColumn) return repeatGroups(column, groups, steps);
    return extendMissing(column, count);
  });
  return createTable(columns, extendOrigin(table, count));
}

/** Rows that are there keep their places; those after them are counted on, and stand in no line. */
function extendOrigin({ origin: { source, rows, lines } }: Table, count: number): TableOrigin {
  const last = rows.reduce((a, b) => Math.max(a, b), 0);
  const numbers = Int32Array.from({ length: count }, (_, row) => rows[row] ?? last + 1 + row - rows.length);
  return {
    source,
    rows: numbers,
    ...(lines === undefined ? {} : { lines: Int32Array.from({ length: count }, (_, row) => lines[row] ?? noLine) }),
  };
}

function carryDates(
  table: Table,
  dateColumn: string,
  groups: readonly RowGroup[],
  options: FutureOptions,
): Float64Array {
  const times = readCompleteDates(table, dateColumn);
  const result = new Float64Array(table.rows + options.steps * groups.length);
  result.set(times);
  groups.forEach(({ name, rows }, group) => {
    const own = Float64Array.from(rows, (row) => known(times[row], "a time"));
    const step = options.dateStep ?? findDateStep(own);
    if (step === undefined) {
      const series = name === "" ? "" : ` of "${name}"`;
      const what = `${table.origin.source}, column "${dateColumn}": the dates${series} follow no regular step`;
      throw new RecurraError(
        "data/irregular-dates",
        `${what}, so the ones after ${printDate(own.at(-1) ?? 0)} cannot be told; give the step (dateStep) or rows for them`,
      );
    }
    for (let i = 0; i < options.steps; i++)
      result[table.rows + group * options.steps + i] = addStep(known(own.at(-1), "a last time"), step, i + 1);
  });
  return result;
}

/**
 * The step of ascending times: equal distances, whole months, or Monday to Friday (some days, such as holidays, may be missing);
 * where times are left out, the step that more than half of them follow; nothing if there is none.
 */
export function findDateStep(times: Float64Array): DateStep | undefined {
  if (times.length < 2) return undefined;
  const gaps = gapsBetween(times);
  const first = known(gaps[0], "a gap");
  if (first > 0 && gaps.every((gap) => gap === first)) return { kind: "milliseconds", count: first };
  const months = usualGap(gapsBetween(Float64Array.from(times, monthNumber)));
  if (months !== undefined && (sameDay(times) || everyMonthEnd(times))) return { kind: "months", count: months };
  const onWeekdays = times.every((time) => time % day === 0 && new Date(time).getUTCDay() % 6 !== 0);
  const usual = usualGap(gaps);
  // A full week of weekdays has four gaps of one day; holidays leave more than half.
  if (onWeekdays && usual === day && gaps.every((gap) => gap > 0)) return { kind: "weekdays" };
  return usual === undefined ? undefined : { kind: "milliseconds", count: usual };
}

function gapsBetween(times: Float64Array): Float64Array {
  return times.subarray(1).map((time, i) => time - known(times[i], "a time"));
}

/** What more than half of the gaps are, if that is a step forwards. */
function usualGap(gaps: Float64Array): number | undefined {
  // Of what makes up more than half, one stands in the middle.
  const middle = known(gaps.toSorted()[gaps.length >> 1], "a gap");
  const count = gaps.filter((gap) => gap === middle).length;
  return middle > 0 && count * 2 > gaps.length ? middle : undefined;
}

function monthNumber(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function sameDay(times: Float64Array): boolean {
  const days = new Set(Array.from(times, (time) => new Date(time).getUTCDate()));
  return days.size === 1 && times.every((time) => time % day === known(times[0], "a time") % day);
}

function everyMonthEnd(times: Float64Array): boolean {
  return times.every((time) => new Date(time + day).getUTCDate() === 1);
}

function addStep(from: number, step: DateStep, count: number): number {
  switch (step.kind) {
    case "milliseconds":
      return from + step.count * count;
    case "months":
      return addMonths(from, step.count * count);
    case "weekdays": {
      let time = from;
      for (let left = count; left > 0;) {
        time += day;
        if (new Date(time).getUTCDay() % 6 !== 0) left -= 1;
      }
      return time;
    }
  }
}

/** The same day some months on; from the last day of a month, the last day of that one. */
function addMonths(from: number, count: number): number {
  const date = new Date(from);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + count];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const isMonthEnd = new Date(from + day).getUTCDate() === 1;
  const target = isMonthEnd ? lastDay : Math.min(date.getUTCDate(), lastDay);
  return Date.UTC(year, month, target) + (from - Math.floor(from / day) * day);
}

function repeatGroups(column: Column, groups: readonly RowGroup[], steps: number): Column {
  const sources = Array.from({ length: column.values.length }, (_, row) => row);
  for (const { rows } of groups) for (let i = 0; i < steps; i++) sources.push(known(rows[0], "a row"));
  return known(takeRows(createTable([column]), sources).columns[0], "a column");
}

function extendMissing(column: Column, count: number): Column {
  const mask = new Uint8Array(count).fill(1);
  mask.set(column.missing ?? new Uint8Array(column.values.length));
  const common = { name: column.name, ...maskOf(mask) };
  switch (column.kind) {
    case "number":
    case "date": {
      const values = new Float64Array(count).fill(NaN);
      values.set(column.values);
      return { kind: column.kind, values, ...common };
    }
    case "boolean": {
      const values = new Uint8Array(count);
      values.set(column.values);
      return { kind: "boolean", values, ...common };
    }
    case "text":
      return { kind: "text", values: Array.from({ length: count }, (_, row) => column.values[row] ?? ""), ...common };
  }
}
