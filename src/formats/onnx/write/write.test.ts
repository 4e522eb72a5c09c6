/** Written files: run by ONNX Runtime, and read back, they give the numbers of what was written. */
import { fromBinary } from "@bufbuild/protobuf";
import * as ort from "onnxruntime-web";
import { describe, expect, test } from "vitest";
import { batch, inputsOf, modelOf, sampleSpecs, steps } from "../../../../test/support/sample-networks.ts";
import { cells } from "../../../cells/index.ts";
import { network, outputSteps } from "../../../network/index.ts";
import type { Model, NetworkSpec } from "../../../network/index.ts";
import { graphOf } from "../../../graph/from-network.ts";
import type { GraphNode } from "../../../graph/graph.ts";
import type { TensorLike } from "../../../graph/tensor.ts";
import { readOnnx } from "../index.ts";
import { readOnnxGraph } from "../read.ts";
import { ModelProtoSchema } from "../schema/onnx.ts";
import { writeOnnx } from "./write.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

function largest(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(got.length).toBe(wanted.length);
  let most = 0;
  for (let n = 0; n < got.length; n++)
    most = Math.max(most, Math.abs(got[n]! - wanted[n]!) / (1 + Math.abs(wanted[n]!)));
  return most;
}

/** What a network is given, by the names of its graph, and what it says. */
function sampleOf(model: Model): {
  readonly inputs: Record<string, TensorLike & { type: "float32" | "int64" }>;
  readonly output: ArrayLike<number>;
} {
  const { spec } = model;
  const tensorOf = (chain: Pick<NetworkSpec, "input">, count: number) => {
    const data = inputsOf(chain, count);
    return chain.input.kind === "tokens"
      ? { type: "int64" as const, shape: [count, batch], data: BigInt64Array.from(Array.from(data, BigInt)) }
      : { type: "float32" as const, shape: [count, batch, chain.input.size], data };
  };
  const stepsOf = ({ input }: Pick<NetworkSpec, "input">, usual: number): number =>
    input.kind === "image" ? input.height * input.width : usual;
  const count = stepsOf(spec, steps);
  const input = tensorOf(spec, count);
  const numbers = (data: ArrayLike<number | bigint>): Float32Array => Float32Array.from(data, Number);
  if (spec.encoder === undefined)
    return { inputs: { input }, output: model.predict({ steps: count, batch, inputs: numbers(input.data) }) };
  const sourceSteps = stepsOf(spec.encoder, steps + 1);
  const source = tensorOf(spec.encoder, sourceSteps);
  return {
    inputs: { input, source },
    output: model.predict({
      steps: count,
      batch,
      inputs: numbers(input.data),
      source: { steps: sourceSteps, inputs: numbers(source.data) },
    }),
  };
}

async function runElsewhere(
  bytes: Uint8Array,
  inputs: ReturnType<typeof sampleOf>["inputs"],
): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const given = Object.entries(inputs).map(([name, { type, shape, data }]) => [
    name,
    new ort.Tensor(type, data as Float32Array, [...shape]),
  ]);
  const results = await session.run(Object.fromEntries(given) as Record<string, ort.Tensor>);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
}

const cellSpecs = Object.fromEntries(
  Object.entries(cells)
    .filter(([, cell]) => cell.memories.length === 0 && cell.states.length > 0)
    .map(([name, cell]) => [
      `cell ${name}`,
      () => network({ features: 3 }).recurrent(cell, sizesOf(name)).dense(2).build(),
    ]),
);

/** A cell that reads x as it is needs as many features. */
function sizesOf(name: string): { readonly size: number } {
  return { size: name === "sru" ? 3 : 4 };
}

describe.each(Object.entries({ ...sampleSpecs, ...cellSpecs }))("%s", (_, specOf) => {
  test("gives its numbers in ONNX Runtime, and read back", { timeout: 60_000 }, async () => {
    const model = modelOf(specOf());
    const bytes = writeOnnx(model);
    const { inputs, output } = sampleOf(model);
    const elsewhere = await runElsewhere(bytes, inputs);
    expect(largest(elsewhere["output"]!, output)).toBeLessThan(2e-5);
    const back = await readOnnx(bytes, { backend: "wasm" });
    const again = await back.run(inputs);
    expect(largest(again["output"]!.data as Float32Array, output)).toBeLessThan(2e-5);
  });
});

