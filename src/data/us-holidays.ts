/** The federal holidays of the United States, computed from the rules of 5 U.S.C. 6103 as they stand since 1978. */
import { timeOfDay } from "./parse-date.ts";

const day = 86_400_000;

/** A day of the month, or the nth weekday (0 Sunday … 6 Saturday) of it; n = -1 is the last. Months from 1. */
type HolidayRule =
  | { readonly kind: "date"; readonly month: number; readonly day: number }
  | { readonly kind: "weekday"; readonly month: number; readonly weekday: number; readonly nth: number };

interface Holiday {
  readonly name: string;
  readonly rule: HolidayRule;
  /** The first year it was kept; earlier than all data where absent. */
  readonly since?: number;
}

const holidays: readonly Holiday[] = [
  { name: "new-year", rule: { kind: "date", month: 1, day: 1 } },
  { name: "martin-luther-king", rule: { kind: "weekday", month: 1, weekday: 1, nth: 3 }, since: 1986 },
  { name: "washington", rule: { kind: "weekday", month: 2, weekday: 1, nth: 3 } },
  { name: "memorial", rule: { kind: "weekday", month: 5, weekday: 1, nth: -1 } },
  { name: "juneteenth", rule: { kind: "date", month: 6, day: 19 }, since: 2021 },
  { name: "independence", rule: { kind: "date", month: 7, day: 4 } },
  { name: "labor", rule: { kind: "weekday", month: 9, weekday: 1, nth: 1 } },
  { name: "columbus", rule: { kind: "weekday", month: 10, weekday: 1, nth: 2 } },
  { name: "veterans", rule: { kind: "date", month: 11, day: 11 } },
  { name: "thanksgiving", rule: { kind: "weekday", month: 11, weekday: 4, nth: 4 } },
  { name: "christmas", rule: { kind: "date", month: 12, day: 25 } },
];

/** Names of the holidays in order of the year. */
export const usHolidayNames: readonly string[] = holidays.map((holiday) => holiday.name);

/** A day that is a holiday: midnight UTC and the index of its name. */
export interface HolidayDay {
  readonly time: number;
  readonly holiday: number;
}

/**
 * All holidays whose day lies in a year, in order of time. One that falls on a Saturday is also kept on the Friday before, one
 * on a Sunday on the Monday after: both days are listed.
 */
export function listUsHolidays(year: number): readonly HolidayDay[] {
  const days: HolidayDay[] = [];
  // The observed day of New Year may lie in the year before.
  for (const from of [year, year + 1]) {
    holidays.forEach(({ rule, since }, holiday) => {
      if (since !== undefined && from < since) return;
      const time = findDay(rule, from);
      days.push({ time, holiday });
      const weekday = weekdayOf(time);
      if (weekday === 6) days.push({ time: time - day, holiday });
      if (weekday === 0) days.push({ time: time + day, holiday });
    });
  }
  return days.filter(({ time }) => new Date(time).getUTCFullYear() === year).sort((a, b) => a.time - b.time);
}

function findDay(rule: HolidayRule, year: number): number {
  if (rule.kind === "date") return timeOfDay(year, rule.month, rule.day) ?? NaN;
  const { month, weekday, nth } = rule;
  if (nth > 0) {
    const first = timeOfDay(year, month, 1) ?? NaN;
    return first + (((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1)) * day;
  }
  const last = Date.UTC(year, month, 0);
  return last - ((weekdayOf(last) - weekday + 7) % 7) * day;
}

/** 0 Sunday … 6 Saturday. */
function weekdayOf(time: number): number {
  return new Date(time).getUTCDay();
}
