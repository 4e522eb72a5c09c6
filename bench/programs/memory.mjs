/**
 * Memory in a process of its own, as a line of JSON: `node --expose-gc memory.mjs WHAT BACKEND NUMBER`.
 *
 * - `step`, NUMBER steps between checkpoints (0: none): what the plan of lstm-256's training step says, and by what the process grew
 * - `stream`, NUMBER steps of a session: by what the heap and the process grew, and how often V8 collected garbage
 * - `train`, NUMBER updates by the trainer: the same
 */
import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { loadRecurra } from "../recurra.mjs";

const recurra = await loadRecurra();

/** @typedef {import("../../src/node.ts").NetworkSpec} NetworkSpec */

const [what = "", backendName = "", argument = ""] = process.argv.slice(2);
const count = Number(argument);
const backend = /** @type {"wasm"} */ (backendName);

/** Sizes of lstm-256, and those of a step that comes first, so that all code is loaded and V8 has grown to its usual size. */
const large = { steps: 100, batch: 64, inputs: 128, hidden: 256, outputs: 32 };
const first = { ...large, steps: 20, batch: 8 };
/** Timed runs of a step. */
const runs = 9;

/** Bytes in use once all garbage is gone. */
function readUse() {
  for (let n = 0; n < 3; n++) globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers, external } = process.memoryUsage();
  return { rss, heapUsed, arrayBuffers, external };
}

/** @param {ReturnType<typeof readUse>} before @param {ReturnType<typeof readUse>} after */
const subtract = (before, after) => ({
  rss: after.rss - before.rss,
  heap: after.heapUsed - before.heapUsed,
  buffers: after.arrayBuffers - before.arrayBuffers,
  external: after.external - before.external,
});

/** A training step in memory. @param {typeof large} sizes @param {number} checkpoint */
function loadStep({ steps, batch, inputs, hidden, outputs }, checkpoint) {
  const network = recurra
    .network({ features: inputs })
    .recurrent("lstm", { size: hidden, ...(checkpoint > 0 ? { checkpoint } : {}) })
    .last()
    .dense(outputs)
    .build();
  const lowered = recurra.lowerTraining({
    network,
    loss: { kind: "mean-squared" },
    optimiser: { kind: "adam" },
    shapes: [{ steps }],
    batch,
    lengths: false,
  });
  const executable = recurra.chooseBackend(backend).backend.load(lowered.program);
  const random = recurra.createRandom(1);
  for (const { value } of lowered.parameters.values()) {
    const array = executable.array(value);
    for (let n = 0; n < array.length; n++) array[n] = random.normal() / Math.sqrt(hidden);
  }
  for (const port of [lowered.ports.inputs, lowered.ports.targets]) {
    const array = executable.array(port);
    for (let n = 0; n < array.length; n++) array[n] = random.normal();
  }
  executable.array(lowered.ports.weights).fill(1);
  executable.array(lowered.ports.scale)[0] = 1 / (batch * outputs);
  const { step } = recurra.functionNames({ steps });
  let update = 0;
  return {
    bytes: executable.plan.words * 4,
    scratch: executable.plan.peakScratch * 4,
    run: () => {
      executable.call(step);
      lowered.optimiser.writeNumbers(++update, lowered.optimiser.rate, executable.array(lowered.update.numbers));
      executable.call("update");
    },
  };
}

/** @param {() => void} run */
function timeRuns(run) {
  run();
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[runs >> 1] ?? NaN;
}

async function measureStep() {
  const warm = loadStep(first, Math.min(count, 5));
  timeRuns(warm.run);
  const before = readUse();
  const { bytes, scratch, run } = loadStep(large, count);
  const milliseconds = timeRuns(run);
  const grown = subtract(before, readUse());
  // Run once more, so that neither is let go of before it is counted.
  warm.run();
  run();
  return { checkpoint: count, bytes, scratch, milliseconds, ...grown };
}

/** Counts between `begin` and `end` what the process grows by, what is allocated, and how often V8 collects garbage. */
function createWatch() {
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  let before = readUse();
  let [heapUsed, start] = [0, 0];
  return {
    begin: () => {
      before = readUse();
      observer.observe({ entryTypes: ["gc"] });
      start = performance.now();
      ({ heapUsed } = process.memoryUsage());
    },
    end: async () => {
      const allocated = process.memoryUsage().heapUsed - heapUsed;
      const milliseconds = performance.now() - start;
      // Entries are handed over later.
      await sleep(1);
      observer.disconnect();
      return { steps: count, milliseconds, collections, allocated, ...subtract(before, readUse()) };
    },
  };
}

async function measureStream() {
  const spec = recurra.network({ features: 64 }).recurrent("lstm", { size: 64 }).build();
  const model = recurra.createModel({ spec, parameters: recurra.initialiseNetwork(spec, { seed: 1 }), backend });
  const session = model.session({ batch: 1 });
  const x = new Float32Array(64).fill(0.5);
  const run = (/** @type {number} */ steps) => {
    for (let n = 0; n < steps; n++) session.step(x);
  };
  run(Math.ceil(count / 10));
  const watch = createWatch();
  watch.begin();
  run(count);
  return watch.end();
}

/** Batches of an epoch, each of 32 sequences of ten steps with eight numbers. */
const perEpoch = 64;

function drawSequences() {
  const [sequences, steps, size] = [perEpoch * 32, 10, 8];
  const random = recurra.createRandom(1);
  return /** @type {const} */ ({
    kind: "sequences",
    inputs: Float32Array.from({ length: sequences * steps * size }, () => random.normal()),
    inputSize: size,
    starts: Int32Array.from({ length: sequences }, (_, n) => n * steps),
    lengths: new Int32Array(sequences).fill(steps),
    targets: Float32Array.from({ length: sequences }, () => random.normal()),
    targetSize: 1,
    perStep: false,
  });
}

/** Within one run, from the end of its first tenth on. */
async function measureTraining() {
  const data = drawSequences();
  const network = recurra.network({ features: data.inputSize }).recurrent("lstm", { size: 32 }).last().dense(1).build();
  const measured = Math.ceil(count / perEpoch);
  const warm = Math.ceil(measured / 10);
  const options = {
    network,
    data,
    loss: /** @type {const} */ ({ kind: "mean-squared" }),
    epochs: warm + measured,
    backend,
  };
  const watch = createWatch();
  for await (const event of recurra.train(options)) {
    if (event.kind !== "epoch") continue;
    if (event.epoch === warm) watch.begin();
    if (event.epoch === options.epochs) return { ...(await watch.end()), steps: measured * perEpoch };
  }
  throw new Error("the run ended early");
}

/** @type {Record<string, (() => Promise<object>) | undefined>} */
const jobs = { step: measureStep, stream: measureStream, train: measureTraining };
const job = jobs[what];
if (job === undefined) throw new Error(`no job ${what}: there are ${Object.keys(jobs).join(", ")}`);
console.log(JSON.stringify(await job()));
