/** Graphs as kernels against the same graphs in plain code, operator by operator and together. */
import { describe, expect, test } from "vitest";
import { chooseBackend } from "../../engine/backends.ts";
import { roundToHalf } from "../../lower/weight-format.ts";
import type { WeightFormat } from "../../lower/index.ts";
import { createRandom } from "../../util/random.ts";
import { createGraphBuilder } from "../build-graph.ts";
import type { GraphBuilder, OperatorOptions } from "../build-graph.ts";
import type { Graph, ValueName } from "../graph.ts";
import { createGraphModel } from "../model.ts";
import { specialise } from "../specialise.ts";
import type { Tensor } from "../tensor.ts";
import { loadGraph } from "./load-graph.ts";
import { lowerGraph, lowerings } from "./lower-graph.ts";

const random = createRandom(7);

function tensor(shape: readonly number[], from = -1, to = 1): Tensor {
  const data = Float32Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    () => from + (to - from) * random.uniform(),
  );
  return { type: "float32", shape, data };
}

const whole = (...numbers: readonly number[]): Tensor => ({
  type: "int64",
  shape: [numbers.length],
  data: BigInt64Array.from(numbers, BigInt),
});
const scalar = (value: number): Tensor => ({ type: "float32", shape: [], data: Float32Array.of(value) });

interface Case {
  readonly name: string;
  readonly inputs: Readonly<Record<ValueName, Tensor>>;
  build(builder: GraphBuilder): ValueName | readonly ValueName[];
}

/** One operator on inputs x, y, z, with constants after them. */
function one(
  operator: string,
  inputs: readonly Tensor[],
  constants: readonly (Tensor | undefined)[] = [],
  options: OperatorOptions = {},
): Case {
  const names = ["x", "y", "z"].slice(0, inputs.length);
  const shapes = [...inputs, ...constants].map((it) => (it === undefined ? "–" : `[${it.shape.join(",")}]`)).join(" ");
  return {
    name: `${operator} ${shapes} ${JSON.stringify(options.attributes ?? {})}`,
    inputs: Object.fromEntries(names.map((name, n) => [name, inputs[n]!])),
    build: (builder) => {
      const more = constants.map((it) => (it === undefined ? "" : builder.constant(it)));
      return builder.operators(operator, [...names, ...more], options);
    },
  };
}

const unary = [
  "Neg",
  "Abs",
  "Sign",
  "Floor",
  "Exp",
  "Sin",
  "Cos",
  "Tanh",
  "Sigmoid",
  "Softplus",
  "Identity",
  "Reciprocal",
];
const activations = ["Relu", "LeakyRelu", "Elu", "Selu", "HardSigmoid", "HardSwish", "Softsign"];

