/**
 * Silero's voice activity model on Recurra, also as a module that `recurra build` makes, and on ONNX Runtime: the time of a step of 512 samples on one thread, and the largest difference of outputs and
 * states at any step. It fails where Recurra's in float32 is greater than 10⁻⁵ and than that between the two builds of ONNX Runtime.
 *
 *     node bench/vad.mjs [--wav FILE] [--model FILE.onnx] [--rounds N]
 *
 * FILE is speech at 16,000 samples a second (others are brought to it); without it, pulses and noise that the model takes for both. All take turns in one process, round by round; a round goes through all of the sound, and
 * what counts is the median of all steps.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { mixDown, readWav, resample } from "../examples/wav.js";
import { root } from "../scripts/tools.mjs";
import { median, printTable, threeDigits } from "./numbers.mjs";
import { loadOnnx, loadRecurra } from "./recurra.mjs";

/** Someone who goes through the stream; `step` gives the probability, `state` is what it left; `isRounded` where weights have fewer bits. @typedef {{ name: string, isRounded?: boolean, reset: () => void, step: (x: Float32Array) => number | Promise<number>, state: () => ArrayLike<number> }} Runner */

const [rate, fresh, context] = [16_000, 512, 64];

const { values } = parseArgs({
  options: {
    wav: { type: "string" },
    model: { type: "string", default: path.join(root, "node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx") },
    rounds: { type: "string", default: "15" },
  },
});

/** Voiced pulses that come and go over noise, ten seconds. */
function makeSignal() {
  let seed = 1;
  const noise = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x40000000 - 1;
  return Float32Array.from({ length: 10 * rate }, (_, i) => {
    const t = i / rate;
    const pulse =
      Math.exp(-60 * ((t * 120) % 1)) * Math.sin(2 * Math.PI * 700 * t) + 0.3 * Math.sin(2 * Math.PI * 240 * t);
    return (Math.floor(t * 2) % 3 === 0 ? 0.5 * pulse : 0) + 0.01 * noise();
  });
}

/** @param {string | undefined} file */
async function readSignal(file) {
  if (file === undefined) return makeSignal();
  const sound = readWav(await readFile(file));
  return resample(mixDown(sound), { from: sound.rate, to: rate });
}

/** Each step's 512 samples with the 64 before them. @param {Float32Array} signal */
function cutSteps(signal) {
  const padded = new Float32Array(context + signal.length);
  padded.set(signal, context);
  const steps = [];
  for (let at = 0; at + context + fresh <= padded.length; at += fresh)
    steps.push(padded.slice(at, at + context + fresh));
  return steps;
}

/** @param {Uint8Array} bytes @param {"native" | "wasm"} backend @returns {Promise<Runner>} */
async function openRecurra(bytes, backend) {
  const { readOnnx } = await loadOnnx();
  const model = await readOnnx(bytes, { backend });
  const session = model.session({ fixed: { sr: { shape: [], data: [rate] } } });
  return {
    name: `Recurra ${backend === "wasm" ? "WASM" : backend}`,
    reset: session.reset,
    step: (x) => session.step(x)[0] ?? NaN,
    state: () => /** @type {Float32Array} */ (session.outputs()["stateN"]?.data),
  };
}

/** What `recurra build` makes of the file. @param {Uint8Array} bytes @param {"float32" | "float16" | "int8"} weights @returns {Promise<Runner>} */
async function openBuilt(bytes, weights) {
  const [{ readOnnx }, { buildModule }] = await Promise.all([loadOnnx(), loadRecurra()]);
  const model = await readOnnx(bytes, { backend: "wasm" });
  const fixed = { sr: { shape: [], data: [rate] } };
  const built = buildModule(model, { fixed, shapes: { input: [1, context + fresh] }, weights });
  const module = await import(`data:text/javascript;base64,${Buffer.from(built.code).toString("base64")}`);
  return {
    name: `Recurra, a built module of ${(built.bytes.module / 1e6).toFixed(2)} MB, ${weights}`,
    isRounded: weights !== "float32",
    reset: module.reset,
    step: (x) => module.step(x)[0],
    state: () => module.snapshot().state,
  };
}

