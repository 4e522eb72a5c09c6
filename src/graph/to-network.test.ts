import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { floats, graphFrom } from "../../test/support/made-graphs.ts";
import { findShared } from "../../test/support/shared-fixtures.ts";
import { batch, inputsOf, modelOf, sampleSpecs, steps } from "../../test/support/sample-networks.ts";
import { cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import { readOnnx } from "../formats/onnx/index.ts";
import { load, save } from "../formats/recurra/index.ts";
import { createModel, network } from "../network/index.ts";
import type { Model, NetworkSpec } from "../network/index.ts";
import { makeAdding } from "../tasks/memory/adding.ts";
import { train } from "../training/index.ts";
import type { GraphBuilder } from "./build-graph.ts";
import { graphOf } from "./from-network.ts";
import { createGraphModel } from "./model.ts";
import { networkOf } from "./to-network.ts";

function predict(model: Model): Float32Array {
  const { spec } = model;
  const count = spec.input.kind === "image" ? spec.input.height * spec.input.width : steps + 5;
  const source = spec.encoder === undefined ? {} : { source: { steps: 4, inputs: inputsOf(spec.encoder, 4) } };
  return model.predict({ steps: count, batch, inputs: inputsOf(spec, count), ...source }) as Float32Array;
}

function expectSame(model: Model): Model {
  const again = createModel({ ...networkOf(graphOf(model)), backend: "wasm" });
  expect(again.parameters).toEqual(model.parameters);
  expect(again.spec.layers.map(({ kind }) => kind)).toEqual(model.spec.layers.map(({ kind }) => kind));
  expect(predict(again)).toEqual(predict(model));
  return again;
}

test.each(Object.keys(sampleSpecs).filter((name) => name !== "zoneout"))(
  "a network comes back from its graph with every bit: %s",
  (name) => {
    const spec = sampleSpecs[name]!();
    const again = expectSame(modelOf(spec));
    expect(again.spec.input).toEqual(spec.input);
    expect(again.spec.encoder?.layers.length).toBe(spec.encoder?.layers.length);
  },
);

const recurrent = (Object.keys(cells) as CellName[]).filter((name) => cells[name].memories.length === 0);

test.each(recurrent)("a layer of each cell comes back from its graph with every bit: %s", (name) => {
  const own = network({ features: 3 }).recurrent(name, { size: cells[name].states.length > 0 ? 4 : 3 });
  expectSame(modelOf(own.build()));
});

test("ties and dropout come back too", () => {
  const tied = expectSame(modelOf(sampleSpecs["tied weights"]!())).spec.layers[2];
  expect(tied).toMatchObject({ ties: { W: "0.E" } });
  const { layers } = expectSame(modelOf(sampleSpecs["a residual path, normalised, dropout"]!())).spec;
  expect(layers[1]).toEqual({ kind: "dropout", rate: 0.4 });
  expect(layers[3]).toMatchObject({ direction: "both", residual: true });
});

test("zoneout becomes part of the equations", () => {
  const model = modelOf(sampleSpecs["zoneout"]!());
  const again = createModel({ ...networkOf(graphOf(model)), backend: "wasm" });
  const [wanted, got] = [predict(model), predict(again)];
  expect(Math.max(...wanted.map((value, i) => Math.abs(value - got[i]!)))).toBeLessThan(1e-6);
});

test("states that are inputs start at zero", () => {
  const spec = network({ features: 3 }).recurrent("lstm", { size: 4 }).last().dense(2).build();
  const model = modelOf(spec);
  const again = createModel({ ...networkOf(graphOf(model, { states: "inputs" })), backend: "wasm" });
  expect(predict(again)).toEqual(predict(model));
});

test.each<[string, NetworkSpec]>([
  ["the last step", network({ features: 2 }).recurrent("gru", { size: 4 }).last().dense(1).build()],
  [
    "final outputs of both directions",
    network({ features: 2 }).recurrent("gru", { size: 4, direction: "both" }).final().dense(1).build(),
  ],
])("what was read can be trained, saved and loaded: %s", async (_, spec) => {
  const model = createGraphModel(graphOf(modelOf(spec)), { backend: "wasm" }).network();
  const losses: number[] = [];
  let parameters = model.parameters;
  const data = makeAdding({ count: 64, steps: 8, seed: 1 });
  const options = { loss: { kind: "mean-squared" }, optimiser: { kind: "adam", rate: 0.01 }, epochs: 4 } as const;
  for await (const event of train({
    network: model.spec,
    parameters: model.parameters,
    data,
    validation: data,
    backend: "wasm",
    ...options,
  })) {
    if (event.kind === "epoch") losses.push(event.loss);
    if (event.kind === "finished") parameters = event.parameters;
  }
  expect(losses.at(-1)).toBeLessThan(0.9 * losses[0]!);
  const trained = createModel({ spec: model.spec, parameters, backend: "wasm" });
  expect(predict(trained)).not.toEqual(predict(model));
  const loaded = load(save(trained), { backend: "wasm", verify: true });
  expect(predict(loaded)).toEqual(predict(trained));
});

describe("graphs of other frameworks", () => {
  test("a bidirectional layer as ONNX has it: directions on an axis of their own, then side by side", async () => {
    const graph = graphFrom(["batch", "steps", 3], (builder, input) => {
      const turned = builder.operator("Transpose", [input], { attributes: { perm: [1, 0, 2] } });
      const axis = builder.constant({ type: "int64", shape: [1], data: BigInt64Array.of(1n) });
      const directions = (["forward", "backward"] as const).map((direction) => {
        const [W, U, b] = [[2, 3], [2, 2], [2]].map((shape) => builder.constant(floats(shape)));
        builder.recurrent({
          name: direction,
          cell: { name: "rnn", text: cells.rnn.text, options: {} },
          size: 2,
          direction,
          input: turned,
          parameters: { W: W!, U: U!, b: b! },
          states: {},
          outputs: { sequence: `Y_${direction}`, states: {} },
        });
        return builder.operator("Unsqueeze", [`Y_${direction}`, axis]);
      });
      const stacked = builder.operator("Concat", directions, { attributes: { axis: 1 } });
      const beside = builder.operator("Transpose", [stacked], { attributes: { perm: [0, 2, 1, 3] } });
      const shape = builder.constant({ type: "int64", shape: [3], data: BigInt64Array.of(0n, 0n, -1n) });
      const flat = builder.operator("Reshape", [beside, shape]);
      const product = builder.operator(
        "Gemm",
        [
          builder.operator(
            "ReduceMax",
            [flat, builder.constant({ type: "int64", shape: [1], data: BigInt64Array.of(0n) })],
            { attributes: { keepdims: 0 } },
          ),
          builder.constant(floats([5, 4])),
          builder.constant(floats([5])),
        ],
        { attributes: { transB: 1 } },
      );
      return builder.operator("Relu", [product]);
    });
    const { spec, parameters } = networkOf(graph);
    expect(spec.input).toEqual({ kind: "features", size: 3 });
    expect(
      spec.layers.map((layer) => (layer.kind === "cell" ? [layer.cell.name, layer.direction] : layer.kind)),
    ).toEqual([["rnn", "both"], "pool", ["dense-relu", undefined]]);
    const model = createModel({ spec, parameters, backend: "wasm" });
    const inputs = inputsOf(spec);
    const wanted = model.predict({ steps, batch, inputs });
    const data = new Float32Array(inputs.length);
    for (let step = 0; step < steps; step++)
      for (let member = 0; member < batch; member++)
        data.set(
          inputs.subarray((step * batch + member) * 3, (step * batch + member + 1) * 3),
          (member * steps + step) * 3,
        );
    const result = await createGraphModel(graph, { backend: "wasm" }).run({ X: { shape: [batch, steps, 3], data } });
    const [got] = Object.values(result);
    expect(got?.shape).toEqual([batch, 5]);
    for (const [i, value] of wanted.entries()) expect(Math.abs(Number(got!.data[i]) - value)).toBeLessThan(1e-5);
  });

  test.each<[string, (builder: GraphBuilder, input: string) => string | readonly string[], RegExp]>([
    [
      "an operator that is no layer",
      (b, x) =>
        b.operator("Tanh", [
          b.operator("CumSum", [x, b.constant({ type: "int64", shape: [], data: BigInt64Array.of(0n) })], {
            name: "sums",
          }),
        ]),
      /node sums \(CumSum\)/,
    ],
    [
      "weights that are made of the input",
      (b, x) => b.operator("MatMul", [b.operator("Relu", [x]), x], { name: "square" }),
      /node square \(MatMul\)/,
    ],
    [
      "two outputs",
      (b, x) => [
        b.operator("MatMul", [x, b.constant(floats([3, 2]))]),
        b.operator("MatMul", [x, b.constant(floats([3, 1]))], { outputs: ["other"] }),
      ],
      /the output "other" beside/,
    ],
    ["nothing", (_, x) => x, /is not what layers make of an input/],
    [
      "a padding that is not ours",
      (b, x) =>
        b.operator(
          "Conv",
          [b.operator("Transpose", [x], { attributes: { perm: [1, 2, 0] } }), b.constant(floats([2, 3, 3]))],
          { name: "late", attributes: { pads: [2, 0] } },
        ),
      /node late \(Conv\)/,
    ],
  ])("what is no network is refused: %s", (_, make, message) => {
    const act = () => networkOf(graphFrom(["steps", "batch", 3], make));
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: "graph/no-network" }) as Error);
  });
});

