/** The workloads of workloads.json, and files of workloads for those who run them. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../scripts/tools.mjs";

/**
 * Sizes as they stand in a file of workloads: B members of T steps, I inputs, H hidden, L layers, O outputs (only for training).
 * @typedef {object} Sizes
 * @property {string} name
 * @property {string} cell
 * @property {string} [equations] of a cell that is not built in
 * @property {number} B
 * @property {number} T
 * @property {number} I
 * @property {number} H
 * @property {number} L
 * @property {number} [O]
 * @property {number} [checkpoint] steps between checkpoints of the gradient
 */

/** @typedef {{ name: string, mode: "train" | "infer", sizes: Sizes }} Workload */

/** @returns {Promise<readonly Workload[]>} */
export async function readWorkloads() {
  /** @type {{ [mode in Workload["mode"]]: Sizes[] }} */
  const table = JSON.parse(await readFile(path.join(root, "bench/workloads.json"), "utf8"));
  return /** @type {const} */ (["train", "infer"]).flatMap((mode) =>
    table[mode].map((sizes) => ({ name: sizes.name, mode, sizes })),
  );
}

/**
 * @param {string} file
 * @param {readonly Workload[]} workloads
 */
export async function writeWorkloads(file, workloads) {
  const of = (/** @type {string} */ mode) => workloads.filter((one) => one.mode === mode).map(({ sizes }) => sizes);
  await writeFile(file, JSON.stringify({ train: of("train"), infer: of("infer") }));
}
