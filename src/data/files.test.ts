import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { readTableFile } from "./files.ts";
import { findColumn, printValue } from "./table.ts";

/** Made by make_samples.py in that folder. */
function sample(name: string): string {
  return fileURLToPath(new URL(`./samples/${name}`, import.meta.url));
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "recurra-data-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  return folder;
}

describe("readTableFile", () => {
  it("reads a file by its ending and calls it by its name", async () => {
    const path = join(await makeFolder(), "prices.tsv");
    await writeFile(path, "\ufeffa\tb\r\n1\tx\r\n");
    const { table, report } = await readTableFile(path);
    expect(report.format).toBe("tsv");
    expect(table.origin.source).toBe("prices.tsv");
    expect(table.columns).toEqual([
      { kind: "number", name: "a", values: Float64Array.of(1) },
      { kind: "text", name: "b", values: ["x"] },
    ]);
  });

  it("says what keeps a file from being read", async () => {
    const folder = await makeFolder();
    await expect(readTableFile(join(folder, "none.csv"))).rejects.toThrow(
      expect.objectContaining({
        code: "data/cannot-read",
        message: `${join(folder, "none.csv")} cannot be read: there is no such file; check the name and the folder`,
      }) as Error,
    );
    await expect(readTableFile(folder)).rejects.toThrow(`${folder} cannot be read: it is a folder; name a file in it`);
  });
});

describe("Parquet", () => {
  it("reads every type; NaN and null are missing", async () => {
    const { table, report } = await readTableFile(sample("types.parquet"), { missing: "keep" });
    expect(report.format).toBe("parquet");
    const shown = table.columns.map((column) => [
      column.name,
      column.kind,
      ...[0, 1, 2].map((row) => printValue(column, row)),
    ]);
    expect(shown).toEqual([
      ["day", "date", "2012-01-03", "2012-01-04", "2012-01-05"],
      ["time", "date", "2012-01-03T09:30:00.250Z", "2012-01-03T09:30:01.250Z", "2012-01-03T09:30:02.250Z"],
      ["price", "number", "325.25", "", "329.83"],
      ["float", "number", "0.5", "", "-2"],
      ["volume", "number", "7380500", "5749400", "9007199254740991"],
      ["small", "number", "1", "2", "255"],
      ["cents", "number", "1", "250", "-75"],
      ["open", "boolean", "true", "", "false"],
      ["name", "text", "Hà Nội", "", ""],
    ]);
    expect(findColumn(table, "price").missing).toEqual(Uint8Array.of(0, 1, 0));
  });

  it("treats missing values as every format does", async () => {
    await expect(readTableFile(sample("types.parquet"), { columns: ["day", "price"] })).rejects.toThrow(
      expect.objectContaining({
        code: "data/missing-value",
        message: expect.stringContaining('types.parquet, row 2, column "price": the value is missing.') as string,
      }) as Error,
    );
    const { table } = await readTableFile(sample("types.parquet"), {
      columns: ["price"],
      dateColumn: "day",
      missing: "linear",
    });
    expect([...findColumn(table, "price").values]).toEqual([325.25, 327.53999999999996, 329.83]);
  });

  it.each(["none", "snappy", "gzip", "brotli", "lz4"])("reads files with compression: %s", async (codec) => {
    const { table } = await readTableFile(sample(`${codec}.parquet`));
    expect([...findColumn(table, "volume").values]).toEqual([7380500, 5749400, 9007199254740991]);
  });

  it.each([
    [
      "big-integer.parquet",
      {},
      "data/inexact-integer",
      'big-integer.parquet, row 2, column "id": 9007199254740993 is an integer that a float64 cannot hold exactly; read the column as text (types) or leave it out (columns)',
    ],
    [
      "nested.parquet",
      {},
      "data/unsupported-column",
      'nested.parquet, row 1, column "list": the cell holds a list, a structure or bytes; leave the column out (columns) or write it as plain values',
    ],
    ["no-rows.parquet", {}, "data/no-rows", "no-rows.parquet has columns but no rows; give it at least one"],
    [
      "types.parquet",
      { columns: ["prize"] },
      "data/unknown-column",
      'types.parquet has no column "prize"; did you mean "price"?',
    ],
    [
      "types.parquet",
      { columns: ["price"], dateColumn: "dax" },
      "data/unknown-column",
      'types.parquet has no column "dax"; did you mean "day"?',
    ],
  ])("refuses what it cannot hold: %s", async (name, options, code, message) => {
    await expect(readTableFile(sample(name), options)).rejects.toThrow(
      expect.objectContaining({ code, message }) as Error,
    );
  });

  it("reads the columns beside one it cannot hold, and an integer too large for a number as text", async () => {
    const nested = await readTableFile(sample("nested.parquet"), { columns: ["id"] });
    expect([...findColumn(nested.table, "id").values]).toEqual([1, 2]);
    const large = await readTableFile(sample("big-integer.parquet"), { types: { id: "text" } });
    expect(findColumn(large.table, "id").values).toEqual(["1", "9007199254740993"]);
  });

  it("says when a file is damaged or no Parquet at all", async () => {
    const folder = await makeFolder();
    const path = join(folder, "x.parquet");
    await writeFile(path, "a,b\n1,2\n3,4\n");
    await expect(readTableFile(path)).rejects.toThrow(
      expect.objectContaining({
        code: "data/bad-parquet",
        message: expect.stringMatching(
          /^x\.parquet cannot be read as Parquet \(.+\); write it again or convert it to CSV$/,
        ) as string,
      }) as Error,
    );
    await writeFile(path, "");
    await expect(readTableFile(path)).rejects.toThrow("x.parquet is empty");
  });
});
