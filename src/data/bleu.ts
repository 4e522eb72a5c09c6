/** BLEU of a whole set of texts, by the definition of sacreBLEU, so that the numbers can be compared with published ones. */
import { RecurraError, known } from "../util/errors.ts";

/** What is said of translations. Shares are per cent, as they are published. */
export interface BleuScore {
  readonly kind: "bleu";
  /** 0 to 100: the brevity penalty times the geometric mean of the precisions. */
  readonly score: number;
  /** The share of n-grams of the texts that a reference has as well, for n = 1 to 4, smoothed where it is none; 0 to 100. */
  readonly precisions: readonly number[];
  /** exp(1 − r/c) where the texts (c words) are shorter than the references closest in length (r words), else 1. */
  readonly brevityPenalty: number;
  /** Words of the texts, and of the references closest in length. */
  readonly length: number;
  readonly referenceLength: number;
}

/** Longest n-grams that count. */
const longest = 4;

/**
 * BLEU (Papineni et al. 2002) as sacreBLEU 2 computes it by default (Post 2018; `nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp`): each text
 * against one reference or several, their number may vary. Throws `util/bad-argument`.
 */
export function corpusBleu(references: readonly (readonly string[])[], texts: readonly string[]): BleuScore {
  checkReferences(references, texts);
  const right = new Array<number>(longest).fill(0);
  const all = new Array<number>(longest).fill(0);
  let [length, referenceLength] = [0, 0];
  texts.forEach((text, at) => {
    const own = tokenizeForBleu(text);
    const theirs = known(references[at], "references").map(tokenizeForBleu);
    length += own.length;
    referenceLength += closestLength(
      own.length,
      theirs.map((tokens) => tokens.length),
    );
    const mostOf = countMost(theirs);
    for (const [gram, { order, count }] of countGrams(own)) {
      all[order - 1] = (all[order - 1] ?? 0) + count;
      right[order - 1] = (right[order - 1] ?? 0) + Math.min(count, mostOf.get(gram) ?? 0);
    }
  });
  const brevityPenalty = length >= referenceLength ? 1 : length === 0 ? 0 : Math.exp(1 - referenceLength / length);
  const precisions = smooth(right, all);
  const meanLog = precisions.reduce((sum, precision) => sum + Math.log(precision), 0) / longest;
  return {
    kind: "bleu",
    score: brevityPenalty * Math.exp(meanLog),
    precisions,
    brevityPenalty,
    length,
    referenceLength,
  };
}

/** Throws `util/bad-argument` unless there is a text, and at least one reference for each. */
export function checkReferences(references: readonly (readonly unknown[])[], texts: readonly unknown[]): void {
  if (texts.length === 0 || texts.length !== references.length)
    throw new RecurraError(
      "util/bad-argument",
      `There are ${texts.length} texts and references for ${references.length}; give references for each text, and at least one text`,
    );
  const lacking = references.findIndex((own) => own.length === 0);
  if (lacking >= 0)
    throw new RecurraError("util/bad-argument", `Text ${lacking + 1} has no reference; give each at least one`);
}

/** In per cent; the k-th precision that is zero becomes 1 / (2^k n-grams). All are zero where no word is right. */
function smooth(right: readonly number[], all: readonly number[]): readonly number[] {
  if (right.every((count) => count === 0)) return right;
  let halvings = 1;
  return right.map((count, at) => {
    const total = known(all[at], "a count");
    if (total === 0) return 0;
    if (count === 0) halvings *= 2;
    return count === 0 ? 100 / (halvings * total) : (100 * count) / total;
  });
}

/** Of two that are equally close, the shorter. */
function closestLength(length: number, lengths: readonly number[]): number {
  return lengths.reduce((best, other) => {
    const [near, far] = [Math.abs(best - length), Math.abs(other - length)];
    return far < near || (far === near && other < best) ? other : best;
  });
}

type Grams = ReadonlyMap<string, { readonly order: number; readonly count: number }>;

/** The n-grams of a text, with spaces between their words. */
function countGrams(tokens: readonly string[]): Grams {
  const counts = new Map<string, { order: number; count: number }>();
  for (let order = 1; order <= longest; order++) {
    for (let first = 0; first + order <= tokens.length; first++) {
      const gram = tokens.slice(first, first + order).join(" ");
      const entry = counts.get(gram);
      if (entry === undefined) counts.set(gram, { order, count: 1 });
      else entry.count++;
    }
  }
  return counts;
}

/** How often each n-gram stands in the reference that has it most. */
function countMost(references: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const tokens of references)
    for (const [gram, { count }] of countGrams(tokens)) most.set(gram, Math.max(most.get(gram) ?? 0, count));
  return most;
}

/**
 * The words of mteval-v13a: ASCII signs stand alone, except apostrophes, dashes that follow no digit, and full stops and commas
 * between digits. Entities of XML are read, and hyphens at the ends of lines taken out.
 */
export function tokenizeForBleu(text: string): readonly string[] {
  const plain = text
    .trimEnd()
    .replaceAll("<skipped>", "")
    .replaceAll("-\n", "")
    .replaceAll("\n", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return ` ${plain} `
    .replaceAll(/[{-~[-` -&(-+:-@/]/gu, " $& ")
    .replaceAll(/([^0-9])([.,])/gu, "$1 $2 ")
    .replaceAll(/([.,])([^0-9])/gu, " $1 $2")
    .replaceAll(/([0-9])(-)/gu, "$1 $2 ")
    .split(/\s+/u)
    .filter((token) => token !== "");
}
