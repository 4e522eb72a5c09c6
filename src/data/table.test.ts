import { describe, expect, it } from "vitest";
import { parseTable } from "./read-table.ts";
import { concatTables, takeRows } from "./table-rows.ts";
import {
  addColumns,
  cellError,
  createTable,
  findColumn,
  numberColumn,
  printValue,
  readCompleteDates,
  readDates,
  readNumbers,
  readTexts,
  selectColumns,
  tableFromNumbers,
} from "./table.ts";

const { table } = parseTable("when,price,up,name\n2012-01-03,1.5,true,a\n2012-01-04,,false,b\n2012-01-05,3,,\n", {
  source: "prices.csv",
  missing: "keep",
});

describe("a table", () => {
  it("has columns of one length and different names", () => {
    expect(() => createTable([numberColumn("a", Float64Array.of(1)), numberColumn("a", Float64Array.of(2))])).toThrow(
      'Two columns are named "a"; give each its own name',
    );
    expect(() =>
      createTable([numberColumn("a", Float64Array.of(1)), numberColumn("b", Float64Array.of(1, 2))]),
    ).toThrow('Column "b" has 2 values where the first column has 1; all columns of a table have one length');
    expect(createTable([]).rows).toBe(0);
  });

  it("takes NaN for missing in numbers given", () => {
    const numbers = tableFromNumbers({ a: [1, NaN], b: [3, 4] });
    expect(findColumn(numbers, "a").missing).toEqual(Uint8Array.of(0, 1));
    expect(findColumn(numbers, "b").missing).toBeUndefined();
  });

  it("gives columns as numbers, dates and texts", () => {
    expect(readNumbers(table, "price")).toEqual(Float64Array.of(1.5, NaN, 3));
    expect(readNumbers(table, "up")).toEqual(Float64Array.of(1, 0, NaN));
    expect(readDates(table, "when")[0]).toBe(Date.UTC(2012, 0, 3));
    expect(readTexts(table, "price")).toEqual(["1.5", "", "3"]);
    expect(readTexts(table, "name")).toEqual(["a", "b", ""]);
    expect(table.columns.map((column) => printValue(column, 0))).toEqual(["2012-01-03", "1.5", "true", "a"]);
  });

  it("says which column is not what it should be", () => {
    expect(() => readNumbers(table, "name")).toThrow(
      'prices.csv, row 1 (line 2), column "name": the column holds text ("a"), where numbers are needed. Name another column, or give its type when reading (types)',
    );
    expect(() => readDates(table, "price")).toThrow('the column holds numbers ("1.5"), where dates are needed');
    expect(() => readNumbers(table, "prize")).toThrow('prices.csv has no column "prize"; did you mean "price"?');
    expect(() => readNumbers(table, "volume")).toThrow(
      'prices.csv has no column "volume"; it has "when", "price", "up", "name"',
    );
    const holes = parseTable("d,x\n2012-01-01,1\n,2\n", { source: "x.csv", missing: "keep" }).table;
    expect(() => readCompleteDates(holes, "d")).toThrow('x.csv, row 2 (line 3), column "d": the time is missing');
  });

  it("keeps the place of its rows when rows and columns are taken", () => {
    const part = takeRows(selectColumns(table, ["name", "price"]), [2, 0, 0]);
    expect(part.columns.map((column) => column.name)).toEqual(["name", "price"]);
    expect(readNumbers(part, "price")).toEqual(Float64Array.of(3, 1.5, 1.5));
    expect(findColumn(part, "name").missing).toEqual(Uint8Array.of(1, 0, 0));
    expect(findColumn(takeRows(table, [0]), "price").missing).toBeUndefined();
    expect(cellError("data/wrong-type", part, 0, "price", "what")).toMatchObject({
      message: 'prices.csv, row 3 (line 4), column "price": what',
      line: 4,
      column: 2,
    });
  });

  it("gets columns behind the others or in the place of one", () => {
    const more = addColumns(table, [
      numberColumn("price", Float64Array.of(7, 8, 9)),
      numberColumn("new", Float64Array.of(1, 2, 3)),
    ]);
    expect(more.columns.map((column) => column.name)).toEqual(["when", "price", "up", "name", "new"]);
    expect(readNumbers(more, "price")).toEqual(Float64Array.of(7, 8, 9));
  });

  it("continues with another of the same columns", () => {
    const second = parseTable("name,up,price,when\nz,true,9,2012-01-06\n", { source: "more.csv" }).table;
    const both = concatTables(table, second);
    expect(both.origin.source).toBe("prices.csv + more.csv");
    expect(readNumbers(both, "price")).toEqual(Float64Array.of(1.5, NaN, 3, 9));
    expect(readTexts(both, "name")).toEqual(["a", "b", "", "z"]);
    expect(findColumn(both, "up").missing).toEqual(Uint8Array.of(0, 0, 1, 0));
    expect(readDates(both, "when")[3]).toBe(Date.UTC(2012, 0, 6));
    const other = parseTable("name,up,price,when\nz,true,cheap,2012-01-06\n", { source: "more.csv" }).table;
    expect(() => concatTables(table, other)).toThrow(
      'more.csv, row 1 (line 2), column "price": the column holds text, but numbers in prices.csv. Give its type when reading (types)',
    );
  });
});
