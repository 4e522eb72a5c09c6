import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDate } from "./parse-date.ts";
import { printDate } from "./table.ts";

describe("parseDate", () => {
  it.each([
    ["2012-01-03", "2012-01-03"],
    ["2012/1/3", "2012-01-03"],
    ["2012.01.03", "2012-01-03"],
    ["1/3/2012", "2012-01-03"],
    ["03.01.2012", "2012-01-03"],
    ["2012-01", "2012-01-01"],
    ["3 Jan 2012", "2012-01-03"],
    ["03-Jan-2012", "2012-01-03"],
    ["Jan 3, 2012", "2012-01-03"],
    ["September 30 2012", "2012-09-30"],
    ["Sept. 30, 2012", "2012-09-30"],
    ["2012-02-29", "2012-02-29"],
    ["0099-01-01", "0099-01-01"],
    ["2012-01-03T14:30", "2012-01-03T14:30:00.000Z"],
    ["2012-01-03 14:30:05.25", "2012-01-03T14:30:05.250Z"],
    ["2012-01-03T14:30:05.570999Z", "2012-01-03T14:30:05.570Z"],
    ["2012-01-03T14:30:00+07:00", "2012-01-03T07:30:00.000Z"],
    ["2012-01-03T23:30:00-0130", "2012-01-04T01:00:00.000Z"],
    ["1/3/2012 2:30 PM", "2012-01-03T14:30:00.000Z"],
    ["1/3/2012 12:05 am", "2012-01-03T00:05:00.000Z"],
  ])("reads %j", (text, iso) => {
    expect(printDate(parseDate(text) ?? NaN)).toBe(iso);
  });

  it("follows the order it is given", () => {
    expect(printDate(parseDate("1/3/2012", "day-first") ?? NaN)).toBe("2012-03-01");
    expect(printDate(parseDate("01.03.2012", "month-first") ?? NaN)).toBe("2012-01-03");
    expect(printDate(parseDate("1-3-2012", "day-first") ?? NaN)).toBe("2012-03-01");
    expect(printDate(parseDate("2012-03-01", "day-first") ?? NaN)).toBe("2012-03-01");
  });

  it.each([
    "1-3-2012",
    "2012-02-30",
    "2011-02-29",
    "13/1/2012",
    "1/3/12",
    "2012-1/3",
    "2012-01-03T25:00",
    "2012-01-03T10:60",
    "1/3/2012 13:00 PM",
    "2012-01-03x",
    "2012-01-031",
    "3 Foo 2012",
    "3 Ja 2012",
    "20120103",
    "2012",
    "noon",
    "",
  ])("does not take %j for a date", (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it("reads back every time that is printed", () => {
    const date = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    fc.assert(
      fc.property(date, (time) => {
        expect(parseDate(printDate(time.getTime()))).toBe(time.getTime());
      }),
    );
  });
});
