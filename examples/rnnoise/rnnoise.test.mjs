/** RNNoise's network and what stands around it, against the package's own build, frame by frame. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { createDenoiser, frameSize } from "./denoiser.js";
import { createTransform } from "./fft.js";
import { createNetwork, describeNetwork } from "./network.js";
import { printRnnn, readRnnn, readRnnoiseWasm } from "./weights.js";

const file = fileURLToPath(new URL("../../node_modules/@jitsi/rnnoise-wasm/dist/rnnoise.wasm", import.meta.url));
const isHere = existsSync(file);
const build = isHere ? readFileSync(file) : new Uint8Array();

/** The package's own denoiser, by the exports that its loader calls. @returns {Promise<(samples: Float32Array) => { samples: Float32Array, voice: number }>} */
async function openPackage() {
  /** @type {{ exports?: any }} */
  const own = {};
  const copy = (/** @type {number} */ to, /** @type {number} */ from, /** @type {number} */ count) =>
    new Uint8Array(own.exports.c.buffer).copyWithin(to, from, from + count);
  // Its memory is enough for one stream, so it is not let grow.
  const { instance } = await WebAssembly.instantiate(build, { a: { a: () => 0, b: copy } });
  own.exports = instance.exports;
  const { c: memory, d: begin, f: create, g: allocate, j: processFrame } = own.exports;
  begin();
  const [state, place] = [create(0), allocate(4 * 2 * frameSize)];
  return (samples) => {
    new Float32Array(memory.buffer, place, frameSize).set(samples.map((one) => 32_768 * one));
    const voice = processFrame(state, place + 4 * frameSize, place);
    return {
      voice,
      samples: new Float32Array(memory.buffer, place + 4 * frameSize, frameSize).map((one) => one / 32_768),
    };
  };
}

/** Vowels that glide, over noise that comes and goes; silence at the end. @param {number} frames */
function makeNoisy(frames) {
  let seed = 3;
  const noise = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x40000000 - 1;
  let phase = 0;
  return Float32Array.from({ length: frames * frameSize }, (_, n) => {
    const t = n / 48_000;
    if (n > 0.9 * frames * frameSize) return 0;
    phase += (110 + 40 * Math.sin(3 * t)) / 48_000;
    const vowel =
      Math.exp(-6 * (phase % 1)) * (Math.sin(2 * Math.PI * 650 * t) + 0.5 * Math.sin(2 * Math.PI * 1100 * t));
    return (Math.sin(5 * t) > -0.2 ? 0.3 * vowel : 0) + (0.02 + 0.02 * Math.sin(t)) * noise();
  });
}

test("refuses a build of version 0.2, whose network is another", async (context) => {
  let script = "";
  try {
    script = readFileSync(fileURLToPath(import.meta.resolve("@shiguredo/rnnoise-wasm")), "utf8");
  } catch {
    context.skip("@shiguredo/rnnoise-wasm is not here");
  }
  // The module is written into the script.
  const [module = ""] = /AGFzbQ[\w+/=]+/.exec(script) ?? [];
  expect(module.length).toBeGreaterThan(1e6);
  expect(() => readRnnoiseWasm(Buffer.from(module, "base64"))).toThrow("0 tables of such layers");
});

test("a transform of 960 samples is the sum that defines it", () => {
  const size = 960;
  const x = {
    re: Float64Array.from({ length: size }, (_, n) => Math.sin(n * n)),
    im: Float64Array.from({ length: size }, (_, n) => Math.cos(3 * n)),
  };
  const { re, im } = createTransform(size)(x);
  for (const k of [0, 1, 7, 480, 481, 959]) {
    let [sumRe, sumIm] = [0, 0];
    for (let n = 0; n < size; n++) {
      const turn = (-2 * Math.PI * k * n) / size;
      sumRe += x.re[n] * Math.cos(turn) - x.im[n] * Math.sin(turn);
      sumIm += x.re[n] * Math.sin(turn) + x.im[n] * Math.cos(turn);
    }
    expect(re[k]).toBeCloseTo(sumRe, 8);
    expect(im[k]).toBeCloseTo(sumIm, 8);
  }
});

describe.skipIf(!isHere)(`with ${isHere ? "" : "(no package) "}@jitsi/rnnoise-wasm`, () => {
  test(
    "agrees with the package in every frame, in what is heard and in how likely it is speech",
    { timeout: 60_000 },
    async () => {
      const theirs = await openPackage();
      const model = createNetwork(readRnnoiseWasm(build), { backend: "wasm" });
      const ours = createDenoiser(model.session());
      const frames = 150;
      const sound = makeNoisy(frames);
      let [voice, samples] = [0, 0];
      /** @type {number[]} */
      const said = [];
      for (let at = 0; at < sound.length; at += frameSize) {
        const frame = sound.slice(at, at + frameSize);
        const [own, expected] = [ours(frame), theirs(frame)];
        said.push(expected.voice);
        voice = Math.max(voice, Math.abs(own.voice - expected.voice));
        own.samples.forEach((one, n) => {
          samples = Math.max(samples, Math.abs(one - expected.samples[n]));
        });
      }
      model.dispose();
      // Voice, noise and silence, which the network does not hear.
      expect(Math.max(...said)).toBeGreaterThan(0.8);
      expect(said.filter((one) => one === 0).length).toBeGreaterThan(5);
      // The package reads tanh from a table that is right to 3e-6, and sums in float32.
      expect(voice).toBeLessThan(1e-4);
      expect(samples).toBeLessThan(1e-4);
    },
  );

  test("the documentation shows the network's equations", () => {
    const page = readFileSync(new URL("../../docs/speech.md", import.meta.url), "utf8");
    expect(page).toContain(describeNetwork(readRnnoiseWasm(build)).text);
  });

  test("the weights go through an .rnnn file", () => {
    const weights = readRnnoiseWasm(build);
    expect(readRnnn(printRnnn(weights))).toEqual(weights);
    expect(Object.values(weights).map(({ inputs, neurons }) => `${inputs} → ${neurons}`)).toEqual([
      "42 → 24",
      "24 → 24",
      "90 → 48",
      "114 → 96",
      "96 → 22",
      "24 → 1",
    ]);
  });

  test("refuses what has no such weights, and says why", () => {
    expect(() => readRnnoiseWasm(build.subarray(0, 60_000))).toThrow(/module ends early|tables of such layers|memory/);
    expect(() => readRnnoiseWasm(new TextEncoder().encode("not WebAssembly"))).toThrow("no WebAssembly module");
    expect(() => readRnnoiseWasm(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))).toThrow("0 tables of such layers");
    const text = printRnnn(readRnnoiseWasm(build));
    expect(() => readRnnn(text.slice(0, 5000))).toThrow("the file ends early");
    expect(() => readRnnn(text.replace("42 24 0", "41 24 0"))).toThrow(/rnnoise|layer|number/i);
    expect(() => readRnnn(text.replace("42 24 0", "42 900 0"))).toThrow("900 is no size of a layer");
    expect(() => readRnnn("{}")).toThrow("the first line");
  });
});
