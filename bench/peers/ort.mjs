/**
 * The workloads' predictions on ONNX Runtime, one thread: `node ort.mjs node|web FILE`, one line of JSON a workload, as `recurra bench` prints.
 * It does not train.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { makeOnnx } from "../make-onnx.mjs";
import { measure } from "./measure.mjs";

const require = createRequire(import.meta.url);
const kind = process.argv[2] === "web" ? "web" : "node";
/** @type {typeof import("onnxruntime-node")} */
const ort = require(`onnxruntime-${kind}`);
if (kind === "web") ort.env.wasm.numThreads = 1;

const drawNumbers = (/** @type {number} */ length) => Float32Array.from({ length }, () => Math.random() - 0.5);

/** @param {{ cell: "LSTM" | "GRU", B: number, T: number, I: number, H: number, L: number }} workload */
async function measureInference(workload) {
  const { B, T, I, H } = workload;
  const session = await ort.InferenceSession.create(makeOnnx(workload), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  /** @type {Record<string, import("onnxruntime-node").Tensor>} */
  const feeds = {};
  for (const name of session.inputNames) {
    const shape = name === "x" ? [T, B, I] : [1, B, H];
    feeds[name] = new ort.Tensor("float32", drawNumbers(shape.reduce((product, size) => product * size, 1)), shape);
  }
  return measure(() => session.run(feeds));
}

const { infer } = JSON.parse(await readFile(process.argv[3] ?? "", "utf8"));
const version = ort.env.versions[kind];
for (const workload of infer) {
  const timing = await measureInference(workload);
  console.log(JSON.stringify({ name: workload.name, mode: "infer", backend: kind, threads: 1, version, ...timing }));
}
// Its workers would keep the process alive.
process.exit(0);
