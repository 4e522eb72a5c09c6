/** Built modules against the library: the same numbers, in Node and without anything around them. */
import { describe, expect, test } from "vitest";
import { runBuilt } from "../../test/support/run-built.ts";
import { createModel, initialiseNetwork, network } from "../network/index.ts";
import type { Model, NetworkSpec, WeightFormat } from "../network/index.ts";
import { createRandom } from "../util/random.ts";
import { encodeBase64 } from "./base64.ts";
import { buildModule } from "./index.ts";

const make = (spec: NetworkSpec): Model =>
  createModel({ spec, parameters: initialiseNetwork(spec, { seed: 3 }), backend: "wasm" });

const streams: Readonly<Record<string, NetworkSpec>> = {
  "a forecaster": network({ features: 5 }).recurrent("lstm", { size: 16 }).last().dense(3).build(),
  "a tagger of tokens": network({ tokens: 11 }).embedding(8).recurrent("gru", { size: 12 }).dense(4).build(),
  "learned first states": network({ features: 2 })
    .recurrent("gru-v1", { size: 6, initialState: "learned" })
    .recurrent("slstm", { size: 5 })
    .dense(1, { activation: "sigmoid" })
    .build(),
  "a clock in the equations": network({ features: 1 }).recurrent("leaky", { size: 4 }).normalise().build(),
};

const whole: Readonly<Record<string, NetworkSpec>> = {
  "both directions": network({ features: 3 }).recurrent("lstm", { size: 4, direction: "both" }).mean().dense(2).build(),
  "a convolution": network({ features: 3 })
    .convolution(6, { kernel: 3, activation: "relu" })
    .recurrent("rnn", { size: 4 })
    .build(),
  "a picture": network({ image: { height: 6, width: 5, channels: 1 } })
    .convolution(4, { kernel: 3 })
    .mean()
    .dense(2)
    .build(),
};

const inputsOf = (spec: NetworkSpec, steps: number): Float32Array => {
  const random = createRandom(9);
  const isTokens = spec.input.kind === "tokens";
  const length = steps * (isTokens ? 1 : spec.input.size);
  return Float32Array.from({ length }, () => (isTokens ? random.integer(spec.input.size) : random.normal()));
};

const close = (got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-5): void => {
  expect(got.length).toBe(wanted.length);
  for (let n = 0; n < got.length; n++) expect(Math.abs(got[n]! - wanted[n]!)).toBeLessThan(tolerance);
};

describe.each(Object.entries(streams))("%s", (_, spec) => {
  test.each<WeightFormat>(["float32", "float16", "int8"])("in %s gives the library's numbers", (weights) => {
    const model = make(spec);
    const built = runBuilt(buildModule(model, { weights }).code);
    expect(() => built.selfTest()).not.toThrow();
    const inputs = inputsOf(spec, 9);
    const width = inputs.length / 9;
    const session = model.session({ weights });
    const stream = built.createNetwork();
    const outputs: number[][] = [];
    for (let t = 0; t < 9; t++) {
      const x = inputs.slice(t * width, (t + 1) * width);
      outputs.push(Array.from(session.step(x)));
      close(stream.step(x), outputs[t]!);
      if (t === 4) {
        // What is done with a whole sequence does not disturb the stream.
        close(stream.predict(inputs.subarray(0, 5 * width)), model.shape.perStep ? outputs.flat() : outputs[4]!);
        const kept = stream.snapshot();
        stream.reset();
        stream.restore(kept);
      }
    }
    stream.reset();
    close(stream.step(inputs.slice(0, width)), outputs[0]!);
  });
});

test.each(Object.entries(whole))("%s gives the library's numbers on whole sequences", (_, spec) => {
  const model = make(spec);
  const isPicture = spec.input.kind === "image";
  const built = runBuilt(buildModule(model, isPicture ? {} : { steps: 7 }).code);
  expect(() => built.selfTest()).not.toThrow();
  const steps = isPicture ? 30 : 7;
  const inputs = inputsOf(spec, steps);
  close(built.predict(inputs), model.predict({ steps, batch: 1, inputs }));
  expect(() => built.predict(inputs.slice(1))).toThrow(/needs/);
});

test("a forecaster with an LSTM of 64 units in float16 is below 64 kB", () => {
  const spec = network({ features: 4 }).recurrent("lstm", { size: 64 }).last().dense(7).build();
  const { bytes } = buildModule(make(spec), { weights: "float16" });
  expect(bytes.module).toBeLessThan(64_000);
});

test("a self-test fails where a weight was changed", () => {
  const { code } = buildModule(make(streams["a forecaster"]!));
  const [longest = ""] = [...code.slice(code.indexOf("const image")).matchAll(/decode\("([^"]+)"\)/g)]
    .map(([, text = ""]) => text)
    .sort((one, other) => other.length - one.length);
  // The exponents of several numbers: of each three, the first one's sign and exponent begin with character 4 of 16.
  const damaged = longest.replaceAll(/(.{4}).(.{11})/g, "$1P$2");
  const changed = code.replace(longest, damaged);
  expect(() => runBuilt(changed).selfTest()).toThrow(/should give/);
});

test("what does not fit is refused", () => {
  const forecaster = make(streams["a forecaster"]!);
  const both = make(whole["both directions"]!);
  expect(() => buildModule(forecaster, { steps: 3 })).toThrow(expect.objectContaining({ code: "build/bad-option" }));
  expect(() => buildModule(both)).toThrow(expect.objectContaining({ code: "build/bad-option" }));
  expect(() => buildModule(both, { steps: 3, weights: "int8" })).toThrow(
    expect.objectContaining({ code: "build/bad-option" }),
  );
  expect(() => buildModule(both, { steps: 1.5 })).toThrow(expect.objectContaining({ code: "build/bad-option" }));
  const built = runBuilt(buildModule(forecaster).code);
  for (const x of [[1], [], undefined, null]) {
    expect(() => built.step(x as never)).toThrow(/A step needs 5 numbers/);
    expect(() => built.predict(x as never)).toThrow(/A sequence has 5 numbers a step/);
  }
  const tagger = runBuilt(buildModule(make(streams["a tagger of tokens"]!)).code);
  for (const token of [-1, 11, 0.5, NaN]) expect(() => tagger.step([token])).toThrow(/is not the number of a token/);
});

test("base64 is that of the platform", () => {
  for (let length = 0; length < 12; length++) {
    const bytes = Uint8Array.from({ length }, (_, n) => (n * 83 + 250) & 255);
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
  }
});
