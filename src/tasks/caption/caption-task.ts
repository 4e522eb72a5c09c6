/** What a captioner needs beside its network: plain data that is stored in the model file. */
import { mostInk } from "../../data/index.ts";
import type { PictureAugmentation, Vocabulary } from "../../data/index.ts";
import { RecurraError } from "../../util/errors.ts";
import type { PlainData } from "../../util/plain-data.ts";
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
  /** Views of a picture that are captioned, itself and augmented ones, of which what most say is taken. */
  readonly views: number;
  /** How pictures were augmented in training, and how views are; absent where they were not. */
  readonly augmentation?: PictureAugmentation;
}

/** Of `views`. */
const mostViews = 25;

/** Throws `util/bad-argument`. */
export function checkViews(views: number): number {
  if (Number.isInteger(views) && views >= 1 && views <= mostViews) return views;
  throw new RecurraError("util/bad-argument", `views is ${views}; give a whole number from 1 to ${mostViews}.`);
}

const mostPixels = 4096;
/** Of `longest`. */
export const mostWords = 1000;

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseCaptionTask(value: unknown, source: string): CaptionTask {
  const task = storedData(value, "preprocessing", source).object();
  const augmentation = task.find("augmentation");
  const height = task.get("height").whole(1, mostPixels);
  const width = task.get("width").whole(1, mostPixels);
  return {
    kind: task.get("kind").oneOf(["caption"]),
    height,
    width,
    vocabulary: parseVocabulary(task.get("vocabulary")),
    search: parseSearch(task.get("search")),
    longest: task.get("longest").whole(1, mostWords),
    views: task.get("views").whole(1, mostViews),
    ...(augmentation === undefined ? {} : { augmentation: parseAugmentation(augmentation, { height, width }) }),
  };
}

function parseAugmentation(data: PlainData, size: Pick<PictureAugmentation, "height" | "width">): PictureAugmentation {
  const augmentation = data.object();
  const share = (name: string): number => augmentation.get(name).number(0, 1);
  return {
    ...size,
    shift: share("shift"),
    warp: share("warp"),
    colour: share("colour"),
    blur: share("blur"),
    most: mostInk,
  };
}
