/** Who has won, and curves that can be read. */
import { expect, test } from "vitest";
import { findWinner, smoothRunner } from "./race-result.ts";

const result = (cell: string, error: number | null) => ({ cell, error, chance: 1 / 6 });

test("the winner has learned the task, and is not the simple network", () => {
  expect(findWinner([result("rnn", 0.15), result("lstm", 0.001), result("gru", 0.003)])).toEqual({
    cell: "lstm",
    times: 150,
  });
  expect(findWinner([result("rnn", 0.17), result("lstm", 0.16), result("gru", null)])).toBeUndefined();
  expect(findWinner([result("rnn", 0.001), result("lstm", 0.002)])).toBeUndefined();
  expect(findWinner([])).toBeUndefined();
});

test("a loss that is shown is the mean of the last five", () => {
  const runner = { cell: "rnn", parameters: 1, progress: 1, updates: [1, 2, 3, 4, 5, 6], losses: [6, 4, 2, 0, 3, 1] };
  expect(smoothRunner(runner).losses).toEqual([6, 5, 4, 3, 3, 2]);
  expect(smoothRunner(runner).updates).toBe(runner.updates);
});
