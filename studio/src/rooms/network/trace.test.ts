import { describe, expect, test } from "vitest";
import { addNeuron, shortenParts } from "./arithmetic.ts";
import { parseNumbers, readSequence, splitWords } from "./inputs.ts";
import { drawParameters, writeNetwork } from "./network-cell.ts";
import { pulseSteps, tracePulse } from "./pulse.ts";
import { traceNetwork } from "./trace.ts";
import type { NetworkTrace } from "./trace.ts";

const sizes = { inputs: 3, hidden: 4, outputs: 2, layers: 2 } as const;
const functions = {
  tanh: Math.tanh,
  relu: (value: number) => Math.max(0, value),
  sigmoid: (value: number) => 1 / (1 + Math.exp(-value)),
} as const;

const sine = readSequence({ input: "sine", inputs: 3, steps: 5, words: "", numbers: "" }, "")!.vectors;
const traceOf = async (activation: keyof typeof functions): Promise<NetworkTrace> =>
  traceNetwork({ sizes, activation, seed: 3, gain: 0.9, inputs: sine });

describe("the network at hand", () => {
  test.each(["tanh", "relu", "sigmoid"] as const)("every neuron's sum gives its value, with %s", async (activation) => {
    const trace = await traceOf(activation);
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

  test("the first step knows no past, so both networks agree in it, and in no other", async () => {
    const { recurrent, feedForward } = await traceOf("tanh");
    expect(recurrent.values[0]).toEqual(feedForward.values[0]);
    for (let step = 1; step < 5; step++)
      for (const layer of [1, 2, 3])
        expect(recurrent.values[step]![layer]).not.toEqual(feedForward.values[step]![layer]);
  });

  test("without the loop the order of the inputs changes nothing", async () => {
    const { feedForward } = await traceOf("tanh");
    const turned = await traceNetwork({ sizes, activation: "tanh", seed: 3, gain: 0.9, inputs: [...sine].reverse() });
    expect([...turned.feedForward.values].reverse()).toEqual(feedForward.values);
  });

  test("U keeps lengths, times its size", () => {
    const network = writeNetwork({ ...sizes, activation: "tanh", hasLoop: true }, 0.7);
    const { U_1: u } = drawParameters(network, sizes, 5);
    for (let row = 0; row < 4; row++) expect(Math.hypot(...u!.subarray(4 * row, 4 * row + 4))).toBeCloseTo(0.7, 12);
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
});

describe("a pulse", () => {
  const options = { sizes: { ...sizes, layers: 1 }, activation: "tanh", seed: 2 } as const;

  test("is gone in the second step without the loop, and fades with it", async () => {
    const { withLoop, without } = await tracePulse({ ...options, gain: 0.9 });
    expect(without.shares).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(withLoop.shares[0]).toBe(1);
    for (let step = 1; step < pulseSteps; step++) {
      expect(withLoop.shares[step]!).toBeGreaterThan(0);
      // tanh never stretches a difference, and U shortens each to 0.9.
      expect(withLoop.shares[step]!).toBeLessThanOrEqual(0.9 * withLoop.shares[step - 1]! + 1e-12);
    }
  });

  test("leaves nothing where U is zero", async () => {
    const { withLoop } = await tracePulse({ ...options, gain: 0 });
    expect(withLoop.shares).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("inputs", () => {
  test("words become one-hot vectors, a repeated word the same one", () => {
    const sequence = readSequence(
      { input: "words", inputs: 9, steps: 3, words: "The cat saw the dog", numbers: "" },
      "",
    );
    expect(sequence!.names).toEqual(["The", "cat", "saw", "the", "dog"]);
    expect(sequence!.vectors.map((vector) => [...vector].indexOf(1))).toEqual([0, 1, 2, 0, 3]);
    expect(sequence!.vectors.every((vector) => vector.length === 4 && vector.reduce((a, b) => a + b) === 1)).toBe(true);
    expect(splitWords(" a  b\nc ")).toEqual(["a", "b", "c"]);
    expect(readSequence({ input: "words", inputs: 1, steps: 3, words: "two words", numbers: "" }, "")).toBeUndefined();
    expect(readSequence({ input: "words", inputs: 1, steps: 3, words: "", numbers: "" }, "a b c")!.names).toHaveLength(
      3,
    );
  });

  test("numbers are read by steps, and refused where they are none", () => {
    expect(parseNumbers("1 0; 0.5, -0.5\n \u22122")!.map((row) => [...row])).toEqual([
      [1, 0],
      [0.5, -0.5],
      [-2, 0],
    ]);
    for (const text of ["", "1;2", "1;2;x", "1;2;1e9", Array.from({ length: 9 }, () => "1").join(";")])
      expect(parseNumbers(text)).toBeUndefined();
    expect(parseNumbers(`1;2;${"1 ".repeat(33)}`)).toBeUndefined();
  });

  test("a pulse is ones, then nothing", () => {
    const { vectors } = readSequence({ input: "pulse", inputs: 2, steps: 3, words: "", numbers: "" }, "")!;
    expect(vectors.map((vector) => [...vector])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });
});
