import { describe, expect, it } from "vitest";
import { parseTable, readTable, tableFromRows } from "./read-table.ts";
import type { ReadTableOptions, TableReading } from "./read-table.ts";
import { findColumn, printValue } from "./table.ts";
import type { Table } from "./table.ts";

/** Reads a CSV text named prices.csv. */
function readCsv(text: string, options: ReadTableOptions = {}): TableReading {
  return parseTable(text, { source: "prices.csv", ...options });
}

/** A table as rows of texts behind its names and kinds. */
function show(table: Table): string[] {
  const row = (index: number): string => table.columns.map((column) => printValue(column, index)).join(" | ");
  return [
    table.columns.map((column) => `${column.name}: ${column.kind}`).join(" | "),
    ...Array.from({ length: table.rows }, (_, index) => row(index)),
  ];
}

describe("CSV and TSV", () => {
  it("finds types: dates, numbers with marks, truth values, text; and drops an unnamed empty last column", () => {
    const text =
      'Date,Open,Volume,Up,Note,\n1/3/2012,325.25,"7,380,500",true,a,\n1/4/2012,-331.27,"5,749,400",FALSE,"b, ""c""",\n';
    const { table, report } = readCsv(text);
    expect(show(table)).toEqual([
      "Date: date | Open: number | Volume: number | Up: boolean | Note: text",
      "2012-01-03 | 325.25 | 7380500 | true | a",
      '2012-01-04 | -331.27 | 5749400 | false | b, "c"',
    ]);
    expect(report).toMatchObject({ format: "csv", droppedRows: 0, filledValues: 0 });
    expect(report.notes).toEqual([
      'Dates of column "Date" such as "1/3/2012" were read month first; give dateOrder if that is wrong',
    ]);
  });

  it("drops trailing separators whether or not the header has them", () => {
    const expected = ["a: number | b: number", "1 | 2", "3 | 4"];
    expect(show(readCsv("a,b\n1,2,,\n3,4,,\n").table)).toEqual(expected);
    expect(show(readCsv("a,b,,\n1,2,,\n3,4\n").table)).toEqual(expected);
  });

  it("names a column without a name by its number where it holds something", () => {
    expect(show(readCsv(",a\n0,1\n1,2\n").table)[0]).toBe("column 1: number | a: number");
  });

  it.each([
    ["CRLF", "a,b\r\n1,x\r\n2,y\r\n"],
    ["CR", "a,b\r1,x\r2,y"],
    ["mixed", 'a,b\n1,x\r\n2,"y"\r\n'],
    ["a byte order mark", "\ufeffa,b\n1,x\n2,y\n"],
    ["blank lines", "\n\na,b\n\n1,x\n   \n2,y\n\n\n"],
    ["tabs", "a\tb\n1\tx\n2\ty\n"],
    ["semicolons", "a;b\n1;x\n2;y\n"],
    ["bars", "a|b\n1|x\n2|y\n"],
  ])("reads %s", (_, text) => {
    expect(show(readCsv(text).table)).toEqual(["a: number | b: text", "1 | x", "2 | y"]);
  });

  it("keeps line breaks inside quotes, and counts lines over them", () => {
    const { table } = readCsv('a,b\r\n"x\ny",1\r\n"z",2\r\n');
    expect(show(table)).toEqual(["a: text | b: number", "x\ny | 1", "z | 2"]);
    expect([...(table.origin.lines ?? [])]).toEqual([2, 4]);
  });

  it("takes blank lines between values of a single column for missing values", () => {
    expect(() => readCsv("a\n1\n\n3\n\n")).toThrow('prices.csv, row 2 (line 3), column "a": the value is missing');
  });

  it("reads texts with stray quotes where quotes mean nothing, and names where there is no header", () => {
    const text = '1\t"Hi\n2\tso "he" said\n';
    const { table } = parseTable(text, { source: "t.tsv", quotes: false, names: ["id", "text"] });
    expect(show(table)).toEqual(["id: number | text: text", '1 | "Hi', '2 | so "he" said']);
  });

  it("reads European numbers and dates by option", () => {
    const text = "Datum;Preis;Menge\n03.01.2012;1.234,50;1\n04.01.2012;7,25;2\n";
    const { table } = readCsv(text, { decimal: ",", dateOrder: "day-first" });
    expect(show(table)).toEqual([
      "Datum: date | Preis: number | Menge: number",
      "2012-01-03 | 1234.5 | 1",
      "2012-01-04 | 7.25 | 2",
    ]);
  });

  it("selects columns in the order asked for, date and group in front", () => {
    const text = "d,g,x,y,notes\n2012-01-02,a,1,2,\n2012-01-01,b,3,4,\n";
    const { table } = readCsv(text, { columns: ["y", "x"], dateColumn: "d", groupColumn: "g" });
    expect(show(table)).toEqual([
      "d: date | g: text | y: number | x: number",
      "2012-01-01 | b | 4 | 3",
      "2012-01-02 | a | 2 | 1",
    ]);
  });

  it("reads columns as the types they are given", () => {
    const text = "s,m,e,id,flag\n1325548800,1325548800000,40911,007,1\n1325635200,1325635200500,40911.5,008,0\n";
    const { table } = readCsv(text, {
      types: { s: "seconds", m: "milliseconds", e: "excel-days", id: "text", flag: "number" },
    });
    expect(show(table)).toEqual([
      "s: date | m: date | e: date | id: text | flag: number",
      "2012-01-03 | 2012-01-03 | 2012-01-03 | 007 | 1",
      "2012-01-04 | 2012-01-04T00:00:00.500Z | 2012-01-03T12:00:00.000Z | 008 | 0",
    ]);
  });

  it("reads a column with few numbers as text", () => {
    expect(show(readCsv("a,b\nx,1\ny,2\n3,3\n").table)[0]).toBe("a: text | b: number");
  });

  it("sorts by date and says how the rows stood", () => {
    const down = readCsv("d,x\n2012-01-03,3\n2012-01-02,2\n2012-01-01,1\n", { dateColumn: "d" });
    expect(show(down.table).slice(1)).toEqual(["2012-01-01 | 1", "2012-01-02 | 2", "2012-01-03 | 3"]);
    expect([...down.table.origin.rows]).toEqual([3, 2, 1]);
    expect(down.report.order).toBe("descending");
    expect(down.report.notes).toEqual(['Rows stood newest first and were turned around (by "d")']);
    const mixed = readCsv("d,x\n2012-01-01,1\n2012-01-03,3\n2012-01-02,2\n", { dateColumn: "d" });
    expect(mixed.report.order).toBe("unordered");
    expect(mixed.report.notes).toEqual(['Rows were not in order of time and were sorted (by "d")']);
    expect(readCsv("d,x\n2012-01-01,1\n2012-01-03,3\n", { dateColumn: "d" }).report).toMatchObject({
      order: "ascending",
      notes: [],
    });
  });

  it("keeps one or all of the rows of one time where it is told to", () => {
    const text = "d,x\n2012-01-01,1\n2012-01-02,2\n2012-01-02,3\n";
    const values = (duplicates: "keep" | "first" | "last"): unknown[] => {
      const { table, report } = readCsv(text, { dateColumn: "d", duplicates });
      return [...findColumn(table, "x").values, report.droppedRows];
    };
    expect(values("keep")).toEqual([1, 2, 3, 0]);
    expect(values("first")).toEqual([1, 2, 1]);
    expect(values("last")).toEqual([1, 3, 1]);
  });

  it("judges times within a series", () => {
    const text = "d,g,x\n2012-01-01,a,1\n2012-01-02,a,2\n2012-01-01,b,3\n2012-01-02,b,4\n";
    const { table, report } = readCsv(text, { dateColumn: "d", groupColumn: "g" });
    expect(report.order).toBe("ascending");
    expect(table.rows).toBe(4);
  });

  it("reads UTF-16 by its mark and other encodings by name", async () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, ...[..."a\n1\n"].flatMap((letter) => [letter.charCodeAt(0), 0])]);
    expect(show((await readTable(utf16, { source: "x.csv" })).table)).toEqual(["a: number", "1"]);
    const latin = Uint8Array.from([..."a,b\n1,caf"].map((letter) => letter.charCodeAt(0)).concat(0xe9, 0x0a));
    const { table } = await readTable(latin, { source: "x.csv", encoding: "windows-1252" });
    expect(show(table)).toEqual(["a: number | b: text", "1 | café"]);
    await expect(readTable(latin, { source: "x.csv" })).rejects.toThrow(
      expect.objectContaining({
        code: "data/bad-encoding",
        message: 'x.csv is not utf-8 text; save it as UTF-8 or give its encoding (encoding: "windows-1252")',
      }) as Error,
    );
    await expect(readTable(latin, { source: "x.csv", encoding: "klingon" })).rejects.toThrow(
      'the encoding "klingon" is not known',
    );
  });
});

