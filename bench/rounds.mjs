/** Everyone takes turns, workload by workload and round by round, each turn in a process of its own. */
import { measure } from "./contenders.mjs";
import { median, threeDigits } from "./numbers.mjs";

/** @typedef {import("./contenders.mjs").Contender} Contender */
/** @typedef {import("./contenders.mjs").Timing} Timing */
/** @typedef {import("./workloads.mjs").Workload} Workload */

/**
 * What a run has found.
 * @typedef {object} Results
 * @property {readonly Workload[]} workloads
 * @property {readonly Contender[]} contenders
 * @property {(workload: string, contender: string) => readonly number[]} times in milliseconds, one a round
 * @property {(workload: string, contender: string) => number} time the median of these; NaN where there is none
 * @property {(contender: string) => string} version
 * @property {readonly string[]} failures who could not do what, and why
 */

/** Whose turn takes longer than so many seconds takes one turn only. */
const longTurn = 15;

/**
 * @param {readonly Workload[]} workloads
 * @param {{ contenders: readonly Contender[], rounds: number, beforeRound?: () => Promise<void> }} options
 * @returns {Promise<Results>}
 */
export async function runRounds(workloads, { contenders, rounds, beforeRound }) {
  /** @type {Map<string, number[]>} */
  const times = new Map();
  /** @type {Map<string, string>} */
  const versions = new Map();
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const failures = [];
  const keyOf = (/** @type {string} */ workload, /** @type {string} */ contender) => `${workload} ${contender}`;

  for (let round = 1; round <= rounds; round++) {
    await beforeRound?.();
    for (const workload of workloads) {
      for (const contender of contenders) {
        const key = keyOf(workload.name, contender.id);
        if (!contender.can(workload) || done.has(key)) continue;
        const say = (/** @type {string} */ text) =>
          console.log(`round ${round} of ${rounds}: ${workload.mode} ${workload.name}: ${contender.name}: ${text}`);
        const start = performance.now();
        try {
          const [timing] = await measure(contender, [workload]);
          if (timing === undefined) throw new Error("it printed no result");
          say(`${threeDigits(timing.milliseconds)} ms`);
          times.set(key, [...(times.get(key) ?? []), timing.milliseconds]);
          versions.set(contender.id, timing.version ?? "");
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          say(`failed: ${why}`);
          failures.push(`${contender.name} on ${workload.name}: ${why}`);
          done.add(key);
        }
        if (performance.now() - start > longTurn * 1000) done.add(key);
      }
    }
  }
  const timesOf = (/** @type {string} */ workload, /** @type {string} */ contender) =>
    times.get(keyOf(workload, contender)) ?? [];
  return {
    workloads,
    contenders,
    times: timesOf,
    time: (workload, contender) => median(timesOf(workload, contender)),
    version: (contender) => versions.get(contender) ?? "",
    failures,
  };
}

/** The largest ratio between the slowest and the fastest round of one contender on one workload. @param {Results} results */
export function largestSpread({ workloads, contenders, times }) {
  const spreads = workloads.flatMap(({ name }) =>
    contenders.map(({ id }) => Math.max(...times(name, id)) / Math.min(...times(name, id))),
  );
  return Math.max(1, ...spreads.filter(Number.isFinite));
}
