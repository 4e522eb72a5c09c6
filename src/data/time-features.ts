/** What the calendar says about each row, as number columns: cycles, categories, holidays, trend. Always known in advance. */
import { RecurraError, known } from "../util/errors.ts";
import { addColumns, readCompleteDates } from "./table.ts";
import type { NumberColumn, Table } from "./table.ts";
import { listUsHolidays, usHolidayNames } from "./us-holidays.ts";

const day = 86_400_000;

/** Parts of a date that come round again. */
export type CyclePart = "hour" | "day-of-week" | "day-of-month" | "month" | "day-of-year";

/** One feature; plain data that travels with the model. Columns are named after it, as the comments show. */
export type TimeFeature =
  /** Place in the cycle as sine and cosine: `month sin`, `month cos`. */
  | { readonly kind: "cycle"; readonly part: CyclePart }
  /** One column a value, 1 where the row has it: `day-of-week 0` (Monday) … `day-of-week 6`, `month 1` … `month 12`. */
  | { readonly kind: "one-hot"; readonly part: Exclude<CyclePart, "day-of-year"> }
  /** 1 on Saturdays and Sundays: `weekend`. */
  | { readonly kind: "weekend" }
  /** 1 on US federal holidays and on the weekdays they are kept on: `us-holiday`. */
  | { readonly kind: "us-holiday" }
  /** The same with one column a holiday: `us-holiday christmas`. */
  | { readonly kind: "which-us-holiday" }
  /** Days to the next and since the last US federal holiday, as shares of `limit` days and at most 1: `days-to-us-holiday`, `days-since-us-holiday`. */
  | { readonly kind: "days-to-us-holiday"; readonly limit: number }
  /** Years (of 365.25 days) since `origin`, milliseconds UTC: `trend`. */
  | { readonly kind: "trend"; readonly origin: number };

export interface TimeFeatures {
  readonly kind: "time-features";
  /** The column the dates are read from. */
  readonly dateColumn: string;
  readonly features: readonly TimeFeature[];
}

/** Days a holiday is felt ahead and after where nothing else is said: a week. */
const defaultHolidayLimit = 7;

const oneHotParts: Readonly<Record<string, Exclude<CyclePart, "day-of-year">>> = {
  hour: "hour",
  "day-of-week": "day-of-week",
  "day-of-month": "day-of-month",
  month: "month",
};

/**
 * Features by short names: `hour`, `day-of-week`, `day-of-month`, `month`, `day-of-year` as cycles, the first four with `:one-hot`
 * behind as categories, `weekend`, `us-holiday`, `us-holiday:one-hot`, `days-to-us-holiday`, `trend` (years since `origin`).
 * Throws `util/bad-argument`.
 */
export function parseTimeFeatures(dateColumn: string, names: readonly string[], origin = 0): TimeFeatures {
  return { kind: "time-features", dateColumn, features: names.map((name) => parseFeature(name, origin)) };
}

function parseFeature(name: string, origin: number): TimeFeature {
  switch (name) {
    case "hour":
    case "day-of-week":
    case "day-of-month":
    case "month":
    case "day-of-year":
      return { kind: "cycle", part: name };
    case "weekend":
    case "us-holiday":
      return { kind: name };
    case "us-holiday:one-hot":
      return { kind: "which-us-holiday" };
    case "days-to-us-holiday":
      return { kind: name, limit: defaultHolidayLimit };
    case "trend":
      return { kind: name, origin };
  }
  const stem = name.endsWith(":one-hot") ? name.slice(0, -":one-hot".length) : "";
  const part = Object.hasOwn(oneHotParts, stem) ? oneHotParts[stem] : undefined;
  if (part !== undefined) return { kind: "one-hot", part };
  const cycles = "hour, day-of-week, day-of-month, month (each also with :one-hot behind), day-of-year";
  throw new RecurraError(
    "util/bad-argument",
    `"${name}" is no time feature; there are ${cycles}, weekend, us-holiday, us-holiday:one-hot, days-to-us-holiday, trend`,
  );
}

/** The table with the columns of its features behind the others. Throws `data/wrong-type`, `data/missing-value`. */
export function addTimeFeatures(table: Table, spec: TimeFeatures): Table {
  return addColumns(table, computeTimeFeatures(readCompleteDates(table, spec.dateColumn), spec.features));
}

/** Names of the columns that `addTimeFeatures` adds. */
export function nameTimeFeatures(features: readonly TimeFeature[]): readonly string[] {
  return computeTimeFeatures(new Float64Array(0), features).map((column) => column.name);
}

/** Columns of the features at these times (milliseconds UTC). */
export function computeTimeFeatures(times: Float64Array, features: readonly TimeFeature[]): readonly NumberColumn[] {
  return features.flatMap((feature) => computeFeature(times, feature));
}

