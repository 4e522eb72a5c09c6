/** From pictures and their captions to everything that a captioner's training needs. */
import {
  buildVocabulary,
  encodeText,
  inkOf,
  mostInk,
  pictureChannels,
  pictureLength,
  pixelsOf,
  splitByKey,
} from "../../data/index.ts";
import type { PictureSet, PictureAugmentation, Vocabulary } from "../../data/index.ts";
import { network } from "../../network/index.ts";
import type { NetworkSpec, PictureNetwork } from "../../network/index.ts";
import type { SequenceData, TrainingOptions } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { chooseCell, halfOf, planTraining, usualLearning, usualPace } from "../learning.ts";
import type { UsualLearning } from "../learning.ts";
import type { Pace } from "../pace.ts";
import { refuseOptions } from "../refused-options.ts";
import type { LearningOptionsOf } from "../refused-options.ts";
import { boundaryToken, chooseSearch } from "../decode-sequences.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import { partsOfSplit } from "../task-kind.ts";
import type { TaskParts } from "../task-kind.ts";
import { checkViews, mostWords } from "./caption-task.ts";
import type { CaptionTask } from "./caption-task.ts";

/** Pictures with a caption each. */
export interface CaptionedPictures {
  readonly pictures: PictureSet;
  /** One for each picture, in Unicode's composed form. */
  readonly captions: readonly string[];
  /**
   * `train`, `validation`, `test`, or the name of a further test, for each picture; drawn at random where absent, equal pictures together. Different pictures with the same caption
   * may then lie in different parts.
   */
  readonly parts?: readonly string[] | undefined;
  /** What messages call them. */
  readonly source: string;
}

/** Everything has a default, said beside it. Plain data. */
export interface CaptionOptions extends LearningOptionsOf<"caption"> {
  /** The cell of encoder and decoder: `"gru"`, or `"lstm"` */
  readonly cell?: LearningOptionsOf<"caption">["cell"];
  /** Hidden size of the decoder, of which each direction of the encoder has half: 192 */
  readonly hidden?: number | undefined;
  /** Share of each layer's outputs dropped in training: 0.1 */
  readonly dropout?: number | undefined;
  /** Scheme of first values: `"torch"` */
  readonly scheme?: "default" | "torch" | "keras" | undefined;
  /** Pictures in a batch: 64; less where there are fewer than 512 */
  readonly batch?: number | undefined;
  /** 120 */
  readonly epochs?: number | undefined;
  /** Numbers that stand for a word: 96 */
  readonly embedding?: number | undefined;
  /** Channels after each convolution, which halves the picture: [24, 48, 96] */
  readonly channels?: readonly number[] | undefined;
  /**
   * In every epoch each picture is augmented anew. Share of its size by which it is moved at most, by which it is scaled and sheared, by which its brightness and colours change, and how
   * much half of them are blurred: 0.1, 0.2, 0.2 and 0.7
   */
  readonly shift?: number | undefined;
  readonly warp?: number | undefined;
  readonly colour?: number | undefined;
  readonly blur?: number | undefined;
  /** Share of label smoothing: 0.1 */
  readonly smoothing?: number | undefined;
  /**
   * Views of a picture that are captioned when it is asked for, itself and others augmented as in training, of which the caption that most say is taken: 9, and 1 where pictures are not
   * augmented. A network that learned from moved, warped and blurred pictures reads such better than sharp ones, and each view errs otherwise.
   */
  readonly views?: number | undefined;
  /** Width 1, length penalty 1: of emoji, more words are right than with a beam */
  readonly search?: Partial<SearchChoice> | undefined;
  /** Share (or count) of different pictures, where parts are not given: 0.1 */
  readonly test?: number | undefined;
  readonly validation?: number | undefined;
}

export interface CaptionPlan {
  readonly kind: "caption-plan";
  readonly options: CaptionOptions;
  readonly task: CaptionTask;
  readonly data: CaptionedPictures;
  readonly parts: TaskParts;
  /** Tests beside the one in `parts`, by name. */
  readonly tests: ReadonlyMap<string, Int32Array>;
  readonly training: TrainingOptions;
}

