/** Gradients through time against closed forms, central differences, and bounds that hold for all. */
import { initialiseNetwork, network } from "recurra";
import { traceNetwork } from "recurra/inspect";
import { expect, test } from "vitest";
import {
  activations,
  cellOf,
  drawSequence,
  gradientCells,
  measureLeft,
  measureSteps,
  starts,
} from "./measure-gradient.ts";
import type { GradientQuestion } from "./measure-gradient.ts";

const usual: GradientQuestion = {
  cell: "rnn",
  activation: "tanh",
  start: "random",
  radius: 0.9,
  bias: 2,
  steps: 12,
  hidden: 5,
  seed: 3,
};

// Such as float32 has exactly.
test.each([0.5, 1, 1.75])(
  "a linear network of identity times %d multiplies the gradient by it at each step",
  (radius) => {
    const question: GradientQuestion = { ...usual, activation: "linear", start: "identity", radius };
    const [state] = measureLeft(question).states;
    expect(state?.state).toBe("h");
    for (const [step, share] of state?.left.entries() ?? []) expect(share).toBeCloseTo(radius ** (11 - step), 10);
    const steps = measureSteps(question, 4);
    expect(steps.step).toBe(4);
    expect([...steps.eigenvalues.real]).toEqual(Array.from({ length: 5 }, () => radius));
    expect(steps.spectralRadius).toBeCloseTo(radius, 12);
    expect(steps.norm).toBeCloseTo(radius, 12);
    expect(steps.products[0]).toBeCloseTo(radius ** 11, 9);
    expect(steps.exponent).toBeCloseTo(Math.log(radius), 12);
    expect(steps.slope).toBe(1);
  },
);

test("a linear network of an orthogonal matrix keeps the gradient", () => {
  const question: GradientQuestion = { ...usual, activation: "linear", start: "orthogonal", radius: 1 };
  for (const share of measureLeft(question).states[0]?.left ?? []) expect(share).toBeCloseTo(1, 6);
});

test.each(activations)("with %s the spectral radius of a random W_rec is the one that was asked for", (activation) => {
  const { weights } = measureSteps({ ...usual, activation, radius: 1.3 }, 0);
  const largest = Math.max(
    ...Array.from(weights?.real ?? [], (real, at) => Math.hypot(real, weights?.imaginary[at] ?? NaN)),
  );
  expect(largest).toBeCloseTo(1.3, 5);
});

test.each(activations)("with %s the norm of the gradient of W_rec is that of central differences", (activation) => {
  const question: GradientQuestion = { ...usual, activation, steps: 6, hidden: 3, radius: 1.1 };
  const spec = network({ features: 2 }).recurrent(cellOf(question), { size: 3 }).last().dense(1).build();
  const first = initialiseNetwork(spec, { seed: question.seed });
  const { inputs, target } = drawSequence(question);
  const lossWith = (U: Float64Array): number => {
    const parameters = { ...first, "0.U": U };
    return 0.5 * ((traceNetwork({ spec, parameters }, { inputs }).output.values[0] ?? NaN) - target) ** 2;
  };
  const U = Float64Array.from(first["0.U"] ?? []);
  const small = 1e-5;
  const slopes = Array.from(U, (_, at) => {
    const moved = (by: number): Float64Array => U.with(at, (U[at] ?? NaN) + by);
    return (lossWith(moved(small)) - lossWith(moved(-small))) / (2 * small);
  });
  const norms = measureLeft(question).weightNorms;
  expect(norms).toHaveLength(6);
  expect(norms?.at(-1)).toBeGreaterThan(0);
  expect((norms?.at(-1) ?? NaN) / Math.hypot(...slopes)).toBeCloseTo(1, 6);
});

test.each(starts)("no gradient is above the norm of the product, from %s first values", (start) => {
  for (const cell of ["rnn", "gru"] as const) {
    const question = { ...usual, cell, start, radius: 1.2 };
    const { products } = measureSteps(question, 0);
    const left = measureLeft(question).states[0]?.left ?? [];
    for (const [step, share] of [...left].entries())
      expect(share).toBeLessThanOrEqual((products[step] ?? NaN) * (1 + 1e-9));
  }
});

test("an LSTM with a forget gate that stands open keeps the gradient of its cell state, and says so first", () => {
  const open = measureLeft({ ...usual, cell: "lstm", radius: 0, bias: 6 });
  expect(open.states.map(({ state }) => state)).toEqual(["c", "h"]);
  expect(open.weightNorms).toBeUndefined();
  // With no recurrent weights what is left of c goes through f alone, and f is σ(6) where the input adds nothing to it.
  const [first = NaN] = open.states[0]?.left ?? [];
  expect(first).toBeGreaterThan(0.9);
  const [shut = NaN] = measureLeft({ ...usual, cell: "lstm", radius: 0, bias: 0 }).states[0]?.left ?? [];
  expect(shut).toBeLessThan(0.01);
});

test("every choice can be measured, to its ends", () => {
  for (const cell of gradientCells)
    for (const start of starts)
      for (const [steps, hidden, radius] of [
        [5, 2, 0],
        [9, 3, 2.5],
      ] as const) {
        const question = { ...usual, cell, start, steps, hidden, radius };
        expect(measureLeft(question).states[0]?.left).toHaveLength(steps);
        expect(measureSteps(question, 99).step).toBe(steps - 1);
      }
});
