/**
 * Two LSTM layers of 256 on tinyshakespeare (../shared/data), by characters, the first 90 % to learn from, the last 10 % for validation: this package, then the same network in PyTorch on the same
 * tokens in the same order, where python3 has torch. `node bench/shakespeare.mjs [--epochs N] [--threads N] [--seconds S] [--only recurra|torch]` prints each
 * epoch's losses and time, and what n-grams cost. Build first.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chooseOrder, planGenerate, train } from "../dist/index.js";
import { findTorchPython } from "./python.mjs";

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "20" },
    threads: { type: "string", default: "1" },
    seconds: { type: "string", default: "Infinity" },
    only: { type: "string" },
    dropout: { type: "string", default: "0.25" },
  },
});
const file = path.resolve(import.meta.dirname, "../../shared/data/tinyshakespeare/input.txt");
const plan = planGenerate(
  { text: await readFile(file, "utf8"), source: "tinyshakespeare" },
  {
    hidden: 256,
    layers: 2,
    embedding: 64,
    dropout: Number(values.dropout),
    steps: 96,
    batch: 32,
    rate: 2e-3,
    test: 0,
    validation: 0.1,
    epochs: Number(values.epochs),
    scheme: "torch",
    patience: 100,
    backend: "auto",
    threads: Number(values.threads),
  },
);
const { train: learned, validation } = plan.parts;

/**
 * @param {string} name
 * @param {{ readonly epoch: number, readonly loss: number, readonly validation?: number | undefined }} record
 * @param {number} seconds
 */
function report(name, record, seconds) {
  const { epoch, loss, validation: watched } = record;
  console.log(
    `${name.padEnd(8)} epoch ${String(epoch).padStart(2)}  loss ${loss.toFixed(4)}  validation ${watched?.toFixed(4)}  ${seconds.toFixed(1)} s`,
  );
}

async function runOwn() {
  const stop = new AbortController();
  const begin = performance.now();
  for await (const event of train(plan.training, { signal: stop.signal })) {
    const seconds = (performance.now() - begin) / 1000;
    if (event.kind === "started") console.log(`recurra: ${event.parameters} parameters, ${event.note}`);
    if (event.kind === "epoch") report("recurra", event, seconds);
    if (event.kind === "step" && seconds > Number(values.seconds)) {
      console.log(
        `recurra  update ${event.update} of ${event.updates}, loss ${event.loss.toFixed(4)}, ${seconds.toFixed(1)} s: stopped`,
      );
      stop.abort();
    }
  }
}

async function runTorch() {
  const python = await findTorchPython();
  if (python === undefined) return;
  const folder = await mkdtemp(path.join(tmpdir(), "recurra-shakespeare-"));
  try {
    const { data } = plan.training;
    if (data.kind !== "stream") throw new Error("language models learn from streams");
    const given = {
      size: plan.task.vocabulary.entries.length,
      streams: data.batch,
      steps: plan.task.steps,
      hidden: 256,
      layers: 2,
      embedding: 64,
      dropout: Number(values.dropout),
      rate: 2e-3,
      epochs: Number(values.epochs),
      threads: Number(values.threads),
      seconds: values.seconds === "Infinity" ? 1e9 : Number(values.seconds),
      train: [...learned.tokens],
      validation: [...validation.tokens],
    };
    const json = path.join(folder, "given.json");
    await writeFile(json, JSON.stringify(given));
    const child = spawn(python, [path.join(import.meta.dirname, "peers/shakespeare.py"), json], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    await new Promise((resolve) => child.on("close", resolve));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const nGrams = chooseOrder(learned.tokens, validation.tokens, { size: plan.task.vocabulary.entries.length, most: 8 });
console.log(`n-grams: ${nGrams.loss.toFixed(4)} nats a character on the validation part, at order ${nGrams.order}`);
if (values.only !== "torch") await runOwn();
if (values.only !== "recurra") await runTorch();
