/** The values of the network at hand, against what must hold of them. */
import { describe, expect, test } from "vitest";
import { drawParameters, writeNetwork } from "./network-cell.ts";
import type { Activation } from "./network-cell.ts";
import { pulseSteps, tracePulse } from "./pulse.ts";
import { traceSequence } from "./trace.ts";
import type { NetworkTrace } from "./trace.ts";

const sizes = { inputs: 3, hidden: 4, outputs: 2, layers: 2 } as const;
/** A wave in three inputs over five steps. */
const sine = Array.from({ length: 5 }, (_, step) =>
  Float64Array.from({ length: 3 }, (_unused, at) => Math.sin(step + at)),
);
const traceOf = async (activation: Activation): Promise<NetworkTrace> =>
  traceSequence({ sizes, activation, seed: 3, gain: 0.9, inputs: sine });

describe("the network at hand", () => {
  test("the first step knows no past, so both networks agree in it, and in no other", async () => {
    const { recurrent, feedForward } = await traceOf("tanh");
    expect(recurrent.values[0]).toEqual(feedForward.values[0]);
    for (let step = 1; step < 5; step++)
      for (const layer of [1, 2, 3])
        expect(recurrent.values[step]![layer]).not.toEqual(feedForward.values[step]![layer]);
  });

  test("without the loop the order of the inputs changes nothing", async () => {
    const { feedForward } = await traceOf("tanh");
    const turned = await traceSequence({ sizes, activation: "tanh", seed: 3, gain: 0.9, inputs: [...sine].reverse() });
    expect([...turned.feedForward.values].reverse()).toEqual(feedForward.values);
  });

  test("U keeps lengths, times its size", () => {
    const network = writeNetwork({ ...sizes, activation: "tanh", hasLoop: true }, 0.7);
    const { U_1: u } = drawParameters(network, sizes, 5);
    for (let row = 0; row < 4; row++) expect(Math.hypot(...u!.subarray(4 * row, 4 * row + 4))).toBeCloseTo(0.7, 12);
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
