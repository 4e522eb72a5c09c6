/** The list of models: what is taken from it. */
import { expect, test } from "vitest";
import { parseCatalogue, scoreOf } from "./catalogue.ts";

test("what is no entry is left out, and what is no list is empty", () => {
  const parts = { train: 1, validation: 2, test: 3 };
  const good = { name: "good", bytes: 10, parameters: 4, parts, test: { births: { error: 2 } } };
  const bad = [7, null, { ...good, name: "../etc" }, { ...good, bytes: -1 }, { ...good, parts: { train: 1 } }];
  expect(parseCatalogue({ models: [...bad, good] })).toEqual([good]);
  for (const none of [undefined, null, 3, [], {}, { models: {} }]) expect(parseCatalogue(none)).toEqual([]);
});

test("scores are found by their path", () => {
  const entry = { test: { births: { error: 2 }, accuracy: 0.5, name: "x" } };
  expect(scoreOf(entry, "births", "error")).toBe(2);
  expect(scoreOf(entry, "accuracy")).toBe(0.5);
  for (const path of [["births"], ["name"], ["name", "length"], ["none", "none"]])
    expect(scoreOf(entry, ...path)).toBeNaN();
});
