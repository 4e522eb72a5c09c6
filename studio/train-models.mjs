/**
 * Trains the models of the studio's demonstrations and writes them to studio/public/models, in int8, and prints what each scored on its test; then it lists them (see list-models.mjs):
 * `node studio/train-models.mjs [NAMES…]`, all of them in about two hours. Needs a build, and `../shared/data` for all but the forecast and the captions.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  load,
  openTask,
  saveResult,
  tableFromRows,
  trainCaptioner,
  trainForecaster,
  trainLanguageModel,
  trainTagger,
  trainTextReader,
  trainTranslator,
} from "../dist/node.js";
import { readEmoji } from "../examples/emoji.js";
import { readBirths } from "./births.mjs";
import { listModels } from "./list-models.mjs";

const root = path.resolve(import.meta.dirname, "..");
const shared = path.join(root, "../shared/data");
const folder = path.join(root, "studio/public/models");
/** @param {string} file */
const readShared = (file) => readFile(path.join(shared, file), "utf8");

/** English sentences with their translations. */
async function readPairs() {
  const lines = (await readShared("tatoeba-en-vi/vie.txt")).trim().split("\n");
  return lines.map((line) => {
    const [en = "", vi = ""] = line.split("\t");
    return { en, vi };
  });
}

/** @param {string} name */
const control = (name) => ({
  /** @param {import("../dist/node.js").TrainingEvent} event */
  onEvent: (event) => {
    if (event.kind === "epoch")
      console.log(`${name} ${event.epoch}/${event.epochs}: ${event.loss.toFixed(3)}, ${event.validation?.toFixed(3)}`);
  },
});

/** @param {"en" | "vi"} language */
const trainCaptions = async (language) =>
  trainCaptioner(await readEmoji({ language, side: 32 }), { epochs: 320 }, control(`captions-${language}`));

/** What each model is learned from, and how. */
const models = {
  births: async () =>
    trainForecaster(
      tableFromRows(readBirths(), { source: "births", dateColumn: "date" }).table,
      {
        targets: ["births"],
        horizon: 7,
        timeFeatures: ["day-of-week:one-hot", "day-of-year", "us-holiday:one-hot", "days-to-us-holiday"],
        quantiles: [0.05, 0.5, 0.95],
        window: 28,
        hidden: 48,
        test: 365,
        validation: 365,
        rate: 0.004,
        epochs: 15,
      },
      control("births"),
    ),
  feelings: async () => {
    const lines = (await readShared("vader/movieReviewSnippets_GroundTruth.txt")).trim().split(/\r?\n/);
    const rows = lines.map((line) => {
      const [, rating = "", text = ""] = line.split("\t");
      return { text, rating: Number(rating) };
    });
    return trainTextReader(
      tableFromRows(rows, { source: "movie snippets", types: { text: "text" } }).table,
      { text: "text", target: "rating", cuts: [0], hidden: 48, embedding: 48, vocabularySize: 6000 },
      control("feelings"),
    );
  },
  translate: async () =>
    trainTranslator(
      tableFromRows(await readPairs(), { source: "Tatoeba", types: { en: "text", vi: "text" } }).table,
      { source: "en", target: "vi", embedding: 96, hidden: 192, epochs: 20 },
      control("translate"),
    ),
  diacritics: async () =>
    trainTagger(
      { kind: "texts", source: "Tatoeba", texts: [...new Set((await readPairs()).map(({ vi }) => vi))] },
      { restore: "diacritics", hidden: 96, layers: 1 },
      control("diacritics"),
    ),
  shakespeare: async () =>
    trainLanguageModel(
      { text: await readShared("tinyshakespeare/input.txt"), source: "tinyshakespeare" },
      { hidden: 192, epochs: 8, dropout: 0.1 },
      control("shakespeare"),
    ),
  kieu: async () =>
    trainLanguageModel(
      { text: await readShared("truyen-kieu/truyen_kieu.txt"), source: "Truyện Kiều" },
      { hidden: 128, batch: 16 },
      control("kieu"),
    ),
  "captions-en": () => trainCaptions("en"),
  "captions-vi": () => trainCaptions("vi"),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(models, name));
if (unknown.length > 0) throw new Error(`no model ${unknown.join(", ")}: there are ${Object.keys(models).join(", ")}`);

await mkdir(folder, { recursive: true });
for (const [name, learn] of Object.entries(models)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const result = await learn();
  if (result === undefined) throw new Error(`${name} was stopped`);
  const bytes = saveResult(result, { weights: "int8" });
  openTask(load(bytes, { verify: true }));
  await writeFile(path.join(folder, `${name}.safetensors`), bytes);
  console.log(`${name}: ${(bytes.length / 1024).toFixed(0)} kB`, JSON.stringify(result.summary.test));
}
await listModels();
