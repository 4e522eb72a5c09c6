import { expect, it } from "vitest";
import { median, printBytes, printTable, threeDigits } from "./numbers.mjs";

it("takes the middle, or the mean of the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it("prints three digits, and a dash for nothing", () => {
  expect([1234.5, 12.345, 0.012345, 0, NaN, Infinity, -2.5].map(threeDigits)).toEqual([
    "1235",
    "12.3",
    "0.0123",
    "0",
    "–",
    "–",
    "-2.50",
  ]);
});

it("prints bytes in the unit that suits them", () => {
  expect([0, 512, 2 ** 14, 2 ** 23, 1.5 * 2 ** 30, -2048].map(printBytes)).toEqual([
    "0 B",
    "512 B",
    "16 KiB",
    "8 MiB",
    "1.50 GiB",
    "-2 KiB",
  ]);
});

it("stands numbers on the right", () => {
  expect(printTable(["name", "time, ms", "reached "], [["a", "1", "yes"]])).toBe(
    "| name | time, ms | reached |\n| --- | ---: | --- |\n| a | 1 | yes |",
  );
});
