/**
 * Translating with and without PyTorch: the same network, data, optimiser and schedule, one after the other on one thread.
 *
 *     node bench/translate.mjs PAIRS.tsv [--epochs N] [--threads N]
 *
 * PAIRS.tsv has the source in its first column and the target in its second, without a header. It prints the time of training, and BLEU on 700 sources that were kept apart: of both with the
 * likeliest token each time, and of ours with a beam of 5 as well. Both put the source's word that was looked at where the unknown word is said. First values are drawn alike, but not the same; batches differ: ours are
 * drawn anew each epoch from pairs of like length, PyTorch's are cut once from pairs sorted by length, which pads least.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import {
  concludeTranslate,
  corpusBleu,
  encodeText,
  evaluateTranslator,
  joinTokens,
  planTranslate,
  splitTokens,
  tableFromRows,
  train,
} from "../dist/node.js";
import { findTorchPython } from "./python.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { epochs: { type: "string", default: "20" }, threads: { type: "string", default: "1" } },
});
/** @type {<T>(value: T | undefined) => T} */
const known = (value) => {
  if (value === undefined) throw new Error("there is no such example");
  return value;
};
const [file] = positionals;
if (file === undefined) throw new Error("name the pairs: node bench/translate.mjs PAIRS.tsv");
const rows = (await readFile(file, "utf8"))
  .split("\n")
  .map((line) => line.split("\t"))
  .flatMap(([source, target]) => (source && target ? [{ source, target }] : []));
const { table } = tableFromRows(rows, { source: path.basename(file) });
const [epochs, threads] = [Number(values.epochs), Number(values.threads)];
const shared = { embedding: 128, hidden: 256, dropout: 0.4, smoothing: 0.1, rate: 2e-3, epochs, threads, seed: 1 };
const plan = planTranslate(table, { ...shared, source: "source", target: "target", test: 700, validation: 0 });
const { task, training, examples, parts } = plan;
const { validation: _, ...alone } = training;

const python = await findTorchPython();

/** @type {import("../dist/node.js").FinishedEvent | undefined} */
let finished;
const start = performance.now();
for await (const event of train({ ...alone, patience: undefined })) {
  if (event.kind === "epoch")
    console.log(
      `Recurra epoch ${event.epoch}: loss ${event.loss.toFixed(3)}, ${((performance.now() - start) / 1000).toFixed(1)} s`,
    );
  if (event.kind === "finished") finished = event;
}
if (finished === undefined) throw new Error("training did not finish");
const ours = (performance.now() - start) / 1000;
const { translator, test } = concludeTranslate(plan, finished);
const tested = Array.from(parts.test, (at) => known(examples[at]));
const greedy = evaluateTranslator(translator, tested, { width: 1 });

console.log(
  `Recurra: ${ours.toFixed(1)} s, BLEU ${greedy.model.bleu.toFixed(1)} greedy, ${(test?.model.bleu ?? NaN).toFixed(1)} with a beam of 5`,
);
if (python === undefined) process.exit();

const { data } = training;
if (data.kind !== "sequences" || data.source === undefined) throw new Error("pairs are sequences");
const { source } = data;
/** @type {(values: ArrayLike<number>, start: number, length: number) => number[]} */
const cut = (values, from, length) => Array.from({ length }, (_, n) => values[from + n] ?? 0);
const pairs = Array.from(data.lengths, (length, n) => [
  cut(source.inputs, source.starts[n] ?? 0, source.lengths[n] ?? 0),
  cut(data.targets, data.starts[n] ?? 0, length - 1),
]);
const folder = await mkdtemp(path.join(tmpdir(), "recurra-translate-"));
const work = path.join(folder, "work.json");
await writeFile(
  work,
  JSON.stringify({
    ...shared,
    beyond: task.beyond,
    batch: training.batch,
    sourceTokens: task.vocabularies.source.entries.length,
    targetTokens: task.vocabularies.target.entries.length,
    train: pairs,
    test: tested.map((one) => Array.from(encodeText(task.vocabularies.source, one.source))),
  }),
);
const peer = spawn(python, [path.join(import.meta.dirname, "peers/translate.py"), work], {
  stdio: ["ignore", "pipe", "inherit"],
  env: {
    ...process.env,
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
  },
});
let theirs = NaN;
/** @type {number[][]} */
let said = [];
for await (const line of createInterface({ input: peer.stdout })) {
  const read = JSON.parse(line);
  if (read.epoch !== undefined) {
    console.log(`PyTorch epoch ${read.epoch}: loss ${read.loss.toFixed(3)}, ${read.seconds.toFixed(1)} s`);
    theirs = read.seconds;
  } else ({ said } = read);
}
await rm(folder, { recursive: true, force: true });
if (said.length === 0) throw new Error("PyTorch said nothing.");
const { entries } = task.vocabularies.target;
const texts = said.map((tokens, n) => {
  const read = splitTokens(known(tested[n]).source, task.vocabularies.source);
  // A number below 0 tells which place of the source was looked at where the unknown word was said.
  return joinTokens(
    task.vocabularies.target,
    tokens.map((token) => (token < 0 ? read[-token - 1] : entries[token]) ?? ""),
  );
});
const references = tested.map((one) => one.references);
console.log(`
                 training    BLEU, greedy    BLEU, beam of 5
Recurra        ${ours.toFixed(1).padStart(8)} s    ${greedy.model.bleu.toFixed(1).padStart(12)}    ${(test?.model.bleu ?? NaN).toFixed(1).padStart(15)}
PyTorch        ${theirs.toFixed(1).padStart(8)} s    ${corpusBleu(references, texts).score.toFixed(1).padStart(12)}
ratio          ${(theirs / ours).toFixed(2).padStart(8)}
most similar source                ${(test?.baselines["nearest"]?.bleu ?? NaN).toFixed(1).padStart(6)}
word for word                      ${(test?.baselines["word for word"]?.bleu ?? NaN).toFixed(1).padStart(6)}`);
