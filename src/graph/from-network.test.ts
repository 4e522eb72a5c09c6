import { expect, test } from "vitest";
import { cells } from "../cells/index.ts";
import { batch, inputsOf, modelOf, sampleSpecs, steps } from "../../test/support/sample-networks.ts";
import { network } from "../network/index.ts";
import type { CellName } from "../cells/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import { graphOf } from "./from-network.ts";
import { createGraphModel } from "./model.ts";
import type { TensorLike } from "./tensor.ts";

function tensorOf({ input }: Pick<NetworkSpec, "input">, data: Float32Array, count: number): TensorLike {
  return { shape: input.kind === "tokens" ? [count, batch] : [count, batch, input.size], data };
}

function expectNear(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void {
  expect(got).toHaveLength(wanted.length);
  expect(wanted.length).toBeGreaterThan(0);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(got[i]! - wanted[i]!)).toBeLessThan(tolerance);
}

for (const [name, specOf] of Object.entries(sampleSpecs)) {
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