describe("JSON", () => {
  it("reads an array of objects; numbers in texts are numbers", () => {
    const { table, report } = parseTable(
      '[{"d":"2012-01-03","x":"1,234","up":true},{"d":"2012-01-04","x":2.5,"up":false}]',
      { source: "x.json" },
    );
    expect(show(table)).toEqual([
      "d: date | x: number | up: boolean",
      "2012-01-03 | 1234 | true",
      "2012-01-04 | 2.5 | false",
    ]);
    expect(report.format).toBe("json");
  });

  it("reads JSON lines; a key that a row lacks is a missing value", () => {
    const text = '{"a":1}\r\n\r\n{"a":2,"b":"x"}\r\n';
    const { table } = parseTable(text, { source: "x.jsonl", missing: "keep" });
    expect(show(table)).toEqual(["a: number | b: text", "1 | ", "2 | x"]);
    expect(() => parseTable(text, { source: "x.ndjson" })).toThrow(
      expect.objectContaining({
        code: "data/missing-value",
        line: 1,
        column: 2,
        message: expect.stringContaining('x.ndjson, row 1 (line 1), column "b": the value is missing') as string,
      }) as Error,
    );
  });

  it("makes a table of objects in memory", () => {
    const { table } = tableFromRows(
      [
        { when: new Date("2012-01-03"), n: 3n },
        { when: new Date("2012-01-04"), n: 4 },
      ],
      { source: "births" },
    );
    expect(show(table)).toEqual(["when: date | n: number", "2012-01-03 | 3", "2012-01-04 | 4"]);
  });

  it("takes columns that are said to be texts as they are: only an empty cell is missing", () => {
    const read = (text: string, types?: { readonly word: "text" }) =>
      readCsv(text, types === undefined ? {} : { types }).table.columns[0];
    expect(read("word,n\nnull,1\n-,2\nNA,3\n", { word: "text" })).toMatchObject({ values: ["null", "-", "NA"] });
    expect(() => read("word,n\nnull,1\nfoo,2\n")).toThrow(/row 1 \(line 2\), column "word": the value is missing/);
    expect(() => read("word,n\n,1\nfoo,2\n", { word: "text" })).toThrow(/the value is missing/);
  });
});
