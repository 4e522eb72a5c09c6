/** Every operator of the table on random inputs, beside ONNX Runtime: as it is read, and as it is written again. */
import { describe, expect, test } from "vitest";
import { readOnnx, writeOnnx } from "../src/formats/onnx/index.ts";
import { operators } from "../src/graph/operators/index.ts";
import { expectTensor } from "./support/onnx-fixtures.ts";
import { floats, ints, operatorCases, operatorFile } from "./support/operator-cases.ts";
import { runOrt } from "./support/ort.ts";
import { tolerances } from "./tolerances.ts";

/** Operators that are newer than ONNX Runtime, or whose case is elsewhere. */
const withoutPeer = ["Swish", "RMSNormalization"];

test("every operator has a case", () => {
  expect([...Object.keys(operatorCases), ...withoutPeer].toSorted()).toEqual([...operators.keys()].toSorted());
});

describe.each(Object.entries(operatorCases))("%s", (op, cases) => {
  test.each(cases.map((one, at) => [at, one] as const))("case %i", async (_, one) => {
    const { bytes, given } = operatorFile(op, one);
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

/** Where ONNX Runtime does otherwise: the formulas of ONNX's documents, and what its reference implementation gives. */
describe("as ONNX says", () => {
  const line = (...numbers: number[]) => ({ ...floats([1, 1, numbers.length]), data: Float32Array.from(numbers) });
  const run = async (op: string, one: Parameters<typeof operatorFile>[1]) => {
    const { bytes, given } = operatorFile(op, one);
    return Array.from((await (await readOnnx(bytes)).run(given))["y0"]!.data, Number);
  };

  test.each([
    ["SAME_UPPER", 2, [0, 1, 0, 2, 0, 3, 0, 4]],
    ["SAME_LOWER", 2, [1, 0, 2, 0, 3, 0, 4, 0]],
    ["SAME_UPPER", 3, [0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0]],
    ["SAME_LOWER", 3, [0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0]],
  ])("%s of a transposed convolution is as long as its steps of %i, whatever its kernel", async (auto_pad, step, y) => {
    const one = { inputs: [line(1, 2, 3, 4), line(1)], attributes: { auto_pad, strides: [step] } };
    expect(await run("ConvTranspose", one)).toEqual(y);
  });

  test.each([
    [{ auto_pad: "SAME_UPPER", strides: [1] }, [3, 4, 5, 6, 7, 8, 9, 8, 9]],
    [{ auto_pad: "SAME_UPPER", strides: [2], ceil_mode: 1 }, [3, 5, 7, 9, 9]],
    [{ auto_pad: "SAME_LOWER", strides: [3] }, [4, 7, 8]],
  ])("the padding of a pool %j counts what its dilation spans", async (attributes, y) => {
    const x = line(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const one = { inputs: [x], attributes: { ...attributes, kernel_shape: [3], dilations: [2] } };
    expect(await run("MaxPool", one)).toEqual(y);
  });

  test("what wraps around is the tensor as it was given, whatever is cut off", async () => {
    const one = { inputs: [line(1, 2, 3, 4, 5), ints(0, 0, 2, 0, 0, -1)], attributes: { mode: "wrap" } };
    expect(await run("Pad", one)).toEqual([4, 5, 1, 2, 3, 4]);
  });

  test("whole numbers to powers of floats are cut off", async () => {
    const whole = { type: "int32", shape: [4], data: Int32Array.of(4, 9, 16, 3) } as const;
    const one = { inputs: [whole, { ...floats([4]), data: Float32Array.of(0.5, 0.5, -1, 1.5) }] };
    expect(await run("Pow", one)).toEqual([2, 3, 0, 5]);
  });
});