function computeFeature(times: Float64Array, feature: TimeFeature): readonly NumberColumn[] {
  switch (feature.kind) {
    case "cycle":
      return cycleColumns(times, feature.part);
    case "one-hot":
      return oneHotColumns(times, feature.part);
    case "weekend":
      return [column("weekend", times, (time) => (weekday(time) >= 5 ? 1 : 0))];
    case "trend":
      return [column("trend", times, (time) => (time - feature.origin) / (365.25 * day))];
    case "us-holiday": {
      const ofDay = indexHolidays(times);
      return [column("us-holiday", times, (time) => (ofDay.has(startOfDay(time)) ? 1 : 0))];
    }
    case "which-us-holiday": {
      const ofDay = indexHolidays(times);
      return usHolidayNames.map((name, holiday) =>
        column(`us-holiday ${name}`, times, (time) =>
          ofDay.get(startOfDay(time))?.includes(holiday) === true ? 1 : 0,
        ),
      );
    }
    case "days-to-us-holiday":
      return holidayDistances(times, feature.limit);
  }
}

function column(name: string, times: Float64Array, valueAt: (time: number) => number): NumberColumn {
  return { kind: "number", name, values: times.map(valueAt) };
}

/** Place in the cycle as an angle: 2π × (place from 0) / (length of this very cycle). */
function cycleColumns(times: Float64Array, part: CyclePart): readonly NumberColumn[] {
  const angle = (time: number): number => (2 * Math.PI * placeIn(part, time)) / lengthOf(part, time);
  return [
    column(`${part} sin`, times, (time) => Math.sin(angle(time))),
    column(`${part} cos`, times, (time) => Math.cos(angle(time))),
  ];
}

function oneHotColumns(times: Float64Array, part: CyclePart): readonly NumberColumn[] {
  const greatest = { hour: 24, "day-of-week": 7, "day-of-month": 31, month: 12, "day-of-year": 366 }[part];
  // Days of the month and months are counted from 1 by everyone, hours and weekdays from 0.
  const first = part === "hour" || part === "day-of-week" ? 0 : 1;
  return Array.from({ length: greatest }, (_, place) =>
    column(`${part} ${place + first}`, times, (time) => (Math.floor(placeIn(part, time)) === place ? 1 : 0)),
  );
}

/** From 0; hours with their minutes as a fraction. */
function placeIn(part: CyclePart, time: number): number {
  const date = new Date(time);
  switch (part) {
    case "hour":
      return (time - startOfDay(time)) / 3_600_000;
    case "day-of-week":
      return weekday(time);
    case "day-of-month":
      return date.getUTCDate() - 1;
    case "month":
      return date.getUTCMonth();
    case "day-of-year":
      return (startOfDay(time) - Date.UTC(date.getUTCFullYear(), 0, 1)) / day;
  }
}

function lengthOf(part: CyclePart, time: number): number {
  const date = new Date(time);
  const year = date.getUTCFullYear();
  switch (part) {
    case "hour":
      return 24;
    case "day-of-week":
      return 7;
    case "day-of-month":
      return new Date(Date.UTC(year, date.getUTCMonth() + 1, 0)).getUTCDate();
    case "month":
      return 12;
    case "day-of-year":
      return (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / day;
  }
}

/** 0 Monday … 6 Sunday (ISO 8601, less one). */
function weekday(time: number): number {
  return (new Date(time).getUTCDay() + 6) % 7;
}

function startOfDay(time: number): number {
  return Math.floor(time / day) * day;
}

/** Days that are holidays from the year before the first time to the year after the last, with the holidays each is. */
function indexHolidays(times: Float64Array): ReadonlyMap<number, readonly number[]> {
  const ofDay = new Map<number, number[]>();
  if (times.length === 0) return ofDay;
  const yearOf = (time: number): number => new Date(time).getUTCFullYear();
  const last = yearOf(times.reduce((a, b) => Math.max(a, b)));
  for (let year = yearOf(times.reduce((a, b) => Math.min(a, b))) - 1; year <= last + 1; year++) {
    for (const { time, holiday } of listUsHolidays(year)) ofDay.set(time, [...(ofDay.get(time) ?? []), holiday]);
  }
  return ofDay;
}

function holidayDistances(times: Float64Array, limit: number): readonly NumberColumn[] {
  if (!(limit >= 1))
    throw new RecurraError(
      "util/bad-argument",
      `The limit of days-to-us-holiday is ${limit}; give a number of days from 1`,
    );
  const days = [...indexHolidays(times).keys()].sort((a, b) => a - b);
  const share = (distance: number): number => Math.min(distance / day, limit) / limit;
  return [
    column("days-to-us-holiday", times, (time) =>
      share(known(days[countBelow(days, startOfDay(time))], "a next holiday") - startOfDay(time)),
    ),
    column("days-since-us-holiday", times, (time) =>
      share(startOfDay(time) - known(days[countBelow(days, startOfDay(time) + 1) - 1], "a last holiday")),
    ),
  ];
}

/** How many of the sorted numbers are less than `limit`, by halving. */
function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (known(sorted[middle], "a number") < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
