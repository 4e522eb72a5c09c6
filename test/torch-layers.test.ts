/** PyTorch's other layers: linear, embedding, layer normalisation and activations, each with its gradients, on every path of ours. */
import { describe, expect, test } from "vitest";
import { cells } from "../src/cells/index.ts";
import type { Backend, Numbers } from "../src/engine/backend.ts";
import { compileOn } from "../src/engine/compile.ts";
import { createInterpreterBackend } from "../src/engine/interpreter-backend.ts";
import { createWasmBackend } from "../src/engine/wasm-backend.ts";
import { cell } from "../src/language/index.ts";
import type { Cell } from "../src/language/index.ts";
import { copyStep, createProgramBuilder } from "../src/lower/index.ts";
import { allocateSignal, declareParameters, describeNetwork, lowerNetwork } from "../src/network/index.ts";
import type { NetworkSpec } from "../src/network/index.ts";
import { known } from "../src/util/errors.ts";
import { expectTorchResults } from "./support/expect-torch.ts";
import { readTorchCases, readTorchTensors } from "./support/torch-fixtures.ts";
import type { TorchTensors } from "./support/torch-fixtures.ts";

interface TorchLayer {
  readonly id: string;
  readonly file: string;
  readonly layer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: "float64" | "float32";
}

const skipped: readonly { readonly reason: string; readonly ids: readonly string[] }[] = [
  {
    reason: "there is no attention",
    ids: [
      "attn_luong_dot_float64",
      "attn_luong_scaled_dot_mask_float64",
      "attn_luong_concat_float64",
      "attn_luong_scaled_dot_float32",
      "attn_luong_general_mask_float32",
      "attn_additive_mask_float32",
      "mha_float32",
    ],
  },
  { reason: "there is no convolution", ids: ["conv1d_causal_dilated_float64", "conv1d_float32"] },
  { reason: "there is no normalisation over the batch", ids: ["batchnorm1d_train_float64"] },
  { reason: "no token of an embedding stands for padding", ids: ["embedding_padidx_float64"] },
  {
    reason: "clipping is a part of training",
    ids: ["clipnorm_2_0.5_float64", "clipnorm_inf_1000_float64", "clipnorm_1_1000_float32", "clipnorm_inf_0.5_float32"],
  },
];

/** A layer without state as a cell, and PyTorch's names of its parameters. */
interface LayerCell {
  readonly cell: Cell;
  readonly parameters: Readonly<Record<string, string>>;
}

const spellings: Readonly<Record<string, string>> = { hardsigmoid: "hard_sigmoid", hardtanh: "hard_tanh" };

const layerCells: Readonly<Record<string, (options: TorchLayer["options"]) => LayerCell>> = {
  Linear: () => ({ cell: cells.dense, parameters: { W: "weight", b: "bias" } }),
  LayerNorm: ({ elementwise_affine: affine }) =>
    affine === false
      ? { cell: cell("norm", "y = norm(x)"), parameters: {} }
      : { cell: cells["layer-norm"], parameters: { g: "weight", b: "bias" } },
  activation: ({ fn }) => ({
    cell: cell("activation", `y = ${spellings[String(fn)] ?? String(fn)}(x)`),
    parameters: {},
  }),
};

/** Rows of `x` are steps × members. */
function runLayer(
  backend: Backend | undefined,
  { cell: of, parameters }: LayerCell,
  tensors: TorchTensors,
): Record<string, Numbers> {
  const { shape, data: inputs } = tensors["x"]!;
  const [steps, inputSize] = [shape[0]!, shape.at(-1)!];
  const output = tensors["R.output"]!;
  const compiled = compileOn(backend, of, { inputSize, hiddenSize: output.shape.at(-1)! });
  const given = Object.fromEntries(Object.entries(parameters).map(([our, name]) => [our, tensors[name]!.data]));
  const { outputs } = compiled.forward({ steps, batch: inputs.length / inputSize / steps, inputs, parameters: given });
  const back = compiled.backward({ dOutputs: output.data });
  compiled.dispose();
  const gradients = Object.entries(parameters).map(([our, name]) => [`grad.${name}`, back.dParameters[our]!] as const);
  return { output: outputs, "grad.x": back.dInputs, ...Object.fromEntries(gradients) };
}

