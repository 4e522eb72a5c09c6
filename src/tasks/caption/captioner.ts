/** A trained captioner at work. */
import { inkOf, joinTokens, pictureChannels, pictureLength, pixelsOf, unknownToken } from "../../data/index.ts";
import type { PictureSet } from "../../data/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { decodeSequences } from "../decode-sequences.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import { checkViews } from "./caption-task.ts";
import type { CaptionTask } from "./caption-task.ts";
import { electCaption, viewPicture } from "./caption-views.ts";
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

export interface CaptionChoice extends SearchChoice {
  /** How many views of a picture are captioned, of which what most say is taken: the task's own number. 1 reads it as it is. */
  readonly views: number;
}

/** Captions of the pictures of these numbers, or of all. Throws `util/bad-argument` for pictures of another size. */
export function captionPictures(
  captioner: Captioner,
  pictures: PictureSet,
  indices: ArrayLike<number> = pictures.names.map((_, index) => index),
  options: Partial<CaptionChoice> = {},
): readonly Caption[] {
  const { height, width, augmentation } = captioner.task;
  if (pictures.height !== height || pictures.width !== width)
    throw new RecurraError(
      "util/bad-argument",
      `The pictures are ${pictures.width} × ${pictures.height}, but the network reads ${width} × ${height}; bring them to that size.`,
    );
  const views = checkViews(options.views ?? captioner.task.views);
  const captions = Array.from({ length: augmentation === undefined ? 1 : views }, (_, view) =>
    captionView(captioner, { pictures, indices, view }, options),
  );
  return Array.from(indices, (_, n) =>
    known(electCaption(captions.map((own) => known(own[n], "a caption"))), "an elected caption"),
  );
}

/** What is said of one view of each picture. */
function captionView(
  { model, task }: Captioner,
  {
    pictures,
    indices,
    view,
  }: { readonly pictures: PictureSet; readonly indices: ArrayLike<number>; readonly view: number },
  options: Partial<SearchChoice>,
): readonly Caption[] {
  const { height, width, vocabulary, search, longest } = task;
  const length = pictureLength(pictures);
  const decoded = decodeSequences(
    {
      model,
      tokens: vocabulary.entries.length,
      columns: pictureChannels,
      search: { width: options.width ?? search.width, lengthPenalty: options.lengthPenalty ?? search.lengthPenalty },
      forbidden: () => [unknownToken],
    },
    Array.from(indices, (index) => {
      let seen: Float32Array | undefined;
      const look = (): Float32Array => {
        const from = pixelsOf(pictures, index).map(inkOf);
        return viewPicture({ from, between: new Float32Array(length), to: new Float32Array(length) }, view, task);
      };
      return {
        steps: height * width,
        most: longest + 2,
        fill: (step, row) => {
          seen ??= look();
          row.set(seen.subarray(step * pictureChannels, (step + 1) * pictureChannels));
          // It is filled in once, and would else be kept until all are captioned.
          if (step === height * width - 1) seen = undefined;
        },
      };
    }),
  );
  return decoded.map(({ tokens, score, attention }) => {
    const words = wordsOf(vocabulary, tokens);
    return { text: joinTokens(vocabulary, words), words, score, attention };
  });
}
