/** What `npm run bench` was asked to do. */
import { parseArgs } from "node:util";
import { readWorkloads } from "./workloads.mjs";

/** @typedef {import("./workloads.mjs").Workload} Workload */

/** What is measured beside the workloads, by the name that `--only` knows it by. */
export const parts = /** @type {const} */ (["limits", "growth", "cells", "memory"]);

/** @typedef {(typeof parts)[number]} Part */

/**
 * @typedef {object} Options
 * @property {number} rounds how often everyone takes their turn
 * @property {readonly Workload[]} workloads
 * @property {ReadonlySet<Part>} parts
 * @property {boolean} whole everything is measured: the page is written
 */

const usage = "npm run bench -- [--only NAME,NAME] [--rounds N]";

/** What `--help` prints. */
export const help = `${usage}

Times Recurra and whoever else is here (TensorFlow.js and ONNX Runtime are installed into bench/ the first time, 750 MB; PyTorch if python3 has it) in
turns, and the machine's limits. All of it takes half an hour on a quiet machine and writes docs/performance.md and its pictures.

  --only NAME,NAME   only these workloads and parts (${parts.join(", ")}); prints, and writes nothing
  --rounds N         how often everyone takes their turn (3)`;

/** Something wrong with what was asked for. */
export class UsageError extends Error {}

/**
 * @param {readonly string[]} args
 * @returns {Promise<Options>} throws a `UsageError`
 */
export async function parseOptions(args) {
  const { only, rounds = "3" } = parseFlags(args);
  if (!/^[1-9]\d{0,2}$/.test(rounds)) {
    throw new UsageError(`--rounds ${rounds} is not a whole number from 1 to 999`);
  }
  const all = await readWorkloads();
  const names = [...all.map(({ name }) => name), ...parts];
  const chosen = only?.split(",").map((name) => name.trim());
  const unknown = chosen?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only has no "${unknown}": there are ${names.join(", ")}`);
  const wanted = (/** @type {string} */ name) => chosen?.includes(name) ?? true;
  return {
    rounds: Number(rounds),
    workloads: all.filter(({ name }) => wanted(name)),
    parts: new Set(parts.filter(wanted)),
    whole: chosen === undefined,
  };
}

/** @param {readonly string[]} args */
function parseFlags(args) {
  try {
    return parseArgs({ args: [...args], options: { only: { type: "string" }, rounds: { type: "string" } } }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${message.split(/\. |\n/)[0]}; ${usage}`, { cause });
  }
}
