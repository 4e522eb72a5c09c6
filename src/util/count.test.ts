import { expect, test } from "vitest";
import { printCount } from "./count.ts";

test("one of something has no s, and thousands have commas", () => {
  expect([0, 1, 2, 999, 1200, 1234567].map((count) => printCount(count, "row"))).toEqual([
    "0 rows",
    "1 row",
    "2 rows",
    "999 rows",
    "1,200 rows",
    "1,234,567 rows",
  ]);
});
