/**
 * Writes what the studio has to know of its demonstration models before it loads them to studio/public/models: `models.json` (size and scores of each model that is there),
 * `births.json` (the days that the forecast is tried on) and the sheet of emoji that captions are tried on. `node studio/list-models.mjs`, after every change of a model; needs a build.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { load } from "../dist/node.js";
import { readBirths } from "./births.mjs";
import { writeEmojiSheet } from "./emoji-sheet.mjs";

export const modelsFolder = path.join(import.meta.dirname, "public/models");
const ending = ".safetensors";

/** What `models.json` says of each model in a folder, in order of names. */
export async function describeModels(folder = modelsFolder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(path.join(folder, file));
      const model = load(bytes, { source: file });
      const { training } = model.details;
      const { data, parts, test } = /** @type {import("../dist/node.js").TrainingSummary} */ (
        /** @type {unknown} */ (training)
      );
      const parameters = Object.values(model.parameters).reduce((sum, values) => sum + values.length, 0);
      return { name: file.slice(0, -ending.length), bytes: bytes.length, parameters, source: data.source, parts, test };
    }),
  );
}

/** Days of births, from before the year of the test, so that its first day can be forecast; `first` is the day of the first number. */
export function listBirths() {
  const first = "2013-11-01";
  const days = readBirths();
  return { first, births: days.slice(days.findIndex(({ date }) => date === first)).map(({ births }) => births) };
}

/** Writes all of it. */
export async function listModels() {
  const models = await describeModels();
  await writeFile(path.join(modelsFolder, "models.json"), `${JSON.stringify({ models }, undefined, 2)}\n`);
  await writeFile(path.join(modelsFolder, "births.json"), `${JSON.stringify(listBirths())}\n`);
  await writeEmojiSheet(modelsFolder);
  return models;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  for (const { name, bytes } of await listModels()) console.log(`${name}: ${(bytes / 1024).toFixed(0)} kB`);
