/** Something for a model to read until the reader gives it something. */
import { findUnknown, generateText, joinTokens, pictureChannels, splitTokens } from "recurra";
import type { CaptionTask, LanguageModel, NetworkSpec, PictureSet, TaskJob, Vocabulary } from "recurra";

/** Steps of a wave, for a network that reads numbers. */
const waveSteps = 60;
/** Tokens of a text made of the most frequent ones, and of one for a network without a vocabulary. */
const tokens = { frequent: 8, numbers: 40 } as const;

const sentence = "All human beings are born free and equal in dignity and rights.";

/** A text that the model can read; empty where it reads none. */
export function makeSample(job: TaskJob | undefined): string {
  switch (job?.kind) {
    case "language-model":
      return continueText(job);
    case "tagger":
      return job.task.restore === undefined
        ? knownText("The quick brown fox jumps over the lazy dog .", job.task.vocabulary)
        : "Moi nguoi deu co quyen tu do";
    case "text-reader":
      return knownText(sentence, job.task.vocabulary);
    case "translator":
      return knownText("I would like a cup of tea.", job.task.vocabularies.source);
    case "forecaster":
    case "classifier":
    case "captioner":
    case undefined:
      return "";
  }
}

/** In one line, if the model knows spaces. */
function continueText(job: LanguageModel): string {
  const text = generateText(job, { length: 80, temperature: 0.5, seed: 1 });
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return findUnknown(job.task.vocabulary, line).length === 0 ? line : text;
}

/** The text, if the vocabulary has half of its tokens; else one of its most frequent tokens. */
function knownText(text: string, vocabulary: Vocabulary): string {
  const unknown = findUnknown(vocabulary, text).length;
  if (2 * unknown <= new Set(splitTokens(text, vocabulary)).size) return text;
  return joinTokens(vocabulary, vocabulary.entries.slice(2, 2 + tokens.frequent));
}

/** What a chain of layers reads, where no task says it: a wave for each feature or channel, or tokens in a row. */
export function makeInputs({ input }: Pick<NetworkSpec, "input">): ArrayLike<number> {
  if (input.kind === "tokens") return Array.from({ length: tokens.numbers }, (_, at) => (at * 7) % input.size);
  const steps = input.kind === "image" ? input.height * input.width : waveSteps;
  return Float64Array.from({ length: steps * input.size }, (_, at) =>
    Math.sin(Math.floor(at / input.size) / 3 + (at % input.size)),
  );
}

/** A red disc on white, `[height × width, 3]`. */
export function makePicture({ height, width }: Pick<CaptionTask, "height" | "width">): readonly number[] {
  const radius = 0.4 * Math.min(height, width);
  return Array.from({ length: height * width * pictureChannels }, (_, at) => {
    const pixel = Math.floor(at / pictureChannels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isInside = Math.hypot(x + 0.5 - width / 2, y + 0.5 - height / 2) <= radius;
    return isInside ? ([0.86, 0.16, 0.2][at % pictureChannels] ?? 0) : 1;
  });
}

/** One picture of a captioner's size. */
export function pictureSet(
  { height, width }: Pick<CaptionTask, "height" | "width">,
  pixels: readonly number[],
): PictureSet {
  return { kind: "pictures", height, width, names: ["picture"], pixels: Float32Array.from(pixels) };
}
