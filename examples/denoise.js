/**
 * `node examples/denoise.js NOISY.wav [OUT.wav]`: takes the noise out of speech with RNNoise's network, which runs as a session of one cell (examples/rnnoise/network.js); the spectra around it are computed in plain JavaScript.
 * The weights are those of RNNoise 0.1 (Jean-Marc Valin, BSD-3-Clause), from the build in the package `@jitsi/rnnoise-wasm`; `--model FILE` takes others, of an `.rnnn` text file or a build of 0.1 for WebAssembly.
 */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { createDenoiser, frameSize, rate } from "./rnnoise/denoiser.js";
import { createNetwork } from "./rnnoise/network.js";
import { readRnnn, readRnnoiseWasm } from "./rnnoise/weights.js";
import { mixDown, readWav, resample, writeWav } from "./wav.js";

/** @param {string} file */
async function readWeights(file) {
  const bytes = await readFile(file);
  return file.endsWith(".wasm") ? readRnnoiseWasm(bytes) : readRnnn(bytes.toString("utf8"));
}

/** RNNoise's own weights. */
function findBuild() {
  const package_ = createRequire(import.meta.url).resolve("@jitsi/rnnoise-wasm/package.json");
  return path.join(path.dirname(package_), "dist/rnnoise.wasm");
}

/** @param {ArrayLike<number>} samples in dB below the loudest there could be */
function levelOf(samples) {
  const power = Array.from(samples).reduce((sum, one) => sum + one * one, 0) / samples.length;
  return power === 0 ? "silent" : `${(10 * Math.log10(power)).toFixed(1)} dB`;
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { model: { type: "string" } } });
  const [file, out = "denoised.wav"] = positionals;
  if (file === undefined) throw new Error("Name a sound: node examples/denoise.js NOISY.wav [OUT.wav]");
  const sound = readWav(await readFile(file));
  const samples = resample(mixDown(sound), { from: sound.rate, to: rate });
  const model = createNetwork(await readWeights(values.model ?? findBuild()));
  const denoise = createDenoiser(model.session());

  const started = performance.now();
  // What comes out lags by a frame, so one more goes in.
  const frames = Math.ceil(samples.length / frameSize) + 1;
  const padded = new Float32Array(frames * frameSize);
  padded.set(samples);
  const clean = new Float32Array(padded.length);
  let spoken = 0;
  for (let at = 0; at < padded.length; at += frameSize) {
    const frame = denoise(padded.subarray(at, at + frameSize));
    clean.set(frame.samples, at);
    if (frame.voice > 0.5) spoken++;
  }
  const seconds = (performance.now() - started) / 1000;
  const result = clean.subarray(frameSize, frameSize + samples.length);
  await writeFile(out, writeWav({ rate, samples: result }));
  model.dispose();

  const length = samples.length / rate;
  console.log(
    `${length.toFixed(1)} s of sound in ${seconds.toFixed(1)} s; speech in ${((100 * spoken) / frames).toFixed(0)} % of it`,
  );
  console.log(`level ${levelOf(samples)} before, ${levelOf(result)} after`);
  console.log(`Written: ${out}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
