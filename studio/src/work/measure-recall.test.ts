/** Memory capacity against what is known of it. */
import { createRandom } from "recurra";
import { expect, test } from "vitest";
import type { GradientQuestion } from "./measure-gradient.ts";
import { measureRecall, memoryCapacity } from "./measure-recall.ts";

const usual: GradientQuestion = {
  cell: "rnn",
  activation: "tanh",
  start: "random",
  radius: 0.9,
  bias: 0,
  steps: 10,
  hidden: 12,
  seed: 1,
};

test("a delay line of eight steps holds eight, one that is mixed up by a matrix as many, and a state that knows nothing none", () => {
  const random = createRandom(7);
  const inputs = Float64Array.from({ length: 540 }, () => 2 * random.uniform() - 1);
  const line = (step: number, unit: number): number => inputs[step - unit - 1] ?? 0;
  const size = 8;
  const states = Float64Array.from({ length: 540 * size }, (_, at) => line(Math.floor(at / size), at % size));
  // Two delays that are asked for beyond the eight are by chance alone, a hundredth or so each.
  expect(memoryCapacity({ inputs, states, size })).toBeGreaterThan(7.99);
  expect(memoryCapacity({ inputs, states, size })).toBeLessThan(8.3);
  const mixed = states.map((_, at) => {
    const step = at - (at % size);
    return (states[at] ?? 0) + 0.5 * (states[step + ((at + 3) % size)] ?? 0);
  });
  expect(memoryCapacity({ inputs, states: mixed, size })).toBeCloseTo(memoryCapacity({ inputs, states, size }), 3);
  const noise = Float64Array.from({ length: 540 * size }, () => random.uniform());
  expect(memoryCapacity({ inputs, states: noise, size })).toBeLessThan(0.4);
});

test("a reservoir holds more the nearer its radius is to 1, and never more than its units", () => {
  const [small, large] = [0.2, 0.9].map((radius) => measureRecall({ ...usual, radius }));
  expect(small).toBeGreaterThan(0.5);
  expect(large).toBeGreaterThan((small ?? NaN) + 1);
  expect(large).toBeLessThan(12.5);
});
