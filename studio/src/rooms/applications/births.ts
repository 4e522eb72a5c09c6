/** Days of births: which of them a forecast is made from, what comes of it, and how far it is off. */
import type { ForecastDay } from "../../work/demo.ts";
import { daysAhead } from "./state.ts";

/** As `births.json` has them. */
export interface Births {
  /** The day of the first number. */
  readonly first: string;
  readonly births: readonly number[];
}

/** The last day that was learned from; days are counted from it. */
const learnedUntil = "2013-12-31";
/** Days that the forecast is made from: four weeks for each of the seven days that are forecast. */
const given = 35;
/** Days that are shown before it. */
const shownBefore = 28;
const dayLength = 86_400_000;

/** Throws where it is no such list. */
export function parseBirths(json: unknown): Births {
  const { first, births } = (json ?? {}) as Partial<Births>;
  if (typeof first !== "string" || Number.isNaN(Date.parse(first)) || !Array.isArray(births))
    throw new Error("the list of births is damaged");
  return { first, births };
}

/** The date of a day: `2014-11-23`. */
export function dateOf(day: number): string {
  return new Date(Date.parse(learnedUntil) + day * dayLength).toISOString().slice(0, 10);
}

function placeOf({ first }: Births, day: number): number {
  return Math.round((Date.parse(learnedUntil) - Date.parse(first)) / dayLength) + day;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

/** What the forecast is made from: days up to the last known one. */
export function knownDays(data: Births, last: number): readonly { readonly date: string; readonly births: number }[] {
  return range(last - given + 1, last).map((day) => ({
    date: dateOf(day),
    births: data.births[placeOf(data, day)] ?? NaN,
  }));
}

/** All that the chart shows, day by day; NaN where there is nothing. */
export interface WeekShown {
  readonly dates: readonly string[];
  readonly truth: readonly number[];
  readonly forecast: readonly number[];
  readonly naive: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Where the last known day stands. */
  readonly known: number;
  /** Mean absolute errors over the days that are forecast. */
  readonly error: number;
  readonly naiveError: number;
  /** Days whose truth lies within the interval. */
  readonly inside: number;
}

export function showWeek(data: Births, last: number, forecast: readonly ForecastDay[]): WeekShown {
  const days = range(last - shownBefore + 1, last + daysAhead);
  const truthOf = (day: number): number => data.births[placeOf(data, day)] ?? NaN;
  const ahead = new Map(forecast.map((one) => [one.date, one]));
  const told = days.map((day) => ahead.get(dateOf(day)));
  const truth = days.map(truthOf);
  const naive = days.map((day) => (day > last ? truthOf(day - daysAhead) : NaN));
  const pick = (key: "value" | "low" | "high"): readonly number[] => told.map((one) => one?.[key] ?? NaN);
  const [values, low, high] = [pick("value"), pick("low"), pick("high")];
  return {
    dates: days.map(dateOf),
    truth,
    forecast: values,
    naive,
    low,
    high,
    known: shownBefore - 1,
    error: meanError(truth, values),
    naiveError: meanError(truth, naive),
    inside: truth.filter((value, at) => value >= (low[at] ?? NaN) && value <= (high[at] ?? NaN)).length,
  };
}

function meanError(truth: readonly number[], told: readonly number[]): number {
  const errors = truth.map((value, at) => Math.abs(value - (told[at] ?? NaN))).filter((error) => !Number.isNaN(error));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}
