/** Weeks of births: which days are known, and how far a forecast is off, counted by hand. */
import { expect, test } from "vitest";
import { dateOf, knownDays, parseBirths, showWeek } from "./births.ts";

// Day 0 is 2013-12-31, the 61st of these.
const data = { first: "2013-11-01", births: Array.from({ length: 426 }, (_, at) => 1000 + at) };

test("days are counted from the last that was learned from", () => {
  expect([dateOf(0), dateOf(1), dateOf(365)]).toEqual(["2013-12-31", "2014-01-01", "2014-12-31"]);
  const days = knownDays(data, 0);
  expect(days).toHaveLength(35);
  expect(days.at(-1)).toEqual({ date: "2013-12-31", births: 1060 });
  expect(knownDays(data, 358).every(({ births }) => Number.isFinite(births))).toBe(true);
});

test("a week is shown beside the truth, with its errors", () => {
  const forecast = Array.from({ length: 7 }, (_, at) => {
    const truth = 1060 + at + 1;
    // Two above, and one of seven outside its interval.
    return { date: dateOf(at + 1), value: truth + 2, low: at === 6 ? truth + 1 : truth - 3, high: truth + 4 };
  });
  const week = showWeek(data, 0, forecast);
  expect(week.dates).toHaveLength(35);
  expect(week.dates[week.known]).toBe("2013-12-31");
  expect(week.truth[week.known]).toBe(1060);
  expect(week.forecast.filter((value) => !Number.isNaN(value))).toHaveLength(7);
  expect(week.naive.at(-1)).toBe(1060);
  expect([week.error, week.naiveError, week.inside]).toEqual([2, 7, 6]);
});

test("what is no list is refused", () => {
  expect(parseBirths(data)).toEqual(data);
  for (const bad of [undefined, {}, { first: "x", births: [] }, { first: "2013-11-01", births: 3 }])
    expect(() => parseBirths(bad)).toThrow("damaged");
});