const cases: readonly Case[] = [
  ...[...unary, ...activations].map((name) => one(name, [tensor([2, 3, 5], -3, 3)])),
  ...["Sqrt", "Log"].map((name) => one(name, [tensor([4, 5], 0.1, 3)])),
  ...["Add", "Sub", "Mul", "Div"].flatMap((name) => [
    one(name, [tensor([2, 3, 5]), tensor([2, 3, 5], 1, 2)]),
    one(name, [tensor([2, 3, 5]), tensor([3, 1], 1, 2)]),
    one(name, [tensor([5]), tensor([2, 3, 1], 1, 2)]),
    one(name, [tensor([2, 3])], [scalar(2)]),
  ]),
  ...["Sum", "Max", "Min", "Mean"].map((name) => one(name, [tensor([2, 3]), tensor([3]), tensor([2, 1])])),
  one("Pow", [tensor([3, 4])], [scalar(2)]),
  one("Pow", [tensor([3, 4], 0, 2)], [scalar(0.5)]),
  one("Clip", [tensor([3, 4], -2, 2)], [scalar(-1), scalar(0.5)]),
  one("Cast", [tensor([3, 4], -2, 2)], [], { attributes: { to: "float32" } }),
  one("Cast", [{ ...tensor([3]), data: Float32Array.of(0, -0.5, 2) }], [], { attributes: { to: "bool" } }),
  one("Clip", [tensor([3, 4], -2, 2)], [undefined, scalar(0.5)]),
  one("PRelu", [tensor([2, 3, 4], -2, 2)], [tensor([3, 1])]),
  one("LeakyRelu", [tensor([2, 3], -2, 2)], [], { attributes: { alpha: 0.3 } }),
  one("Reshape", [tensor([2, 3, 4])], [whole(6, 4)]),
  one("Reshape", [tensor([2, 3, 4])], [whole(4, -1)]),
  one("Squeeze", [tensor([2, 1, 4])], [whole(1)]),
  one("Unsqueeze", [tensor([2, 4])], [whole(0, 3)]),
  one("Flatten", [tensor([2, 3, 4])], [], { attributes: { axis: 2 } }),
  one("Transpose", [tensor([2, 3, 4])], [], { attributes: { perm: [2, 0, 1] } }),
  one("Transpose", [tensor([2, 3, 4])]),
  one("Expand", [tensor([3, 1])], [whole(2, 3, 4)]),
  one("Slice", [tensor([4, 5, 6])], [whole(1, -5), whole(3, 100), whole(0, 2), whole(1, 2)]),
  one("Slice", [tensor([4, 5])], [whole(-1), whole(-100), whole(1), whole(-2)]),
  one("Concat", [tensor([2, 3]), tensor([2, 1]), tensor([2, 4])], [], { attributes: { axis: 1 } }),
  one("Split", [tensor([2, 7])], [whole(3, 4)], { attributes: { axis: 1 }, outputs: 2 }),
  {
    name: "parts of a Split that nobody reads",
    inputs: { x: tensor([2, 7]) },
    build: (b) => {
      b.operators("Split", ["x", b.constant(whole(3, 1, 3))], { attributes: { axis: 1 }, outputs: ["", "part", ""] });
      return "part";
    },
  },
  {
    name: "MatMul with constants for all members",
    inputs: { x: tensor([4, 2, 3, 5]) },
    build: (b) => b.operator("MatMul", ["x", b.constant(tensor([2, 5, 4]))]),
  },
  ...["constant", "reflect", "edge", "wrap"].flatMap((mode) => [
    one("Pad", [tensor([2, 5])], [whole(0, 3, 0, 2)], { attributes: { mode } }),
    one("Pad", [tensor([3, 4, 5])], [whole(1, 2, 0, 2, 0, 3)], { attributes: { mode } }),
  ]),
  one("Pad", [tensor([2, 5])], [whole(0, 1, 1, 0), scalar(2.5)]),
  one("Gather", [tensor([5, 3])], [whole(4, 0, 2)]),
  one("Gather", [tensor([5, 3])], [{ type: "int64", shape: [], data: BigInt64Array.of(-2n) }], {
    attributes: { axis: 1 },
  }),
  ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare"].flatMap(
    (name) => [
      one(name, [tensor([2, 3, 5])], [whole(2)]),
      one(name, [tensor([2, 3, 5])], [whole(0, 2)], { attributes: { keepdims: 0 } }),
      one(name, [tensor([2, 3, 5])], [whole(1)]),
      one(name, [tensor([2, 3])]),
    ],
  ),
  ...["Softmax", "LogSoftmax"].flatMap((name) => [
    one(name, [tensor([2, 3, 5], -4, 4)]),
    one(name, [tensor([2, 3, 5], -4, 4)], [], { attributes: { axis: 1 } }),
  ]),
  one("LayerNormalization", [tensor([2, 3, 8])], [tensor([8]), tensor([8])]),
  one("LayerNormalization", [tensor([2, 3, 8])], [tensor([3, 8])], { attributes: { axis: 1, epsilon: 0.01 } }),
  one("BatchNormalization", [tensor([2, 3, 8])], [tensor([3]), tensor([3]), tensor([3]), tensor([3], 0.5, 2)]),
  one("GlobalAveragePool", [tensor([2, 3, 4, 5])]),
  one("GlobalMaxPool", [tensor([2, 3, 8])]),
  one("MaxPool", [tensor([2, 3, 9])], [], { attributes: { kernel_shape: [3], strides: [2] } }),
  one("AveragePool", [tensor([2, 3, 6, 8])], [], { attributes: { kernel_shape: [2, 3], strides: [2, 1] } }),
  one("MatMul", [tensor([7, 5])], [tensor([5, 6])]),
  one("MatMul", [tensor([2, 3, 5])], [tensor([5, 3])]),
  one("MatMul", [tensor([3, 5]), tensor([5, 9])]),
  one("MatMul", [tensor([2, 3, 5]), tensor([2, 5, 4])]),
  one("Gemm", [tensor([3, 5])], [tensor([5, 6]), tensor([6])]),
  one("Gemm", [tensor([5, 3])], [tensor([6, 5]), tensor([3, 1])], {
    attributes: { transA: 1, transB: 1, alpha: 0.5, beta: 2 },
  }),
  one("Conv", [tensor([2, 3, 9])], [tensor([5, 3, 3]), tensor([5])]),
  one("Conv", [tensor([1, 1, 40])], [tensor([6, 1, 8])], { attributes: { strides: [4] } }),
  one("Conv", [tensor([2, 3, 9])], [tensor([4, 3, 3])], { attributes: { pads: [1, 1], strides: [2] } }),
  one("Conv", [tensor([2, 3, 12])], [tensor([4, 3, 3])], { attributes: { dilations: [2], pads: [2, 1] } }),
  one("Conv", [tensor([2, 3, 7, 8])], [tensor([4, 3, 3, 2]), tensor([4])], { attributes: { pads: [1, 0, 1, 1] } }),
  one("Conv", [tensor([2, 3, 7, 8])], [tensor([4, 3, 2, 3])], { attributes: { strides: [2, 2], dilations: [1, 2] } }),
  one("Conv", [tensor([1, 2, 9])], [tensor([4, 2, 4])], { attributes: { auto_pad: "SAME_UPPER", strides: [2] } }),
  one("Conv", [tensor([1, 2, 9])], [tensor([4, 2, 3])], { attributes: { auto_pad: "VALID", pads: [1, 1] } }),
  {
    name: "a convolution, its magnitude, and a layer on it",
    inputs: { x: tensor([1, 64]) },
    build: (b) => {
      const waves = b.operator(
        "Conv",
        [b.operator("Unsqueeze", ["x", b.constant(whole(1))]), b.constant(tensor([10, 1, 16]))],
        {
          attributes: { strides: [8] },
        },
      );
      const [real = "", imaginary = ""] = b.operators("Split", [waves, b.constant(whole(5, 5))], {
        attributes: { axis: 1 },
        outputs: 2,
      });
      const squares = [real, imaginary].map((part) => b.operator("Pow", [part, b.constant(scalar(2))]));
      const size = b.operator("Sqrt", [b.operator("Add", squares)]);
      const next = b.operator("Conv", [size, b.constant(tensor([4, 5, 3])), b.constant(tensor([4]))], {
        attributes: { pads: [1, 1] },
      });
      return b.operator("ReduceMean", [b.operator("Relu", [next]), b.constant(whole(2))]);
    },
  },
  ...(["forward", "backward"] as const).map((direction): Case => ({
    name: `a cell ${direction}, with states`,
    inputs: { x: tensor([2, 6, 3]), h0: tensor([2, 4]) },
    build: (b) => {
      const text = "c' = 0.5 * c + tanh(W x)\nh' = tanh(A c' + U h + b)";
      const parameters = Object.fromEntries(
        Object.entries({ W: [4, 3], A: [4, 4], U: [4, 4], b: [4] }).map(([name, shape]) => [
          name,
          b.constant(tensor(shape)),
        ]),
      );
      b.recurrent({
        name: "cell",
        cell: { name: "cell", text, options: {} },
        size: 4,
        direction,
        input: b.operator("Transpose", ["x"], { attributes: { perm: [1, 0, 2] } }),
        parameters,
        states: { h: "h0" },
        outputs: { sequence: "Y", states: { h: "hn", c: "cn" } },
      });
      return [b.operator("Transpose", ["Y"], { attributes: { perm: [1, 2, 0] } }), "hn", "cn"];
    },
  })),
];

