/** The simplest translations: word for word, and those of the training source that is most alike. */
import { joinTokens, splitTokens } from "../../data/index.ts";
import type { Vocabulary } from "../../data/index.ts";
import { known } from "../../util/errors.ts";
import type { TranslateTask } from "./translate-task.ts";

interface Pair {
  readonly source: string;
  readonly target: string;
}

export interface TranslateBaselines {
  /** Each token by the target's likeliest one for it, in the same order. */
  wordForWord(text: string): string;
  /** What was learned for the source with most tokens in common. */
  nearest(text: string): string;
}

const rounds = 5;

/** Learned from the training pairs. */
export function learnBaselines(pairs: readonly Pair[], { vocabularies }: TranslateTask): TranslateBaselines {
  const { source, target } = vocabularies;
  const read = pairs.map((pair) => ({
    source: splitTokens(pair.source, source),
    target: splitTokens(pair.target, target),
  }));
  return { wordForWord: learnLexicon(read, source, target), nearest: learnMemory(pairs, source) };
}

interface SplitPair {
  readonly source: readonly string[];
  readonly target: readonly string[];
}

/**
 * IBM model 1 (Brown et al. 1993): t(target | source) by expectation maximisation, every token of the target being due to one of the source, each as likely at first:
 *
 *     share(s | t) = t(t | s) / Σ_s' t(t | s')        t(t | s) = Σ share / Σ_t' Σ share
 */
function learnLexicon(pairs: readonly SplitPair[], source: Vocabulary, target: Vocabulary): (text: string) => string {
  let table = new Map<string, Map<string, number>>();
  const chance = (from: string, to: string): number => table.get(from)?.get(to) ?? 1e-12;
  for (let round = 0; round < rounds; round++) {
    const counts = new Map<string, Map<string, number>>();
    for (const { source: from, target: to } of pairs) {
      for (const answer of to) {
        const shares = from.map((token) => (round === 0 ? 1 : chance(token, answer)));
        const sum = shares.reduce((a, b) => a + b, 0);
        from.forEach((token, at) => {
          const row = counts.get(token) ?? new Map<string, number>();
          row.set(answer, (row.get(answer) ?? 0) + known(shares[at], "a share") / sum);
          counts.set(token, row);
        });
      }
    }
    for (const row of counts.values()) {
      const sum = [...row.values()].reduce((a, b) => a + b, 0);
      for (const [answer, count] of row) row.set(answer, count / sum);
    }
    table = counts;
  }
  const likeliest = new Map(
    [...table].map(([token, row]) => [token, [...row].reduce((best, one) => (one[1] > best[1] ? one : best))[0]]),
  );
  return (text) =>
    joinTokens(
      target,
      splitTokens(text, source).map((token) => likeliest.get(token) ?? token),
    );
}

/** By the F1 of their tokens as sets; among those alike, the first. */
function learnMemory(pairs: readonly Pair[], vocabulary: Vocabulary): (text: string) => string {
  const bags = pairs.map(({ source }) => new Set(splitTokens(source, vocabulary)));
  const byToken = new Map<string, number[]>();
  bags.forEach((bag, at) => {
    for (const token of bag) {
      const places = byToken.get(token) ?? [];
      places.push(at);
      byToken.set(token, places);
    }
  });
  return (text) => {
    const own = new Set(splitTokens(text, vocabulary));
    const common = new Map<number, number>();
    for (const token of own) for (const at of byToken.get(token) ?? []) common.set(at, (common.get(at) ?? 0) + 1);
    let best = { at: 0, score: -1 };
    for (const [at, count] of common) {
      const score = (2 * count) / (own.size + known(bags[at], "a bag").size);
      if (score > best.score || (score === best.score && at < best.at)) best = { at, score };
    }
    return known(pairs[best.at], "a pair").target;
  };
}
