/** What a race on the adding problem came to. */
import type { RunResult } from "recurra";
import type { Runner } from "../../work/race.ts";

/** A cell that has learned the task. */
export interface Learned {
  readonly cell: string;
  /** How many times smaller its error is than that of the simple network. */
  readonly times: number;
}

/** The share of the error of chance below which a network has learned the task. */
const learnedShare = 0.1;

/** The cells that have learned the task where the simple network has not, the best first. */
export function findLearned(results: readonly Pick<RunResult, "cell" | "error" | "chance">[]): readonly Learned[] {
  const hasLearned = ({ error, chance }: Pick<RunResult, "error" | "chance">): boolean =>
    error !== null && error <= learnedShare * chance;
  const simple = results.find(({ cell }) => cell === "rnn");
  if (simple?.error == null || hasLearned(simple)) return [];
  const { error } = simple;
  return results
    .filter(hasLearned)
    .map((result) => ({ cell: result.cell, times: error / (result.error ?? NaN) }))
    .sort((one, other) => other.times - one.times);
}

/** Told losses that one shown is the mean of, at most: batches differ by chance. */
const window = 5;

/** A runner whose losses are means of the last few. */
export function smoothRunner(runner: Runner): Runner {
  const { losses } = runner;
  const means = losses.map((_, at) => {
    const last = losses.slice(Math.max(0, at + 1 - window), at + 1);
    return last.reduce((sum, loss) => sum + loss, 0) / last.length;
  });
  return { ...runner, losses: means };
}
