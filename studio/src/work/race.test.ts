/** Races, event by event, and their curves. */
import { compareCells } from "recurra";
import type { CompareEvent } from "recurra";
import { expect, test } from "vitest";
import { advanceRace, alignCurves, progressOf } from "./race.ts";
import type { Race } from "./race.ts";

const run = (cell: string) => ({ cell, steps: 5, seed: 1, hidden: 2, parameters: 9 });
const progress = (cell: string, update: number, loss: number): CompareEvent => ({
  kind: "progress",
  run: run(cell),
  update,
  updates: 10,
  loss,
});
const begin: Race = advanceRace({ kind: "ready" }, { kind: "planned", runs: [run("lstm"), run("gru")], done: 0 });

test("each cell has its own curve", () => {
  const events = [progress("gru", 1, 3), progress("lstm", 2, 5), progress("gru", 5, 1)];
  const race = events.reduce(advanceRace, begin);
  expect(race).toMatchObject({
    kind: "running",
    runners: [
      { cell: "lstm", updates: [2], losses: [5], progress: 0.2 },
      { cell: "gru", updates: [1, 5], losses: [3, 1], progress: 0.5 },
    ],
  });
  expect(race.kind !== "ready" && progressOf(race.runners)).toBeCloseTo(0.35, 12);
});

test("curves lie on the lines between their points, and end where they end", () => {
  const runners = [
    { cell: "a", parameters: 1, updates: [1, 5], losses: [4, 0], progress: 1 },
    { cell: "b", parameters: 1, updates: [3], losses: [7], progress: 1 },
  ];
  expect(alignCurves(runners, 5)).toEqual({
    x: [1, 2, 3, 4, 5],
    curves: [
      [4, 3, 2, 1, 0],
      [NaN, NaN, 7, NaN, NaN],
    ],
  });
  expect(alignCurves([], 5)).toEqual({ x: [1], curves: [] });
});

test("a comparison runs through to results, and one that was stopped says so", async () => {
  let race: Race = { kind: "ready" };
  const options = {
    task: "adding",
    cells: ["rnn"],
    steps: [3],
    seeds: 1,
    hidden: 2,
    updates: 3,
    batch: 2,
    backend: "wasm",
  } as const;
  for await (const event of compareCells(options, { progressSeconds: 0 })) race = advanceRace(race, event);
  expect(race).toMatchObject({
    kind: "finished",
    runners: [{ cell: "rnn", updates: [1, 2, 3], progress: 1, result: { steps: 3 } }],
  });
  expect(advanceRace(begin, { kind: "compared", results: [], stopped: true }).kind).toBe("stopped");
});
