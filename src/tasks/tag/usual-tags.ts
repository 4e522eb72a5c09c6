/** What needs no network: each word gets the tags it had most often in training. What a tagger has to beat. */
import type { Vocabulary } from "../../data/index.ts";
import { known } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";

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

type Counts = Map<string, number>;

/** How often each class was seen, and by word each form: its classes, with a space between them. */
function countForms(
  sentences: Iterable<NumberedSentence>,
  unit: Vocabulary["unit"],
): { readonly all: Counts; readonly byWord: ReadonlyMap<string, Counts> } {
  const all: Counts = new Map();
  const byWord = new Map<string, Counts>();
  const add = (counts: Counts, key: string): Counts => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { tokens, classes } of sentences) {
    for (const span of findWords(tokens, unit)) {
      const form = formOf(classes, span);
      const word = nameWord(tokens, span, unit);
      byWord.set(word, add(byWord.get(word) ?? new Map<string, number>(), form));
      for (const one of form.split(" ")) add(all, one);
    }
  }
  return { all, byWord };
}

function formOf(classes: ArrayLike<number>, { first, end }: Span): string {
  return Array.from({ length: end - first }, (_, at) => classes[first + at] ?? 0).join(" ");
}

/** Counts the tags of the training sentences. Of equally frequent ones, those seen first. */
export function countUsual(sentences: Iterable<NumberedSentence>, unit: Vocabulary["unit"]): UsualTags {
  const { all, byWord } = countForms(sentences, unit);
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

/** Parts of the training sentences, each told by what is counted in the others. */
const folds = 10;

/**
 * For each training sentence the usual classes as counted in others (cross-fitting): what is said of it is as often wrong as of sentences outside training. `keys` are equal for
 * sentences that stand in one fold; folds are drawn with the seed.
 */
export function tellUsualOfOthers(
  sentences: readonly NumberedSentence[],
  keys: readonly string[],
  { unit, seed }: { readonly unit: Vocabulary["unit"]; readonly seed: number },
): readonly Int32Array[] {
  const different = [...new Set(keys)];
  const order = createRandom(seed).shuffle(Int32Array.from(different, (_, at) => at));
  const foldOf = new Map(different.map((key, at) => [key, known(order[at], "a place") % folds]));
  const own = keys.map((key) => known(foldOf.get(key), "a fold"));
  const tellers = Array.from({ length: folds }, (_, fold) => {
    const others = sentences.filter((_sentence, n) => own[n] !== fold);
    return tellUsual(countUsual(others, unit), unit);
  });
  return sentences.map(({ tokens }, n) => known(tellers[known(own[n], "a fold")], "a teller")(tokens));
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
