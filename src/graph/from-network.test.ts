import { expect, test } from "vitest";
import { cells } from "../cells/index.ts";
import { createModel, initialiseNetwork, network } from "../network/index.ts";
import type { CellName } from "../cells/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import { createRandom, drawNormal } from "../util/random.ts";
import { graphOf } from "./from-network.ts";
import { createGraphModel } from "./model.ts";
import type { TensorLike } from "./tensor.ts";

const steps = 6;
const batch = 3;

function modelOf(spec: NetworkSpec) {
  const parameters = initialiseNetwork(spec, { seed: 4 });
  const random = createRandom(9);
  // Learned first states begin at zero, and biases too: numbers that are not show that they are there.
  for (const values of Object.values(parameters))
    if (values.every((value) => value === 0)) values.set(values.map(() => 0.3 * drawNormal(() => random.uniform())));
  return createModel({ spec, parameters, backend: "wasm" });
}

function inputsOf({ input }: Pick<NetworkSpec, "input">, count = steps): Float32Array {
  const random = createRandom(5);
  if (input.kind === "tokens")
    return Float32Array.from({ length: count * batch }, () => Math.floor(random.uniform() * input.size));
  return Float32Array.from({ length: count * batch * input.size }, () => drawNormal(() => random.uniform()));
}

/** Everything a network of this project may be made of. */
const specs: Readonly<Record<string, () => NetworkSpec>> = {
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

function tensorOf({ input }: Pick<NetworkSpec, "input">, data: Float32Array, count: number): TensorLike {
  return { shape: input.kind === "tokens" ? [count, batch] : [count, batch, input.size], data };
}

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void {
  expect(got).toHaveLength(wanted.length);
  expect(wanted.length).toBeGreaterThan(0);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(got[i]! - wanted[i]!)).toBeLessThan(tolerance);
}

for (const [name, specOf] of Object.entries(specs)) {
  const isSpatial = ["a convolution", "a stride", "pictures"].some((start) => name.startsWith(start));
  for (const hasLengths of isSpatial ? [false] : [false, true])
    test(`the graph gives what the network gives: ${name}${hasLengths ? ", of different lengths" : ""}`, async () => {
      const spec = specOf();
      const model = modelOf(spec);
      const count = spec.input.kind === "image" ? spec.input.height * spec.input.width : steps + 5;
      const inputs = inputsOf(spec, count);
      const lengths = Int32Array.of(count, 2, 4);
      const source = spec.encoder === undefined ? undefined : inputsOf(spec.encoder, 4);
      const sourceLengths = Int32Array.of(1, 4, 3);
      const own = hasLengths ? { lengths } : {};
      const wanted = model.predict({
        steps: count,
        batch,
        inputs,
        ...own,
        ...(source === undefined
          ? {}
          : { source: { steps: 4, inputs: source, ...(hasLengths ? { lengths: sourceLengths } : {}) } }),
      });
      const graph = createGraphModel(graphOf(model, { lengths: hasLengths }), { backend: "wasm" });
      const { output } = await graph.run({
        input: tensorOf(spec, inputs, count),
        ...(hasLengths ? { lengths: { shape: [batch], data: lengths } } : {}),
        ...(source === undefined || spec.encoder === undefined ? {} : { source: tensorOf(spec.encoder, source, 4) }),
        ...(hasLengths && source !== undefined ? { sourceLengths: { shape: [batch], data: sourceLengths } } : {}),
      });
      expectNear(output!.data as Float32Array, wanted);
      expect(output!.shape.reduce((product, n) => product * n, 1)).toBe(wanted.length);
    });
}

const recurrent = (Object.keys(cells) as CellName[]).filter(
  (name) => cells[name].states.length > 0 && cells[name].memories.length === 0,
);

test.each(recurrent)("a stream goes on elsewhere with the states of a graph: %s", async (name) => {
  const spec = network({ features: 3 }).recurrent(name, { size: 4 }).dense(2).build();
  const model = modelOf(spec);
  const inputs = inputsOf(spec);
  const wanted = model.predict({ steps, batch, inputs });
  if (cells[name].graph.nodes.some((node) => node.kind === "step")) {
    expect(() => graphOf(model, { states: "inputs" })).toThrow(/number of the step/);
    return;
  }
  const graph = createGraphModel(graphOf(model, { states: "inputs" }), { backend: "wasm" });
  const names = graph.inputs.slice(1).map((one) => one.name);
  expect(graph.outputs.slice(1).map((one) => one.name)).toEqual(names.map((one) => `${one}.next`));
  let states: Record<string, TensorLike> = Object.fromEntries(
    graph.inputs.slice(1).map(({ name: state, shape = [] }) => {
      const sizes = shape.map((size) => (typeof size === "string" ? batch : size));
      const start = cells[name].options.initialStates?.[state.slice(2)] ?? 0;
      return [state, { shape: sizes, data: new Float32Array(sizes.reduce((a, b) => a * b, 1)).fill(start) }];
    }),
  );
  const outputs: number[] = [];
  for (const [from, to] of [
    [0, 2],
    [2, 6],
  ] as const) {
    const given = inputs.slice(from * batch * 3, to * batch * 3);
    const { output, ...rest } = await graph.run({ input: { shape: [to - from, batch, 3], data: given }, ...states });
    outputs.push(...(output!.data as Float32Array));
    states = Object.fromEntries(names.map((one) => [one, rest[`${one}.next`]!]));
  }
  expectNear(outputs, wanted);
});

test("what has no stream is named", () => {
  const both = network({ features: 2 }).recurrent("gru", { size: 2, direction: "both" }).build();
  expect(() => graphOf(modelOf(both), { states: "inputs" })).toThrow(/Layer 0 \(gru\) reads the sequence from its end/);
  const wide = network({ features: 2 }).convolution(2, { kernel: 3 }).build();
  expect(() => graphOf(modelOf(wide), { states: "inputs" })).toThrow(/Layer 0 \(convolution\) reads several steps/);
  expect(() => graphOf(modelOf(wide), { lengths: true })).toThrow(/Layer 0 \(convolution\) has no form with lengths/);
});
