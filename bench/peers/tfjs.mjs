/**
 * The workloads on TensorFlow.js, one thread: `node tfjs.mjs wasm|cpu FILE`, one line of JSON a workload, as `recurra bench` prints.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { measure } from "./measure.mjs";

const require = createRequire(import.meta.url);
// They come as CommonJS.
/** @type {typeof import("@tensorflow/tfjs")} */
const tf = require("@tensorflow/tfjs");
/** @type {typeof import("@tensorflow/tfjs-backend-wasm")} */
const wasm = require("@tensorflow/tfjs-backend-wasm");

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {"LSTM" | "GRU"} cell
 * @property {number} B
 * @property {number} T
 * @property {number} I
 * @property {number} H
 * @property {number} L
 * @property {number} [O] outputs of the head; only for training
 */

/**
 * L recurrent layers; all but the last hand on the whole sequence.
 * @param {Workload} workload
 * @param {{ returnSequences: boolean, stateful: boolean }} options of the last layer, of all layers
 */
function createStack({ cell, B, T, I, H, L }, { returnSequences, stateful }) {
  const model = tf.sequential();
  for (let layer = 0; layer < L; layer++) {
    const settings = {
      units: H,
      returnSequences: returnSequences || layer < L - 1,
      recurrentActivation: /** @type {const} */ ("sigmoid"),
      // Its own choice, orthogonal matrices, takes minutes for large layers in plain JavaScript.
      recurrentInitializer: /** @type {const} */ ("glorotUniform"),
      stateful,
      ...(layer === 0 ? { batchInputShape: [B, T, I] } : {}),
    };
    model.add(cell === "GRU" ? tf.layers.gru(settings) : tf.layers.lstm(settings));
  }
  return model;
}

/** @param {Workload} workload */
async function measureTraining(workload) {
  const { B, T, I, O = 1 } = workload;
  const model = createStack(workload, { returnSequences: false, stateful: false });
  model.add(tf.layers.dense({ units: O }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "meanSquaredError" });
  const inputs = tf.randomNormal([B, T, I]);
  const targets = tf.randomNormal([B, O]);
  return measure(() => model.trainOnBatch(inputs, targets));
}

/** @param {Workload} workload */
async function measureInference(workload) {
  const { B, T, I } = workload;
  const model = createStack(workload, { returnSequences: true, stateful: T === 1 });
  const inputs = tf.randomNormal([B, T, I]);
  return measure(async () => {
    const outputs = /** @type {import("@tensorflow/tfjs").Tensor} */ (model.predict(inputs, { batchSize: B }));
    await outputs.data();
    outputs.dispose();
  });
}

wasm.setWasmPaths(path.join(path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist/"));
wasm.setThreadsCount(1);
await tf.setBackend(process.argv[2] ?? "wasm");
await tf.ready();

/** @type {{ train: Workload[], infer: Workload[] }} */
const workloads = JSON.parse(await readFile(process.argv[3] ?? "", "utf8"));
const common = { backend: tf.getBackend(), threads: 1, version: tf.version.tfjs };
for (const workload of workloads.train) {
  console.log(JSON.stringify({ name: workload.name, mode: "train", ...common, ...(await measureTraining(workload)) }));
}
for (const workload of workloads.infer) {
  console.log(JSON.stringify({ name: workload.name, mode: "infer", ...common, ...(await measureInference(workload)) }));
}
