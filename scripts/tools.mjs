/** Where the repository is, and how its tools are started. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * The command that starts a tool of a development dependency without a shell or npx.
 * @param {string} packageName
 * @param {string} [binName] where the package has more than one
 * @returns {string[]}
 */
export function toolCommand(packageName, binName = packageName) {
  const folder = path.join(root, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return [process.execPath, path.join(folder, typeof bin === "string" ? bin : bin[binName])];
}

/**
 * @typedef {object} Finished
 * @property {number} code the exit status; 1 where a signal ended it or it could not start
 * @property {string} output stdout and stderr together; empty where `stream` was set
 */

/**
 * Runs a command to its end.
 * @param {readonly string[]} command
 * @param {{ cwd?: string, stream?: boolean, seconds?: number, env?: NodeJS.ProcessEnv }} [options] `stream`: pass the output
 *   through instead of keeping it; `seconds`: kill it after so long
 * @returns {Promise<Finished>}
 */
export function run(command, { cwd = root, stream = false, seconds, env = process.env } = {}) {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      env,
      stdio: ["ignore", stream ? "inherit" : "pipe", stream ? "inherit" : "pipe"],
    });
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => (output += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (output += text));
    const timer =
      seconds === undefined
        ? undefined
        : setTimeout(() => {
            output += `\nstopped after ${seconds} s`;
            child.kill("SIGKILL");
          }, seconds * 1000);
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * All files below a folder, as sorted paths relative to it with `/` between.
 * @param {string} folder
 * @returns {Promise<string[]>}
 */
export async function listFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}
