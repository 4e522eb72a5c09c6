import { describe, expect, it } from "vitest";
import type { RecurraError } from "../util/errors.ts";
import { printTable } from "./print-table.ts";
import { parseTable } from "./read-table.ts";
import type { ReadTableOptions, TableReading } from "./read-table.ts";

/** Reads a CSV text named prices.csv. */
function readCsv(text: string, options: ReadTableOptions = {}): TableReading {
  return parseTable(text, { source: "prices.csv", ...options });
}

describe("what is wrong with a file is said with its place", () => {
  const cases: readonly (readonly [string, string, ReadTableOptions, Partial<RecurraError>])[] = [
    ["an empty file", "", {}, { code: "data/empty-file", message: "prices.csv is empty" }],
    ["a blank file", " \n\r\n", {}, { code: "data/empty-file", message: "prices.csv is empty" }],
    [
      "names only",
      "a,b\n",
      {},
      { code: "data/no-rows", message: "prices.csv has column names but no rows; give it at least one" },
    ],
    [
      "no names",
      "1/3/2012,325.25\n1/4/2012,331.27\n",
      {},
      {
        code: "data/no-header",
        line: 1,
        message:
          'prices.csv, line 1: the first line holds values ("1/3/2012"), not the names of columns; add a line of names or give them (names)',
      },
    ],
    [
      "two columns of one name",
      "a,b,a\n1,2,3\n",
      {},
      {
        code: "data/duplicate-column",
        line: 1,
        column: 3,
        message: 'prices.csv, line 1: columns 1 and 3 are both named "a"; rename one of them',
      },
    ],
    [
      "a short row",
      "a,b\n1,2\n3\n",
      {},
      {
        code: "data/ragged-row",
        line: 3,
        message:
          "prices.csv, row 2 (line 3): the row has 1 field where there are 2 columns; add or remove separators, or put fields that contain one in quotes",
      },
    ],
    [
      "a long row",
      "a,b\n1,2,3\n",
      {},
      {
        code: "data/ragged-row",
        line: 2,
        message:
          "prices.csv, row 1 (line 2): the row has 3 fields where there are 2 columns; add or remove separators, or put fields that contain one in quotes",
      },
    ],
    [
      "an open quote",
      'a,b\n1,2\n"3,4\n',
      {},
      {
        code: "data/bad-quotes",
        line: 3,
        message:
          'prices.csv, line 3: a quoted field is never closed; write a quote inside a field as "", or read without quotes (quotes: false)',
      },
    ],
    [
      "text after a quote",
      'a,b\n"x" y,2\n',
      {},
      {
        code: "data/bad-quotes",
        line: 2,
        message:
          'prices.csv, line 2: text follows the closing quote of a field; write a quote inside a field as "", or read without quotes (quotes: false)',
      },
    ],
    [
      "an almost numeric column",
      "a\n1\n2\nabc\n4\n",
      {},
      {
        code: "data/mixed-column",
        line: 4,
        column: 1,
        message:
          'prices.csv, row 3 (line 4), column "a": "abc" is not a number, though 3 of 4 cells of the column are. Correct it, let it count as missing (missingMarks), or read the column as text (types: { "a": "text" })',
      },
    ],
    [
      "an almost dated column",
      "x,a\n1,2012-01-01\n1,2012-01-02\n1,soon\n",
      {},
      {
        code: "data/mixed-column",
        line: 4,
        column: 2,
        message:
          'prices.csv, row 3 (line 4), column "a": "soon" is not a date, though 2 of 3 cells of the column are. Correct it, let it count as missing (missingMarks), or read the column as text (types: { "a": "text" })',
      },
    ],
    [
      "a decimal comma nobody stated",
      'a,b\n"1,5",x\n"2,25",y\n',
      {},
      {
        code: "data/ambiguous-number",
        line: 2,
        column: 1,
        message:
          'prices.csv, row 1 (line 2), column "a": "1,5" is a number only with a decimal comma. Say which mark is the decimal one (decimal: "," or "."), or read the column as text (types)',
      },
    ],
    [
      "a comma that may be either",
      "a;b\n1,234;x\n2;y\n",
      {},
      {
        code: "data/ambiguous-number",
        line: 2,
        column: 1,
        message:
          'prices.csv, row 1 (line 2), column "a": "1,234" has a comma that may be a decimal comma or a thousands mark. Say which mark is the decimal one (decimal: "," or "."), or read the column as text (types)',
      },
    ],
    [
      "dates day first that nobody stated",
      "a,b\n1/2/2012,x\n13/2/2012,y\n",
      {},
      {
        code: "data/ambiguous-date",
        line: 3,
        column: 1,
        message:
          'prices.csv, row 2 (line 3), column "a": "13/2/2012" is a date only if read day first. Say so (dateOrder: "day-first"), or read the column as text (types)',
      },
    ],
    [
      "dates with hyphens in an order nobody stated",
      "a,b\n1-13-2012,x\n2-13-2012,y\n",
      {},
      {
        code: "data/ambiguous-date",
        line: 2,
        column: 1,
        message:
          'prices.csv, row 1 (line 2), column "a": "1-13-2012" is a date only if read month first. Say so (dateOrder: "month-first"), or read the column as text (types)',
      },
    ],
    [
      "a date column that holds something else",
      "a,b\n2012,1\n2013,2\n",
      { dateColumn: "a" },
      {
        code: "data/wrong-type",
        line: 2,
        column: 1,
        message:
          'prices.csv, row 1 (line 2), column "a": "2012" is not a date. Dates are read as 2012-01-03, 1/3/2012 (month first), 03.01.2012 (day first), or by the order given (dateOrder: "day-first" or "month-first")',
      },
    ],
    [
      "a date column with a cell that is none",
      "a,b\n2012-01-01,1\n2012-01-02,2\n2012-13-45,3\n",
      { dateColumn: "a" },
      {
        code: "data/mixed-column",
        line: 4,
        column: 1,
        message:
          'prices.csv, row 3 (line 4), column "a": "2012-13-45" is not a date, though 2 of 3 cells of the column are. Correct it, let it count as missing (missingMarks), or read the column as text (types: { "a": "text" })',
      },
    ],
    [
      "a date in another order than stated",
      "a,b\n13/1/2012,1\n",
      { dateColumn: "a", dateOrder: "month-first" },
      {
        code: "data/wrong-type",
        line: 2,
        column: 1,
        message:
          'prices.csv, row 1 (line 2), column "a": "13/1/2012" is not a date. Dates are read as 2012-01-03, or with the year last in the order given (dateOrder)',
      },
    ],
    [
      "a cell that is not of the type stated",
      "a,b\n1,yes\n",
      { types: { b: "boolean" } },
      {
        code: "data/wrong-type",
        line: 2,
        column: 2,
        message:
          'prices.csv, row 1 (line 2), column "b": "yes" is not true or false. Correct the cell, or name another type for the column (types)',
      },
    ],
    [
      "a type of a column that is not there",
      "a,b\n1,2\n",
      { types: { c: "text" } },
      { code: "data/unknown-column", message: 'prices.csv has no column "c"; it has "a", "b"' },
    ],
    [
      "a column that is not there",
      "Open,Close\n1,2\n",
      { columns: ["open"] },
      { code: "data/unknown-column", message: 'prices.csv has no column "open"; did you mean "Open"?' },
    ],
    [
      "a date column that is not there",
      "a\n1\n",
      { dateColumn: "when" },
      { code: "data/unknown-column", message: 'prices.csv has no column "when"; it has "a"' },
    ],
    [
      "a number beyond float64",
      "a\n1\n1e999\n",
      {},
      {
        code: "data/not-finite",
        line: 3,
        column: 1,
        message:
          'prices.csv, row 2 (line 3), column "a": "1e999" is not a finite number; correct the cell or let it count as missing (missingMarks)',
      },
    ],
    [
      "an integer that is not exact",
      "a\n1\n9007199254740993\n",
      {},
      {
        code: "data/inexact-integer",
        line: 3,
        column: 1,
        message:
          'prices.csv, row 2 (line 3), column "a": 9007199254740993 is an integer that a float64 cannot hold exactly; read the column as text (types) or leave it out (columns)',
      },
    ],
    [
      "two rows of one time",
      "d,x\n2012-01-01,1\n2012-01-02,2\n2012-01-01,3\n",
      { dateColumn: "d" },
      {
        code: "data/duplicate-date",
        line: 4,
        column: 1,
        message:
          'prices.csv, row 3 (line 4), column "d": row 1 has the same time, 2012-01-01. Correct one, name the column that tells series apart (groupColumn), or say which to keep (duplicates: "first", "last" or "keep")',
      },
    ],
    [
      "two rows of one time in a series",
      "d,g,x\n2012-01-01,a,1\n2012-01-01,b,2\n2012-01-01,b,3\n",
      { dateColumn: "d", groupColumn: "g" },
      {
        code: "data/duplicate-date",
        line: 4,
        column: 1,
        message:
          'prices.csv, row 3 (line 4), column "d": row 2 of "b" has the same time, 2012-01-01. Correct one, name the column that tells series apart (groupColumn), or say which to keep (duplicates: "first", "last" or "keep")',
      },
    ],
    [
      "a row without a time",
      "d,x\n2012-01-01,1\n,2\n",
      { dateColumn: "d", missing: "previous" },
      {
        code: "data/missing-value",
        line: 3,
        column: 1,
        message:
          'prices.csv, row 2 (line 3), column "d": the time is missing. Fill it in, or drop such rows (missing: "drop")',
      },
    ],
    ["JSON that is not", '[{"a": 1}\n{"a": 2}]', { source: "x.json" }, { code: "data/bad-json", line: 2 }],
    [
      "JSON that holds no rows",
      '{"a": 1}',
      { source: "x.json" },
      {
        code: "data/bad-json",
        message: 'x.json holds an object, not an array of rows such as [{"date": "2012-01-03", "open": 325.25}]',
      },
    ],
    [
      "a JSON row that is no object",
      '[{"a": 1}, [2]]',
      { source: "x.json" },
      {
        code: "data/bad-json",
        message: 'x.json, row 2: the row is an array, not an object such as {"date": "2012-01-03", "open": 325.25}',
      },
    ],
    [
      "JSON without rows",
      "[]",
      { source: "x.json" },
      { code: "data/no-rows", message: "x.json has no rows; give it at least one" },
    ],
    ["an empty JSON file", "", { source: "x.json" }, { code: "data/empty-file", message: "x.json is empty" }],
    ["an empty JSON lines file", "\n", { source: "x.jsonl" }, { code: "data/empty-file", message: "x.jsonl is empty" }],
    ["a JSON line that is not", '{"a":1}\n\n{"a":\n', { source: "x.jsonl" }, { code: "data/bad-json", line: 3 }],
    [
      "a JSON line that is no row",
      '{"a":1}\n7\n',
      { source: "x.jsonl" },
      {
        code: "data/bad-json",
        line: 2,
        message:
          'x.jsonl, row 2 (line 2): the row is the number 7, not an object such as {"date": "2012-01-03", "open": 325.25}',
      },
    ],
    [
      "a list in a cell",
      '[{"a": 1, "b": [1, 2]}]',
      { source: "x.json" },
      {
        code: "data/unsupported-column",
        column: 2,
        message:
          'x.json, row 1, column "b": the cell holds a list, a structure or bytes; leave the column out (columns) or write it as plain values',
      },
    ],
    [
      "a JSON integer written as text that is not exact",
      '[{"a": "9007199254740993"}]',
      { source: "x.json" },
      { code: "data/inexact-integer" },
    ],
    [
      "an unknown ending",
      "a\n1\n",
      { source: "prices.xlsx" },
      {
        code: "data/unknown-format",
        message:
          "prices.xlsx ends in .xlsx, which tells no format known here; give it (format): csv, tsv, jsonl, json or parquet",
      },
    ],
    [
      "no ending",
      "a\n1\n",
      { source: "prices" },
      {
        code: "data/unknown-format",
        message: "prices has no ending that tells its format; give it (format): csv, tsv, jsonl, json or parquet",
      },
    ],
    [
      "Parquet as a text",
      "a",
      { source: "x.parquet" },
      { code: "util/bad-argument", message: "x.parquet: Parquet is not a text; use readTable with its bytes" },
    ],
  ];

  it.each(cases)("%s", (_, text, options, expected) => {
    expect(() => readCsv(text, options)).toThrow(expect.objectContaining(expected) as Error);
  });

  it("does not judge a column that is not asked for", () => {
    expect(printTable(readCsv("a,b,c\n1,2,\n3,x,\n", { columns: ["a"] }).table)).toBe("a\n1\n3\n");
  });
});
