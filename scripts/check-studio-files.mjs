/** Finds what lies in the built studio though nothing asks for it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { siteFolder } from "./build-studio.mjs";
import { listFiles } from "./tools.mjs";

/**
 * The files of a set that no other one names.
 * @param {ReadonlyMap<string, string>} texts what is in each, by its path
 * @returns {readonly string[]}
 */
export function findStrayFiles(texts) {
  return [...texts.keys()].filter(
    (file) => ![...texts].some(([other, text]) => other !== file && text.includes(path.basename(file))),
  );
}

/**
 * One fault for each file that the bundler has left and nothing loads.
 * @returns {Promise<readonly string[]>}
 */
export async function checkStudioFiles() {
  // The manifest is for the check of sizes, and names everything.
  const files = (await listFiles(siteFolder)).filter((file) => /^(assets\/|index\.html$)/.test(file));
  const texts = await Promise.all(
    files.map(async (file) => /** @type {const} */ ([file, await readFile(path.join(siteFolder, file), "utf8")])),
  );
  return findStrayFiles(new Map(texts))
    .filter((file) => file !== "index.html")
    .map((file) => `dist/studio/${file} is loaded by nothing`);
}
