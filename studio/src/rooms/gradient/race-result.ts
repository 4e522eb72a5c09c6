/** What a race on the adding problem came to. */
import type { RunResult } from "recurra";
import type { Runner } from "../../work/race.ts";

export interface Winner {
  readonly cell: string;
  /** How many times smaller its error is than that of the simple network. */
  readonly times: number;
}

/** The share of the error of chance below which a network has learned the task. */
const learnedShare = 0.1;

/** The cell with the least error, if it has learned the task and is not the simple network; undefined otherwise. */
export function findWinner(results: readonly Pick<RunResult, "cell" | "error" | "chance">[]): Winner | undefined {
  const simple = results.find(({ cell }) => cell === "rnn")?.error ?? NaN;
  const [best] = results
    .flatMap(({ cell, error, chance }) => (error === null ? [] : [{ cell, error, chance }]))
    .sort((one, other) => one.error - other.error);
  if (best === undefined || best.cell === "rnn" || !(best.error <= learnedShare * best.chance)) return undefined;
  return Number.isNaN(simple) ? undefined : { cell: best.cell, times: simple / best.error };
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
