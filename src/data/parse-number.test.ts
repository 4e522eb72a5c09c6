import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNumber } from "./parse-number.ts";

describe("parseNumber", () => {
  it.each([
    ["1", 1],
    ["-3.5", -3.5],
    ["+.5", 0.5],
    ["5.", 5],
    ["1e-3", 0.001],
    ["1,234", 1234],
    ["1,234,567.25", 1234567.25],
    ["-12,000", -12000],
    ["\u22125.5", -5.5],
    ["1'234'567", 1234567],
    ["1\u202f234\u202f567", 1234567],
    ["1 234.5", 1234.5],
    ["1e999", Infinity],
  ])("reads %j with a decimal point", (text, value) => {
    expect(parseNumber(text, ".")).toBe(value);
  });

  it.each([
    ["1,5", 1.5],
    ["1.234,5", 1234.5],
    ["1.234.567", 1234567],
    ["1 234,5", 1234.5],
    ["-7", -7],
    ["1,5e3", 1500],
  ])("reads %j with a decimal comma", (text, value) => {
    expect(parseNumber(text, ",")).toBe(value);
  });

  it.each([
    ["1,23", "."],
    ["12,34,567", "."],
    ["1,234 567", "."],
    ["1.2.3", "."],
    ["abc", "."],
    ["", "."],
    ["-", "."],
    [".", "."],
    ["0x10", "."],
    ["Infinity", "."],
    ["1_000", "."],
    ["12%", "."],
    ["1.5", ","],
    ["1,234,567", ","],
    ["1.23,5", ","],
  ] as const)("does not take %j for a number (decimal mark %j)", (text, mark) => {
    expect(parseNumber(text, mark)).toBeUndefined();
  });

  it("reads back whatever is printed, plainly and with marks", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, (x) => {
        expect(parseNumber(String(x), ".")).toBe(x === 0 ? 0 : x);
      }),
    );
    fc.assert(
      fc.property(fc.integer(), (x) => {
        expect(parseNumber(x.toLocaleString("en-US"), ".")).toBe(x);
        expect(parseNumber(x.toLocaleString("de-DE"), ",")).toBe(x);
      }),
    );
  });
});
