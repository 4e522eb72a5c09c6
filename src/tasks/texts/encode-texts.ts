/** Texts as token sequences of bounded length, in one array. */
import { textSequences } from "../../data/index.ts";
import type { SequenceSet, Vocabulary } from "../../data/index.ts";

/** One sequence a text, without labels. */
export type TokenTexts = SequenceSet;

/** The first `longest` tokens of each text. Throws `data/empty-sequence`. */
export function encodeTexts(
  texts: readonly string[],
  { vocabulary, longest }: { readonly vocabulary: Vocabulary; readonly longest: number },
): TokenTexts {
  const set = textSequences(texts, { vocabulary, classes: { kind: "classes", names: [] } });
  return { ...set, lengths: set.lengths.map((length) => Math.min(length, longest)) };
}
