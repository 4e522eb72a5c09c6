/** Who has learned, and curves that can be read. */
import { expect, test } from "vitest";
import { findLearned, smoothRunner } from "./race-result.ts";

const result = (cell: string, error: number | null) => ({ cell, error, chance: 1 / 6 });

test("those that have learned the task where the simple network has not, the best first", () => {
  expect(findLearned([result("rnn", 0.15), result("lstm", 0.003), result("gru", 0.001)])).toEqual([
    { cell: "gru", times: 150 },
    { cell: "lstm", times: 50 },
  ]);
  expect(findLearned([result("rnn", 0.17), result("lstm", 0.16), result("gru", null)])).toEqual([]);
  expect(findLearned([result("rnn", 0.001), result("lstm", 0.0002)])).toEqual([]);
  expect(findLearned([result("rnn", null), result("lstm", 0.0002)])).toEqual([]);
  expect(findLearned([])).toEqual([]);
});

test("a loss that is shown is the mean of the last five", () => {
  const runner = { cell: "rnn", parameters: 1, progress: 1, updates: [1, 2, 3, 4, 5, 6], losses: [6, 4, 2, 0, 3, 1] };
  expect(smoothRunner(runner).losses).toEqual([6, 5, 4, 3, 3, 2]);
  expect(smoothRunner(runner).updates).toBe(runner.updates);
});
