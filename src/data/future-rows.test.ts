import { describe, expect, it } from "vitest";
import { addFutureRows, findDateStep } from "./future-rows.ts";
import { parseTable } from "./read-table.ts";
import { findColumn, printDate, readDates, readNumbers } from "./table.ts";

function times(...dates: string[]): Float64Array {
  return Float64Array.from(dates, (date) => Date.parse(date));
}

describe("findDateStep", () => {
  it.each([
    ["days", times("2012-01-01", "2012-01-02", "2012-01-03"), { kind: "milliseconds", count: 86_400_000 }],
    [
      "hours",
      times("2012-01-01T00:00Z", "2012-01-01T06:00Z", "2012-01-01T12:00Z"),
      { kind: "milliseconds", count: 21_600_000 },
    ],
    ["months", times("2012-01-01", "2012-02-01", "2012-03-01", "2012-04-01"), { kind: "months", count: 1 }],
    ["ends of months", times("2012-01-31", "2012-02-29", "2012-03-31"), { kind: "months", count: 1 }],
    ["quarters", times("2012-01-01", "2012-04-01", "2012-07-01", "2012-10-01"), { kind: "months", count: 3 }],
    ["years", times("2011-06-30", "2012-06-30", "2013-06-30"), { kind: "months", count: 12 }],
    [
      "weekdays with a holiday",
      times("2012-07-02", "2012-07-03", "2012-07-05", "2012-07-06", "2012-07-09", "2012-07-10"),
      { kind: "weekdays" },
    ],
    [
      "days of which one is left out",
      times("2012-01-01", "2012-01-02", "2012-01-04", "2012-01-05", "2012-01-06"),
      { kind: "milliseconds", count: 86_400_000 },
    ],
    [
      "months of which one is left out",
      times("2012-01-01", "2012-02-01", "2012-04-01", "2012-05-01"),
      { kind: "months", count: 1 },
    ],
    ["no step", times("2012-01-01", "2012-01-02", "2012-01-09"), undefined],
    ["one time", times("2012-01-01"), undefined],
    ["times that stand still", times("2012-01-02", "2012-01-02"), undefined],
  ])("finds %s", (_, values, step) => {
    expect(findDateStep(values)).toEqual(step);
  });
});

describe("addFutureRows", () => {
  it("carries dates on and leaves the rest missing, series by series", () => {
    const text =
      "d,g,x,s,up\n2012-01-31,a,1,u,true\n2012-07-05,b,5,v,false\n2012-02-29,a,2,w,true\n2012-07-06,b,6,y,true\n2012-03-31,a,3,z,false\n2012-07-09,b,7,z,true\n2012-07-10,b,7,z,true\n";
    const { table } = parseTable(text, { format: "csv" });
    const more = addFutureRows(table, { steps: 2, dateColumn: "d", groupColumn: "g" });
    expect(more.rows).toBe(11);
    expect([...readDates(more, "d").subarray(7)].map(printDate)).toEqual([
      "2012-04-30",
      "2012-05-31",
      "2012-07-11",
      "2012-07-12",
    ]);
    expect(findColumn(more, "g").values.slice(7)).toEqual(["a", "a", "b", "b"]);
    for (const name of ["x", "s", "up"])
      expect([...(findColumn(more, name).missing ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect(readNumbers(more, "x").slice(6)).toEqual(Float64Array.of(7, NaN, NaN, NaN, NaN));
  });

  it("skips weekends where the data do", () => {
    const { table } = parseTable("d\n2012-01-03\n2012-01-04\n2012-01-05\n2012-01-06\n2012-01-09\n", { format: "csv" });
    const more = addFutureRows(table, { steps: 6, dateColumn: "d" });
    expect([...readDates(more, "d").subarray(5)].map(printDate)).toEqual([
      "2012-01-10",
      "2012-01-11",
      "2012-01-12",
      "2012-01-13",
      "2012-01-16",
      "2012-01-17",
    ]);
  });

  it("keeps the day of the month where months have it", () => {
    const { table } = parseTable("d\n2011-11-30T12:00\n2011-12-30T12:00\n2012-01-30T12:00\n", { format: "csv" });
    const more = addFutureRows(table, { steps: 2, dateColumn: "d" });
    expect([...readDates(more, "d").subarray(3)].map(printDate)).toEqual([
      "2012-02-29T12:00:00.000Z",
      "2012-03-30T12:00:00.000Z",
    ]);
  });

  it("does without dates", () => {
    const { table } = parseTable("x\n1\n2\n", { format: "csv" });
    expect(findColumn(addFutureRows(table, { steps: 1 }), "x")).toEqual({
      kind: "number",
      name: "x",
      values: Float64Array.of(1, 2, NaN),
      missing: Uint8Array.of(0, 0, 1),
    });
  });

  it("asks for the step of irregular dates", () => {
    const { table } = parseTable("d\n2012-01-01\n2012-01-02\n2012-01-09\n", { source: "x.csv" });
    expect(() => addFutureRows(table, { steps: 1, dateColumn: "d" })).toThrow(
      expect.objectContaining({
        code: "data/irregular-dates",
        message:
          'x.csv, column "d": the dates follow no regular step, so the ones after 2012-01-09 cannot be told; give the step (dateStep) or rows for them',
      }) as Error,
    );
    const more = addFutureRows(table, { steps: 1, dateColumn: "d", dateStep: { kind: "weekdays" } });
    expect(printDate(readDates(more, "d")[3] ?? NaN)).toBe("2012-01-10");
  });
});
