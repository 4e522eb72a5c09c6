/** Results as rows, and files of comparisons read back. */
import { storeComparison } from "recurra";
import type { RunResult } from "recurra";
import { expect, test } from "vitest";
import { readComparison, summariseResults } from "./summarise-results.ts";

const result = (cell: string, steps: number, seed: number, error: number | null): RunResult => ({
  key: `digit-rows-${steps}-${seed}-${cell}`,
  cell,
  steps,
  seed,
  hidden: 8,
  parameters: 100,
  updates: 10,
  error,
  chance: 0.5,
  secondsPerUpdate: error === null ? null : 0.01,
  curve: [],
});
const results = [
  result("gru", 20, 1, 0.25),
  result("rnn", 10, 1, 0.5),
  result("gru", 20, 2, 0.75),
  result("gru", 20, 3, null),
];

test("runs of one cell at one length are one row, the shortest first", () => {
  expect(summariseResults(results)).toMatchObject([
    { cell: "rnn", steps: 10, runs: 1, error: 0.5 },
    { cell: "gru", steps: 20, runs: 3, errors: [0.25, 0.75], error: 0.5, chance: 0.5, secondsPerUpdate: 0.01 },
  ]);
  expect(summariseResults([result("rnn", 10, 1, null)])[0]?.error).toBeNaN();
  const lost = summariseResults([result("rnn", 10, 1, NaN), result("rnn", 10, 2, 0.5)]);
  expect(lost).toMatchObject([{ runs: 2, errors: [0.5], error: 0.5 }]);
});

test("what recurra compare writes is read, and anything else is not", () => {
  expect(readComparison(storeComparison(results))).toMatchObject({
    task: { name: "digit-rows" },
    rows: summariseResults(results),
  });
  for (const text of ["", "{}", "[]", '{"kind":"comparison","version":1,"results":[]}', "\u0000"])
    expect(readComparison(text)).toBeUndefined();
});