test("standard cells become ONNX's own operators, others a Scan", () => {
  const kindOf = (cell: keyof typeof cells): string => {
    const model = modelOf(network({ features: 3 }).recurrent(cell, { size: 4 }).build());
    const text = new TextDecoder("latin1").decode(writeOnnx(model));
    return (
      ["LSTM", "GRU", "RNN", "Scan"].find(
        (kind) => text.includes(`"\u0004${kind}`) || text.includes(`\u0003${kind}`) || text.includes(`\u0004${kind}`),
      ) ?? "none"
    );
  };
  expect(
    (["lstm", "lstm-peephole", "lstm-coupled", "gru", "gru-v1", "rnn", "rnn-relu", "mgu", "indrnn"] as const).map(
      kindOf,
    ),
  ).toEqual(["LSTM", "LSTM", "LSTM", "GRU", "GRU", "RNN", "RNN", "Scan", "Scan"]);
});

test("weights keep every bit, and what was read is the network that was written", async () => {
  const spec = network({ tokens: 7 })
    .embedding(4)
    .recurrent("lstm", { size: 5, direction: "both" })
    .recurrent("gru", { size: 3 })
    .last()
    .dense(2)
    .build();
  const model = modelOf(spec);
  const back = (await readOnnx(writeOnnx(model))).network();
  expect(back.spec.layers.map(({ kind }) => kind)).toEqual(spec.layers.map(({ kind }) => kind));
  for (const [name, values] of Object.entries(model.parameters)) expect(back.parameters[name], name).toEqual(values);
});

test("states as inputs: a stream goes on elsewhere", { timeout: 60_000 }, async () => {
  const model = modelOf(
    network({ features: 3 }).recurrent("lstm", { size: 5 }).recurrent("janet", { size: 4 }).dense(2).build(),
  );
  const bytes = writeOnnx(model, { states: "inputs" });
  const graph = readOnnxGraph(bytes);
  const states = Object.fromEntries(
    graph.inputs
      .filter(({ name }) => name !== "input")
      .map(({ name, shape }) => {
        const size = Number(shape?.[1] ?? 1);
        return [name, { type: "float32" as const, shape: [batch, size], data: new Float32Array(batch * size) }];
      }),
  );
  const all = inputsOf(model.spec);
  const whole = model.predict({ steps, batch, inputs: all });
  const row = batch * 3;
  const parts: number[] = [];
  let carried: Record<string, TensorLike & { type: "float32" }> = states;
  for (let t = 0; t < steps; t++) {
    const input = { type: "float32" as const, shape: [1, batch, 3], data: all.slice(t * row, (t + 1) * row) };
    const { output, ...next } = await runElsewhere(bytes, { input, ...carried });
    parts.push(...output!);
    carried = Object.fromEntries(
      Object.entries(next).map(([name, data]) => [
        name.replace(/\.next$/, ""),
        { ...carried[name.replace(/\.next$/, "")]!, data },
      ]),
    );
  }
  expect(largest(parts, whole)).toBeLessThan(2e-5);
  expect(outputSteps(model.spec, steps)).toBe(steps);
});

test("weights of millions of numbers come back as the network that they were", async () => {
  const spec = network({ features: 3000 }).recurrent("gru", { size: 500 }).build();
  const model = modelOf(spec);
  const back = (await readOnnx(writeOnnx(model), { backend: "wasm" })).network();
  expect(back.spec.layers).toMatchObject([{ kind: "cell", size: 500 }]);
  const bytesOf = (one: Model): Buffer => Buffer.from(Float32Array.from(one.parameters["0.W_r"]!).buffer);
  expect(bytesOf(back).equals(bytesOf(model))).toBe(true);
});

test.each(["lstm", "janet"] as const)(
  "values that are called as the parts of a written node stay apart: %s",
  async (name) => {
    const graph = graphOf(modelOf(network({ features: 3 }).recurrent(name, { size: 2 }).build()));
    const cell = graph.nodes.find(({ kind }) => kind === "recurrent")!;
    const parts = fromBinary(ModelProtoSchema, writeOnnx(graph)).graph!;
    const names = [...parts.node.flatMap(({ output }) => output), ...parts.initializer.map((one) => one.name)].filter(
      (one) => one.startsWith(`${cell.name}/`),
    );
    expect(names).not.toEqual([]);
    // All of these names at once, for values on the way to the layer.
    const moves = names.map((output, n): GraphNode => ({
      kind: "operator",
      name: `move ${n}`,
      operator: "Identity",
      inputs: [names[n - 1] ?? "input"],
      outputs: [output],
      attributes: {},
    }));
    const nodes = graph.nodes.map((node) => (node.kind === "recurrent" ? { ...node, input: names.at(-1)! } : node));
    const [plain, odd] = [graph, { ...graph, nodes: [...moves, ...nodes] }].map((one) => readOnnx(writeOnnx(one)));
    const data = inputsOf({ input: { kind: "features", size: 3 } });
    const input = { shape: [steps, batch, 3], data };
    expect(await (await odd!).run({ input })).toEqual(await (await plain!).run({ input }));
  },
);
