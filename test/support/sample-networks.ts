/** Networks of everything that layers are made of, with parameters and inputs that show each part. */
import { createModel, initialiseNetwork, network } from "../../src/network/index.ts";
import type { Model, NetworkSpec } from "../../src/network/index.ts";
import { createRandom, drawNormal } from "../../src/util/random.ts";

export const steps = 6;
export const batch = 3;

/** A model whose parameters are all other than zero. */
export function modelOf(spec: NetworkSpec): Model {
  const parameters = initialiseNetwork(spec, { seed: 4 });
  const random = createRandom(9);
  // Learned first states begin at zero, and biases too: numbers that are not show that they are there.
  for (const values of Object.values(parameters))
    if (values.every((value) => value === 0)) values.set(values.map(() => 0.3 * drawNormal(() => random.uniform())));
  return createModel({ spec, parameters, backend: "wasm" });
}

/** Numbers, or tokens, for so many steps. */
export function inputsOf({ input }: Pick<NetworkSpec, "input">, count: number = steps): Float32Array {
  const random = createRandom(5);
  if (input.kind === "tokens")
    return Float32Array.from({ length: count * batch }, () => Math.floor(random.uniform() * input.size));
  return Float32Array.from({ length: count * batch * input.size }, () => drawNormal(() => random.uniform()));
}

/** Everything a network of this project may be made of. */
export const sampleSpecs: Readonly<Record<string, () => NetworkSpec>> = {
  "dense cells": () =>
    network({ features: 3 })
      .dense(4, { activation: "relu" })
      .dense(5, { activation: "tanh" })
      .dense(2, { activation: "sigmoid" })
      .dense(3)
      .build(),
  "tokens, both directions, a mean": () =>
    network({ tokens: 7 }).embedding(4).recurrent("lstm", { size: 3, direction: "both" }).mean().dense(2).build(),
  "backwards, the largest": () =>
    network({ features: 2 }).recurrent("gru", { size: 4, direction: "backward" }).max().dense(2).build(),
  "a residual path, normalised, dropout": () =>
    network({ features: 4 })
      .recurrent("gru-v1", { size: 4, residual: true })
      .dropout(0.4)
      .normalise()
      .recurrent("rnn", { size: 2, direction: "both", residual: true })
      .last()
      .normalise()
      .dense(3)
      .build(),
  "final outputs of both directions, a residual path": () =>
    network({ features: 4 })
      .recurrent("lstm", { size: 2, direction: "both" })
      .recurrent("gru", { size: 2, direction: "both", residual: true })
      .dropout(0.4)
      .final()
      .dense(3)
      .build(),
  "the final output, backwards": () =>
    network({ features: 3 }).recurrent("rnn", { size: 4, direction: "backward" }).final().dense(2).build(),
  "learned first states": () =>
    network({ features: 3 })
      .recurrent("lstm", { size: 4, initialState: "learned", direction: "both" })
      .dense(1)
      .build(),
  zoneout: () => network({ features: 3 }).recurrent("lstm", { size: 4, zoneout: 0.2 }).dense(1).build(),
  "a convolution and a pooling": () =>
    network({ features: 3 })
      .convolution(5, { kernel: 3, activation: "relu", dilation: 2 })
      .pool(4, "max", { stride: 2 })
      .convolution(4, { kernel: 2, padding: "valid", activation: "tanh" })
      .pool(2, "mean")
      .recurrent("rnn", { size: 2 })
      .build(),
  "a stride": () => network({ features: 3 }).convolution(5, { kernel: 4, stride: 3 }).build(),
  pictures: () =>
    network({ image: { height: 5, width: 6, channels: 2 } })
      .convolution(3, { kernel: [3, 2], stride: [1, 2], activation: "relu" })
      .pool(2, "max")
      .recurrent("gru", { size: 3 })
      .last()
      .dense(2)
      .build(),
  "an encoder": () =>
    network({
      tokens: 5,
      encoder: network({ tokens: 6 }).embedding(3).recurrent("lstm", { size: 2, direction: "both" }).build(),
    })
      .embedding(3)
      .recurrent("lstm", { size: 4, initialState: "encoder" })
      .dense(5)
      .build(),
  attention: () =>
    network({ tokens: 5, encoder: network({ tokens: 6 }).embedding(3).recurrent("gru", { size: 4 }).build() })
      .embedding(3)
      .recurrent("gru-attention", { size: 4, initialState: "encoder" })
      .recurrent("attention-general", { size: 3 })
      .dense(5)
      .build(),
  "tied weights": () =>
    network({ tokens: 7 })
      .embedding(4)
      .recurrent("rnn", { size: 4 })
      .dense(7, { ties: { W: "0.E" } })
      .build(),
};
