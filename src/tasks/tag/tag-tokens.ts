/** Tokens of tagged sentences as numbers: characters, or words, of which the rare ones are known by their shape and ending. */
import { numberEntries } from "../../data/vocabulary.ts";
import { joinMarks, unknownToken } from "../../data/index.ts";
import type { Vocabulary } from "../../data/index.ts";
import { known } from "../../util/errors.ts";
import type { TagTask } from "./tag-task.ts";
import { createUsualTagger } from "./usual-tags.ts";

export interface TagVocabularyOptions {
  readonly unit: "word" | "character";
  /** Most words, the most frequent. */
  readonly most: number;
  /** Tokens seen fewer times stand for unknown ones. */
  readonly leastCount: number;
}

/** Shapes and endings seen fewer times among the rare words are not told apart. */
const leastShapes = 4;

/**
 * A vocabulary of the tokens of sentences: lower-case characters; or frequent words, and what the rare ones look like (`<a…ing>`), so
 * that unknown words are read as the rare ones of training were.
 */
export function buildTagVocabulary(sentences: Iterable<readonly string[]>, options: TagVocabularyOptions): Vocabulary {
  const { unit, most, leastCount } = options;
  const lowercase = unit === "character";
  const counts = new Map<string, number>();
  for (const tokens of sentences) for (const token of tokens) addTo(counts, lowercase ? token.toLowerCase() : token, 1);
  const frequent = byCount(counts, leastCount).slice(0, most);
  const entries = ["<pad>", "<unk>", ...frequent];
  if (unit === "word") {
    const isFrequent = new Set(frequent);
    const shapes = new Map<string, number>();
    for (const [word, count] of counts)
      if (!isFrequent.has(word)) for (const shape of shapesOf(word)) addTo(shapes, shape, count);
    entries.push(...byCount(shapes, leastShapes).filter((shape) => !isFrequent.has(shape)));
  }
  return { kind: "vocabulary", unit, lowercase, entries };
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Most frequent first, equally frequent ones by code unit: the same on every machine. */
function byCount(counts: ReadonlyMap<string, number>, least: number): readonly string[] {
  return [...counts]
    .filter(([, count]) => count >= least)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([key]) => key);
}

/** What a word looks like, from the most special to the most general: capitals, digits and hyphens, with its last three letters, two, one, none. */
export function shapesOf(word: string): readonly string[] {
  const capitals = /^\p{Lu}/u.test(word) ? (/\p{Lu}.*\p{Lu}/u.test(word) && !/\p{Ll}/u.test(word) ? "AA" : "A") : "a";
  const shape = (/\p{N}/u.test(word) ? "9" : capitals) + (/.-./u.test(word) ? "-" : "");
  const [letters = ""] = /[\p{L}\p{M}]*$/u.exec(word.toLowerCase()) ?? [];
  const last = Array.from(letters).slice(-3);
  const endings = last.map((_, from) => `<${shape}…${last.slice(from).join("")}>`);
  return [...endings, `<${shape}>`];
}

/** The numbers of tokens. A word that is unknown is looked for in lower case, then by what it looks like. */
export function numberTokens(vocabulary: Vocabulary, tokens: readonly string[]): Int32Array {
  const numbers = numberEntries(vocabulary);
  return Int32Array.from(tokens, (token) => {
    const lower = numbers.get(token.toLowerCase());
    if (vocabulary.lowercase) return lower ?? unknownToken;
    const own = numbers.get(token) ?? lower;
    if (own !== undefined || vocabulary.unit === "character") return own ?? unknownToken;
    for (const shape of shapesOf(token)) {
      const number = numbers.get(shape);
      if (number !== undefined) return number;
    }
    return unknownToken;
  });
}

/** What the network reads of a sentence: its tokens, or its letters with the usual marks of their words. */
export function createReader({
  vocabulary,
  classes,
  usual,
  readsUsual,
}: TagTask): (tokens: readonly string[]) => readonly string[] {
  if (!readsUsual) return (tokens) => tokens;
  const usualOf = createUsualTagger(usual, vocabulary.unit);
  return (tokens) => markTokens(tokens, usualOf(tokens), classes.names);
}

/** Each letter with the marks of its class. */
export function markTokens(
  letters: readonly string[],
  classes: ArrayLike<number>,
  names: readonly string[],
): readonly string[] {
  return letters.map((letter, at) =>
    joinMarks({ letters: [letter], marks: [known(names[classes[at] ?? 0], "marks")] }),
  );
}
