import { expect, test } from "vitest";
import { describeColumns } from "./index.ts";

test("columns are told by their first cells, and nothing in them is an error", async () => {
  const text =
    'Date,when,open,volume,id,up,note,nothing\n1/13/2012,13-1-2012,1.5,"1,000",12345678901234567890,true,12,\n1/14/2012,14-1-2012,n/a,2,3,false,x,\n';
  expect(await describeColumns(text, { source: "a.csv" })).toEqual([
    { name: "Date", looksLike: "date" },
    { name: "when", looksLike: "date" },
    { name: "open", looksLike: "number" },
    { name: "volume", looksLike: "number" },
    { name: "id", looksLike: "number" },
    { name: "up", looksLike: "boolean" },
    { name: "note", looksLike: "text" },
    { name: "nothing", looksLike: "text" },
  ]);
  expect(await describeColumns('{"a": 1, "b": "2012-01-03"}\n', { source: "a.jsonl" })).toEqual([
    { name: "a", looksLike: "number" },
    { name: "b", looksLike: "date" },
  ]);
});

test("a file that cannot be read at all is an error", async () => {
  await expect(describeColumns("", { source: "a.csv" })).rejects.toMatchObject({ code: "data/empty-file" });
  await expect(describeColumns("x", { source: "a.xyz" })).rejects.toMatchObject({ code: "data/unknown-format" });
});

test("a column of nearly all dates looks like dates, one with some dates like text", async () => {
  const rows = Array.from({ length: 20 }, (_, day) => {
    const date = `2020-01-${String(day + 1).padStart(2, "0")}`;
    return `${day === 4 ? "2020-13-45" : date},${day % 2 === 0 ? date : "later"}`;
  });
  expect(await describeColumns(`day,note\n${rows.join("\n")}\n`, { source: "a.csv" })).toEqual([
    { name: "day", looksLike: "date" },
    { name: "note", looksLike: "text" },
  ]);
});
