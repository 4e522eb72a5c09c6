/** Vocabularies of a stored task. */
import type { Vocabulary } from "../data/index.ts";
import type { PlainData } from "../util/plain-data.ts";

const mostEntries = 2 ** 24;
const mostLetters = 1000;

/** From a model file. */
export function parseVocabulary(data: PlainData): Vocabulary {
  const vocabulary = data.object();
  return {
    kind: vocabulary.get("kind").oneOf(["vocabulary"]),
    unit: vocabulary.get("unit").oneOf(["word", "character"]),
    lowercase: vocabulary.get("lowercase").flag(),
    entries: vocabulary
      .get("entries")
      .array(mostEntries)
      .map((entry) => entry.text(mostLetters)),
  };
}
