/** What needs no network: each word gets the tags it had most often in training. What a tagger has to beat. */
import type { Vocabulary } from "../../data/index.ts";
import { known } from "../../util/errors.ts";

/** Words of a sentence: where each begins, and where it ends (the first token past it). */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** The words of a sentence: its tokens, or where those are characters, runs of letters. */
export function findWords(tokens: readonly string[], unit: Vocabulary["unit"]): readonly Span[] {
  if (unit === "word") return tokens.map((_, first) => ({ first, end: first + 1 }));
  const spans: { first: number; end: number }[] = [];
  tokens.forEach((token, at) => {
    if (!/^\p{L}/u.test(token)) return;
    const last = spans.at(-1);
    if (last?.end === at) last.end++;
    else spans.push({ first: at, end: at + 1 });
  });
  return spans;
}

/** What a word is looked up by. */
export function nameWord(tokens: readonly string[], { first, end }: Span, unit: Vocabulary["unit"]): string {
  const word = tokens.slice(first, end).join("");
  return unit === "character" ? word.toLowerCase() : word;
}

/** Plain data, stored with the model so that it can be measured beside the network on any text. */
export interface UsualTags {
  /** The class of tokens of all other words. */
  readonly otherwise: number;
  /** Words whose usual classes are others, in order; a class for each token. */
  readonly words: readonly string[];
  readonly classes: readonly (readonly number[])[];
}

/** A sentence as the network is to learn it. */
export interface NumberedSentence {
  readonly tokens: readonly string[];
  /** The class of each token. */
  readonly classes: ArrayLike<number>;
}

/** Counts the tags of the training sentences. Of equally frequent ones, those seen first. */
export function countUsual(sentences: Iterable<NumberedSentence>, unit: Vocabulary["unit"]): UsualTags {
  const all = new Map<string, number>();
  const byWord = new Map<string, Map<string, number>>();
  const add = (counts: Map<string, number>, key: string): Map<string, number> =>
    counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { tokens, classes } of sentences) {
    for (const span of findWords(tokens, unit)) {
      const own = Array.from({ length: span.end - span.first }, (_, at) => classes[span.first + at] ?? 0);
      const word = nameWord(tokens, span, unit);
      byWord.set(word, add(byWord.get(word) ?? new Map<string, number>(), own.join(" ")));
      for (const one of own) add(all, String(one));
    }
  }
  const otherwise = Number(mostFrequent(all) ?? 0);
  const usual = [...byWord]
    .map(([word, counts]) => ({ word, classes: known(mostFrequent(counts), "a form").split(" ").map(Number) }))
    // A word in capitals is kept for its own sake where there is one in small letters that would be taken for it.
    .filter(({ word, classes }) => {
      const lower = word.toLowerCase();
      return classes.some((one) => one !== otherwise) || (lower !== word && byWord.has(lower));
    })
    .sort((a, b) => (a.word < b.word ? -1 : 1));
  return { otherwise, words: usual.map(({ word }) => word), classes: usual.map(({ classes }) => classes) };
}

function mostFrequent(counts: ReadonlyMap<string, number>): string | undefined {
  let [best, most]: [string | undefined, number] = [undefined, 0];
  for (const [key, count] of counts) if (count > most) [best, most] = [key, count];
  return best;
}

/** The usual classes of each token; a word that is unknown is looked for in lower case. Tokens outside words get `otherwise`. */
export function tellUsual(usual: UsualTags, unit: Vocabulary["unit"]): (tokens: readonly string[]) => Int32Array {
  const byWord = new Map(usual.words.map((word, at) => [word, known(usual.classes[at], "classes")]));
  return (tokens) => {
    const told = new Int32Array(tokens.length).fill(usual.otherwise);
    for (const span of findWords(tokens, unit)) {
      const word = nameWord(tokens, span, unit);
      const classes = byWord.get(word) ?? byWord.get(word.toLowerCase());
      classes?.forEach((one, at) => {
        if (span.first + at < span.end) told[span.first + at] = one;
      });
    }
    return told;
  };
}
