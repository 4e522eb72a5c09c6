/** Choosing the next token from what a network says of it: the likeliest, or one drawn by its probability. */
import { RecurraError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import type { Random } from "../../util/random.ts";

export interface SamplingOptions {
  /** Logits are divided by it: below 1 the likely becomes likelier, 0 always takes the likeliest. 1 */
  readonly temperature?: number | undefined;
  /** Only the k likeliest tokens are drawn from (Fan et al. 2018). All */
  readonly topK?: number | undefined;
  /** Only the likeliest tokens whose probabilities come to p are drawn from (the nucleus; Holtzman et al. 2020). All: 1 */
  readonly topP?: number | undefined;
  /** Tokens that are never taken, such as padding. */
  readonly exclude?: readonly number[] | undefined;
  /** A whole number that the draws follow from, or a generator to draw from. 1 */
  readonly seed?: number | Random | undefined;
}

/** Takes a token from logits `[V]`, which may hold −∞ for what cannot be. Throws `network/bad-logits`. */
export type Sampler = (logits: ArrayLike<number>) => number;

/**
 * A sampler. Temperature comes first, then top-k, then top-p, as in the libraries of language models. Of equally likely tokens the lower number comes first. Throws
 * `util/bad-argument` for options out of range.
 */
export function createSampler(options: SamplingOptions = {}): Sampler {
  const { temperature = 1, topK = Infinity, topP = 1, exclude = [], seed = 1 } = options;
  checkOptions({ temperature, topK, topP });
  const random = typeof seed === "number" ? createRandom(seed) : seed;
  const excluded = new Set(exclude);
  return (logits) => {
    const candidates = rankTokens(logits, excluded);
    const [likeliest] = candidates;
    if (likeliest === undefined) throw noToken(logits.length);
    if (temperature === 0) return likeliest;
    const top = logits[likeliest]!;
    const kept = Math.min(topK, candidates.length);
    const weights = new Float64Array(kept);
    let sum = 0;
    for (let rank = 0; rank < kept; rank++)
      sum += weights[rank] = Math.exp((logits[candidates[rank]!]! - top) / temperature);
    // The nucleus is the shortest head whose probability reaches p; it holds the likeliest at least.
    let nucleus = 0;
    let size = 0;
    while (size < kept && (size === 0 || nucleus < topP * sum)) nucleus += weights[size++]!;
    let drawn = random.uniform() * nucleus;
    for (let rank = 0; rank < size; rank++) {
      drawn -= weights[rank]!;
      if (drawn < 0) return candidates[rank]!;
    }
    return likeliest;
  };
}

function checkOptions({
  temperature,
  topK,
  topP,
}: {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
}): void {
  if (!(temperature >= 0 && temperature < Infinity))
    throw new RecurraError(
      "util/bad-argument",
      `The temperature is ${temperature}; give 0 for the likeliest token, or a number above it such as 0.8.`,
    );
  if (topK !== Infinity && !(Number.isInteger(topK) && topK >= 1))
    throw new RecurraError("util/bad-argument", `topK is ${topK}; give a whole number of at least 1.`);
  if (!(topP > 0 && topP <= 1))
    throw new RecurraError("util/bad-argument", `topP is ${topP}; give a number above 0 and up to 1.`);
}

/** Tokens that can be, the likeliest first. Throws for logits that are no numbers. */
function rankTokens(logits: ArrayLike<number>, excluded: ReadonlySet<number>): readonly number[] {
  const candidates: number[] = [];
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token]!;
    if (Number.isNaN(logit) || logit === Infinity)
      throw new RecurraError(
        "network/bad-logits",
        `The logit of token ${token} is ${logit}, so nothing can be chosen by them; the network's weights or inputs are broken.`,
      );
    if (logit > -Infinity && !excluded.has(token)) candidates.push(token);
  }
  return candidates.sort((a, b) => logits[b]! - logits[a]! || a - b);
}

function noToken(size: number): RecurraError {
  return new RecurraError("network/bad-logits", `None of the ${size} tokens can be taken: all are excluded or at −∞.`);
}
