/** RNN, GRU and LSTM over a grid of attributes that the shared numbers do not have, beside ONNX Runtime; and the cells that they become. */
import { describe, expect, test } from "vitest";
import { cells } from "../src/cells/index.ts";
import type { CellName } from "../src/cells/index.ts";
import { readOnnx } from "../src/formats/onnx/index.ts";
import type { RecurrentNode } from "../src/graph/graph.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { equalCells } from "../src/language/index.ts";
import { cellOf } from "../src/network/index.ts";
import { buildOnnx } from "./support/build-onnx.ts";
import type { OnnxAttribute } from "./support/build-onnx.ts";
import { expectTensor } from "./support/onnx-fixtures.ts";
import { floats, whole } from "./support/operator-cases.ts";
import { runOrt } from "./support/ort.ts";
import { tolerances } from "./tolerances.ts";

type Kind = "RNN" | "GRU" | "LSTM";

interface Setting {
  readonly kind: Kind;
  readonly direction?: "forward" | "reverse" | "bidirectional";
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  readonly bias?: boolean;
  readonly lengths?: readonly number[];
  readonly initial?: boolean;
  readonly peepholes?: boolean;
  readonly opset?: number;
  /** Weights that are inputs, and so cut when the graph runs. */
  readonly open?: boolean;
}

const [T, B, I, H] = [4, 3, 2, 5];
const gates: Readonly<Record<Kind, number>> = { RNN: 1, GRU: 3, LSTM: 4 };

function fileOf({
  kind,
  direction = "forward",
  attributes = {},
  bias = true,
  lengths,
  initial,
  peepholes,
  opset = 14,
  open = false,
}: Setting) {
  const D = direction === "bidirectional" ? 2 : 1;
  const G = gates[kind] * H;
  const all: Readonly<Record<string, Tensor | undefined>> = {
    X: floats([T, B, I]),
    W: floats([D, G, I], -1, 1),
    R: floats([D, G, H], -1, 1),
    B: bias ? floats([D, 2 * G], -1, 1) : undefined,
    lengths: lengths === undefined ? undefined : { type: "int32", shape: [B], data: Int32Array.from(lengths) },
    h0: initial === true ? floats([D, B, H], -1, 1) : undefined,
    ...(kind === "LSTM"
      ? {
          c0: initial === true ? floats([D, B, H], -1, 1) : undefined,
          P: peepholes === true ? floats([D, 3 * H], -1, 1) : undefined,
        }
      : {}),
  };
  const names = Object.entries(all).map(([name, tensor]) => (tensor === undefined ? "" : name));
  const there = Object.entries(all).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
  const given = Object.fromEntries(there.filter(([name]) => open || !/^[WRBP]$/.test(name)));
  const constants = Object.fromEntries(there.filter(([name]) => !(name in given)));
  const outputs = kind === "LSTM" ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"];
  const bytes = buildOnnx(
    {
      nodes: [{ op: kind, inputs: names, outputs, attributes: { hidden_size: H, direction, ...attributes } }],
      inputs: Object.entries(given).map(([name, { type, shape }]) => ({ name, type, shape })),
      outputs: outputs.map((name) => ({ name, type: "float32" })),
      constants,
    },
    { "": opset },
  );
  return { bytes, given };
}

const float = (value: number): OnnxAttribute => ({ float: value });
const list = (...values: readonly number[]): OnnxAttribute => ({ floats: values });

const settings: readonly (readonly [string, Setting])[] = [
  [
    "RNN of Affine with its usual numbers",
    { kind: "RNN", attributes: { activations: ["Affine"], activation_alpha: list(0.3), activation_beta: list(0.1) } },
  ],
  [
    "RNN of ScaledTanh",
    {
      kind: "RNN",
      attributes: { activations: ["ScaledTanh"], activation_alpha: list(1.7), activation_beta: list(0.6) },
    },
  ],
  [
    "RNN of ThresholdedRelu, clipped",
    { kind: "RNN", attributes: { activations: ["ThresholdedRelu"], activation_alpha: list(0.2), clip: float(0.9) } },
  ],
  ["RNN of HardSigmoid as usual", { kind: "RNN", attributes: { activations: ["HardSigmoid"] } }],
  ["RNN of LeakyRelu as usual", { kind: "RNN", attributes: { activations: ["LeakyRelu"] } }],
  ["RNN of Elu as usual", { kind: "RNN", attributes: { activations: ["Elu"] } }],
  [
    "RNN of Softplus, from its end",
    { kind: "RNN", direction: "reverse", attributes: { activations: ["Softplus"], clip: float(1) } },
  ],
  [
    "RNN, numbers handed out over two directions",
    {
      kind: "RNN",
      direction: "bidirectional",
      attributes: {
        activations: ["HardSigmoid", "LeakyRelu"],
        activation_alpha: list(0.3, 0.4),
        activation_beta: list(0.6),
      },
    },
  ],
  [
    "GRU with every option",
    {
      kind: "GRU",
      direction: "bidirectional",
      initial: true,
      lengths: [4, 1, 2],
      attributes: { linear_before_reset: 1, clip: float(0.5) },
    },
  ],
  ["GRU without biases, reset after the product", { kind: "GRU", bias: false, attributes: { linear_before_reset: 1 } }],
  ["GRU of open weights", { kind: "GRU", open: true, direction: "reverse" }],
  ["GRU of version 7", { kind: "GRU", opset: 7, initial: true }],
  [
    "LSTM with every option",
    {
      kind: "LSTM",
      direction: "bidirectional",
      initial: true,
      lengths: [2, 4, 3],
      peepholes: true,
      attributes: { clip: float(0.7) },
    },
  ],
  ["LSTM with coupled gates", { kind: "LSTM", initial: true, attributes: { input_forget: 1 } }],
  [
    "LSTM of three other activations",
    {
      kind: "LSTM",
      attributes: {
        activations: ["HardSigmoid", "Softsign", "Relu"],
        activation_alpha: list(0.25),
        activation_beta: list(0.45),
      },
    },
  ],
  ["LSTM of open weights", { kind: "LSTM", open: true, peepholes: true, direction: "bidirectional" }],
];

