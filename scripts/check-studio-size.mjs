/** Measures what the studio's first page loads, compressed, and holds it to its budget. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { siteFolder } from "./build-studio.mjs";

/** Compressed bytes of the page, its scripts and its styles, without what rooms load on demand. */
const budget = 500_000;

/**
 * @typedef {object} ManifestEntry what Vite's manifest says of one file
 * @property {string} file
 * @property {boolean} [isEntry]
 * @property {readonly string[]} [imports] keys of entries that load with this one
 * @property {readonly string[]} [css]
 */

/**
 * The files that load with the page: the entry, what it imports statically, and their styles.
 * @param {Readonly<Record<string, ManifestEntry>>} manifest
 * @returns {readonly string[]}
 */
export function listFirstFiles(manifest) {
  const files = new Set(["index.html"]);
  /** @type {Set<string>} */
  const seen = new Set();
  const waiting = Object.keys(manifest).filter((key) => manifest[key]?.isEntry);
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const entry = manifest[key];
    if (entry === undefined || seen.has(key)) continue;
    seen.add(key);
    for (const file of [entry.file, ...(entry.css ?? [])]) files.add(file);
    waiting.push(...(entry.imports ?? []));
  }
  return [...files];
}

/**
 * The compressed sizes of the first page's files, in bytes.
 * @returns {Promise<readonly { readonly file: string, readonly bytes: number }[]>}
 */
export async function measureStudio() {
  const manifest = JSON.parse(await readFile(path.join(siteFolder, "manifest.json"), "utf8"));
  return Promise.all(
    listFirstFiles(manifest).map(async (file) => ({
      file,
      bytes: gzipSync(await readFile(path.join(siteFolder, file)), { level: 9 }).length,
    })),
  );
}

/**
 * One fault where the first page is over its budget.
 * @returns {Promise<readonly string[]>}
 */
export async function checkStudioSize() {
  const sizes = await measureStudio();
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const list = sizes.map(({ file, bytes }) => `  ${file}: ${bytes} bytes`);
  return total <= budget ? [] : [`the studio's first page is ${total} bytes compressed, more than ${budget}:`, ...list];
}

if (process.argv[1] === import.meta.filename) {
  const sizes = await measureStudio();
  for (const { file, bytes } of sizes) console.log(`${String(bytes).padStart(8)} ${file}`);
  console.log(`${String(sizes.reduce((sum, { bytes }) => sum + bytes, 0)).padStart(8)} of ${budget} bytes`);
  process.exitCode = (await checkStudioSize()).length === 0 ? 0 : 1;
}
