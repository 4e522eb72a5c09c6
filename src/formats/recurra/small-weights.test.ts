/** Models in files of fewer bits: how far they are from themselves, how small the files are, and what they refuse. */
import { describe, expect, it, test } from "vitest";
import { createModel, initialiseNetwork, network } from "../../network/index.ts";
import { createRandom } from "../../util/random.ts";
import { narrowFloat16, widenFloat16 } from "../../util/half-precision.ts";
import { load, save, verifyModel } from "./index.ts";
import { writeModelFile } from "./save.ts";
import { readSafetensors } from "../../util/safetensors.ts";
import { storeParameter } from "./small-weights.ts";

describe("float16", () => {
  it("comes back bit for bit", () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = widenFloat16(bits);
      if (!Number.isNaN(value)) expect(narrowFloat16(value)).toBe(bits);
    }
    expect(widenFloat16(narrowFloat16(NaN))).toBeNaN();
  });

  it("is the nearest, of two the even one", () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const low = widenFloat16(bits);
      const high = widenFloat16(bits + 1);
      const middle = (low + high) / 2;
      expect(narrowFloat16(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(narrowFloat16(low + 0.49 * (high - low))).toBe(bits);
      expect(narrowFloat16(-(low + 0.51 * (high - low)))).toBe(0x8000 | (bits + 1));
    }
    expect(narrowFloat16(65_519)).toBe(0x7bff);
    expect(narrowFloat16(65_520)).toBe(0x7c00);
  });
});

test("int8 is within half a scale of each row, zeros stay zero", () => {
  const random = createRandom(2);
  const data = Float32Array.from({ length: 5 * 7 }, (_, at) => (at < 7 ? 0 : random.normal() * 10 ** (at % 3)));
  const { values } = storeParameter("W", { shape: [5, 7], data }, "int8");
  for (let row = 0; row < 5; row++) {
    const own = data.subarray(row * 7, row * 7 + 7);
    const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
    own.forEach((value, column) =>
      expect(Math.abs(values[row * 7 + column]! - value)).toBeLessThanOrEqual(0.5000001 * scale),
    );
  }
});

const spec = network({ tokens: 50 }).embedding(32).recurrent("lstm", { size: 64 }).last().dense(3).build();
const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 4 }), backend: "reference" });
const inputs = { steps: 6, batch: 2, inputs: Float32Array.from({ length: 12 }, (_, n) => (n * 7) % 50) };
const whole = save(model);

test.each([
  ["float16", 0.52, 2e-3],
  ["int8", 0.3, 2e-2],
] as const)(
  "a model in %s is smaller and nearly the same, and passes the self-test of what it is",
  (weights, size, error) => {
    const bytes = save(model, { weights });
    expect(bytes.length / whole.length).toBeLessThan(size);
    const again = load(bytes, { backend: "reference" });
    verifyModel(again);
    const outputs = again.predict(inputs);
    model.predict(inputs).forEach((value, at) => expect(Math.abs(outputs[at]! - value)).toBeLessThan(error));
    // What was rounded once is not rounded again.
    expect(load(save(again, { weights }), { backend: "reference" }).predict(inputs)).toEqual(outputs);
  },
);

test("what a format cannot hold is refused", () => {
  const name = Object.keys(model.parameters).find((one) => model.parameters[one]!.length === 3)!;
  const large = createModel({
    spec,
    parameters: { ...model.parameters, [name]: Float32Array.of(1e6, 0, 0) },
    backend: "reference",
  });
  expect(() => save(large, { weights: "float16" })).toThrow(
    `Number 0 of parameter ${name} is beyond what float16 can hold`,
  );
});

test("int8 makes zeros of rows that are hardly there, and refuses what would not come back", () => {
  const rows = Float32Array.of(4e-44, -1e-44, 1.9e-43, 0, 1, -2);
  const { values } = storeParameter("W", { shape: [3, 2], data: rows }, "int8");
  expect([...values.subarray(0, 4)].every((value) => value === 0)).toBe(true);
  expect(values[5]).toBeCloseTo(-2, 6);
  for (const bad of [NaN, Infinity])
    expect(() => storeParameter("W", { shape: [1, 2], data: Float32Array.of(bad, 1) }, "int8")).toThrow(/parameter W/);
  expect(() => storeParameter("W", { shape: [1, 1], data: rows.subarray(4, 5) }, "int4" as "int8")).toThrow(
    'no format of weights "int4"; choose float32, float16 or int8',
  );
});

test("whole numbers without scales, and scales without whole numbers, are refused", () => {
  const { tensors, metadata } = readSafetensors(save(model, { weights: "int8" }));
  const scales = [...tensors.keys()].find((one) => one.startsWith("scales/"))!;
  const name = scales.slice("scales/".length);
  const text = metadata.get("recurra")!;
  const lacking = new Map(tensors);
  lacking.delete(scales);
  expect(() => load(writeModelFile(text, [...lacking]))).toThrow(`parameter ${name} needs scales`);
  const { shape, data } = tensors.get(name)!;
  expect(() => load(writeModelFile(text, [...new Map(tensors).set(name, { shape, data })]))).toThrow("and only there");
  const huge = new Map(tensors).set(scales, { shape: [shape[0]!], data: new Float32Array(shape[0]!).fill(3e38) });
  expect(() => load(writeModelFile(text, [...huge]))).toThrow("make numbers that are not finite");
});

test("scales of another size are refused", () => {
  const { tensors, metadata } = readSafetensors(save(model, { weights: "int8" }));
  const scales = [...tensors.keys()].find((one) => one.startsWith("scales/"))!;
  const changed = new Map(tensors).set(scales, { shape: [1], data: Float32Array.of(1) });
  expect(() => load(writeModelFile(metadata.get("recurra")!, [...changed]))).toThrow(
    /the scales of parameter .* its \d+ rows need one each/,
  );
});
