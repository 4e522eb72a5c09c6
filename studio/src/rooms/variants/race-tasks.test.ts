/** Every length that can be chosen is one that its task has. */
import { expect, test } from "vitest";
import { fitSteps, lengthsOf, raceTaskNames, taskOf } from "./race-tasks.ts";

test.each(raceTaskNames)("all lengths of %s", (name) => {
  const { from, to, step } = lengthsOf[name];
  for (let steps = from; steps <= to; steps += step) {
    expect(() => taskOf(name).checkSteps(steps)).not.toThrow();
    expect(fitSteps(name, steps)).toBe(steps);
  }
  expect([fitSteps(name, 0), fitSteps(name, 1000)]).toEqual([from, to]);
});
