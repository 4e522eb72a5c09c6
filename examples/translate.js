/**
 * `node examples/translate.js`: learns how English words are said, letters to phonemes, from the CMU Pronouncing Dictionary; with the library. Some minutes; `--fast` takes a small
 * part of it, in less than one.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dictionary } from "cmu-pronouncing-dictionary";
import {
  createRandom,
  drawAlignment,
  explainTranslate,
  saveResult,
  tableFromRows,
  trainTranslator,
  translateTexts,
} from "recurra";

const isFast = process.argv.includes("--fast");

// Every word once: `read(1)` is a second way to say `read`.
const words = Object.entries(dictionary)
  .map(([word, phonemes]) => ({ word: word.replace(/\(\d+\)$/, ""), phonemes: phonemes.replaceAll(/\d/g, "") }))
  .filter(({ word }) => /^[a-z]{3,10}$/.test(word));
const some = createRandom(1)
  .shuffle(Int32Array.from(words, (_, at) => at))
  .slice(0, isFast ? 2000 : 40_000);
const { table } = tableFromRows(
  Array.from(some, (at) => words[at] ?? { word: "", phonemes: "" }),
  { source: "CMU Pronouncing Dictionary", types: { word: "text", phonemes: "text" } },
);

const result = await trainTranslator(
  table,
  {
    source: "word",
    target: "phonemes",
    sourceUnit: "character",
    embedding: isFast ? 32 : 64,
    hidden: isFast ? 48 : 192,
    dropout: isFast ? 0.1 : 0.2,
    epochs: isFast ? 10 : 15,
    rate: isFast ? 0.008 : 0.002,
    test: isFast ? 200 : 2000,
    // Compiling C takes longer than so short a run.
    backend: isFast ? "wasm" : "auto",
    seed: 1,
  },
  {
    onEvent: (event) => {
      if (event.kind === "epoch")
        console.log(`epoch ${event.epoch}: loss ${event.loss.toFixed(3)}, validation ${event.validation?.toFixed(3)}`);
    },
  },
);
if (result?.test === undefined) throw new Error("the run was stopped");

console.log(`\nPhonemes without stress. ${explainTranslate(result.test)}`);
for (const [name, { errorRate }] of Object.entries({ model: result.test.model, ...result.test.baselines }))
  console.log(`  ${name.padEnd(14)} phoneme error rate ${(100 * errorRate).toFixed(1)} %`);

const said = translateTexts(result.translator, ["recurrent", "network", "vietnam"]);
for (const { source, text } of said) console.log(`  ${source.join("")}  →  ${text}`);
const [first] = said;
if (!isFast && first?.attention !== undefined) {
  const picture = drawAlignment({ source: first.source, target: first.tokens, weights: first.attention });
  await mkdir("out", { recursive: true });
  await writeFile("out/translate.svg", picture);
  await writeFile("out/translate.safetensors", saveResult(result));
  console.log("\nWritten: out/translate.svg (where the network looked), out/translate.safetensors");
}
