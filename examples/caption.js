/**
 * `node examples/caption.js`: learns to say what emoji show from one vendor's pictures of them, and is tested on another vendor's, and on emoji that were kept back of both; with the library.
 * Some minutes; `--language vi` says it in Vietnamese, `--fast` learns a small part in less than one.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";
import { drawLooks, drawSheet, explainCaption, readPictures, saveResult, trainCaptioner } from "recurra";

const { fast = false, language } = parseArgs({
  options: { fast: { type: "boolean" }, language: { type: "string", default: "en" } },
}).values;

/**
 * @typedef {{ unified: string, sheet_x: number, sheet_y: number }} Place where an emoji lies in the vendors' sheets
 * @typedef {Place & { subcategory: string, skin_variations?: Record<string, Place> }} Emoji
 * @typedef {{ hexcode: string, label: string, skins?: Label[] }} Label
 */
const { resolve } = createRequire(import.meta.url);
/** @param {string} file */
const readJson = async (file) => JSON.parse(await readFile(resolve(file), "utf8"));
/** @param {string} code */
const plainCode = (code) => code.replaceAll("-FE0F", "");

/** @type {Label[]} */
const labels = await readJson(`emojibase-data/${language}/data.json`);
const captions = new Map(
  labels
    .flatMap((one) => [one, ...(one.skins ?? [])])
    .map(({ hexcode, label }) => [
      plainCode(hexcode),
      label
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}’]+/gu, " ")
        .trim(),
    ]),
);

const every = { flags: 10, clocks: 7, people: 11 };
const counts = { flags: 0, clocks: 0, people: 0 };

/**
 * Of three families some are kept back: what is to be said of them is put together of what is said of others, but for the names of countries.
 * @param {Emoji} emoji @param {boolean} hasTone
 */
function choosePart({ unified, subcategory }, hasTone) {
  const isClock = subcategory === "time" && /^1F5[56].$/.test(unified);
  const family = subcategory === "country-flag" ? "flags" : isClock ? "clocks" : hasTone ? "people" : undefined;
  if (family === undefined) return "train";
  const number = counts[family]++ % every[family];
  if (number === 2) return `unseen ${family}`;
  return family === "people" && number === 7 ? "validation" : "train";
}

/** @type {Emoji[]} */
const emoji = await readJson("emoji-datasource-google/emoji.json");
const sprites = emoji
  .filter(({ subcategory }) => !fast || ["time", "person-gesture"].includes(subcategory))
  .flatMap((one) =>
    [one, ...Object.values(one.skin_variations ?? {})].map((place) => ({
      ...place,
      part: choosePart(one, place !== one),
    })),
  );

// The pictures that are learned from are all of one vendor, and so are those that training watches.
const rows = ["google", "twitter"].flatMap((vendor) =>
  sprites
    .filter(({ part }) => vendor === "google" || part !== "validation")
    .map(({ unified, sheet_x, sheet_y, part }) => ({
      file: path.join(
        path.dirname(resolve(`emoji-datasource-${vendor}/emoji.json`)),
        `img/${vendor}/sheets-256/32.png`,
      ),
      crop: { left: 34 * sheet_x + 1, top: 34 * sheet_y + 1, width: 32, height: 32 },
      caption: captions.get(plainCode(unified)) ?? unified,
      part: vendor === "twitter" && part === "train" ? "test" : part,
    })),
);
const side = fast ? 16 : 32;
const data = {
  pictures: await readPictures(rows, { height: side, width: side }),
  captions: rows.map(({ caption }) => caption),
  parts: rows.map(({ part }) => part),
  source: "emoji",
};

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
    : { epochs: 160 },
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
