/** Networks of every kind of layer, each with one sequence to read. */
import { cell } from "../../src/language/index.ts";
import { initialiseNetwork, network } from "../../src/network/index.ts";
import type { NetworkSpec } from "../../src/network/index.ts";
import { createRandom } from "../../src/util/random.ts";

const random = createRandom(4);

/** Normal numbers that float32 holds exactly. */
export const numbers = (length: number): Float64Array =>
  Float64Array.from({ length }, () => Math.fround(random.normal()));
const memory = cell("after", "y = tanh(C attend(W x, memory) + V x + b)");

export interface InspectedNetwork {
  readonly spec: NetworkSpec;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly inputs: ArrayLike<number>;
  /** Where it has kinks, or bends sharply near zero as a normalised layer does. */
  readonly isRough?: boolean;
  readonly source?: ArrayLike<number>;
}

const networks: Readonly<Record<string, Omit<InspectedNetwork, "parameters">>> = {
  "tokens, a stack in both directions, one vector": {
    isRough: true,
    spec: network({ tokens: 5 })
      .embedding(3)
      .dropout(0.5)
      .recurrent("gru", { size: 4, direction: "both" })
      .normalise()
      .recurrent("lstm", { size: 8, residual: true, zoneout: 0.2, recurrentDropout: 0.3 })
      .last()
      .dense(2, { activation: "tanh" })
      .build(),
    inputs: [0, 4, 2, 2, 1, 3],
  },
  "learned first states, backwards, the mean": {
    spec: network({ features: 2 })
      .recurrent("lstm-peephole", { size: 3, direction: "backward", initialState: "learned" })
      .mean()
      .build(),
    inputs: numbers(10),
  },
  "final outputs of both directions": {
    spec: network({ features: 2 }).recurrent("gru", { size: 3, direction: "both" }).final().dense(2).build(),
    inputs: numbers(10),
  },
  "convolutions and windows of steps": {
    isRough: true,
    spec: network({ features: 2 })
      .convolution(4, { kernel: 3, dilation: 2, activation: "relu" })
      .pool(3, "max", { stride: 2 })
      .convolution(3, { kernel: 2, stride: 2, padding: "valid", activation: "tanh" })
      .recurrent("rnn", { size: 3 })
      .max()
      .build(),
    inputs: numbers(26),
  },
  "a picture": {
    spec: network({ image: { height: 5, width: 6, channels: 2 } })
      .convolution(3, { kernel: [3, 2], stride: [1, 2], activation: "tanh" })
      .pool(2, "mean")
      .recurrent("gru", { size: 3 })
      .dense(2)
      .build(),
    inputs: numbers(60),
  },
  "an encoder that is started from and attended to": {
    spec: network({
      tokens: 6,
      encoder: network({ features: 2 }).recurrent("lstm", { size: 2, direction: "both" }).build(),
    })
      .embedding(3)
      .recurrent("lstm", { size: 4, initialState: "encoder" })
      .recurrent(memory, { size: 5 })
      .dense(6)
      .build(),
    inputs: [1, 5, 0, 2],
    source: numbers(12),
  },
  "cells of one's own": {
    isRough: true,
    spec: network({ features: 2 })
      .recurrent(cell("counted", "s in R\ns' = 0.5 * s + mean(h)\nh' = tanh(W x + U h + s * k + sin(t))"), { size: 3 })
      .recurrent(cell("odd", "z = softmax(W x)\nh' = z * h + max(x_0, U h)\nx_0 = V x\ny = norm(h')"), { size: 4 })
      .build(),
    inputs: numbers(12),
  },
};

/** With parameters, learned first states among them. */
export const inspectedNetworks: Readonly<Record<string, InspectedNetwork>> = Object.fromEntries(
  Object.entries(networks).map(([name, one]) => {
    const parameters = initialiseNetwork(one.spec, { seed: 2 });
    for (const [parameter, values] of Object.entries(parameters))
      if (parameter.includes("initial")) parameters[parameter] = Float32Array.from(numbers(values.length));
    return [name, { ...one, parameters }];
  }),
);