const exported = findShared("fixtures/onnx-torch-export");

describe.skipIf(exported === undefined)("exports of PyTorch (skipped where ../shared/fixtures is missing)", () => {
  const read = async (name: string) => readOnnx(new Uint8Array(readFileSync(`${exported}/${name}/model.onnx`)));

  test.each([
    ["gru_l3_bi_bf_op13_dyn", "gru", 3],
    ["lstm_l2_bf_op17_dyn", "lstm", 2],
    ["rnn_l3_bi_op9", "rnn-relu", 3],
  ])("%s", async (name, cell, layers) => {
    const { spec } = (await read(name)).network();
    expect(spec.layers.map((layer) => (layer.kind === "cell" ? layer.cell.name : layer.kind))).toEqual(
      Array.from({ length: layers }, () => cell),
    );
  });

  test("a classifier gives the same numbers as a network", async () => {
    const graph = await read("app_classifier_lstm");
    const model = graph.network();
    expect(model.spec.layers.map((layer) => (layer.kind === "cell" ? layer.cell.name : layer.kind))).toEqual([
      "embedding",
      "lstm",
      "pool",
      "relu",
      "dense",
      "softmax",
    ]);
    const inputs = inputsOf(model.spec);
    // The file has the batch first.
    const data = Float32Array.from(
      { length: inputs.length },
      (_, i) => inputs[(i % steps) * batch + Math.floor(i / steps)]!,
    );
    const [got] = Object.values(await graph.run({ tokens: { shape: [batch, steps], data } }));
    const wanted = model.predict({ steps, batch, inputs });
    expect(got?.data).toHaveLength(wanted.length);
    for (const [i, value] of wanted.entries()) expect(Math.abs(Number(got!.data[i]) - value)).toBeLessThan(1e-6);
  });

  test("attention that is written out is no layer", async () => {
    const graph = await read("app_attention_bilstm");
    expect(() => graph.network()).toThrow(/No layer of a network stands for node \/Softmax/);
  });
});
