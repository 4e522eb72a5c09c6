/** The models of the studio's demonstrations: what each is learned from and how, and what it scores in the bits that it is shipped in. Needs a build, and `../shared/data` for all but the forecast and the captions. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  concludeCaption,
  concludeForecast,
  concludeGenerate,
  concludeTag,
  concludeTexts,
  concludeTranslate,
  load,
  planCaption,
  planForecast,
  planGenerate,
  planTag,
  planTexts,
  planTranslate,
  saveResult,
  tableFromRows,
  train,
} from "../dist/node.js";
import { readEmoji } from "../examples/emoji.js";
import { readBirths } from "./births.mjs";

/**
 * @typedef {import("../dist/node.js").FinishedEvent} FinishedEvent
 * @typedef {import("../dist/node.js").TaskResult} TaskResult
 * @typedef {import("../dist/node.js").TrainingOptions} TrainingOptions
 * @typedef {import("../dist/node.js").TrainingEvent} TrainingEvent
 * @typedef {import("../dist/node.js").TrainingSummary} TrainingSummary
 */

const weights = "int8";
const shared = path.join(import.meta.dirname, "../../shared/data");
/** @param {string} file */
const readShared = (file) => readFile(path.join(shared, file), "utf8");

/**
 * A model that is learned by a plan, and one that is there already: both give the bytes of its file, with the scores of the rounded model in it.
 * @template {{ readonly training: TrainingOptions }} P
 * @param {() => P | Promise<P>} makePlan
 * @param {(plan: P, finished: FinishedEvent) => TaskResult} conclude
 */
function demoModel(makePlan, conclude) {
  /** @param {P} plan @param {FinishedEvent} finished */
  const round = (plan, finished) => load(saveResult(conclude(plan, finished), { weights })).parameters;
  return {
    /** @param {(event: TrainingEvent) => void} onEvent */
    learn: async (onEvent) => {
      const plan = await makePlan();
      for await (const event of train(plan.training)) {
        onEvent(event);
        if (event.kind === "finished")
          return saveResult(conclude(plan, { ...event, parameters: round(plan, event) }), { weights });
      }
      throw new Error("the training was stopped");
    },
    /** @param {Uint8Array} bytes */
    measure: async (bytes) => {
      const { parameters, details } = load(bytes);
      const { because, history, kept } = /** @type {TrainingSummary} */ (/** @type {unknown} */ (details.training));
      const finished = /** @type {FinishedEvent} */ (
        /** @type {unknown} */ ({ kind: "finished", because, history, best: kept, parameters })
      );
      return saveResult(conclude(await makePlan(), finished), { weights });
    },
  };
}

/** English sentences with their translations. */
async function readPairs() {
  const lines = (await readShared("tatoeba-en-vi/vie.txt")).trim().split("\n");
  return lines.map((line) => {
    const [en = "", vi = ""] = line.split("\t");
    return { en, vi };
  });
}

/** @param {"en" | "vi"} language */
const captions = (language) =>
  demoModel(async () => planCaption(await readEmoji({ language, side: 32 }), { epochs: 320 }), concludeCaption);

export const demoModels = {
  births: demoModel(
    () =>
      planForecast(tableFromRows(readBirths(), { source: "births", dateColumn: "date" }).table, {
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
      }),
    concludeForecast,
  ),
  feelings: demoModel(async () => {
    const lines = (await readShared("vader/movieReviewSnippets_GroundTruth.txt")).trim().split(/\r?\n/);
    const rows = lines.map((line) => {
      const [, rating = "", text = ""] = line.split("\t");
      return { text, rating: Number(rating) };
    });
    const { table } = tableFromRows(rows, { source: "movie snippets", types: { text: "text" } });
    const sizes = { hidden: 48, embedding: 48, vocabularySize: 6000 };
    return planTexts(table, { text: "text", target: "rating", cuts: [0], ...sizes });
  }, concludeTexts),
  translate: demoModel(async () => {
    const { table } = tableFromRows(await readPairs(), { source: "Tatoeba", types: { en: "text", vi: "text" } });
    return planTranslate(table, { source: "en", target: "vi", embedding: 96, hidden: 192, epochs: 20 });
  }, concludeTranslate),
  diacritics: demoModel(
    async () =>
      planTag(
        { kind: "texts", source: "Tatoeba", texts: [...new Set((await readPairs()).map(({ vi }) => vi))] },
        { restore: "diacritics", hidden: 96, layers: 1 },
      ),
    concludeTag,
  ),
  shakespeare: demoModel(
    async () =>
      planGenerate(
        { text: await readShared("tinyshakespeare/input.txt"), source: "tinyshakespeare" },
        { hidden: 192, epochs: 8, dropout: 0.1 },
      ),
    concludeGenerate,
  ),
  kieu: demoModel(
    async () =>
      planGenerate(
        { text: await readShared("truyen-kieu/truyen_kieu.txt"), source: "Truyện Kiều" },
        { hidden: 128, batch: 16 },
      ),
    concludeGenerate,
  ),
  "captions-en": captions("en"),
  "captions-vi": captions("vi"),
};
