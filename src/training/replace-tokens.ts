/** Word dropout: some tokens of a batch are replaced by one other, so that a network learns what to make of words it does not know. */
import { RecurraError } from "../util/errors.ts";
import { mixNumbers } from "../util/random.ts";
import type { Random } from "../util/random.ts";

/** Each token is replaced with this probability, anew in each epoch (Iyyer et al. 2015). */
export interface TokenReplacement {
  /** From 0 up to, but not, 1. */
  readonly share: number;
  /** The token that stands in their place: that of unknown words. */
  readonly by: number;
}

/** Decides by row of the data and epoch alone, so that a resumed epoch is the same. Throws `training/bad-data`. */
export function createReplacer({ share, by }: TokenReplacement): {
  /** Draws another choice for the epoch; until the first, nothing is replaced. */
  draw(random: Random): void;
  /** The token that stands in for that of a row. */
  replace(token: number, row: number): number;
} {
  if (!(share >= 0 && share < 1))
    throw new RecurraError(
      "training/bad-data",
      `The share of tokens to replace is ${share}; give a number from 0 up to, but not, 1.`,
    );
  const limit = share * 2 ** 32;
  let salt: number | undefined;
  return {
    draw: (random) => {
      salt = random.integer(2 ** 32);
    },
    replace: (token, row) => (salt !== undefined && mixNumbers(salt, row) < limit ? by : token),
  };
}
