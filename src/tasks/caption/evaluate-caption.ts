/** How good captions are, beside those of the pictures that look most alike. */
import { exactMatch, nearestPicture, pictureUrl, pixelsOf, wordF1 } from "../../data/index.ts";
import { known } from "../../util/errors.ts";
import { captionPictures } from "./captioner.ts";
import type { CaptionChoice, Captioner } from "./captioner.ts";
import { judgeAll } from "../judge.ts";
import type { Judged } from "../judge.ts";
import type { CaptionedPictures } from "./plan-caption.ts";

export interface CaptionScores {
  /** Share of captions that are exactly right. */
  readonly exact: number;
  /** The mean F1 of words. */
  readonly wordF1: number;
}

export interface CaptionSample {
  /** A data URL. */
  readonly picture: string;
  readonly truth: string;
  readonly predicted: string;
  readonly nearest: string;
  readonly words: readonly string[];
  readonly attention: readonly Float32Array[] | undefined;
}

/** With what they come to by word F1, where there is something to compare them with. */
export interface CaptionEvaluation extends Partial<Judged<"nearest">> {
  readonly kind: "caption-evaluation";
  readonly count: number;
  readonly model: CaptionScores;
  /** The caption of the training picture that differs least, pixel by pixel; absent where none are known. */
  readonly nearest?: CaptionScores;
  /** Right and wrong ones in turn, as far as there are any. */
  readonly samples: readonly CaptionSample[];
}

export interface EvaluateCaptionOptions extends Partial<CaptionChoice> {
  readonly data: CaptionedPictures;
  /** Which pictures. */
  readonly indices: Int32Array;
  /** Those that were learned from. */
  readonly trained?: Int32Array | undefined;
}

const shown = 24;

/** Scores on pictures whose captions are known. */
export function evaluateCaptioner(captioner: Captioner, options: EvaluateCaptionOptions): CaptionEvaluation {
  const { data, indices, trained } = options;
  const { pictures, captions } = data;
  const predicted = captionPictures(captioner, pictures, indices, options);
  const truths = Array.from(indices, (index) => known(captions[index], "a caption"));
  const nearest =
    trained === undefined
      ? undefined
      : Array.from(indices, (index) =>
          known(captions[nearestPicture(pictures, trained, pixelsOf(pictures, index))], "a caption"),
        );
  const model = scoreCaptions(
    truths,
    predicted.map(({ text }) => text),
  );
  const simple = nearest === undefined ? undefined : scoreCaptions(truths, nearest);
  const samples = predicted.map(({ text, words, attention }, n): CaptionSample => ({
    picture: pictureUrl(pictures, known(indices[n], "a picture")),
    truth: known(truths[n], "a caption"),
    predicted: text,
    nearest: nearest?.[n] ?? "",
    words,
    attention,
  }));
  return {
    kind: "caption-evaluation",
    count: indices.length,
    model,
    ...(simple === undefined ? {} : { nearest: simple, ...judgeAll(model.wordF1, [["nearest", simple.wordF1]]) }),
    samples: pickSamples(samples),
  };
}

function scoreCaptions(truths: readonly string[], predicted: readonly string[]): CaptionScores {
  const references = truths.map((truth) => [truth]);
  return { exact: exactMatch(references, predicted), wordF1: wordF1(references, predicted) };
}

/** As many right as wrong ones, if there are, spread evenly. */
function pickSamples(all: readonly CaptionSample[]): readonly CaptionSample[] {
  const some = (of: readonly CaptionSample[], count: number): readonly CaptionSample[] =>
    Array.from({ length: Math.min(count, of.length) }, (_, n) =>
      known(of[Math.floor((n * of.length) / Math.min(count, of.length))], "a sample"),
    );
  const right = all.filter(({ predicted, truth }) => predicted === truth);
  const wrong = all.filter(({ predicted, truth }) => predicted !== truth);
  const half = shown / 2;
  const good = some(right, Math.max(half, shown - wrong.length));
  return [...good, ...some(wrong, shown - good.length)];
}
