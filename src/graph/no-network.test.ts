/** Computations that no layer has make a graph no network: none is dropped. */
import { expect, test } from "vitest";
import { floats, graphFrom } from "../../test/support/made-graphs.ts";
import { cells } from "../cells/index.ts";
import { createGraphBuilder } from "./build-graph.ts";
import type { GraphBuilder } from "./build-graph.ts";
import type { Graph, RecurrentNode, ValueName } from "./graph.ts";
import { createGraphModel } from "./model.ts";
import { integerTensor } from "./tensors.ts";
import { networkOf } from "./to-network.ts";

const whole = (b: GraphBuilder, ...numbers: number[]): ValueName => b.constant(integerTensor(numbers));
const one = (b: GraphBuilder, number: number): ValueName => b.constant(integerTensor(number));

function addRnn(
  b: GraphBuilder,
  input: ValueName,
  more: Partial<Omit<RecurrentNode, "kind" | "outputs">> & { readonly features?: number } = {},
): ValueName {
  const { features = 3, ...rest } = more;
  const sequence = b.name("sequence");
  b.recurrent({
    name: "rnn",
    cell: { name: "rnn", text: cells.rnn.text, options: {} },
    size: 2,
    direction: "forward",
    input,
    parameters: {
      W: b.constant(floats([2, features])),
      U: b.constant(floats([2, 2])),
      b: b.constant(floats([2])),
    },
    states: {},
    outputs: { sequence, states: { h: b.name("last") } },
    ...rest,
  });
  return sequence;
}

/** A layer over X whose state starts at what is made of X and another input. */
function fromState(make: (b: GraphBuilder, x: ValueName, s: ValueName) => ValueName, other = [1, "batch", 2]): Graph {
  return graphFrom(["steps", "batch", 3], (b, x) => {
    const s = b.input({ name: "S", type: "float32", shape: other });
    return addRnn(b, x, { states: { h: make(b, x, s) } });
  });
}

const turn = (b: GraphBuilder, x: ValueName, perm: readonly number[]): ValueName =>
  b.operator("Transpose", [x], { attributes: { perm } });
const cast = (b: GraphBuilder, x: ValueName, to: string): ValueName =>
  b.operator("Cast", [x], { name: `to ${to}`, attributes: { to } });

test.each<[string, (b: GraphBuilder, x: ValueName) => ValueName, RegExp]>([
  ["a cast to whole numbers", (b, x) => addRnn(b, cast(b, cast(b, x, "int32"), "float32")), /to int32 \(Cast\)/],
  ["a cast to truth", (b, x) => addRnn(b, cast(b, cast(b, x, "bool"), "float32")), /to bool \(Cast\)/],
  ["a cast of what a layer gives", (b, x) => cast(b, cast(b, addRnn(b, x), "int64"), "float32"), /to int64 \(Cast\)/],
  [
    "a softmax of each direction by itself",
    (b, x) => {
      const parts = (["forward", "backward"] as const).map((direction) =>
        b.operator("Unsqueeze", [addRnn(b, x, { direction }), whole(b, 1)]),
      );
      const stacked = b.operator("Concat", parts, { attributes: { axis: 1 } });
      return b.operator("Softmax", [stacked], { name: "each", attributes: { axis: -1 } });
    },
    /each \(Softmax\)/,
  ],
  [
    "the input turned round, added to a layer's output",
    (b, x) =>
      b.operator("Add", [b.operator("MatMul", [x, b.constant(floats([3, 3]))]), turn(b, x, [1, 0, 2])], {
        name: "sum",
      }),
    /sum \(Add\)/,
  ],
  [
    "numbers in another order, as long as those of a shape",
    (b, x) =>
      b.operator("Relu", [
        b.operator("Reshape", [turn(b, x, [1, 0, 2]), b.operator("Shape", [x])], { name: "reread" }),
      ]),
    /Relu \(Relu\)/,
  ],
  [
    "a slice along an axis that is not known",
    (b, x) => {
      const axis = b.input({ name: "axis", type: "int64", shape: [1] });
      return b.operator("Slice", [addRnn(b, x), whole(b, -1), whole(b, 2 ** 40), axis], { name: "some" });
    },
    /some \(Slice\)/,
  ],
  [
    "a shift that adds an axis",
    (b, x) => b.operator("Add", [addRnn(b, x), b.constant(floats([1, 1, 1, 2]))], { name: "wide" }),
    /wide \(Add\)/,
  ],
  [
    "dropout that is told to train",
    (b, x) => {
      const training = b.constant({ type: "bool", shape: [], data: Uint8Array.of(1) });
      return b.operator("Dropout", [addRnn(b, x), "", training], { name: "noise" });
    },
    /noise \(Dropout\)/,
  ],
  [
    "all axes of length 1 taken away, where features may be one",
    (b, x) => b.operator("Squeeze", [b.operator("MatMul", [x, b.constant(floats([3, 1]))])], { name: "all" }),
    /all \(Squeeze\)/,
  ],
  [
    "an input of as many numbers as nobody says",
    (b, x) => b.operator("MaxPool", [x], { name: "pool", attributes: { kernel_shape: [2], pads: [0, 1] } }),
    /how many numbers/,
  ],
])("%s", (_, make, message) => {
  const act = (): unknown => networkOf(graphFrom(["steps", "batch", 3], make));
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ code: "graph/no-network" }) as Error);
});

