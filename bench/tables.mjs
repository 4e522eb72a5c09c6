/** The tables of times: training, inference, and variants of ours. */
import { percent, printTable, threeDigits } from "./numbers.mjs";
import { floorFor } from "./limits.mjs";

/** @typedef {import("./rounds.mjs").Results} Results */
/** @typedef {import("./limits.mjs").MachineLimits} MachineLimits */
/** @typedef {import("./workloads.mjs").Workload} Workload */

const isVariant = (/** @type {string} */ id) => /^(wasm|native)-/.test(id);

/**
 * Medians of everyone, in milliseconds for training and microseconds for inference; contenders that cannot do any of it have no column.
 * @param {Results} results
 * @param {Workload["mode"]} mode
 */
export function printTimes({ workloads, contenders, time }, mode) {
  const rows = workloads.filter((workload) => workload.mode === mode);
  const columns = contenders.filter(({ id, can }) => !isVariant(id) && rows.some(can));
  const [unit, scale] = mode === "train" ? ["ms", 1] : ["µs", 1000];
  return printTable(
    ["workload", ...columns.map(({ name }) => `${name}, ${unit}`)],
    rows.map(({ name }) => [name, ...columns.map(({ id }) => threeDigits(time(name, id) * scale))]),
  );
}

/**
 * Two threads, and weights in fewer bits, each beside the plain backend; empty where there are none.
 * @param {Results} results
 * @param {MachineLimits} limits
 */
export function printVariants({ workloads, contenders, time }, limits) {
  const rows = contenders
    .filter(({ id }) => isVariant(id))
    .flatMap(({ id, name, can }) =>
      workloads.filter(can).map((workload) => {
        const own = time(workload.name, id);
        const plain = time(workload.name, id.split("-")[0] ?? "");
        return [
          name,
          `${workload.mode} ${workload.name}`,
          threeDigits(own * 1000),
          threeDigits(plain / own),
          percent(floorFor(workload, id, limits) / own),
        ];
      }),
    );
  return rows.length === 0 ? "" : printTable(["", "workload ", "µs", "× faster than plain", "of its floor"], rows);
}

/** What the names of workloads stand for. @param {readonly Workload[]} workloads */
export function listWorkloads(workloads) {
  return workloads
    .map(({ name, sizes: { cell, ...sizes } }) => {
      const letters = Object.entries(sizes).filter(([key]) => key !== "name");
      return `- ${name}: ${cell}, ${letters.map(([key, value]) => `${key} ${value}`).join(", ")}`;
    })
    .join("\n");
}
