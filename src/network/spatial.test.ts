/** Convolution and pooling: against plain sums, alone and in batches, and what does not fit. */
import { describe, expect, test } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { load, save } from "../formats/recurra/index.ts";
import { createRandom } from "../util/random.ts";
import { createModel, initialiseNetwork, network, outputSteps } from "./index.ts";
import type { NetworkSpec } from "./index.ts";

const random = createRandom(8);
const draw = (length: number): Float64Array => Float64Array.from({ length }, () => Math.fround(random.normal()));
const modelOf = (spec: NetworkSpec, backend: "reference" | "wasm" | "native" = "reference") =>
  createModel({ spec, parameters: initialiseNetwork(spec, { seed: 3 }), backend });

describe("a convolution over a picture", () => {
  const [height, width, channels, batch] = [5, 6, 3, 2];
  const image = network({ image: { height, width, channels } });
  const pixels = draw(height * width * batch * channels);

  test.each([
    { kernel: 3, stride: 1, dilation: 1, padding: "same" },
    { kernel: 2, stride: 2, dilation: 1, padding: "same" },
    { kernel: 3, stride: 2, dilation: 1, padding: "valid" },
    { kernel: 2, stride: 1, dilation: 3, padding: "valid" },
  ] as const)("is the sum of its formula: %o", (options) => {
    const { kernel, stride, dilation, padding } = options;
    const spec = image.convolution(4, options).build();
    const model = modelOf(spec);
    const { "0.W": w, "0.b": b } = model.parameters;
    const got = model.predict({ steps: height * width, batch, inputs: pixels });
    const span = (kernel - 1) * dilation + 1;
    const before = padding === "same" ? Math.floor((span - 1) / 2) : 0;
    const count = (n: number): number =>
      padding === "same" ? Math.ceil(n / stride) : Math.floor((n - span) / stride) + 1;
    expect(got.length).toBe(count(height) * count(width) * batch * 4);
    expect(outputSteps(spec, height * width)).toBe(count(height) * count(width));
    got.forEach((value, at) => {
      const [o, member, position] = [at % 4, Math.floor(at / 4) % batch, Math.floor(at / 4 / batch)];
      let sum = b![o]!;
      for (let tap = 0; tap < kernel * kernel * channels; tap++) {
        const [c, kx, ky] = [tap % channels, Math.floor(tap / channels) % kernel, Math.floor(tap / channels / kernel)];
        const y = Math.floor(position / count(width)) * stride - before + ky * dilation;
        const x = (position % count(width)) * stride - before + kx * dilation;
        if (y < 0 || x < 0 || y >= height || x >= width) continue;
        sum += w![o * kernel * kernel * channels + tap]! * pixels[((y * width + x) * batch + member) * channels + c]!;
      }
      expect(value).toBeCloseTo(sum, 10);
    });
  });

  test.each(["wasm", "native"] as const)("is the same on %s, and from a model file", (name) => {
    const spec = image
      .convolution(5, { kernel: 3, activation: "relu" })
      .pool(2, "max")
      .convolution(6, { kernel: 2, stride: 2 })
      .recurrent("gru", { size: 3 })
      .build();
    const given = { steps: height * width, batch, inputs: pixels };
    const wanted = modelOf(spec).predict(given);
    const model = modelOf(spec, name);
    const got = model.predict(given);
    got.forEach((value, n) => expect(Math.abs(value - wanted[n]!)).toBeLessThan(tolerances.float32Cell));
    const loaded = load(save(model), { backend: name });
    expect(loaded.predict(given)).toEqual(got);
  });

  test("pooling takes windows, and what is left of them at the edges", () => {
    const inputs = Float64Array.from({ length: 15 }, (_, n) => n);
    const picture = network({ image: { height: 3, width: 5, channels: 1 } });
    const run = (spec: NetworkSpec): number[] => [...modelOf(spec).predict({ steps: 15, batch: 1, inputs })];
    expect(run(picture.pool(2, "max").build())).toEqual([6, 8, 9, 11, 13, 14]);
    expect(run(picture.pool(2, "mean").build())).toEqual([3, 5, 6.5, 10.5, 12.5, 14]);
    expect(run(picture.pool([1, 3], "max", { stride: [2, 2] }).build())).toEqual([2, 4, 4, 12, 14, 14]);
  });
});

describe("along sequences", () => {
  test("a batch of unequal lengths equals its members alone", () => {
    for (const padding of ["same", "valid"] as const) {
      const spec = network({ features: 2 })
        .convolution(3, { kernel: 3, padding, activation: "tanh" })
        .pool(3, "max", { stride: 2 })
        .convolution(4, { kernel: 2, stride: 2 })
        .recurrent("lstm", { size: 3, direction: "both" })
        .mean()
        .build();
      const model = modelOf(spec);
      const lengths = [3, 9, 1, 6];
      const inputs = draw(9 * 4 * 2);
      const together = model.predict({ steps: 9, batch: 4, inputs, lengths });
      lengths.forEach((length, member) => {
        const own = Float64Array.from(
          { length: length * 2 },
          (_, i) => inputs[(Math.floor(i / 2) * 4 + member) * 2 + (i % 2)]!,
        );
        const alone = model.predict({ steps: length, batch: 1, inputs: own });
        alone.forEach((value, i) => expect(together[member * 6 + i]).toBeCloseTo(value, 12));
      });
    }
  });
});

describe("what does not fit", () => {
  const image = network({ image: { height: 4, width: 4, channels: 1 } });

  test.each([
    [() => image.convolution(2, { kernel: 5 }), "network/bad-layer"],
    [() => image.pool(2, "max").pool(3, "max"), "network/bad-layer"],
    [() => image.convolution(2, { kernel: 0 }), "network/bad-size"],
    [() => image.convolution(2, { kernel: 3, padding: "full" as "same" }), "network/bad-layer"],
    [() => network({ features: 2 }).convolution(2, { kernel: [3, 3] as unknown as number }), "network/bad-size"],
    [() => network({ image: { height: 0, width: 4, channels: 1 } }).build(), "network/bad-size"],
    [() => modelOf(image.mean().build()).predict({ steps: 15, batch: 1, inputs: draw(15) }), "network/bad-input"],
    [() => modelOf(image.mean().build()).session(), "network/no-stream"],
    [() => modelOf(network({ features: 2 }).pool(2, "max").build()).session(), "network/no-stream"],
  ])("%s", (make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});

describe("a head that is the embedding's table", () => {
  const spec = network({ tokens: 5 })
    .embedding(4)
    .recurrent("gru", { size: 4 })
    .dense(5, { ties: { W: "0.E" } })
    .build();
  const inputs = [1, 4, 0, 2, 2, 3];

  test.each(["reference", "wasm", "native"] as const)("streams and is loaded on %s", (backend) => {
    const model = modelOf(spec, backend);
    expect(Object.keys(model.parameters)).not.toContain("2.W");
    const whole = model.predict({ steps: 6, batch: 1, inputs });
    const session = model.session();
    inputs.forEach((token, t) =>
      session.step([token]).forEach((value, n) => expect(value).toBeCloseTo(whole[t * 5 + n]!, 5)),
    );
    const loaded = load(save(model), { backend });
    expect(loaded.predict({ steps: 6, batch: 1, inputs })).toEqual(whole);
  });
});
