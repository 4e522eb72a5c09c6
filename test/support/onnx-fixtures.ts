/** ONNX models with inputs and outputs that others computed. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { readTensor } from "../../src/formats/onnx/read-tensor.ts";
import { readOnnx } from "../../src/formats/onnx/index.ts";
import { TensorProtoSchema } from "../../src/formats/onnx/schema/onnx.ts";
import type { BackendName } from "../../src/engine/backend.ts";
import type { Tensor } from "../../src/graph/tensor.ts";

/** Folders below one that hold a `model.onnx`, by their paths in it. */
export function listOnnxCases(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => path.basename(name) === "model.onnx")
    .map((name) => path.dirname(name))
    .toSorted();
}

export function readTensorFile(file: string): Tensor {
  return readTensor(fromBinary(TensorProtoSchema, readFileSync(file)));
}

function readTensors(folder: string, kind: "input" | "output"): Tensor[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${kind}_`));
  return names.map((_, at) => readTensorFile(path.join(folder, `${kind}_${at}.pb`)));
}

/** The largest difference, relative to 1 + |expected|, and that shapes and types agree. */
export function expectTensor(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.type).toBe(expected.type);
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, e] = [Number(actual.data[i]), Number(expected.data[i])];
    if (Object.is(a, e) || a === e) continue;
    const off = Math.abs(a - e) / (1 + Math.abs(e));
    worst = Math.max(worst, Number.isNaN(off) ? Infinity : off);
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Runs the model of a folder on its inputs, and compares its outputs. */
export async function expectOnnxCase(
  folder: string,
  { backend, tolerance }: { readonly backend: BackendName; readonly tolerance: number },
): Promise<void> {
  const model = await readOnnx(readFileSync(path.join(folder, "model.onnx")), { backend });
  const data = path.join(folder, "test_data_set_0");
  const inputs = readTensors(data, "input");
  expect(model.inputs.length).toBe(inputs.length);
  const given = await model.run(Object.fromEntries(model.inputs.map(({ name }, at) => [name, inputs[at]!])));
  const outputs = readTensors(data, "output");
  expect(model.outputs.length).toBe(outputs.length);
  for (const [at, { name }] of model.outputs.entries()) expectTensor(given[name]!, outputs[at]!, tolerance);
  model.dispose();
}
