/** The longest of what a network learns from, which is what takes the memory where one is far longer than the others. */
import { printCount, printQuantity } from "../inspect/index.ts";
import { RecurraError } from "../util/errors.ts";

export interface Longest {
  /** Such as `pairs.csv, row 7 (line 8), column "English"`. */
  readonly where: string;
  readonly count: number;
  /** What is counted: word, character, … */
  readonly unit: string;
  /** Half of all have no more. */
  readonly usual: number;
}

/** Times as long as usual, from which the longest is to blame. */
const farLonger = 8;

/** The number of the largest, and the median. */
export function findLongest(counts: readonly number[]): { readonly index: number; readonly usual: number } {
  const index = counts.reduce((best, count, at) => (count > (counts[best] ?? 0) ? at : best), 0);
  return { index, usual: counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0 };
}

/** Does work that may need more memory than there is. Throws `engine/out-of-memory` naming the longest, if that is why. */
export async function blamingLongest<R>(find: () => Longest | undefined, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RecurraError) || error.code !== "engine/out-of-memory") throw error;
    const longest = find();
    if (longest === undefined || longest.count < farLonger * longest.usual) throw error;
    const { where, count, unit, usual } = longest;
    throw new RecurraError(
      "engine/out-of-memory",
      `${where} is far longer than the others: ${printCount(count, unit)}, where half of them have no more than ${printQuantity(usual)}. Cut it, or leave it out. ${error.message}`,
      { cause: error },
    );
  }
}
