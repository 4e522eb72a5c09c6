/** Whether dist/ holds what the sources say: for who starts the studio again and has changed nothing. */
import { stat, readdir } from "node:fs/promises";
import path from "node:path";

/** What dist/ is made from; tools and dependencies by the file that npm writes. */
const sources = ["src", "studio", "scripts", "package.json", "tsconfig.build.json", "node_modules/.package-lock.json"];
/** The first and the last file of a build. */
const built = ["dist/cli/main.js", "dist/studio/index.html"];

/**
 * Whether library and studio were built after the last change of a source; a file that was taken away is a change of its folder.
 * @param {string} root
 * @returns {Promise<boolean>}
 */
export async function isBuilt(root) {
  const times = await Promise.all(built.map((file) => timeOf(path.join(root, file))));
  const changes = await Promise.all(sources.map((source) => lastChange(path.join(root, source))));
  return Math.min(...times) > Math.max(...changes);
}

/** @param {string} file @returns {Promise<number>} milliseconds; `-Infinity` for what is not there */
const timeOf = async (file) => (await stat(file).catch(() => undefined))?.mtimeMs ?? -Infinity;

/** @param {string} source a file, or a folder with all in it @returns {Promise<number>} */
async function lastChange(source) {
  const entries = await readdir(source, { recursive: true }).catch(() => []);
  return Math.max(...(await Promise.all(["", ...entries].map((entry) => timeOf(path.join(source, entry))))));
}
