/** A trained captioner at work. */
import { inkOf, joinTokens, pictureChannels, pixelsOf, unknownToken } from "../../data/index.ts";
import type { PictureSet } from "../../data/index.ts";
import type { Model } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { decodeSequences } from "../decode-sequences.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import type { CaptionTask } from "./caption-task.ts";
import { wordsOf } from "./plan-caption.ts";

/** A network with all that turns pictures into what it reads and what it says into captions. */
export interface Captioner {
  readonly kind: "captioner";
  readonly model: Model;
  readonly task: CaptionTask;
}

export interface Caption {
  readonly text: string;
  readonly words: readonly string[];
  /** The length-normalised log-probability. */
  readonly score: number;
  /** How much each region of the picture, row by row, counted for each word (and the end): `[words, regions]`. */
  readonly attention: readonly Float32Array[] | undefined;
}

/** Captions of the pictures of these numbers, or of all. Throws `util/bad-argument` for pictures of another size. */
export function captionPictures(
  { model, task }: Captioner,
  pictures: PictureSet,
  indices: ArrayLike<number> = pictures.names.map((_, index) => index),
  options: Partial<SearchChoice> = {},
): readonly Caption[] {
  const { height, width, vocabulary, search, longest } = task;
  if (pictures.height !== height || pictures.width !== width)
    throw new RecurraError(
      "util/bad-argument",
      `The pictures are ${pictures.width} × ${pictures.height}, but the network reads ${width} × ${height}; bring them to that size.`,
    );
  const decoded = decodeSequences(
    {
      model,
      tokens: vocabulary.entries.length,
      columns: pictureChannels,
      search: { width: options.width ?? search.width, lengthPenalty: options.lengthPenalty ?? search.lengthPenalty },
      forbidden: () => [unknownToken],
    },
    Array.from(indices, (index) => {
      const pixels = pixelsOf(pictures, index);
      return {
        steps: height * width,
        most: longest + 2,
        fill: (step, row) => {
          for (let channel = 0; channel < pictureChannels; channel++)
            row[channel] = inkOf(pixels[step * pictureChannels + channel] ?? 1);
        },
      };
    }),
  );
  return decoded.map(({ tokens, score, attention }) => {
    const words = wordsOf(vocabulary, tokens);
    return { text: joinTokens(vocabulary, words), words, score, attention };
  });
}