function graphOf({ name, inputs, build }: Case) {
  const builder = createGraphBuilder(name);
  for (const [input, { type, shape }] of Object.entries(inputs)) builder.input({ name: input, type, shape });
  const outputs = [build(builder)].flat();
  return builder.finish(outputs.map((output) => ({ name: output, type: "float32" })));
}

/** What kernels give for a case, in a second run on the same memory; plain code's numbers are `expected`. */
function expectKernels(
  graph: Graph,
  { inputs }: Case,
  expected: Record<ValueName, Tensor>,
  options: KernelOptions,
): void {
  const special = specialise(graph, { examples: new Map(Object.entries(inputs)), fixed: new Map() });
  if ("unlowered" in special) throw new Error(`the shapes of ${special.unlowered.name} are not known`);
  const { backend, weights = "float32" } = options;
  const lowered = lowerGraph(special, { inputs: Object.keys(inputs), wanted: Object.keys(expected), weights });
  if ("unlowered" in lowered) throw new Error(`no kernels for ${lowered.unlowered.name}`);
  const loaded = loadGraph(chooseBackend(backend).backend, lowered);
  for (const [input, { data }] of Object.entries(inputs)) loaded.input(input).set(data as Float32Array);
  loaded.run();
  loaded.run();
  for (const [output, { data }] of Object.entries(expected)) {
    const got = loaded.output(output);
    expect(got.length, output).toBe(data.length);
    const apart = Math.max(0, ...Array.from(got, (value, n) => Math.abs(value - Number(data[n]))));
    expect(apart, output).toBeLessThan(2e-6);
  }
  loaded.dispose();
}