test.each(settings)("%s", async (_, setting) => {
  const { bytes, given } = fileOf(setting);
  const expected = await runOrt(bytes, given);
  const model = await readOnnx(bytes, { backend: "wasm" });
  const actual = await model.run(given);
  for (const [name, tensor] of Object.entries(expected)) expectTensor(actual[name]!, tensor, tolerances.torchOutput32);
  model.dispose();
});

describe("a standard node is a built-in cell", () => {
  const standard: readonly (readonly [CellName, Setting])[] = [
    ["rnn", { kind: "RNN" }],
    ["rnn-relu", { kind: "RNN", attributes: { activations: ["relu"] } }],
    ["gru", { kind: "GRU", attributes: { linear_before_reset: 1 } }],
    ["gru-v1", { kind: "GRU" }],
    ["lstm", { kind: "LSTM" }],
    ["lstm-peephole", { kind: "LSTM", peepholes: true }],
    ["lstm-coupled", { kind: "LSTM", peepholes: true, attributes: { input_forget: 1 } }],
  ];
  test.each(standard)("%s", async (name, setting) => {
    const model = await readOnnx(
      fileOf({
        ...setting,
        direction: "bidirectional",
        ...(setting.attributes?.["activations"] === undefined ? {} : { attributes: { activations: ["relu", "relu"] } }),
      }).bytes,
    );
    const nodes = model.graph.nodes.filter((node): node is RecurrentNode => node.kind === "recurrent");
    expect(nodes.map(({ direction }) => direction)).toEqual(["forward", "backward"]);
    for (const node of nodes) {
      expect(equalCells(cellOf(node.cell), cells[name])).toBe(true);
      for (const value of Object.values(node.parameters)) expect(model.graph.constants.has(value)).toBe(true);
    }
  });
});

test("a member of no steps keeps its first states", async () => {
  const { bytes, given } = fileOf({ kind: "LSTM", initial: true, lengths: [0, 4, 2] });
  const model = await readOnnx(bytes, { backend: "wasm" });
  const { Y, Y_h: last } = await model.run(given);
  expect(Array.from(last!.data.slice(0, H) as Float32Array)).toEqual(
    Array.from(given["h0"]!.data.slice(0, H) as Float32Array),
  );
  expect(Array.from(Y!.data.slice(0, H) as Float32Array)).toEqual(Array.from({ length: H }, () => 0));
});

test("weights of bytes (DynamicQuantizeLSTM) are those of an LSTM", async () => {
  const bytesOf = (...shape: readonly number[]) => whole("uint8", shape, 0, 255);
  const scale = (value: number): Tensor => ({ type: "float32", shape: [1], data: Float32Array.of(value) });
  const zero: Tensor = { type: "uint8", shape: [1], data: Uint8Array.of(128) };
  const X = floats([T, B, I]);
  const constants = {
    W: bytesOf(1, I, 4 * H),
    R: bytesOf(1, H, 4 * H),
    ws: scale(0.007),
    wz: zero,
    rs: scale(0.006),
    rz: zero,
  };
  const bytes = buildOnnx(
    {
      nodes: [
        {
          op: "DynamicQuantizeLSTM",
          domain: "com.microsoft",
          inputs: ["X", "W", "R", "", "", "", "", "", "ws", "wz", "rs", "rz"],
          outputs: ["Y"],
          attributes: { hidden_size: H },
        },
      ],
      inputs: [{ name: "X", type: "float32", shape: [T, B, I] }],
      outputs: [{ name: "Y", type: "float32" }],
      constants,
    },
    { "": 14, "com.microsoft": 1 },
  );
  const expected = await runOrt(bytes, { X });
  const { Y } = await (await readOnnx(bytes, { backend: "wasm" })).run({ X });
  // ONNX Runtime rounds what it multiplies the weights with to bytes as well: half a step of 255 for each of some dozen numbers.
  expectTensor(Y!, expected["Y"]!, 0.03);
});