const defaults = {
  hidden: 192,
  dropout: 0.1,
  embedding: 96,
  channels: [24, 48, 96],
  smoothing: 0.1,
  width: 1,
  lengthPenalty: 1,
  heldBack: 0.1,
  shift: 0.1,
  warp: 0.2,
  colour: 0.2,
  blur: 0.7,
  views: 9,
  scheme: "torch",
} as const;

const pace: Pace = { ...usualPace, batch: 64, epochs: 120 };

/** What is taken where the options say nothing. */
export const captionUsual: UsualLearning = usualLearning(
  {
    cell: "gru",
    hidden: defaults.hidden,
    layers: undefined,
    dropout: defaults.dropout,
    embedding: defaults.embedding,
    test: defaults.heldBack,
    validation: defaults.heldBack,
  },
  pace,
);

/** Throws the `data/…`, `network/…` and `training/…` errors of what does not fit. */
export function planCaption(data: CaptionedPictures, options: CaptionOptions): CaptionPlan {
  refuseOptions("caption", options);
  checkCaptions(data);
  const { pictures, captions } = data;
  const { parts, tests } = splitPictures(data, options);
  const trained = Array.from(parts.train, (index) => known(captions[index], "a caption"));
  const vocabulary = buildVocabulary(trained, { unit: "word" });
  const encoded = captions.map((caption) => encodeText(vocabulary, caption));
  const long = encoded.findIndex(({ length }) => length > mostWords);
  if (long >= 0)
    throw new RecurraError(
      "data/long-sequence",
      `${data.source}: the caption of ${pictures.names[long] ?? ""} has ${printCount(known(encoded[long], "a caption").length, "word")}; give one of at most ${mostWords}.`,
    );
  const { shift = defaults.shift, warp = defaults.warp, colour = defaults.colour, blur = defaults.blur } = options;
  const { height, width } = pictures;
  const isAugmented = [shift, warp, colour, blur].some((share) => share !== 0);
  const augmentation = isAugmented ? { height, width, shift, warp, colour, blur, most: mostInk } : undefined;
  const task: CaptionTask = {
    kind: "caption",
    height,
    width,
    vocabulary,
    search: chooseSearch(options.search, defaults),
    longest: Array.from(parts.train, (index) => known(encoded[index], "a caption").length).reduce(
      (a, b) => Math.max(a, b),
      1,
    ),
    views: checkViews(options.views ?? (isAugmented ? defaults.views : 1)),
    ...(augmentation === undefined ? {} : { augmentation }),
  };
  const training = planTraining(options, {
    network: buildCaptionNetwork(options, task),
    data: captionData(pictures, encoded, parts.train, augmentation),
    validation: parts.validation.length === 0 ? undefined : captionData(pictures, encoded, parts.validation),
    members: parts.train.length,
    loss: { kind: "cross-entropy", smoothing: options.smoothing ?? defaults.smoothing },
    pace,
  });
  return { kind: "caption-plan", options, task, data, parts, tests, training };
}

function checkCaptions({ pictures, captions, parts, source }: CaptionedPictures): void {
  if (captions.length !== pictures.names.length || (parts !== undefined && parts.length !== captions.length))
    throw new RecurraError(
      "util/bad-argument",
      `There are ${pictures.names.length} pictures, ${captions.length} captions and ${parts?.length ?? "no"} parts; give one of each for every picture.`,
    );
  const empty = captions.findIndex((caption) => caption.trim() === "");
  if (empty >= 0)
    throw new RecurraError(
      "data/empty-sequence",
      `${source}: the caption of ${pictures.names[empty] ?? ""} is empty; leave the picture out, or say what it shows.`,
    );
  if (captions.length < 3)
    throw new RecurraError(
      "data/too-few-rows",
      `${source} has ${printCount(captions.length, "picture")}; at least 3 are needed to learn from some and be tested on others.`,
    );
}

/** The same for pictures that look the same: a character for each colour of a pixel, in 256 shades. */
function keyOfPixels(pixels: Float32Array): string {
  return Array.from(pixels, (value) => String.fromCharCode(Math.round(255 * value))).join("");
}

