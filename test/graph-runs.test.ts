/** One model run again and again: each run gives what its own inputs ask for, whatever earlier ones asked for, and the numbers of their types. */
import { describe, expect, test } from "vitest";
import { readOnnx } from "../src/formats/onnx/index.ts";
import type { GraphModel } from "../src/graph/graph-model.ts";
import type { ElementType, Tensor } from "../src/graph/tensor.ts";
import { buildOnnx } from "./support/build-onnx.ts";
import type { OnnxNodeSpec } from "./support/build-onnx.ts";
import { floats, ints } from "./support/operator-cases.ts";

type Inputs = Readonly<Record<string, Tensor>>;

/** A model of one node whose inputs may have any sizes. */
async function modelOf(node: OnnxNodeSpec, given: Inputs, gives: ElementType = "float32"): Promise<GraphModel> {
  const inputs = Object.entries(given).map(([name, { type, shape }]) => {
    return { name, type, shape: shape.map((_, axis) => `${name}${axis}`) };
  });
  const outputs = node.outputs.map((name) => ({ name, type: gives }));
  return readOnnx(buildOnnx({ nodes: [node], inputs, outputs }), { backend: "wasm" });
}

const x = floats([2, 6]);

describe("shapes are those that each run asks for", () => {
  test.each([
    [
      "Reshape",
      [ints(3, 4), ints(4, 3), ints(2, 6)],
      [
        [3, 4],
        [4, 3],
        [2, 6],
      ],
    ],
    [
      "Expand",
      [ints(1, 2, 6), ints(3, 2, 6)],
      [
        [1, 2, 6],
        [3, 2, 6],
      ],
    ],
    [
      "Tile",
      [ints(1, 2), ints(2, 1)],
      [
        [2, 12],
        [4, 6],
      ],
    ],
    [
      "Unsqueeze",
      [ints(0, 1), ints(1, 2), ints(0, 3)],
      [
        [1, 1, 2, 6],
        [2, 1, 1, 6],
        [1, 2, 6, 1],
      ],
    ],
    [
      "ReduceSum",
      [ints(0), ints(1)],
      [
        [1, 6],
        [2, 1],
      ],
    ],
  ])("%s", async (op, asked, wanted) => {
    const model = await modelOf({ op, inputs: ["x", "asked"], outputs: ["y"] }, { x, asked: asked[0]! });
    const shapes: (readonly number[])[] = [];
    for (const one of [...asked, asked[0]!]) shapes.push((await model.run({ x, asked: one }))["y"]!.shape);
    expect(shapes).toEqual([...wanted, wanted[0]]);
    model.dispose();
  });

  test("Split", async () => {
    const node = { op: "Split", inputs: ["x", "asked"], outputs: ["a", "b"], attributes: { axis: 1 } };
    const model = await modelOf(node, { x, asked: ints(1, 5) });
    for (const first of [1, 3, 4]) {
      const { a, b } = await model.run({ x, asked: ints(first, 6 - first) });
      expect([a!.shape, b!.shape]).toEqual([
        [2, first],
        [2, 6 - first],
      ]);
      expect(Array.from(b!.data as Float32Array)).toEqual([...x.data.slice(first, 6), ...x.data.slice(6 + first)]);
    }
    model.dispose();
  });
});

describe("numbers are compared as their types have them", () => {
  const one = (type: ElementType, value: number): Tensor => ({
    type,
    shape: [1, 2],
    data: type === "int64" ? BigInt64Array.of(BigInt(value), 0n) : Float64Array.of(value, 0),
  });
  test.each([
    ["Equal", "int64", 2 ** 24, 2 ** 24 + 1, 0],
    ["Less", "int64", 2 ** 24, 2 ** 24 + 1, 1],
    ["Less", "float64", 1, 1 + 1e-9, 1],
    ["Equal", "float64", 1, 1 + 1e-9, 0],
  ] as const)("%s of %s: %d and %d", async (op, type, left, right, wanted) => {
    const given = { a: one(type, left), b: one(type, right) };
    const model = await modelOf({ op, inputs: ["a", "b"], outputs: ["y"] }, given, "bool");
    expect((await model.run(given))["y"]!.data[0]).toBe(wanted);
    model.dispose();
  });
});

test("inputs that are outputs keep their types and numbers", async () => {
  const given: Inputs = {
    x: floats([2]),
    n: { type: "int64", shape: [2], data: BigInt64Array.of(2n ** 60n + 1n, 16_777_217n) },
    d: { type: "float64", shape: [1], data: Float64Array.of(0.1) },
  };
  const bytes = buildOnnx({
    nodes: [{ op: "Tanh", inputs: ["x"], outputs: ["y"] }],
    inputs: Object.entries(given).map(([name, { type }]) => ({ name, type, shape: [`${name}0`] })),
    outputs: [{ name: "y", type: "float32" }, ...Object.entries(given).map(([name, { type }]) => ({ name, type }))],
  });
  const model = await readOnnx(bytes, { backend: "wasm" });
  expect(await model.run(given)).toMatchObject(given);
  model.dispose();
});