interface KernelOptions {
  readonly backend: "reference" | "wasm";
  readonly weights?: WeightFormat;
}

describe.each(cases)("$name", (given) => {
  test.each(["reference", "wasm"] as const)("%s", async (backend) => {
    const model = createGraphModel(graphOf(given), { backend: "reference" });
    expectKernels(model.graph, given, await model.run(given.inputs), { backend });
  });
});

/** The same graph with constants that float16 holds as they are. */
function inHalves(graph: Graph): Graph {
  const round = (one: Tensor): Tensor =>
    one.type === "float32" ? { ...one, data: (one.data as Float32Array).map(roundToHalf) } : one;
  return { ...graph, constants: new Map([...graph.constants].map(([name, one]) => [name, round(one)])) };
}

const ofProducts = cases.filter((given) =>
  graphOf(given).nodes.some((node) => node.kind === "recurrent" || /MatMul|Gemm|Conv/.test(node.operator)),
);

test.each(ofProducts)("weights in float16: $name", async (given) => {
  const model = createGraphModel(inHalves(graphOf(given)), { backend: "reference" });
  expectKernels(model.graph, given, await model.run(given.inputs), { backend: "wasm", weights: "float16" });
});

test("every operator with kernels is tried", () => {
  const tried = new Set(
    cases.flatMap((one) => graphOf(one).nodes.flatMap((node) => (node.kind === "operator" ? [node.operator] : []))),
  );
  const trusted = new Set(["Less", "Equal", "Greater", "And", "Or", "Not", "Where", "Dropout"]);
  expect([...lowerings.keys()].filter((name) => !tried.has(name) && !trusted.has(name))).toEqual([]);
});
