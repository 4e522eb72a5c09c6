/** Silero's voice activity model over a stream of sound: how likely somebody speaks, 32 ms at a time. */
import { readOnnx } from "recurra/formats/onnx";
import { rate, stepSize } from "./stretches.js";

/** Samples before a step that the model reads again. */
const context = 64;

/**
 * Opens a stream. `push` takes samples in [-1, 1] at 16,000 a second, as many as there are, and gives each step that is full.
 * @param {Uint8Array} bytes of `silero_vad_v5.onnx`
 * @param {{ backend?: "auto" | "native" | "wasm" }} [options]
 */
export async function openDetector(bytes, { backend = "auto" } = {}) {
  const model = await readOnnx(bytes, { backend });
  const session = model.session({ fixed: { sr: { shape: [], data: [rate] } } });
  const window = new Float32Array(context + stepSize);
  let filled = context;
  return {
    push: (/** @type {ArrayLike<number>} */ samples) => {
      /** @type {import("./stretches.js").Step[]} */
      const steps = [];
      for (let n = 0; n < samples.length; n++) {
        window[filled++] = samples[n];
        if (filled < window.length) continue;
        const [probability] = session.step(window);
        const fresh = window.subarray(context);
        steps.push({ probability, low: Math.min(...fresh), high: Math.max(...fresh) });
        window.copyWithin(0, stepSize);
        filled = context;
      }
      return steps;
    },
    reset: () => {
      session.reset();
      window.fill(0);
      filled = context;
    },
    dispose: () => model.dispose(),
  };
}
