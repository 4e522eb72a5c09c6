/** What a language model needs beside its network: plain data that is stored in the model file. */
import type { Vocabulary } from "../../data/index.ts";
import { parseVocabulary } from "../parse-vocabulary.ts";
import { storedData } from "../stored-task.ts";

/** From texts to the network's inputs, and from its outputs to texts. */
export interface GenerateTask {
  readonly kind: "generate";
  /** The column of the texts in a table; absent where a whole file was one text. */
  readonly text?: string;
  readonly vocabulary: Vocabulary;
  /** How often each entry stands in the training text `[V]`. */
  readonly counts: readonly number[];
  /** Steps that a gradient went through. */
  readonly steps: number;
}

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseGenerateTask(value: unknown, source = "The file"): GenerateTask {
  const task = storedData(value, "preprocessing", source).object();
  const vocabulary = parseVocabulary(task.get("vocabulary"));
  const counts = task.get("counts");
  const numbers = counts.array(vocabulary.entries.length).map((count) => count.whole(0));
  if (numbers.length !== vocabulary.entries.length)
    counts.fail(`has ${numbers.length} numbers for ${vocabulary.entries.length} entries of the vocabulary`);
  const text = task.find("text")?.text();
  return {
    kind: task.get("kind").oneOf(["generate"]),
    ...(text === undefined ? {} : { text }),
    vocabulary,
    counts: numbers,
    steps: task.get("steps").whole(1),
  };
}
