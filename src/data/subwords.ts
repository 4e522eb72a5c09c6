/**
 * Subwords by byte-pair encoding (Sennrich et al. 2016; on bytes, as in GPT-2): learning which pairs become one is done here, applying it by
 * `@huggingface/tokenizers`, which is plain JavaScript and needs no files.
 */
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { RecurraError } from "../util/errors.ts";

/** What is used of the library, whose own declarations do not resolve as modules of Node. */
interface Tokenizer {
  tokenize(text: string): string[];
}
const Tokenizer = LibraryTokenizer as unknown as new (tokenizer: object, config: object) => Tokenizer;

/** Texts are cut before words, so that no subword goes over their ends; the same as the library's pre-tokenizer. */
const wordPattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** The character that stands for each byte: itself where it can be seen, else one from U+0100 on. */
const byteSigns: readonly string[] = ((): readonly string[] => {
  let next = 0x100;
  const isSeen = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isSeen(byte) ? byte : next++));
})();

const bytesOfSigns: ReadonlyMap<string, number> = new Map(byteSigns.map((sign, byte) => [sign, byte]));

/** The bytes that tokens stand for. */
export function bytesOfSubwords(tokens: readonly string[]): Uint8Array {
  return Uint8Array.from(
    tokens
      .flatMap((token) => Array.from(token, (sign) => bytesOfSigns.get(sign) ?? -1))
      // U+FFFD, an unknown token, is no byte: a byte that begins nothing is read as U+FFFD again.
      .map((byte) => (byte < 0 ? 0xff : byte)),
  );
}

/** Tokens as a text; bytes that make no character are U+FFFD. */
export function decodeSubwords(tokens: readonly string[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOfSubwords(tokens));
}

interface Word {
  /** Token numbers. */
  tokens: number[];
  readonly count: number;
}

/**
 * The 256 bytes and the most frequent merges, `most` tokens at most; a pair that stands once only is not merged. Of equally frequent pairs the one
 * that was seen first goes first. Throws `util/bad-argument`.
 */
export function learnSubwords(
  texts: readonly string[],
  most: number,
): { readonly tokens: readonly string[]; readonly merges: readonly string[] } {
  if (most < byteSigns.length)
    throw new RecurraError(
      "util/bad-argument",
      `A vocabulary of ${most + 2} subwords has no room for all 256 bytes beside padding and unknown; give at least 258`,
    );
  const tokens = [...byteSigns];
  const merges: string[] = [];
  const numbers = new Map(tokens.map((token, number) => [token, number]));
  const pairs = countPairs(countWords(texts));
  while (tokens.length < most) {
    const best = pairs.takeBest();
    if (best === undefined) break;
    const [left, right] = [tokens[best.left] ?? "", tokens[best.right] ?? ""];
    // Two ways of merging may come to the same token.
    const merged = numbers.get(left + right) ?? tokens.push(left + right) - 1;
    numbers.set(left + right, merged);
    merges.push(`${left} ${right}`);
    pairs.merge(best, merged);
  }
  return { tokens, merges };
}

function countWords(texts: readonly string[]): readonly Word[] {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of text.match(wordPattern) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  const encoder = new TextEncoder();
  return Array.from(counts, ([word, count]) => ({ tokens: [...encoder.encode(word)], count }));
}

interface Pair {
  readonly left: number;
  readonly right: number;
  /** In all words together. */
  count: number;
  /** Words that hold it, or held it once. */
  readonly words: Set<Word>;
}

/** Tokens are below 2^21, so that two make one exact number. */
const span = 2 ** 21;

/** Counts of pairs that follow the merges: only words with the merged pair are looked at again. */
function countPairs(words: readonly Word[]): {
  takeBest(): Pair | undefined;
  merge(pair: Pair, merged: number): void;
} {
  const pairs = new Map<number, Pair>();
  const addWord = (word: Word, sign: 1 | -1): void => {
    for (let at = 1; at < word.tokens.length; at++) {
      const [left, right] = [word.tokens[at - 1]!, word.tokens[at]!];
      const key = left * span + right;
      let pair = pairs.get(key);
      if (pair === undefined) pairs.set(key, (pair = { left, right, count: 0, words: new Set() }));
      pair.count += sign * word.count;
      if (sign > 0) pair.words.add(word);
    }
  };
  for (const word of words) addWord(word, 1);
  return {
    takeBest: () => {
      let best: Pair | undefined;
      for (const pair of pairs.values()) if (pair.count > (best?.count ?? 1)) best = pair;
      return best;
    },
    merge: (pair, merged) => {
      for (const word of pair.words) {
        addWord(word, -1);
        word.tokens = joinPair(word.tokens, pair, merged);
        addWord(word, 1);
      }
      pairs.delete(pair.left * span + pair.right);
    },
  };
}

function joinPair(tokens: readonly number[], { left, right }: Pair, merged: number): number[] {
  const joined: number[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const isPair = tokens[at] === left && tokens[at + 1] === right;
    joined.push(isPair ? merged : tokens[at]!);
    if (isPair) at++;
  }
  return joined;
}

/** Tokenizers by merges: built once each, and dropped with them. */
const tokenizers = new WeakMap<readonly string[], Tokenizer>();

/** The tokens of a text by these merges. */
export function splitSubwords(text: string, merges: readonly string[]): readonly string[] {
  let tokenizer = tokenizers.get(merges);
  if (tokenizer === undefined) tokenizers.set(merges, (tokenizer = createTokenizer(merges)));
  return tokenizer.tokenize(text);
}

function createTokenizer(merges: readonly string[]): Tokenizer {
  const tokens = new Set([...byteSigns, ...merges.map((merge) => merge.replace(" ", ""))]);
  return new Tokenizer(
    {
      version: "1.0",
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: true },
      model: { type: "BPE", vocab: Object.fromEntries([...tokens].map((token, at) => [token, at])), merges },
      post_processor: null,
      decoder: { type: "ByteLevel" },
    },
    {},
  );
}
