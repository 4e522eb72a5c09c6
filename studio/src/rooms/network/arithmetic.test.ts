import { expect, test } from "vitest";
import { traceSequence } from "../../work/network/trace.ts";
import { addNeuron, shortenParts } from "./arithmetic.ts";

const sizes = { inputs: 3, hidden: 4, outputs: 2, layers: 2 } as const;
const functions = {
  tanh: Math.tanh,
  relu: (value: number) => Math.max(0, value),
  sigmoid: (value: number) => 1 / (1 + Math.exp(-value)),
} as const;

/** A wave in three inputs over five steps. */
const inputs = Array.from({ length: 5 }, (_, step) =>
  Float64Array.from({ length: 3 }, (_unused, at) => Math.sin(step + at)),
);

test.each(["tanh", "relu", "sigmoid"] as const)("every neuron's sum gives its value, with %s", async (activation) => {
  const trace = await traceSequence({ sizes, activation, seed: 3, gain: 0.9, inputs });
  for (const hasLoop of [false, true])
    for (let step = 0; step < 5; step++)
      for (const layer of [1, 2])
        for (let neuron = 0; neuron < 4; neuron++) {
          const { parts, bias, sum, value } = addNeuron(trace, { step, layer, neuron, hasLoop });
          expect(parts).toHaveLength((layer === 1 ? 3 : 4) + (hasLoop ? 4 : 0));
          expect(parts.reduce((all, { weight, value: from }) => all + weight * from, bias)).toBeCloseTo(sum, 12);
          expect(functions[activation](sum)).toBeCloseTo(value, 12);
        }
});

test("large sums are shortened to their largest parts, and still add up", () => {
  const parts = [0.1, -0.9, 0.3, 0.2, -0.4].map((product, from) => ({
    kind: "below" as const,
    from,
    weight: product,
    value: 1,
    product,
  }));
  const { shown, others, rest } = shortenParts(parts, 2);
  expect(shown.map(({ from }) => from)).toEqual([1, 4]);
  expect(others).toBe(3);
  expect(rest).toBeCloseTo(0.6, 12);
  expect(shortenParts(parts, 5)).toEqual({ shown: parts, others: 0, rest: 0 });
});
