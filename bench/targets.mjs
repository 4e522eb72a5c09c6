/** What Recurra is to reach: ratios of times within one run, the peer's over ours. */
import { nameOf } from "./contenders.mjs";
import { floorFor } from "./limits.mjs";
import { percent, printTable, threeDigits } from "./numbers.mjs";

/** @typedef {import("./rounds.mjs").Results} Results */
/** @typedef {import("./limits.mjs").MachineLimits} MachineLimits */
/** @typedef {{ workload: string, ours: string, peer: string, ratio: number }} Target */

/**
 * A table of targets: a line has the workload and the ratio for each pair of contenders.
 * @param {readonly (readonly [ours: string, peer: string])[]} pairs
 * @param {Record<string, readonly number[]>} lines
 * @returns {readonly Target[]}
 */
const table = (pairs, lines) =>
  pairs.flatMap(([ours, peer], at) =>
    Object.entries(lines).flatMap(([workload, ratios]) => {
      const ratio = ratios[at];
      return ratio === undefined ? [] : [{ workload, ours, peer, ratio }];
    }),
  );

/** @type {readonly Target[]} */
export const targets = [
  ...table(
    [
      ["native", "torch"],
      ["wasm", "tfjs-wasm"],
      ["wasm", "torch"],
    ],
    {
      "stock-4x50": [4, 40, 2],
      "lstm-64": [4, 20, 2],
      "lstm-128x2": [2, 50, 1],
      "gru-128": [2.5, 20, 1],
      "lstm-256": [1.4, 45, 0.65],
      "lstm-512": [1.2, 45, 0.55],
    },
  ),
  ...table(
    [
      ["native", "ort-node"],
      ["wasm", "ort-web"],
    ],
    {
      "stream-lstm-64": [10, 8],
      "stream-lstm-128": [10, 8],
      "stream-lstm-512": [1.7, 1.5],
      "seq-lstm-128-b1": [2.5, 2.5],
      "seq-lstm-256-b32": [1.15, 2],
    },
  ),
  { workload: "stream-lstm-512", ours: "native-int8", peer: "ort-node", ratio: 4 },
  { workload: "lstm-256", ours: "native-2", peer: "native", ratio: 1.7 },
  { workload: "lstm-256", ours: "wasm-2", peer: "wasm", ratio: 1.7 },
];

/**
 * Each target with what was measured: how many times faster, whether that is enough, and how many times faster a program at the floor would be.
 * @param {Results} results
 * @param {MachineLimits} limits
 */
export function judgeTargets(results, limits) {
  return targets.flatMap((target) => {
    const workload = results.workloads.find(({ name }) => name === target.workload);
    if (workload === undefined) return [];
    const [own, peer] = [results.time(target.workload, target.ours), results.time(target.workload, target.peer)];
    const floor = floorFor(workload, target.ours, limits);
    return [{ ...target, workload, reached: peer / own, share: floor / own, most: peer / floor }];
  });
}

/** @param {ReturnType<typeof judgeTargets>} judged */
export function printTargets(judged) {
  const verdict = (/** @type {number} */ reached, /** @type {number} */ ratio) =>
    Number.isNaN(reached) ? "not measured" : reached >= ratio ? "yes" : "**no**";
  return printTable(
    ["", "workload ", "target", "measured", "reached ", "of its floor", "at the floor"],
    judged.map(({ workload, ours, peer, ratio, reached, share, most }) => [
      `${nameOf(ours)} against ${nameOf(peer)}`,
      `${workload.mode} ${workload.name}`,
      String(ratio),
      threeDigits(reached),
      verdict(reached, ratio),
      percent(share),
      threeDigits(most),
    ]),
  );
}

/** @param {ReturnType<typeof judgeTargets>} judged */
export function countTargets(judged) {
  const measured = judged.filter(({ reached }) => !Number.isNaN(reached));
  return { measured: measured.length, reached: measured.filter(({ reached, ratio }) => reached >= ratio).length };
}

/** A sentence on the targets that no program could reach on this machine, beside this run's peers; empty where there are none. */
export function printBeyond(/** @type {ReturnType<typeof judgeTargets>} */ judged) {
  const beyond = judged.filter(({ most, ratio }) => most < ratio);
  if (beyond.length === 0) return "";
  const list = beyond.map(
    ({ workload, ours, peer, ratio, most }) =>
      `${workload.name} with ${nameOf(ours)} against ${nameOf(peer)} (${ratio}, at the floor ${threeDigits(most)})`,
  );
  return `Beyond the floor, so out of reach for any program that multiplies float32 here, beside this run's peers: ${list.join("; ")}.`;
}
