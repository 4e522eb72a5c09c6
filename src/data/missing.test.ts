import { describe, expect, it } from "vitest";
import { printTable } from "./print-table.ts";
import { parseTable } from "./read-table.ts";
import type { ReadTableOptions, TableReading } from "./read-table.ts";
import { findColumn } from "./table.ts";

/** Reads a CSV text named prices.csv. */
function readCsv(text: string, options: ReadTableOptions = {}): TableReading {
  return parseTable(text, { source: "prices.csv", ...options });
}

describe("missing values", () => {
  const text = "d,x,y,s\n1,1,10,a\n2,,NA,b\n3,-,30,null\n4,7,40,d\n";

  it("are an error that names file, row, line and column where no rule is stated", () => {
    const message =
      'prices.csv, row 2 (line 3), column "x": the value is missing. Fill it in, state a rule (missing: "drop", "previous", "linear" or a value), or leave the column out (columns)';
    expect(() => readCsv(text)).toThrow(
      expect.objectContaining({ code: "data/missing-value", line: 3, column: 2, message }) as Error,
    );
  });

  it("are dropped, filled or kept by rule, and reported", () => {
    const dropped = readCsv(text, { missing: "drop" });
    expect(printTable(dropped.table)).toBe("d,x,y,s\n1,1,10,a\n4,7,40,d\n");
    expect(dropped.report).toMatchObject({
      droppedRows: 2,
      filledValues: 0,
      notes: ["Dropped 2 of 4 rows for missing values"],
    });
    const previous = readCsv(text, { missing: "previous" });
    expect(printTable(previous.table)).toBe("d,x,y,s\n1,1,10,a\n2,1,10,b\n3,1,30,b\n4,7,40,d\n");
    expect(previous.report).toMatchObject({ droppedRows: 0, filledValues: 4, notes: ["Filled in 4 missing values"] });
    const linear = readCsv(text, { missing: "linear", missingByColumn: { s: { value: "?" } } });
    expect(printTable(linear.table)).toBe("d,x,y,s\n1,1,10,a\n2,3,20,b\n3,5,30,?\n4,7,40,d\n");
    const value = readCsv(text, { missing: { value: 0 }, missingByColumn: { s: "drop" } });
    expect(printTable(value.table)).toBe("d,x,y,s\n1,1,10,a\n2,0,0,b\n4,7,40,d\n");
    const kept = readCsv(text, { missing: "keep" }).table;
    expect(findColumn(kept, "x").missing).toEqual(Uint8Array.of(0, 1, 1, 0));
    expect(findColumn(kept, "x").values).toEqual(Float64Array.of(1, NaN, NaN, 7));
  });

  it("are filled in order of time and within a series", () => {
    const series =
      "d,g,x\n2012-01-03,a,\n2012-01-01,a,1\n2012-01-01,b,5\n2012-01-02,a,\n2012-01-02,b,\n2012-01-04,a,4\n2012-01-03,b,9\n";
    const { table } = readCsv(series, { dateColumn: "d", groupColumn: "g", missing: "linear" });
    expect([...findColumn(table, "x").values]).toEqual([1, 5, 2, 7, 3, 9, 4]);
  });

  it("may be marked otherwise", () => {
    const { table } = readCsv("a,s\n-999,NA\n1,x\n", { missingMarks: ["-999"], missing: { value: 0 } });
    expect(printTable(table)).toBe("a,s\n0,NA\n1,x\n");
  });

  it("in the date column are dropped before sorting where that is the rule", () => {
    const { table, report } = readCsv("d,x\n2012-01-02,2\n,9\n2012-01-01,1\n", { dateColumn: "d", missing: "drop" });
    expect(printTable(table)).toBe("d,x\n2012-01-01,1\n2012-01-02,2\n");
    expect(report.droppedRows).toBe(1);
    expect(report.notes).toContain("Dropped 1 row without a time");
  });

  it.each([
    [
      "linear before the first",
      "x\nNA\n1\n2\n",
      { missing: "linear" },
      'prices.csv, row 1 (line 2), column "x": the value is missing and its series has none before it to fill it from; fill it in, or state another rule (missing: "drop" or a value)',
    ],
    [
      "linear after the last",
      "x\n1\n2\nNA\n",
      { missing: "linear" },
      'prices.csv, row 3 (line 4), column "x": the value is missing and its series has none after it to fill it from; fill it in, or state another rule (missing: "drop" or a value)',
    ],
    [
      "previous before the first",
      "x\nNA\n2\n",
      { missing: "previous" },
      'prices.csv, row 1 (line 2), column "x": the value is missing and its series has none before it to fill it from; fill it in, or state another rule (missing: "drop" or a value)',
    ],
    [
      "linear for text",
      "x\na\nNA\nb\n",
      { missing: "linear" },
      'prices.csv, row 2 (line 3), column "x": the rule "linear" cannot fill a column of text; fill it in, or state another rule for this column (missingByColumn: { "x": "drop" })',
    ],
    [
      "a text for numbers",
      "x\n1\nNA\n",
      { missing: { value: "?" } },
      'prices.csv, row 2 (line 3), column "x": the rule {"value":"?"} cannot fill a column of numbers; fill it in, or state another rule for this column (missingByColumn: { "x": "drop" })',
    ],
    [
      "dropping everything",
      "x,y\n1,NA\nNA,2\n",
      { missing: "drop" },
      'prices.csv: every row has a missing value, so dropping leaves none; fill some in, state another rule (missing: "previous", "linear" or a value), or leave columns out (columns)',
    ],
  ] as const)("cannot be filled: %s", (_, text, options, message) => {
    expect(() => readCsv(text, options)).toThrow(
      expect.objectContaining({ code: "data/missing-rule", message }) as Error,
    );
  });
});