/** Tokens `[members, steps]` of one row each: as one step of all of them. */
function runEmbedding(backend: Backend, tensors: TorchTensors): Record<string, Numbers> {
  const { shape, data: table } = tensors["weight"]!;
  const tokens = tensors["idx"]!.data;
  const [vocabulary, size] = [shape[0]!, shape[1]!];
  const sizes = { steps: 1, batch: tokens.length, columns: size };
  const spec: NetworkSpec = { input: { kind: "tokens", size: vocabulary }, layers: [{ kind: "embedding", size }] };
  const builder = createProgramBuilder();
  const parameters = declareParameters(builder, describeNetwork(spec), { gradients: true });
  const input = {
    ...allocateSignal(builder, "input", { ...sizes, columns: 1, role: "port" }),
    columnStride: 0,
  } as const;
  const lowered = lowerNetwork({ builder, spec, ...sizes, input, parameters, gradient: true });
  const [output, projection] = [
    allocateSignal(builder, "output", { ...sizes, role: "port" }),
    allocateSignal(builder, "projection", { ...sizes, role: "port" }),
  ];
  const back = lowered.backward();
  const executable = backend.load(
    builder.finish([
      {
        name: "forward",
        body: [...lowered.forward, ...copyStep({ builder, ...sizes }, "output", lowered.output, output)],
      },
      {
        name: "backward",
        body: [
          ...copyStep({ builder, ...sizes }, "projection", projection, lowered.outputGradient()),
          ...back.statements,
        ],
      },
    ]),
  );
  const { value, gradient } = known(parameters.get("0.E"), "the table");
  executable.array(value).set(table);
  executable.array(input.buffer).set(tokens);
  executable.array(projection.buffer).set(tensors["R.output"]!.data);
  executable.call("forward");
  executable.call("backward");
  return { output: executable.array(output.buffer), "grad.weight": executable.array(known(gradient, "its gradient")) };
}

const layers = readTorchCases("layers") as readonly TorchLayer[];
const isSkipped = ({ id }: TorchLayer): boolean => skipped.some(({ ids }) => ids.includes(id));
const kernels = { float64: createInterpreterBackend, float32: createWasmBackend } as const;

describe("PyTorch's layers", () => {
  test.skipIf(layers.length === 0)(
    "are all there, tested or left out for a reason (skipped where ../shared/fixtures is missing)",
    () => {
      expect(layers).toHaveLength(31);
      expect(layers.filter(isSkipped)).toHaveLength(skipped.flatMap(({ ids }) => ids).length);
      expect(
        layers.filter((one) => !isSkipped(one) && one.layer !== "Embedding" && !(one.layer in layerCells)),
      ).toEqual([]);
    },
  );

  const ofCells = layers.filter((one) => !isSkipped(one) && one.layer in layerCells);
  test.each(ofCells.map((one) => [one.id, one] as const))("%s", (_, one) => {
    const tensors = readTorchTensors(one);
    const layer = layerCells[one.layer]!(one.options);
    expectTorchResults(runLayer(undefined, layer, tensors), tensors, one.dtype);
    expectTorchResults(runLayer(kernels[one.dtype](), layer, tensors), tensors, one.dtype);
  });

  const embeddings = layers.filter((one) => !isSkipped(one) && one.layer === "Embedding");
  test.each(embeddings.map((one) => [one.id, one] as const))("%s", (_, one) => {
    const tensors = readTorchTensors(one);
    expectTorchResults(runEmbedding(kernels[one.dtype](), tensors), tensors, one.dtype);
  });
});