/** @param {Uint8Array} bytes @param {"node" | "web"} kind @returns {Promise<Runner>} */
async function openOrt(bytes, kind) {
  /** @type {typeof import("onnxruntime-web")} */
  const ort = createRequire(import.meta.url)(`onnxruntime-${kind}`);
  if (kind === "web") ort.env.wasm.numThreads = 1;
  // Both packages share a table of backends, in which the fastest would run for either.
  const executionProviders = [kind === "web" ? "wasm" : "cpu"];
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const sr = new ort.Tensor("int64", BigInt64Array.of(BigInt(rate)), []);
  const first = () => new ort.Tensor("float32", new Float32Array(256), [2, 1, 128]);
  /** @type {import("onnxruntime-web").Tensor} */
  let state = first();
  return {
    name: `ONNX Runtime ${kind} ${ort.env.versions[kind]}`,
    reset: () => {
      state = first();
    },
    step: async (x) => {
      const out = await session.run({ input: new ort.Tensor("float32", x, [1, x.length]), state, sr });
      state = out["stateN"] ?? state;
      return Number(out["output"]?.data[0]);
    },
    state: () => /** @type {Float32Array} */ (state.data),
  };
}

/** The runners that this machine has. @param {Uint8Array} bytes */
async function openRunners(bytes) {
  const found = [];
  for (const open of [
    () => openRecurra(bytes, "native"),
    () => openRecurra(bytes, "wasm"),
    () => openBuilt(bytes, "float32"),
    () => openBuilt(bytes, "float16"),
    () => openBuilt(bytes, "int8"),
    () => openOrt(bytes, "node"),
    () => openOrt(bytes, "web"),
  ]) {
    try {
      found.push(await open());
    } catch (error) {
      console.log(`left out: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    }
  }
  return found;
}

/** Outputs and states of all steps. @param {Runner} runner @param {readonly Float32Array[]} steps */
async function follow(runner, steps) {
  runner.reset();
  const seen = [];
  for (const x of steps) seen.push(Float64Array.of(await runner.step(x), ...Array.from(runner.state())));
  return seen;
}

/** Microseconds of each step. @param {Runner} runner @param {readonly Float32Array[]} steps */
async function time(runner, steps) {
  runner.reset();
  const times = [];
  for (const x of steps) {
    const start = performance.now();
    const answer = runner.step(x);
    // Waiting for what is there already would be time of its own.
    if (typeof answer !== "number") await answer;
    times.push(1000 * (performance.now() - start));
  }
  return times;
}

/** Relative where numbers are greater than 1, as the cell's states are, up to 100. @param {readonly Float64Array[]} ours @param {readonly Float64Array[]} theirs @param {number} from @param {number} to */
function largestDifference(ours, theirs, from, to) {
  let worst = 0;
  for (const [n, one] of ours.entries())
    for (let i = from; i < Math.min(to, one.length); i++) {
      const [own, wanted] = [one[i] ?? NaN, theirs[n]?.[i] ?? NaN];
      worst = Math.max(worst, Math.abs(own - wanted) / Math.max(1, Math.abs(wanted)));
    }
  return worst;
}

const steps = cutSteps(await readSignal(values.wav));
const runners = await openRunners(await readFile(values.model));
/** @type {Map<string, Float64Array[]>} */
const followed = new Map();
for (const runner of runners) followed.set(runner.name, await follow(runner, steps));
const truth = runners.find(({ name }) => name.startsWith("ONNX"));
if (truth === undefined) throw new Error("There is no ONNX Runtime here: npm ci in bench/ installs it.");
const expected = followed.get(truth.name) ?? [];

/** @type {Map<string, number[]>} */
const times = new Map(runners.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round++)
  for (const runner of runners) times.get(runner.name)?.push(...(await time(runner, steps)));

const spoken = expected.filter(([probability = 0]) => probability > 0.5).length;
console.log(`${steps.length} steps of ${fresh} samples, ${spoken} of them speech; ${values.rounds} rounds\n`);
console.log(
  printTable(
    ["one thread", "µs a step", `difference of outputs from ${truth.name}`, "of states"],
    runners.map(({ name }) => {
      const own = followed.get(name) ?? [];
      const print = (/** @type {number} */ from, /** @type {number} */ to) =>
        name === truth.name ? "–" : largestDifference(own, expected, from, to).toExponential(1);
      return [name, threeDigits(median(times.get(name) ?? [])), print(0, 1), print(1, Infinity)];
    }),
  ),
);
const worstOf = (/** @type {readonly Runner[]} */ some) =>
  Math.max(0, ...some.map(({ name }) => largestDifference(followed.get(name) ?? [], expected, 0, Infinity)));
const [ours, builds] = [true, false].map((own) =>
  worstOf(runners.filter(({ name, isRounded = false }) => name.startsWith("Recurra") === own && !isRounded)),
);
if (!((ours ?? NaN) <= Math.max(1e-5, builds ?? 0))) {
  console.log("\nRecurra differs by more than 10⁻⁵, and by more than builds of ONNX Runtime do from one another.");
  process.exit(1);
}
// Workers of ONNX Runtime would keep the process alive.
process.exit(0);