test.each<[string, (b: GraphBuilder, x: ValueName, s: ValueName) => ValueName, RegExp]>([
  [
    "made of the sequence",
    (b, x) =>
      b.operator("Slice", [
        b.operator("ReduceMax", [x, whole(b, 0)], { name: "most", attributes: { keepdims: 0 } }),
        whole(b, 0),
        whole(b, 2),
        whole(b, 1),
      ]),
    /most \(ReduceMax\)/,
  ],
  [
    "computed of another input",
    (b, _, s) => b.operator("Gather", [b.operator("Mul", [s, s], { name: "square" }), one(b, 0)]),
    /square \(Mul\)/,
  ],
  [
    "a part of the sequence itself",
    (b, x) => b.operator("Slice", [b.operator("Gather", [x, one(b, 0)]), whole(b, 0), whole(b, 2), whole(b, 1)]),
    /rnn \(rnn\)/,
  ],
  [
    "another input put beside itself",
    (b, _, s) =>
      b.operator("Gather", [b.operator("Concat", [s, s], { name: "twice", attributes: { axis: 0 } }), one(b, 0)]),
    /twice \(Concat\)/,
  ],
])("a state that is %s", (_, make, message) => {
  expect(() => networkOf(fromState(make))).toThrow(message);
});

test("a state that is an input, moved about, starts at zero, and the network says so", () => {
  const { spec, origin } = networkOf(
    fromState((b, _, s) => b.operator("Gather", [cast(b, cast(b, s, "float64"), "float32"), one(b, 0)])),
  );
  expect(spec.layers[0]).not.toHaveProperty("initialState");
  expect(origin.zeros).toEqual(["S"]);
});

test("a learned state that is repeated for all members and picked stays", () => {
  const { parameters } = networkOf(
    fromState((b) => {
      const all = b.operator("Expand", [b.constant(floats([2, 1, 2])), whole(b, 2, 4, 2)]);
      return b.operator("Gather", [all, one(b, 1)]);
    }),
  );
  expect(parameters["0.initial.h"]).toEqual(floats([2, 1, 2]).data.slice(2));
});

test("lengths are one input for all layers; what operators make of all steps is no layer then", () => {
  const build = (make: (b: GraphBuilder, x: ValueName, lengths: ValueName, others: ValueName) => ValueName): Graph =>
    graphFrom(["steps", "batch", 3], (b, x) => {
      const [lengths = "", others = ""] = ["lengths", "others"].map((name) =>
        b.input({ name, type: "int64", shape: ["batch"] }),
      );
      return make(b, x, lengths, others);
    });
  const both = build((b, x, lengths) =>
    addRnn(b, addRnn(b, x, { lengths }), { lengths: cast(b, lengths, "int32"), features: 2 }),
  );
  expect(networkOf(both).origin).toMatchObject({ lengths: ["lengths"], zeros: [] });
  const wrong = [
    build((b, x, lengths, others) => addRnn(b, addRnn(b, x, { lengths }), { lengths: others, features: 2 })),
    build((b, x, lengths) => addRnn(b, addRnn(b, x), { lengths, features: 2 })),
    build((b, x, lengths) => addRnn(b, x, { lengths: b.operator("Neg", [lengths]) })),
    build((b, x, lengths) => b.operator("Gather", [addRnn(b, x, { lengths }), one(b, -1)])),
    build((b, x, lengths) => b.operator("ReduceMean", [addRnn(b, x, { lengths }), whole(b, 0)])),
  ];
  for (const graph of wrong) expect(() => networkOf(graph)).toThrow(/No layer of a network/);
});

test("weights that are the table itself, not its transpose, are not tied to it", async () => {
  const b = createGraphBuilder("tied");
  const x = b.input({ name: "X", type: "int64", shape: ["steps", "batch"] });
  const table = b.constant(floats([4, 4]), "table");
  const same = turn(b, table, [0, 1]);
  const y = b.operator("MatMul", [b.operator("Gather", [table, x]), same]);
  const model = createGraphModel(b.finish([{ name: y, type: "float32" }]), { backend: "wasm" });
  const data = [0, 3, 2, 1, 1, 2];
  const [wanted] = Object.values(await model.run({ X: { shape: [3, 2], data } }));
  const given = model.network().predict({ steps: 3, batch: 2, inputs: Float32Array.from(data) });
  for (const [i, value] of given.entries()) expect(Math.abs(value - Number(wanted!.data[i]))).toBeLessThan(1e-6);
});

test("outputs beside the first that are computed of inputs alone are no states", () => {
  const graph = graphFrom(["steps", "batch", 3], (b, x) => [
    addRnn(b, x),
    b.operator("ReduceMax", [x], { name: "most" }),
  ]);
  expect(() => networkOf(graph)).toThrow(/a network has one/);
});
