/** What a translator needs beside its network: plain data that is stored in the model file. */
import type { Vocabulary } from "../../data/index.ts";
import { parseVocabulary } from "../parse-vocabulary.ts";
import { parseReading } from "../reading.ts";
import type { Reading } from "../reading.ts";
import { parseSearch } from "../decode-sequences.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import { storedData } from "../stored-task.ts";

/** From texts to the encoder's tokens, and from the decoder's to texts. */
export interface TranslateTask {
  readonly kind: "translate";
  /** The columns of the texts. */
  readonly source: string;
  readonly target: string;
  readonly vocabularies: { readonly source: Vocabulary; readonly target: Vocabulary };
  /** How the answer is looked for, unless it is said otherwise. */
  readonly search: SearchChoice;
  /** By how many tokens an answer may be longer than its source. */
  readonly beyond: number;
  readonly reading: Reading;
}

/** Of `beyond`: a file could otherwise ask for an answer without an end. */
export const mostBeyond = 10_000;

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseTranslateTask(value: unknown, source: string): TranslateTask {
  const task = storedData(value, "preprocessing", source).object();
  const vocabularies = task.get("vocabularies").object();
  return {
    kind: task.get("kind").oneOf(["translate"]),
    source: task.get("source").text(),
    target: task.get("target").text(),
    vocabularies: {
      source: parseVocabulary(vocabularies.get("source")),
      target: parseVocabulary(vocabularies.get("target")),
    },
    search: parseSearch(task.get("search")),
    beyond: task.get("beyond").whole(0, mostBeyond),
    reading: parseReading(task.get("reading")),
  };
}