function splitPictures(
  { pictures, parts: given, source }: CaptionedPictures,
  { seed = 1, test = defaults.heldBack, validation = defaults.heldBack }: CaptionOptions,
): { readonly parts: TaskParts; readonly tests: ReadonlyMap<string, Int32Array> } {
  if (given === undefined) {
    const keys = pictures.names.map((_, index) => keyOfPixels(pixelsOf(pictures, index)));
    const split = splitByKey(keys, { seed, test, validation, what: "different pictures" });
    return { parts: partsOfSplit(split), tests: new Map() };
  }
  const named = (name: string): Int32Array =>
    Int32Array.from(given.flatMap((own, index) => (own === name ? [index] : [])));
  const parts = { train: named("train"), validation: named("validation"), test: named("test") };
  if (parts.train.length === 0)
    throw new RecurraError(
      "data/too-few-rows",
      `${source}: no picture has the part "train", so there is nothing to learn from.`,
    );
  if (given.includes("__proto__"))
    throw new RecurraError(
      "data/bad-split",
      `${source}: the column "part" has a part "__proto__", which cannot be a name in a model; name it otherwise.`,
    );
  const others = [...new Set(given)].filter((name) => !["train", "validation", "test"].includes(name)).sort();
  return { parts, tests: new Map(others.map((name) => [name, named(name)])) };
}

/** Convolutions that halve the picture each, a cell over the regions that are left, in both directions, and a decoder that attends to them (Xu et al. 2015). */
function buildCaptionNetwork(
  {
    cell = "gru",
    hidden = defaults.hidden,
    dropout = defaults.dropout,
    embedding = defaults.embedding,
    channels = defaults.channels,
    scheme = defaults.scheme,
  }: CaptionOptions,
  { height, width, vocabulary }: CaptionTask,
): NetworkSpec {
  if (cell !== "gru" && cell !== "lstm")
    throw new RecurraError(
      "network/bad-layer",
      "A captioner's decoder attends within its cell, which is there for gru and lstm; choose one of them.",
    );
  // As of translators: smaller first values carry over better to pictures that were not learned from.
  const deviation = 1 / Math.sqrt(embedding);
  let encoder: PictureNetwork<number> = network({ image: { height, width, channels: pictureChannels } });
  for (const size of channels) encoder = encoder.convolution(size, { kernel: 3, activation: "relu" }).pool(2, "max");
  const regions = encoder
    .dropout(dropout)
    .recurrent(chooseCell(cell), { size: halfOf(hidden, "a captioner"), direction: "both", scheme })
    .build();
  return network({ tokens: vocabulary.entries.length, encoder: regions })
    .embedding(embedding, { deviation })
    .dropout(dropout)
    .recurrent(chooseCell(`${cell}-attention`), { size: hidden, initialState: "encoder", scheme })
    .dropout(dropout)
    .dense(vocabulary.entries.length, { scheme })
    .build();
}

/** The pictures of these numbers, each with its caption. */
function captionData(
  pictures: PictureSet,
  encoded: readonly Int32Array[],
  indices: Int32Array,
  augmentation?: PictureAugmentation,
): SequenceData {
  const length = pictureLength(pictures);
  const steps = pictures.height * pictures.width;
  const count = indices.length;
  const inputs = new Float32Array(count * length);
  indices.forEach((index, n) => inputs.set(pixelsOf(pictures, index).map(inkOf), n * length));
  const tokens = Array.from(indices, (index) => known(encoded[index], "a caption"));
  const lengths = Int32Array.from(tokens, (own) => own.length + 1);
  const starts = new Int32Array(count);
  for (let n = 1; n < count; n++) starts[n] = known(starts[n - 1], "a start") + known(lengths[n - 1], "a length");
  const join = (rows: readonly (readonly number[])[]): Int32Array => Int32Array.from(rows.flat());
  return {
    kind: "sequences",
    inputs: join(tokens.map((own) => [boundaryToken, ...own])),
    inputSize: 1,
    starts,
    lengths,
    targets: join(tokens.map((own) => [...own, boundaryToken])),
    targetSize: 1,
    perStep: true,
    source: {
      inputs,
      inputSize: pictureChannels,
      starts: Int32Array.from({ length: count }, (_, n) => n * steps),
      lengths: new Int32Array(count).fill(steps),
      ...(augmentation === undefined ? {} : { augmentation }),
    },
  };
}

/** The words that captions are made of. */
export function wordsOf(vocabulary: Vocabulary, tokens: readonly number[]): readonly string[] {
  return tokens.map((token) => known(vocabulary.entries[token], "a word"));
}
