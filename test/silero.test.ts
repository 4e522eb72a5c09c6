/** Silero's voice activity model, a file as its makers publish it, step by step beside ONNX Runtime. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-web";
import { expect, test } from "vitest";
import { buildModule } from "../src/build/index.ts";
import { readOnnx } from "../src/formats/onnx/index.ts";
import { runBuilt } from "./support/run-built.ts";
import { tolerances } from "./tolerances.ts";

/** Seven seconds of a novel read aloud, 16-bit samples after a head of 44 bytes. */
const speech = "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0870.wav";
const file = fileURLToPath(new URL("../node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx", import.meta.url));

/** Vowel-like pulses that come and go, between silence and noise. */
function makeSignal(samples: number): Float32Array {
  let seed = 1;
  const noise = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x40000000 - 1;
  };
  return Float32Array.from({ length: samples }, (_, i) => {
    const t = i / 16_000;
    const isVoiced = Math.floor(t * 2) % 3 === 0;
    const pulse =
      Math.exp(-60 * ((t * 120) % 1)) * Math.sin(2 * Math.PI * 700 * t) + 0.3 * Math.sin(2 * Math.PI * 240 * t);
    return (isVoiced ? 0.5 * pulse : 0) + 0.01 * noise();
  });
}

interface Gap {
  readonly probabilities: readonly number[];
  /** The largest difference of outputs at any step. */
  readonly output: number;
  /** Of states, relative to 1 + |value|. */
  readonly state: number;
}

/** Goes through a signal with both, each with the states that it gave itself. */
async function compareStreams(signal: Float32Array): Promise<Gap> {
  ort.env.wasm.numThreads = 1;
  const bytes = Uint8Array.from(readFileSync(file));
  const peer = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const model = await readOnnx(bytes, { backend: "wasm" });
  const session = model.session({ fixed: { sr: { shape: [], data: [16_000] } } });
  let state = new ort.Tensor("float32", new Float32Array(256), [2, 1, 128]);
  const sr = new ort.Tensor("int64", BigInt64Array.of(16_000n), []);
  let [worst, worstState] = [0, 0];
  const probabilities: number[] = [];
  for (let at = 0; at + 576 <= signal.length; at += 512) {
    const x = signal.slice(at, at + 576);
    const [ours = NaN] = session.step(x);
    const theirs = await peer.run({ input: new ort.Tensor("float32", x, [1, 576]), state, sr });
    state = theirs["stateN"] as typeof state;
    const expected = Number(theirs["output"]!.data[0]);
    const states = session.outputs()["stateN"]!.data as Float32Array;
    for (const [i, value] of states.entries()) {
      const wanted = Number(state.data[i]);
      worstState = Math.max(worstState, Math.abs(value - wanted) / (1 + Math.abs(wanted)));
    }
    worst = Math.max(worst, Math.abs(ours - expected));
    probabilities.push(ours);
  }
  model.dispose();
  return { probabilities, output: worst, state: worstState };
}

test(
  "streams with carried state as ONNX Runtime does, over 200 steps of 512 samples",
  { timeout: 120_000 },
  async () => {
    const { probabilities, output, state } = await compareStreams(makeSignal(200 * 512 + 64));
    expect(probabilities.length).toBe(200);
    // The signal is one that the model does not answer alike throughout.
    expect(Math.max(...probabilities) - Math.min(...probabilities)).toBeGreaterThan(0.05);
    expect(output).toBeLessThan(tolerances.torchOutput32);
    expect(state).toBeLessThan(tolerances.torchOutput32);
  },
);

test("hears that somebody speaks, as ONNX Runtime does", { timeout: 120_000 }, async (context) => {
  if (!existsSync(speech)) context.skip("Debian's pocketsphinx-testdata is not here");
  const samples = new Int16Array(Uint8Array.from(readFileSync(speech)).buffer, 44);
  const { probabilities, output, state } = await compareStreams(Float32Array.from(samples, (one) => one / 32_768));
  const spoken = probabilities.filter((one) => one > 0.5).length;
  expect(spoken / probabilities.length).toBeGreaterThan(0.8);
  expect(output).toBeLessThan(tolerances.torchOutput32);
  expect(state).toBeLessThan(tolerances.torchOutput32);
});

test("a module that is built of it gives what its session gives", async () => {
  const model = await readOnnx(readFileSync(file), { backend: "wasm" });
  const options = { fixed: { sr: { shape: [], data: [16_000] } }, shapes: { input: [1, 576] } };
  const { code, bytes } = buildModule(model, options);
  expect(bytes.module).toBeLessThan(1_700_000);
  const built = runBuilt(code);
  expect(() => built.selfTest()).not.toThrow();
  const session = model.session(options);
  const signal = makeSignal(200 * 512 + 64);
  let [worst, worstState] = [0, 0];
  for (let at = 0; at + 576 <= signal.length; at += 512) {
    const x = signal.slice(at, at + 576);
    worst = Math.max(worst, Math.abs(built.step(x)[0]! - session.step(x)[0]!));
    const wanted = session.snapshot().states["state"]!;
    for (const [n, value] of built.snapshot()["state"]!.entries())
      worstState = Math.max(worstState, Math.abs(value - wanted[n]!) / (1 + Math.abs(wanted[n]!)));
  }
  expect(worst).toBeLessThan(tolerances.torchOutput32);
  expect(worstState).toBeLessThan(tolerances.torchOutput32);
  model.dispose();
});
