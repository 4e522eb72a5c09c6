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

type Counts = Map<string, number>;

/** How often each class was seen, and by word each form: its classes, with a space between them. */
export interface FormCounts {
  readonly all: Counts;
  readonly byWord: ReadonlyMap<string, Counts>;
}

/** Counts what the words of sentences have; of equally frequent ones, those seen first come first. */
export function countForms(sentences: Iterable<NumberedSentence>, unit: Vocabulary["unit"]): FormCounts {
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

/** The most frequent tags of each word that was counted. */
export function findUsual({ all, byWord }: FormCounts): UsualTags {
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

interface Others {
  /** The same for sentences that are equal. */
  readonly keys: readonly string[];
  /** Of all sentences. */
  readonly counts: FormCounts;
  readonly unit: Vocabulary["unit"];
}

/**
 * For each training sentence the usual classes as counted in all others, of which none has its key: words that stand there alone are unknown, as some are in sentences outside
 * training. Where the forms of a word are about as frequent as one another, which one is told still depends a little on the sentence itself.
 */
export function predictUsualOfOthers(
  sentences: readonly NumberedSentence[],
  { keys, counts, unit }: Others,
): readonly Int32Array[] {
  const { all, byWord } = counts;
  const otherwise = Number(mostFrequent(all) ?? 0);
  const groups = new Map<string, number[]>();
  for (const [n, key] of keys.entries()) groups.set(key, [...(groups.get(key) ?? []), n]);
  const predicted = sentences.map(({ tokens }) => new Int32Array(tokens.length).fill(otherwise));
  for (const group of groups.values()) {
    const own = countForms(
      group.map((n) => known(sentences[n], "a sentence")),
      unit,
    ).byWord;
    const usual = new Map([...own].map(([word, forms]) => [word, mostFrequent(without(byWord.get(word), forms))]));
    for (const n of group) {
      const { tokens } = known(sentences[n], "a sentence");
      for (const span of findWords(tokens, unit)) {
        const form = usual.get(nameWord(tokens, span, unit));
        if (form !== undefined) predicted[n]?.set(form.split(" ").map(Number), span.first);
      }
    }
  }
  return predicted;
}

/** Counts less other counts. */
function without(all: Counts = new Map(), some: Counts): Counts {
  return new Map([...all].map(([key, count]) => [key, count - (some.get(key) ?? 0)]));
}

/** The usual classes of each token; a word that is unknown is looked for in lower case. Tokens outside words get `otherwise`. */
export function createUsualTagger(
  usual: UsualTags,
  unit: Vocabulary["unit"],
): (tokens: readonly string[]) => Int32Array {
  const byWord = new Map(usual.words.map((word, at) => [word, known(usual.classes[at], "classes")]));
  return (tokens) => {
    const predicted = new Int32Array(tokens.length).fill(usual.otherwise);
    for (const span of findWords(tokens, unit)) {
      const word = nameWord(tokens, span, unit);
      const classes = byWord.get(word) ?? byWord.get(word.toLowerCase());
      classes?.forEach((one, at) => {
        if (span.first + at < span.end) predicted[span.first + at] = one;
      });
    }
    return predicted;
  };
}
