/**
 * `node examples/voice-activity.js FILE.wav [--svg out.svg] [--threshold 0.5]`: says where in a sound somebody speaks, and draws it. The same in the browser, from a microphone: `npx vite examples/voice-activity`.
 * The model is Silero's, MIT licence (github.com/snakers4/silero-vad), from the package `@ricky0123/vad-web`; it is read from its ONNX file and streamed, 512 samples a step.
 */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { openDetector } from "./voice-activity/detector.js";
import { drawActivity } from "./voice-activity/draw-activity.js";
import { findStretches, rate, stepSize } from "./voice-activity/stretches.js";
import { mixDown, readWav, resample } from "./wav.js";

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { svg: { type: "string" }, threshold: { type: "string", default: "0.5" } },
  });
  const [file] = positionals;
  const threshold = Number(values.threshold);
  if (file === undefined) throw new Error("Name a sound: node examples/voice-activity.js FILE.wav [--svg out.svg]");
  if (!(threshold > 0 && threshold < 1))
    throw new Error(`--threshold must lie between 0 and 1, not ${values.threshold}`);
  const sound = readWav(await readFile(file));
  const samples = resample(mixDown(sound), { from: sound.rate, to: rate });

  const package_ = createRequire(import.meta.url).resolve("@ricky0123/vad-web/package.json");
  const detector = await openDetector(await readFile(path.join(path.dirname(package_), "dist/silero_vad_v5.onnx")));
  // The first step makes the kernels.
  detector.push(new Float32Array(stepSize));
  detector.reset();
  const started = performance.now();
  // Silence fills the last step.
  const filled = new Float32Array(stepSize * Math.ceil(samples.length / stepSize));
  filled.set(samples);
  const steps = detector.push(filled);
  const milliseconds = performance.now() - started;
  detector.dispose();

  const stretches = findStretches(steps, { threshold });
  for (const { from, to } of stretches) console.log(`${from.toFixed(2)} – ${to.toFixed(2)} s`);
  const spoken = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  console.log(
    `${stretches.length === 0 ? "Nobody speaks in" : `Speech in ${spoken.toFixed(1)} s of`} ${(samples.length / rate).toFixed(1)} s; ${steps.length} steps in ${milliseconds.toFixed(0)} ms`,
  );
  if (values.svg === undefined) return;
  await writeFile(values.svg, drawActivity(samples, steps, { threshold }));
  console.log(`Written: ${values.svg}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
