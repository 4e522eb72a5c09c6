/** What one thread of this machine can do at most, measured by programs/limits.mjs and programs/limits.c. */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root, run } from "../scripts/tools.mjs";
import { percent, printBytes, printTable, threeDigits } from "./numbers.mjs";
import { countWeights, floorOf, multiplyAdds } from "./work.mjs";

/** @typedef {import("./rounds.mjs").Results} Results */

/**
 * @typedef {object} Limits
 * @property {number} bits of a vector
 * @property {number} peak of multiply-adds, in GFLOP/s (two a multiply-add)
 * @property {number} [peak128] native code with vectors of 128 bits
 * @property {readonly { bytes: number, rate: number }[]} bandwidth in GB/s, reading so many bytes over and over
 */

/** The limits of each backend, as far as they could be measured. @typedef {{ wasm?: Limits, native?: Limits }} MachineLimits */

/** From what first-level caches hold to what none does. */
const sizes = [14, 17, 19, 20, 21, 23, 25, 27].map((power) => 2 ** power);

/** @param {readonly string[]} command @returns {Promise<Limits | undefined>} */
async function measureOnce(command) {
  const { code, output } = await run([...command, ...sizes.map(String)], { seconds: 60 });
  if (code === 0) return JSON.parse(output);
  console.log(`limits: ${command[0]} failed: ${output.trim().split("\n").at(-1)}`);
  return undefined;
}

/** @param {string} folder for the program @returns {Promise<string | undefined>} the program, or none without a compiler */
async function compileNative(folder) {
  const source = path.join(root, "bench/programs/limits.c");
  const program = path.join(folder, "limits");
  for (const compiler of [process.env["CC"], "cc", "gcc", "clang"]) {
    if (compiler === undefined || compiler === "") continue;
    const { code } = await run([compiler, "-O3", "-march=native", "-o", program, source]);
    if (code === 0) return program;
  }
  console.log("limits: no C compiler here makes programs/limits.c: those of native code are left out");
  return undefined;
}

/** @param {Limits | undefined} before @param {Limits | undefined} now */
function takeBetter(before, now) {
  if (before === undefined || now === undefined) return before ?? now;
  const bandwidth = now.bandwidth.map(({ bytes, rate }, at) => ({
    bytes,
    rate: Math.max(rate, before.bandwidth[at]?.rate ?? 0),
  }));
  const peak128 = Math.max(now.peak128 ?? 0, before.peak128 ?? 0);
  return { ...now, peak: Math.max(now.peak, before.peak), bandwidth, ...(peak128 > 0 ? { peak128 } : {}) };
}

/** Measures the limits again and again: what counts is the most that was ever reached. */
export async function openLimits() {
  const folder = await mkdtemp(path.join(os.tmpdir(), "recurra-limits-"));
  const native = await compileNative(folder);
  /** @type {MachineLimits} */
  let limits = {};
  return {
    measure: async () => {
      const wasm = takeBetter(
        limits.wasm,
        await measureOnce([process.execPath, path.join(root, "bench/programs/limits.mjs")]),
      );
      const own = native === undefined ? undefined : takeBetter(limits.native, await measureOnce([native]));
      limits = { ...(wasm === undefined ? {} : { wasm }), ...(own === undefined ? {} : { native: own }) };
      const say = (/** @type {Limits | undefined} */ one) =>
        one === undefined ? "not measured" : `${threeDigits(one.peak)} GFLOP/s at ${one.bits} bits`;
      console.log(`limits of one thread: WASM ${say(wasm)}, native ${say(own)}`);
    },
    /** The most that was reached so far. */
    best: () => limits,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** @param {string} contender @param {MachineLimits} limits */
const limitsOf = (contender, limits) => (contender.startsWith("native") ? limits.native : limits.wasm);

/** Bytes in which a contender keeps a weight. @param {string} contender */
const bytesPerWeight = (contender) => (contender.endsWith("int8") ? 1 : contender.endsWith("float16") ? 2 : 4);

/**
 * The least milliseconds one of ours could take; NaN where the limits are not known.
 * @param {import("./workloads.mjs").Workload} workload
 * @param {string} contender
 * @param {MachineLimits} limits
 */
export function floorFor(workload, contender, limits) {
  const own = limitsOf(contender, limits);
  const threads = contender.endsWith("-2") ? 2 : 1;
  return own === undefined ? NaN : floorOf(workload, own, bytesPerWeight(contender)) / threads;
}

/** The table of peaks and bandwidths. @param {MachineLimits} limits */
export function printLimits({ wasm, native }) {
  const rates = sizes.map((bytes, at) => [
    `reading ${printBytes(bytes)}, GB/s`,
    threeDigits(wasm?.bandwidth[at]?.rate ?? NaN),
    threeDigits(native?.bandwidth[at]?.rate ?? NaN),
  ]);
  return printTable(
    ["one thread", "WASM", "native"],
    [
      ["multiply-adds at 128 bits, GFLOP/s", threeDigits(wasm?.peak ?? NaN), threeDigits(native?.peak128 ?? NaN)],
      [`multiply-adds at ${native?.bits ?? "more"} bits, GFLOP/s`, "–", threeDigits(native?.peak ?? NaN)],
      ...rates,
    ],
  );
}

/** For each workload its work, its floor, and the share of it that is reached. @param {Results} results @param {MachineLimits} limits */
export function printFloors(results, limits) {
  const rows = results.workloads.map((workload) => [
    workload.name,
    threeDigits(multiplyAdds(workload) / 1e6),
    printBytes(countWeights(workload) * 4),
    ...["wasm", "native"].flatMap((id) => {
      const floor = floorFor(workload, id, limits);
      return [threeDigits(floor * 1000), percent(floor / results.time(workload.name, id))];
    }),
  ]);
  return printTable(
    ["workload", "multiply-adds, 10⁶", "weights", "WASM floor, µs", "reached", "native floor, µs", "reached"],
    rows,
  );
}
