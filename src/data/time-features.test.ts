import { describe, expect, it } from "vitest";
import { parseTable } from "./read-table.ts";
import { readNumbers } from "./table.ts";
import { addTimeFeatures, computeTimeFeatures, nameTimeFeatures, parseTimeFeatures } from "./time-features.ts";
import { listUsHolidays, usHolidayNames } from "./us-holidays.ts";

/** The value of each named feature at a time. */
function featuresAt(time: string, names: readonly string[], origin = 0): Record<string, number | undefined> {
  const columns = computeTimeFeatures(
    Float64Array.of(Date.parse(time)),
    parseTimeFeatures("d", names, origin).features,
  );
  return Object.fromEntries(columns.map((column) => [column.name, column.values[0]]));
}

describe("time features", () => {
  it("are sine and cosine of the place in each cycle", () => {
    const { sin, cos, PI } = Math;
    // 2012-02-29 is a Wednesday, the 60th day of a year of 366.
    const at = featuresAt("2012-02-29T06:30:00Z", ["hour", "day-of-week", "day-of-month", "month", "day-of-year"]);
    expect(Object.keys(at)).toEqual([
      "hour sin",
      "hour cos",
      "day-of-week sin",
      "day-of-week cos",
      "day-of-month sin",
      "day-of-month cos",
      "month sin",
      "month cos",
      "day-of-year sin",
      "day-of-year cos",
    ]);
    expect(at["hour sin"]).toBe(sin((2 * PI * 6.5) / 24));
    expect(at["day-of-week cos"]).toBe(cos((2 * PI * 2) / 7));
    expect(at["day-of-month sin"]).toBe(sin((2 * PI * 28) / 29));
    expect(at["month cos"]).toBe(cos((2 * PI * 1) / 12));
    expect(at["day-of-year sin"]).toBe(sin((2 * PI * 59) / 366));
  });

  it("are one column a value where categories are wanted", () => {
    const at = featuresAt("2012-02-29T23:59:00Z", [
      "day-of-week:one-hot",
      "month:one-hot",
      "day-of-month:one-hot",
      "hour:one-hot",
    ]);
    const set = Object.entries(at).filter(([, value]) => value === 1);
    expect(set.map(([name]) => name)).toEqual(["day-of-week 2", "month 2", "day-of-month 29", "hour 23"]);
    expect(Object.keys(at).length).toBe(7 + 12 + 31 + 24);
    expect(Object.keys(at).slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6].map((day) => `day-of-week ${day}`));
  });

  it("know weekends, holidays and the days to and from them", () => {
    const names = ["weekend", "us-holiday", "days-to-us-holiday"];
    expect(featuresAt("2012-07-04T12:00:00Z", names)).toEqual({
      weekend: 0,
      "us-holiday": 1,
      "days-to-us-holiday": 0,
      "days-since-us-holiday": 0,
    });
    expect(featuresAt("2012-07-01", names)).toEqual({
      weekend: 1,
      "us-holiday": 0,
      "days-to-us-holiday": 3 / 7,
      "days-since-us-holiday": 1,
    });
    expect(featuresAt("2012-07-06", names)).toMatchObject({
      weekend: 0,
      "days-to-us-holiday": 1,
      "days-since-us-holiday": 2 / 7,
    });
    expect(featuresAt("2012-12-31", names)).toMatchObject({
      "days-to-us-holiday": 1 / 7,
      "days-since-us-holiday": 6 / 7,
    });
    expect(featuresAt("2012-01-01", names)).toMatchObject({ "us-holiday": 1, weekend: 1 });
    const which = featuresAt("2012-11-22", ["us-holiday:one-hot"]);
    expect(Object.entries(which).filter(([, value]) => value === 1)).toEqual([["us-holiday thanksgiving", 1]]);
  });

  it("measure a trend in years from its origin", () => {
    expect(featuresAt("2004-01-01", ["trend"], Date.UTC(2000, 0, 1))).toEqual({ trend: 4 });
  });

  it("are columns behind the table's, under names that can be asked for", () => {
    const { table } = parseTable("d,x\n2012-01-07,1\n2012-01-09,2\n", { format: "csv" });
    const spec = parseTimeFeatures("d", ["weekend", "month"]);
    const wide = addTimeFeatures(table, spec);
    expect(wide.columns.map((column) => column.name)).toEqual(["d", "x", ...nameTimeFeatures(spec.features)]);
    expect([...readNumbers(wide, "weekend")]).toEqual([1, 0]);
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });

  it("say what they do not know", () => {
    expect(() => parseTimeFeatures("d", ["day-of-year:one-hot"])).toThrow(
      '"day-of-year:one-hot" is no time feature; there are hour, day-of-week, day-of-month, month (each also with :one-hot behind), day-of-year, weekend, us-holiday, us-holiday:one-hot, days-to-us-holiday, trend',
    );
    expect(() => computeTimeFeatures(Float64Array.of(0), [{ kind: "days-to-us-holiday", limit: 0 }])).toThrow(
      "The limit of days-to-us-holiday is 0; give a number of days from 1",
    );
    const { table } = parseTable("d,x\nnoon,1\n", { format: "csv" });
    expect(() => addTimeFeatures(table, parseTimeFeatures("d", ["hour"]))).toThrow(
      'column "d": the column holds text ("noon"), where dates are needed',
    );
  });
});

describe("US federal holidays", () => {
  /** Days on which federal offices closed, as the Office of Personnel Management lists them. */
  const closed: Readonly<Record<number, readonly string[]>> = {
    2004: ["01-01", "01-19", "02-16", "05-31", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24", "12-31"],
    2012: ["01-02", "01-16", "02-20", "05-28", "07-04", "09-03", "10-08", "11-12", "11-22", "12-25"],
    2022: ["01-17", "02-21", "05-30", "06-20", "07-04", "09-05", "10-10", "11-11", "11-24", "12-26"],
  };

  it.each([2004, 2012, 2022])("are those of the published calendar: %i", (year) => {
    const weekdays = listUsHolidays(year)
      .map(({ time }) => new Date(time))
      .filter((date) => date.getUTCDay() % 6 !== 0);
    expect(weekdays.map((date) => date.toISOString().slice(5, 10))).toEqual(closed[year]);
  });

  it("are kept since they were made law", () => {
    const namesOf = (year: number): string[] =>
      listUsHolidays(year).map(({ holiday }) => usHolidayNames[holiday] ?? "");
    expect(namesOf(2019)).not.toContain("juneteenth");
    expect(namesOf(2021)).toContain("juneteenth");
    expect(namesOf(1985)).not.toContain("martin-luther-king");
    expect(namesOf(1986)).toContain("martin-luther-king");
  });
});
