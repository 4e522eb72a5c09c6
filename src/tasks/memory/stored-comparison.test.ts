import { expect, test } from "vitest";
import type { RunResult } from "./compare-plan.ts";
import { parseComparison, storeComparison } from "./stored-comparison.ts";

const run: RunResult = {
  key: "adding-1",
  cell: "lstm",
  steps: 50,
  seed: 1,
  hidden: 8,
  parameters: 300,
  updates: 10,
  error: 0.1,
  chance: 0.17,
  secondsPerUpdate: 0.01,
  curve: [0.3, 0.1],
};
const failed: RunResult = { ...run, key: "adding-2", error: null, curve: [NaN], failed: "the loss became infinite" };

test("results come back as they were", () => {
  expect(parseComparison(storeComparison([run, failed]), "x.json")).toEqual([run, failed]);
});

test.each([
  ["{", "it is no JSON"],
  ["5", "it is 5, not an object"],
  [JSON.stringify({ kind: "other" }), 'kind is "other", not one of comparison'],
  [JSON.stringify({ kind: "comparison", version: 2 }), "version is 2, not a number from 1 to 1"],
  [JSON.stringify({ kind: "comparison", version: 1 }), 'it lacks "results"'],
  [storeComparison([{ ...run, hidden: "8" as unknown as number }]), 'results[0].hidden is "8", not a finite number'],
  [storeComparison([run, { ...run, parameters: 1.5 }]), "results[1].parameters is 1.5, not a whole number"],
  [storeComparison([{ ...run, secondsPerUpdate: undefined as unknown as number }]), 'lacks "secondsPerUpdate"'],
  [storeComparison([{ ...run, curve: 5 as unknown as readonly number[] }]), "results[0].curve is 5, not a list"],
])("%s is refused with its place", (text, says) => {
  expect(() => parseComparison(text, "x.json")).toThrow("x.json is there, but holds no results of recurra compare: ");
  expect(() => parseComparison(text, "x.json")).toThrow(says);
});
