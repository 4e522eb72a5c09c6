/** What a captioner needs beside its network: plain data that is stored in the model file. */
import type { Vocabulary } from "../../data/index.ts";
import { parseVocabulary } from "../parse-vocabulary.ts";
import { parseSearch } from "../decode-sequences.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import { storedData } from "../stored-task.ts";

/** From pictures to the encoder's numbers, and from the decoder's tokens to captions. */
export interface CaptionTask {
  readonly kind: "caption";
  /** What pictures are brought to. */
  readonly height: number;
  readonly width: number;
  readonly vocabulary: Vocabulary;
  readonly search: SearchChoice;
  /** The most words of a caption. */
  readonly longest: number;
}

const mostPixels = 4096;
const mostTokens = 10_000;

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseCaptionTask(value: unknown, source: string): CaptionTask {
  const task = storedData(value, "preprocessing", source).object();
  return {
    kind: task.get("kind").oneOf(["caption"]),
    height: task.get("height").whole(1, mostPixels),
    width: task.get("width").whole(1, mostPixels),
    vocabulary: parseVocabulary(task.get("vocabulary")),
    search: parseSearch(task.get("search")),
    longest: task.get("longest").whole(1, mostTokens),
  };
}
