/** Operators of ONNX that are read as several of a graph's, beside ONNX Runtime. */
import { expect, test } from "vitest";
import { readOnnx } from "../src/formats/onnx/index.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { buildOnnx } from "./support/build-onnx.ts";
import type { OnnxAttribute } from "./support/build-onnx.ts";
import { expectTensor } from "./support/onnx-fixtures.ts";
import { floats, whole } from "./support/operator-cases.ts";
import { runOrt } from "./support/ort.ts";

const bytes = (shape: readonly number[], type: "uint8" | "int8" = "uint8"): Tensor =>
  whole(type, shape, type === "int8" ? -90 : 0, 90);
const one = (value: number, type: "uint8" | "int8" = "uint8"): Tensor => {
  return { type, shape: [], data: type === "int8" ? Int8Array.of(value) : Uint8Array.of(value) };
};

const cases: readonly (readonly [string, Tensor, readonly Tensor[], Readonly<Record<string, OnnxAttribute>>])[] = [
  ["along one axis", bytes([2, 3, 9]), [bytes([4, 3, 3]), one(7), one(40)], { pads: [1, 1], strides: [2] }],
  ["over a picture, in groups", bytes([1, 4, 6, 5]), [bytes([2, 2, 3, 3]), one(12)], { group: 2, dilations: [1, 2] }],
  ["without zero points", bytes([1, 2, 5]), [bytes([3, 2, 2])], { auto_pad: "SAME_UPPER" }],
];

test.each(cases)("ConvInteger %s", async (_, x, [w, xZero, wZero], attributes) => {
  const constants = {
    w: w!,
    ...(xZero === undefined ? {} : { xZero }),
    ...(wZero === undefined ? {} : { wZero }),
  };
  const node = { op: "ConvInteger", inputs: ["x", ...Object.keys(constants)], outputs: ["y"], attributes };
  const inputs = [{ name: "x", type: x.type, shape: x.shape }];
  const file = buildOnnx({ nodes: [node], inputs, outputs: [{ name: "y", type: "int32" }], constants });
  const { y: expected } = await runOrt(file, { x });
  const { y } = await (await readOnnx(file)).run({ x });
  expectTensor(y!, expected!, 0);
});

test("slopes for each channel, of before version 7, are refused", async () => {
  const file = (slope: Tensor): Uint8Array =>
    buildOnnx(
      {
        nodes: [{ op: "PRelu", inputs: ["x", "slope"], outputs: ["y"] }],
        inputs: [{ name: "x", type: "float32", shape: [1, 2, 2] }],
        outputs: [{ name: "y", type: "float32" }],
        constants: { slope },
      },
      { "": 6 },
    );
  await expect(readOnnx(file(floats([2])))).rejects.toMatchObject({ code: "onnx/bad-node" });
  const { y } = await (
    await readOnnx(file(floats([1], 0.5, 0.5)))
  ).run({
    x: { shape: [1, 2, 2], data: [-2, -1, 1, 2] },
  });
  expect([...y!.data]).toEqual([-1, -0.5, 1, 2]);
});
