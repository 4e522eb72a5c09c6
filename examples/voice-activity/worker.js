/**
 * In a worker: sound in, what is heard out. It says `{ kind: "ready" }` first. `{ kind: "start", rate }` begins a stream; to `{ kind: "samples", samples }` it answers, as soon as a step is full, with
 * `{ kind: "heard", steps, microseconds }`, where the time is the mean of a step.
 */
import modelUrl from "@ricky0123/vad-web/dist/silero_vad_v5.onnx?url";
import { createResampler } from "../wav.js";
import { openDetector } from "./detector.js";
import { rate, stepSize } from "./stretches.js";

const bytes = new Uint8Array(await (await fetch(modelUrl)).arrayBuffer());
const detector = await openDetector(bytes, { backend: "wasm" });
// The first step makes the kernels.
detector.push(new Float32Array(stepSize));
let toRate = createResampler(rate, rate);
/** Of the stream so far: clocks of browsers are too coarse for one step. */
let [milliseconds, count] = [0, 0];

addEventListener("message", ({ data }) => {
  if (data.kind === "start") {
    detector.reset();
    toRate = createResampler(data.rate, rate);
    [milliseconds, count] = [0, 0];
    return;
  }
  const samples = toRate(data.samples);
  const started = performance.now();
  const steps = detector.push(samples);
  milliseconds += performance.now() - started;
  count += steps.length;
  if (steps.length > 0) postMessage({ kind: "heard", steps, microseconds: (1000 * milliseconds) / count });
});
postMessage({ kind: "ready" });
