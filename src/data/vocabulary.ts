/** Vocabularies: words, characters and classes as numbers. Plain data, stored in the model file. */
import { RecurraError, known } from "../util/errors.ts";
import { suggestName } from "./suggest-name.ts";

/** Number of the entry that fills texts up to a common length. */
export const paddingToken = 0;
/** Number of the entry for whatever the vocabulary lacks. */
export const unknownToken = 1;

export interface Vocabulary {
  readonly kind: "vocabulary";
  readonly unit: "word" | "character";
  readonly lowercase: boolean;
  /** The token with number n; 0 is padding, 1 unknown. */
  readonly entries: readonly string[];
}

export interface VocabularyOptions {
  readonly unit: "word" | "character";
  /** Whether texts are lower-cased; false where not given. */
  readonly lowercase?: boolean;
  /** Most entries, padding and unknown included; the most frequent are kept. All where not given. */
  readonly most?: number;
  /** Tokens seen fewer times are unknown; 1 where not given. */
  readonly leastCount?: number;
}

/** A vocabulary of the tokens of these texts, most frequent first, equally frequent ones by code point. Throws `util/bad-argument`. */
export function buildVocabulary(texts: Iterable<string>, options: VocabularyOptions): Vocabulary {
  const { unit, lowercase = false, most = Infinity, leastCount = 1 } = options;
  if (most < 3)
    throw new RecurraError(
      "util/bad-argument",
      `A vocabulary of ${most} entries has no room beside padding and unknown; give at least 3`,
    );
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const token of splitTokens(text, { unit, lowercase })) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  const kept = [...counts]
    .filter(([, count]) => count >= leastCount)
    .sort(([a, m], [b, n]) => n - m || compareTexts(a, b));
  return {
    kind: "vocabulary",
    unit,
    lowercase,
    entries: ["<pad>", "<unk>", ...kept.slice(0, most - 2).map(([token]) => token)],
  };
}

/** Order by code units: the same on every machine, unlike the order of a locale. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Letters, digits and their marks with inner apostrophes and hyphens; or any one other character that is not a space. */
const wordPattern = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

/** The tokens of a text in Unicode's composed form (NFC): words and single signs, or code points. */
export function splitTokens(text: string, how: Pick<Vocabulary, "unit" | "lowercase">): readonly string[] {
  const composed = text.normalize("NFC");
  const cased = how.lowercase ? composed.toLowerCase().normalize("NFC") : composed;
  return how.unit === "character" ? Array.from(cased) : (cased.match(wordPattern) ?? []);
}

/** A text as numbers; what the vocabulary lacks is `unknownToken`. */
export function encodeText(vocabulary: Vocabulary, text: string): Int32Array {
  const numbers = numberEntries(vocabulary);
  return Int32Array.from(splitTokens(text, vocabulary), (token) => numbers.get(token) ?? unknownToken);
}

/** Numbers of entries by vocabulary: built once each, and dropped with it. */
const numbersOf = new WeakMap<Vocabulary, ReadonlyMap<string, number>>();

/** Padding and unknown are not among them: no text can name these two. */
function numberEntries(vocabulary: Vocabulary): ReadonlyMap<string, number> {
  let numbers = numbersOf.get(vocabulary);
  if (numbers === undefined) {
    numbers = new Map(vocabulary.entries.slice(2).map((entry, index) => [entry, index + 2]));
    numbersOf.set(vocabulary, numbers);
  }
  return numbers;
}

/** Signs that stand close to the word before them, or after. */
const closesUp = /^[.,;:!?…%)\]}’”]$/u;
const opensUp = /^[([{“‘]$/u;

/**
 * Numbers as a text: characters in a row, or words with spaces between them and punctuation close up. Padding is left out,
 * unknown is U+FFFD. Throws `util/bad-argument` for a number past the vocabulary.
 */
export function decodeTokens(vocabulary: Vocabulary, tokens: ArrayLike<number>): string {
  const words = Array.from(tokens)
    .filter((token) => token !== paddingToken)
    .map((token) => entryOf(vocabulary, token));
  return joinTokens(vocabulary, words);
}

/** Tokens of a vocabulary's unit as a text. */
export function joinTokens({ unit }: Pick<Vocabulary, "unit">, tokens: readonly string[]): string {
  if (unit === "character") return tokens.join("");
  return tokens.reduce((text, word, index) => {
    const isClose = index === 0 || closesUp.test(word) || opensUp.test(known(tokens[index - 1], "a word"));
    return isClose ? text + word : `${text} ${word}`;
  }, "");
}

function entryOf(vocabulary: Vocabulary, token: number): string {
  if (token === unknownToken) return "\ufffd";
  const entry = vocabulary.entries[token];
  if (entry !== undefined) return entry;
  throw new RecurraError(
    "util/bad-argument",
    `Token ${token} is not in the vocabulary of ${vocabulary.entries.length} entries`,
  );
}

/** The classes of a label, by number. */
export interface Classes {
  readonly kind: "classes";
  readonly names: readonly string[];
}

/** Classes in order: by number if all are numbers, else by code point. Throws `data/too-few-rows` where there are fewer than two. */
export function buildClasses(labels: Iterable<string>): Classes {
  const distinct = [...new Set(labels)];
  if (distinct.length < 2) {
    throw new RecurraError(
      "data/too-few-rows",
      `All labels are "${distinct[0] ?? ""}"; classes can only be told apart where there are two`,
    );
  }
  const isNumeric = distinct.every((label) => label.trim() !== "" && Number.isFinite(Number(label)));
  const names = distinct.sort((a, b) => (isNumeric ? Number(a) - Number(b) : 0) || compareTexts(a, b));
  return { kind: "classes", names };
}

/** The number of a label's class. Throws `data/unknown-label` with the classes there are. */
export function numberOfClass(classes: Classes, label: string): number {
  const number = classes.names.indexOf(label);
  if (number >= 0) return number;
  const close = suggestName(label, classes.names);
  const advice =
    close === undefined
      ? `they are ${classes.names.map((name) => `"${name}"`).join(", ")}`
      : `did you mean "${close}"?`;
  throw new RecurraError("data/unknown-label", `"${label}" is none of the ${classes.names.length} classes; ${advice}`);
}
