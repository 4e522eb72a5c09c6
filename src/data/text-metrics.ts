/** Measures of texts beside texts that would have been right: error rates, words in common, exact matches. */
import { RecurraError, known } from "../util/errors.ts";
import { checkReferences } from "./bleu.ts";
import { splitTokens } from "./vocabulary.ts";

type Tokens = readonly string[];

/** The fewest insertions, deletions and substitutions that make one sequence the other (Levenshtein 1966). */
export function editDistance(from: Tokens, to: Tokens): number {
  // Row `i` holds the distances of the first i of `from` to all beginnings of `to`.
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  from.forEach((token, i) => {
    const next = [i + 1];
    to.forEach((other, j) => {
      const substituted = known(row[j], "a distance") + (token === other ? 0 : 1);
      next.push(Math.min(substituted, known(row[j + 1], "a distance") + 1, known(next[j], "a distance") + 1));
    });
    row = next;
  });
  return known(row[to.length], "a distance");
}

/**
 * Edits that make the predicted sequences right, over the lengths of the references: the phoneme error rate, where tokens are phonemes.
 * Each is held against the reference that needs fewest edits for its length. Above 1 where much is made up. Throws `util/bad-argument`.
 */
export function tokenErrorRate(references: readonly (readonly Tokens[])[], predicted: readonly Tokens[]): number {
  checkReferences(references, predicted);
  let [edits, length] = [0, 0];
  predicted.forEach((tokens, at) => {
    const scored = known(references[at], "references").map((reference) => ({
      edits: editDistance(tokens, reference),
      length: reference.length,
    }));
    const best = scored.reduce((a, b) => (b.edits / Math.max(b.length, 1) < a.edits / Math.max(a.length, 1) ? b : a));
    edits += best.edits;
    length += best.length;
  });
  if (length === 0)
    throw new RecurraError("util/bad-argument", "All references are empty; an error rate needs at least one token");
  return edits / length;
}

/** The error rate over words, and signs that stand alone, in Unicode's composed form. Throws `util/bad-argument`. */
export function wordErrorRate(references: readonly Tokens[], texts: readonly string[]): number {
  return tokenErrorRate(
    references.map((own) => own.map(wordsOf)),
    texts.map(wordsOf),
  );
}

/** The error rate over characters (code points in Unicode's composed form). Throws `util/bad-argument`. */
export function characterErrorRate(references: readonly Tokens[], texts: readonly string[]): number {
  const charactersOf = (text: string): Tokens => splitTokens(text, { unit: "character", lowercase: false });
  return tokenErrorRate(
    references.map((own) => own.map(charactersOf)),
    texts.map(charactersOf),
  );
}

/**
 * The mean of F1 = 2·common / (words told + words of the reference), each text with the reference that is best for it, in whatever order the
 * words stand (Rajpurkar et al. 2016, but with its signs and its case). Throws `util/bad-argument`.
 */
export function wordF1(references: readonly Tokens[], texts: readonly string[]): number {
  return averageBest(references, texts, (reference, text) => {
    const [truth, predicted] = [wordsOf(reference), wordsOf(text)];
    const left = new Map<string, number>();
    for (const word of truth) left.set(word, (left.get(word) ?? 0) + 1);
    let common = 0;
    for (const word of predicted) {
      const count = left.get(word) ?? 0;
      if (count > 0) common++;
      left.set(word, count - 1);
    }
    return truth.length + predicted.length === 0 ? 1 : (2 * common) / (truth.length + predicted.length);
  });
}

/** The share of texts that are one of their references, in Unicode's composed form and without space around. Throws `util/bad-argument`. */
export function exactMatch(references: readonly Tokens[], texts: readonly string[]): number {
  const plain = (text: string): string => text.normalize("NFC").trim();
  return averageBest(references, texts, (reference, text) => (plain(reference) === plain(text) ? 1 : 0));
}

function averageBest(
  references: readonly Tokens[],
  texts: readonly string[],
  score: (reference: string, text: string) => number,
): number {
  checkReferences(references, texts);
  const scores = texts.map((text, at) =>
    Math.max(...known(references[at], "references").map((reference) => score(reference, text))),
  );
  return scores.reduce((sum, one) => sum + one, 0) / scores.length;
}

function wordsOf(text: string): Tokens {
  return splitTokens(text, { unit: "word", lowercase: false });
}
