/** Vocabularies: words, subwords, characters and classes as numbers. Plain data, stored in the model file. */
import { RecurraError, known } from "../util/errors.ts";
import { decodeSubwords, learnSubwords, splitSubwords } from "./subwords.ts";
import { suggestName } from "./suggest-name.ts";

/** Number of the entry that fills texts up to a common length. */
export const paddingToken = 0;
/** Number of the entry for whatever the vocabulary lacks. */
export const unknownToken = 1;

export interface Vocabulary {
  readonly kind: "vocabulary";
  /** Subwords are pieces of words, learned from the texts; they can write any text, so none is unknown. */
  readonly unit: "word" | "character" | "subword";
  readonly lowercase: boolean;
  /** Of words, whether each end of a line is a token too; not where absent. */
  readonly lines?: boolean;
  /** The token with number n; 0 is padding, 1 unknown. Subwords are written as bytes, each as a character (GPT-2's form). */
  readonly entries: readonly string[];
  /** Of subwords: which two become one, the first first. */
  readonly merges?: readonly string[];
}

export interface VocabularyOptions {
  readonly unit: Vocabulary["unit"];
  /** Whether texts are lower-cased; false where not given. */
  readonly lowercase?: boolean;
  /** Of words, whether each end of a line is a token too; false where not given. */
  readonly lines?: boolean;
  /** Most entries, padding and unknown included; the most frequent are kept. All where not given; 2000 subwords. */
  readonly most?: number;
  /** Tokens seen fewer times are unknown; 1 where not given. */
  readonly leastCount?: number;
}

/** A vocabulary of the tokens of these texts, most frequent first, equally frequent ones by code point. Throws `util/bad-argument`. */
export function buildVocabulary(texts: Iterable<string>, options: VocabularyOptions): Vocabulary {
  const { unit, lowercase = false, lines = false, most = Infinity, leastCount = 1 } = options;
  if (most < 3)
    throw new RecurraError(
      "util/bad-argument",
      `A vocabulary of ${most} entries has no room beside padding and unknown; give at least 3`,
    );
  if (unit === "subword") return buildSubwords(texts, { lowercase, most: options.most ?? defaultSubwords });
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const token of splitTokens(text, { unit, lowercase, lines })) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  const kept = [...counts]
    .filter(([, count]) => count >= leastCount)
    .sort(([a, m], [b, n]) => n - m || compareTexts(a, b));
  return {
    kind: "vocabulary",
    unit,
    lowercase,
    ...(lines ? { lines } : {}),
    entries: ["<pad>", "<unk>", ...kept.slice(0, most - 2).map(([token]) => token)],
  };
}

const defaultSubwords = 2000;

function buildSubwords(
  texts: Iterable<string>,
  { lowercase, most }: { readonly lowercase: boolean; readonly most: number },
): Vocabulary {
  const composed = Array.from(texts, (text) => composeText(text, lowercase));
  const { tokens, merges } = learnSubwords(composed, most - 2);
  return { kind: "vocabulary", unit: "subword", lowercase, entries: ["<pad>", "<unk>", ...tokens], merges };
}

/** Order by code units: the same on every machine, unlike the order of a locale. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Letters, digits and their marks with inner apostrophes and hyphens; or any one other character that is not a space. */
const wordPattern = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

/** The same, and ends of lines. */
const lineWordPattern = new RegExp(`${wordPattern.source}|\\n`, "gu");

/** The tokens of a text in Unicode's composed form (NFC): words and single signs, code points, or subwords by the merges. */
export function splitTokens(
  text: string,
  how: Pick<Vocabulary, "unit" | "lowercase" | "lines" | "merges">,
): readonly string[] {
  const cased = composeText(text, how.lowercase);
  if (how.unit === "character") return Array.from(cased);
  if (how.unit === "subword") return splitSubwords(cased, how.merges ?? []);
  return cased.match(how.lines === true ? lineWordPattern : wordPattern) ?? [];
}

/** A text in Unicode's composed form (NFC), in small letters where a vocabulary has only those. They may come apart again: İ becomes i and a dot above. */
export function composeText(text: string, lowercase: boolean): string {
  const composed = text.normalize("NFC");
  return lowercase ? composed.toLowerCase().normalize("NFC") : composed;
}

/** A text as numbers; what the vocabulary lacks is `unknownToken`. */
export function encodeText(vocabulary: Vocabulary, text: string): Int32Array {
  const numbers = numberEntries(vocabulary);
  return Int32Array.from(splitTokens(text, vocabulary), (token) => numbers.get(token) ?? unknownToken);
}

/** Numbers of entries by vocabulary: built once each, and dropped with it. */
const numbersOf = new WeakMap<Vocabulary, ReadonlyMap<string, number>>();

/** The numbers of entries. Padding and unknown are not among them: no text can name these two. */
export function numberEntries(vocabulary: Vocabulary): ReadonlyMap<string, number> {
  let numbers = numbersOf.get(vocabulary);
  if (numbers === undefined) {
    numbers = new Map(vocabulary.entries.slice(2).map((entry, index) => [entry, index + 2]));
    numbersOf.set(vocabulary, numbers);
  }
  return numbers;
}

/** Signs that stand close to the word before them, or after. */
const closesUp = /^[.,;:!?…%)\]}’”\n]$/u;
const opensUp = /^[([{“‘\n]$/u;

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
  if (unit === "subword") return decodeSubwords(tokens);
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

/** Classes in order, in Unicode's composed form: by number if all are numbers, else by code point. Throws `data/too-few-rows` where there are fewer than two. */
export function buildClasses(labels: Iterable<string>): Classes {
  const distinct = [...new Set(Array.from(new Set(labels), (label) => label.normalize("NFC")))];
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

/** The number of a label's class, however its letters and marks are encoded. Throws `data/unknown-label` with the classes there are. */
export function numberOfClass(classes: Classes, label: string): number {
  const own = classes.names.indexOf(label);
  const number = own >= 0 ? own : classes.names.indexOf(label.normalize("NFC"));
  if (number >= 0) return number;
  const close = suggestName(label, classes.names);
  const advice =
    close === undefined
      ? `they are ${classes.names.map((name) => `"${name}"`).join(", ")}`
      : `did you mean "${close}"?`;
  throw new RecurraError("data/unknown-label", `"${label}" is none of the ${classes.names.length} classes; ${advice}`);
}
