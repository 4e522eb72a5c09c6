/** Lists of tensors as exporters write them, beside ONNX Runtime. */
import { describe, expect, test } from "vitest";
import { readOnnx, writeOnnx } from "../src/formats/onnx/index.ts";
import { buildOnnx } from "./support/build-onnx.ts";
import type { OnnxGraph, OnnxNodeSpec } from "./support/build-onnx.ts";
import { expectTensor } from "./support/onnx-fixtures.ts";
import { floats, ints } from "./support/operator-cases.ts";
import { runOrt } from "./support/ort.ts";
import { tolerances } from "./tolerances.ts";

const number = (value: number) => ({ type: "int64", shape: [], data: BigInt64Array.of(BigInt(value)) }) as const;

/** `for t in range(T): h = tanh(x[t] @ w + h); outputs.append(h)`, as TorchScript writes it. */
const body: OnnxGraph = {
  inputs: [
    { name: "t", type: "int64", shape: [] },
    { name: "goes", type: "bool", shape: [] },
    { name: "h", type: "float32" },
    { name: "outputs", type: "sequence" },
  ],
  nodes: [
    { op: "Gather", inputs: ["x", "t"], outputs: ["x_t"], attributes: { axis: 0 } },
    { op: "MatMul", inputs: ["x_t", "w"], outputs: ["product"] },
    { op: "Add", inputs: ["product", "h"], outputs: ["sum"] },
    { op: "Tanh", inputs: ["sum"], outputs: ["next"] },
    { op: "SequenceInsert", inputs: ["outputs", "next"], outputs: ["longer"] },
    { op: "Identity", inputs: ["goes"], outputs: ["again"] },
  ],
  outputs: [
    { name: "again", type: "bool" },
    { name: "next", type: "float32" },
    { name: "longer", type: "sequence" },
  ],
};

const loop: readonly OnnxNodeSpec[] = [
  { op: "Shape", inputs: ["x"], outputs: ["sizes"] },
  { op: "Gather", inputs: ["sizes", "zero"], outputs: ["turns"], attributes: { axis: 0 } },
  { op: "SequenceEmpty", inputs: [], outputs: ["empty"] },
  { op: "Loop", inputs: ["turns", "true", "h0", "empty"], outputs: ["last", "all"], attributes: { body } },
];
const x = floats([5, 2, 3]);
const constants = {
  w: floats([3, 3]),
  h0: floats([2, 3]),
  zero: number(0),
  two: number(2),
  true: { type: "bool", shape: [], data: Uint8Array.of(1) },
} as const;

const joined = (attributes: Readonly<Record<string, number>>): OnnxNodeSpec => {
  return { op: "ConcatFromSequence", inputs: ["all"], outputs: ["y"], attributes };
};

const ways: Readonly<Record<string, readonly OnnxNodeSpec[]>> = {
  "stacked along axis 0": [...loop, joined({ axis: 0, new_axis: 1 })],
  "stacked along axis 1": [...loop, joined({ axis: 1, new_axis: 1 })],
  "stacked along the last axis": [...loop, joined({ axis: -1, new_axis: 1 })],
  "stacked along the last but one": [...loop, joined({ axis: -2, new_axis: 1 })],
  "joined along axis 0": [...loop, joined({ axis: 0 })],
  "joined along axis 1": [...loop, joined({ axis: 1 })],
  "joined along the last axis": [...loop, joined({ axis: -1 })],
  "joined along the last but one": [...loop, joined({ axis: -2 })],
  "one of them": [...loop, { op: "SequenceAt", inputs: ["all", "two"], outputs: ["y"] }],
  "a list at hand, stacked": [
    { op: "Tanh", inputs: ["x"], outputs: ["z"] },
    { op: "SequenceConstruct", inputs: ["x", "z", "x"], outputs: ["all"] },
    joined({ axis: 1, new_axis: 1 }),
  ],
  "a list at hand, joined": [
    { op: "SequenceEmpty", inputs: [], outputs: ["none"] },
    { op: "SequenceInsert", inputs: ["none", "x"], outputs: ["one"] },
    { op: "SequenceInsert", inputs: ["one", "x"], outputs: ["all"] },
    joined({ axis: 2 }),
  ],
  "one of a list at hand": [
    { op: "Tanh", inputs: ["x"], outputs: ["z"] },
    { op: "SequenceConstruct", inputs: ["x", "x", "z"], outputs: ["all"] },
    { op: "SequenceAt", inputs: ["all", "two"], outputs: ["y"] },
  ],
};

const info = { name: "x", type: "float32", shape: ["T", 2, 3] } as const;

/** Loops may carry lists from version 13 on. */
const isOfVersion = ([, nodes]: readonly [string, readonly OnnxNodeSpec[]], version: number): boolean =>
  version >= 13 || !nodes.some(({ op }) => op === "Loop");

describe.each([11, 13, 17, 22])("version %d", (version) => {
  test.each(Object.entries(ways).filter((way) => isOfVersion(way, version)))("%s", async (_, nodes) => {
    const file = buildOnnx(
      { inputs: [info], nodes, outputs: [{ name: "y", type: "float32" }], constants },
      { "": version },
    );
    const { y: expected } = await runOrt(file, { x });
    const model = await readOnnx(file, { backend: "wasm" });
    const { y } = await model.run({ x });
    expectTensor(y!, expected!, tolerances.torchOutput32);
    const written = await runOrt(writeOnnx(model), { x });
    expectTensor(written["y"]!, expected!, tolerances.torchOutput32);
    model.dispose();
  });

  test("their number", async () => {
    const nodes: OnnxNodeSpec[] = [...loop, { op: "SequenceLength", inputs: ["all"], outputs: ["y"] }];
    const file = buildOnnx(
      { inputs: [info], nodes, outputs: [{ name: "y", type: "int64" }], constants },
      { "": version },
    );
    const model = await readOnnx(file, { backend: "wasm" });
    const { y } = await model.run({ x });
    expect([y!.shape, y!.data]).toEqual([[], ints(5).data]);
  });
});

test("what else is done with a list is refused by name", async () => {
  const nodes: OnnxNodeSpec[] = [...loop, { op: "SequenceErase", inputs: ["all", "two"], outputs: ["y"] }];
  const file = buildOnnx({ inputs: [info], nodes, outputs: [{ name: "y", type: "float32" }], constants });
  await expect(readOnnx(file)).rejects.toMatchObject({
    code: "onnx/unknown-operator",
    message: expect.stringContaining("SequenceErase") as unknown,
  });
});
