/** Every operator of the table on random inputs, beside ONNX Runtime: as it is read, and as it is written again. */
import { describe, expect, test } from "vitest";
import { readOnnx, writeOnnx } from "../src/formats/onnx/index.ts";
import { operators } from "../src/graph/operators/index.ts";
import type { Tensor } from "../src/graph/tensor.ts";
import { buildOnnx } from "./support/build-onnx.ts";
import { expectTensor } from "./support/onnx-fixtures.ts";
import { operatorCases } from "./support/operator-cases.ts";
import type { OperatorCase } from "./support/operator-cases.ts";
import { runOrt } from "./support/ort.ts";
import { tolerances } from "./tolerances.ts";

/** Operators that are newer than ONNX Runtime, or whose case is elsewhere. */
const withoutPeer = ["Swish", "RMSNormalization"];

test("every operator has a case", () => {
  expect([...Object.keys(operatorCases), ...withoutPeer].toSorted()).toEqual([...operators.keys()].toSorted());
});

/** All inputs are the file's, so that nothing is computed before it runs. */
function fileOf(op: string, { inputs, attributes, gives, opset = 22 }: OperatorCase) {
  const names = inputs.map((tensor, at) => (tensor === "" ? "" : `x${at}`));
  const given = Object.fromEntries(
    inputs.flatMap((tensor, at) => (tensor === "" ? [] : [[`x${at}`, tensor] as const])),
  );
  const types = gives ?? [(inputs[0] as Tensor).type];
  const outputs = types.map((type, at) => ({ name: `y${at}`, type }));
  const node = { op, inputs: op === "If" ? ["x1"] : names, outputs: outputs.map(({ name }) => name), attributes };
  const info = Object.entries(given).map(([name, { type, shape }]) => ({ name, type, shape }));
  return { bytes: buildOnnx({ nodes: [node], inputs: info, outputs }, { "": opset }), given };
}

describe.each(Object.entries(operatorCases))("%s", (op, cases) => {
  test.each(cases.map((one, at) => [at, one] as const))("case %i", async (_, one) => {
    const { bytes, given } = fileOf(op, one);
    const expected = await runOrt(bytes, given);
    const model = await readOnnx(bytes, { backend: "wasm" });
    const actual = await model.run(given);
    const written = await runOrt(writeOnnx(model), given);
    for (const [name, tensor] of Object.entries(expected)) {
      expectTensor(actual[name]!, tensor, tolerances.torchOutput32);
      expectTensor(written[name]!, tensor, tolerances.torchOutput32);
    }
  });
});
