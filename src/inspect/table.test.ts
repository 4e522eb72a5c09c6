import { printCount } from "../util/count.ts";
import { describe, expect, it } from "vitest";
import { printQuantity, printSignificant } from "./format-number.ts";
import { printTable, terminalWidth } from "./table.ts";

it("counts with a noun in its number", () => {
  expect([0, 1, 1200].map((count) => printCount(count, "text"))).toEqual(["0 texts", "1 text", "1,200 texts"]);
});

describe("printSignificant", () => {
  it.each([
    [0, "0"],
    [12345, "12,345"],
    [0.12345, "0.1235"],
    [1234.567, "1,235"],
    [99.999, "100.0"],
    [-0.5, "-0.5000"],
    [1.5e-7, "1.500e-7"],
    [2.5e12, "2.500e12"],
    [NaN, "NaN"],
    [-Infinity, "-∞"],
    [9.9999, "10.00"],
  ])("prints %d as %s", (value, text) => {
    expect(printSignificant(value)).toBe(text);
  });
});

describe("printQuantity", () => {
  it.each<[number | undefined, string, string]>([
    [0.0123, "ms", "12.3 µs"],
    [999.9, "ms", "1 s"],
    [12.5, "ms", "12.5 ms"],
    [61_000, "ms", "1 min 1 s"],
    [7_260_000, "ms", "2 h 1 min"],
    [0, "ms", "0 ms"],
    [512, "bytes", "512 B"],
    [16384, "bytes", "16 KiB"],
    [1.5 * 2 ** 20, "bytes", "1.50 MiB"],
    [0.1234, "share", "12.3 %"],
    [1234567, "count", "1,234,567"],
    [318.2, "births", "318.2 births"],
    [undefined, "ms", "–"],
    [NaN, "bytes", "NaN"],
    [3, "", "3"],
  ])("prints %d %s as %s", (value, unit, text) => {
    expect(printQuantity(value, unit)).toBe(text);
  });
});

describe("printTable", () => {
  const columns = [{ key: "name" }, { key: "numbers", unit: "count" }, { key: "time", title: "time", unit: "ms" }];

  it("stands text left and numbers right under their headings", () => {
    const rows = [
      { name: "W_i", numbers: 64, time: 0.5 },
      { name: "U_i", numbers: 4096, time: null },
    ];
    expect(printTable(rows, columns)).toBe(
      ["name  numbers    time", "────  ───────  ──────", "W_i        64  500 µs", "U_i     4,096       –"].join("\n"),
    );
  });

  it("can leave the headings out and indent", () => {
    expect(printTable([{ name: "a", numbers: 1, time: 2 }], columns, { headings: false, indent: "  " })).toBe(
      "  a  1  2 ms",
    );
  });

  it("keeps control characters away from the terminal", () => {
    const text = printTable([{ name: "red\u001b[31m\nline" }], [{ key: "name" }]);
    expect(text.split("\n")).toHaveLength(3);
    expect(text).not.toContain("\u001b");
  });

  it("counts wide characters twice, combining marks not at all, and cuts to the given width", () => {
    expect(terminalWidth("你好")).toBe(4);
    expect(terminalWidth("e\u0302")).toBe(1);
    const lines = printTable([{ name: "你好吗" }, { name: "abcdefgh" }], [{ key: "name", maxWidth: 5 }], {
      headings: false,
    }).split("\n");
    expect(lines).toEqual(["你好…", "abcd…"]);
  });
});
