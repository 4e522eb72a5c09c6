/** Names apart from each other, however many are alike. */
import { expect, test } from "vitest";
import { createNames } from "./names.ts";

test("a name is taken as it is wanted, or with the first number that is free", () => {
  const names = createNames();
  names.add("a_2");
  expect(["a", "a", "a", "b", "a_1", "", ""].map((wanted) => names.take(wanted))).toEqual([
    "a",
    "a_1",
    "a_3",
    "b",
    "a_1_1",
    "_1",
    "_2",
  ]);
  expect(names.has("a_3")).toBe(true);
  expect(names.has("a_4")).toBe(false);
});

test("a hundred thousand alike take no longer each than one", () => {
  const names = createNames();
  const taken = new Set(Array.from({ length: 100_000 }, () => names.take("node")));
  expect(taken.size).toBe(100_000);
});
