/**
 * `node examples/caption.js`: learns to say what emoji show from one vendor's pictures of them, and is tested on another vendor's, and on emoji that were kept back of both; with the library.
 * Half an hour; `--language vi` says it in Vietnamese, `--fast` learns a small part in less than one.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { drawLooks, drawSheet, explainCaption, saveResult, trainCaptioner } from "recurra";
import { readEmoji } from "./emoji.js";

const { fast = false, language } = parseArgs({
  options: { fast: { type: "boolean" }, language: { type: "string", default: "en" } },
}).values;

const data = await readEmoji({
  language,
  side: fast ? 16 : 32,
  ...(fast ? { subcategories: ["time", "person-gesture"] } : {}),
});

const started = performance.now();
const result = await trainCaptioner(
  data,
  fast
    ? {
        hidden: 64,
        embedding: 32,
        channels: [16, 32],
        shift: 0.1,
        warp: 0.1,
        colour: 0.12,
        blur: 0,
        epochs: 200,
        batch: 32,
        rate: 0.004,
        // Compiling C takes longer than so short a run.
        backend: "wasm",
      }
    : { epochs: 320 },
  {
    onEvent: (event) => {
      if (event.kind === "epoch" && event.epoch % 10 === 0)
        console.log(
          `epoch ${event.epoch}/${event.epochs}: loss ${event.loss.toFixed(3)}, validation ${event.validation?.toFixed(3)}`,
        );
    },
  },
);
if (result?.test === undefined) throw new Error("the run was stopped");
console.log(`Trained in ${Math.round((performance.now() - started) / 1000)} s, tests included.`);

await mkdir("out", { recursive: true });
const page = [];
for (const [name, test] of Object.entries({ "the other vendor": result.test, ...result.tests })) {
  console.log(`${name}: ${explainCaption(test)}`);
  page.push(
    `<h2>${name}</h2><p>${explainCaption(test)}</p>`,
    drawSheet(test.samples),
    ...test.samples.slice(0, 2).map(drawLooks),
  );
}
const file = `out/captions-${language}`;
await writeFile(
  `${file}.html`,
  `<!doctype html><meta charset="utf-8"><body style="font:14px system-ui">${page.join("\n")}`,
);
await writeFile(`${file}.safetensors`, saveResult(result));
console.log(`Written: ${file}.html (right and wrong ones, and where the network looked), ${file}.safetensors`);
