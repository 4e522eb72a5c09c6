/** From a text to everything a language model's training needs. */
import { buildVocabulary, encodeText } from "../../data/index.ts";
import type { Vocabulary } from "../../data/index.ts";
import { initialiseNetwork, network } from "../../network/index.ts";
import type { NetworkSpec } from "../../network/index.ts";
import { cutIntoStreams } from "../../training/index.ts";
import type { StreamData, TrainingOptions } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { RecurraError } from "../../util/errors.ts";
import { chooseCell, chooseEmbedding, chooseHidden, planTraining, usualLearning } from "../learning.ts";
import type { UsualLearning } from "../learning.ts";
import type { Pace } from "../pace.ts";
import { refuseOptions } from "../refused-options.ts";
import type { LearningOptionsOf } from "../refused-options.ts";
import type { GenerateTask } from "./generate-task.ts";
import { splitText } from "./split-text.ts";

/** A text to learn from. */
export interface TextData {
  readonly text: string;
  /** What messages call it. */
  readonly source: string;
}

/** Everything has a default, said beside it; those of the network and of learning differ from other tasks'. Plain data. */
export interface GenerateOptions extends LearningOptionsOf<"generate"> {
  /** Hidden size of each layer: 128 */
  readonly hidden?: number | undefined;
  /** Share of each layer's outputs dropped in training: 0.2 */
  readonly dropout?: number | undefined;
  /** Streams that are learned from side by side, at most: 32 */
  readonly batch?: number | undefined;
  /** As many as make 6000 updates, from 5 to 100. */
  readonly epochs?: number | undefined;
  /** Epochs without a lower validation loss after which training ends: 5 */
  readonly patience?: number | undefined;
  /** What is said one at a time: `"character"` */
  readonly unit?: Vocabulary["unit"] | undefined;
  /** Small letters only: false */
  readonly lowercase?: boolean | undefined;
  /** Most entries of the vocabulary: 10 000 words, 2000 subwords, all characters */
  readonly vocabularySize?: number | undefined;
  /** Words seen less often are unknown: 2; characters: 1 */
  readonly leastCount?: number | undefined;
  /** Numbers that stand for a token: 64 of characters, 128 else; the hidden size where weights are tied */
  readonly embedding?: number | undefined;
  /** Whether the head's weights are the embedding's (Press and Wolf 2017; Inan et al. 2017): false */
  readonly tie?: boolean | undefined;
  /** Steps from update to update, and back: 64 */
  readonly steps?: number | undefined;
  /** The end of the text kept for the test, as a share or a number of characters; 0 for none: 0.05 */
  readonly test?: number | undefined;
  /** What is before it, by which the best epoch is chosen: 0.05 */
  readonly validation?: number | undefined;
  /** In a table, the column of the texts, which are put one below another. */
  readonly text?: string | undefined;
}

export interface GeneratePlan {
  readonly kind: "generate-plan";
  readonly options: GenerateOptions;
  readonly task: GenerateTask;
  readonly source: string;
  /** Tokens of each part, and its characters (code points). */
  readonly parts: Readonly<Record<"train" | "validation" | "test", TextPart>>;
  readonly training: TrainingOptions;
}

export interface TextPart {
  readonly tokens: Int32Array;
  readonly characters: number;
}

const defaults = {
  unit: "character",
  hidden: 128,
  layers: 1,
  dropout: 0.2,
  embedding: { character: 64, word: 128, subword: 128 },
  vocabularySize: { character: Infinity, word: 10_000, subword: 2000 },
  leastCount: { character: 1, word: 2, subword: 1 },
  steps: 64,
  heldBack: 0.05,
} as const;

const pace: Pace = { batch: 32, epochs: { updates: 6000, least: 5, most: 100 }, patience: 5 };

/** What is taken where the options say nothing. */
export const generateUsual: UsualLearning = usualLearning(
  {
    hidden: defaults.hidden,
    layers: defaults.layers,
    dropout: defaults.dropout,
    embedding: `${defaults.embedding.character}; words ${defaults.embedding.word}`,
    test: defaults.heldBack,
    validation: defaults.heldBack,
  },
  pace,
);

/** Plans the learning of a language model. Throws `data/…`, `network/…`, `training/…`. */
export function planGenerate(data: TextData, options: GenerateOptions = {}): GeneratePlan {
  refuseOptions("generate", options);
  const { unit = defaults.unit, lowercase = false } = options;
  const texts = splitText(data, {
    test: options.test ?? defaults.heldBack,
    validation: options.validation ?? defaults.heldBack,
  });
  const most = options.vocabularySize ?? defaults.vocabularySize[unit];
  const vocabulary = buildVocabulary([texts.train], {
    unit,
    lowercase,
    lines: unit === "word",
    ...(most === Infinity ? {} : { most }),
    leastCount: options.leastCount ?? defaults.leastCount[unit],
  });
  const encode = (text: string): TextPart => ({
    tokens: encodeText(vocabulary, text),
    characters: countCharacters(text),
  });
  const parts = { train: encode(texts.train), validation: encode(texts.validation), test: encode(texts.test) };
  const steps = checkWhole("steps", options.steps ?? defaults.steps);
  const task: GenerateTask = {
    kind: "generate",
    ...(options.text === undefined ? {} : { text: options.text }),
    vocabulary,
    counts: countTokens(parts.train.tokens, vocabulary.entries.length),
    steps,
  };
  const spec = buildNetwork(options, { size: vocabulary.entries.length, unit });
  return {
    kind: "generate-plan",
    options,
    task,
    source: data.source,
    parts,
    training: planStreams(options, { spec, parts, steps, source: data.source }),
  };
}

/** Code points in the composed form, as which texts are read. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text.normalize("NFC")) count++;
  return count;
}

function countTokens(tokens: Int32Array, size: number): readonly number[] {
  const counts = new Array<number>(size).fill(0);
  for (const token of tokens) counts[token]! += 1;
  return counts;
}

function checkWhole(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new RecurraError("util/bad-argument", `${name} is ${value}; give a whole number of at least 1.`);
}

/** Embedding, recurrent layers with dropout between and after, and logits for every token. */
function buildNetwork(
  options: GenerateOptions,
  { size, unit }: { readonly size: number; readonly unit: Vocabulary["unit"] },
): NetworkSpec {
  const { dropout = defaults.dropout, tie = false, scheme } = options;
  const layers = checkWhole("layers", options.layers ?? defaults.layers);
  const hidden = chooseHidden(options, defaults.hidden);
  const embedding = chooseEmbedding(options, { hidden, otherwise: defaults.embedding[unit] });
  const cell = chooseCell(options.cell ?? "lstm");
  const how = scheme === undefined ? {} : { scheme };
  let built = network({ tokens: size }).embedding(embedding);
  for (let layer = 0; layer < layers; layer++) {
    const next = built.recurrent(cell, { size: hidden, ...how });
    built = dropout === 0 ? next : next.dropout(dropout);
  }
  return built.dense(size, tie ? { ...how, ties: { W: "0.E" } } : how).build();
}

interface Streams {
  readonly spec: NetworkSpec;
  readonly parts: GeneratePlan["parts"];
  readonly steps: number;
  readonly source: string;
}

/** Tokens side by side in streams, so that states go on from update to update. */
function planStreams(options: GenerateOptions, { spec, parts, steps, source }: Streams): TrainingOptions {
  const { train, validation } = parts;
  if (train.tokens.length < 2 * steps)
    throw new RecurraError(
      "data/too-few-rows",
      `${source} leaves ${printCount(train.tokens.length, "token")} to learn from, but an update goes through ${steps}; give more text, or fewer steps.`,
    );
  const wanted = checkWhole("batch", options.batch ?? pace.batch);
  const data = cutIntoStreams(train.tokens, Math.min(wanted, Math.max(1, Math.floor(train.tokens.length / steps / 2))));
  const training = planTraining(
    { ...options, batch: data.batch },
    {
      network: spec,
      data,
      validation: watch(validation.tokens, { batch: data.batch, steps }),
      members: Math.ceil(data.inputs.length / steps),
      loss: { kind: "cross-entropy" },
      pace,
    },
  );
  return {
    ...training,
    truncation: { update: steps },
    parameters: options.tie === true ? scaleEmbedding(spec, options.seed ?? 1) : undefined,
  };
}

/** An embedding that is the head's weights as well begins as those do: N(0, 1 / size), or its logits would be far too large. */
function scaleEmbedding(spec: NetworkSpec, seed: number): TrainingOptions["parameters"] {
  const drawn = initialiseNetwork(spec, { seed })["0.E"] ?? new Float32Array();
  const scale = Math.sqrt(spec.input.size / drawn.length);
  return { "0.E": drawn.map((value) => value * scale) };
}

/** As many streams as leave each long enough that its beginning, where nothing is known yet, hardly counts. */
function watch(
  tokens: Int32Array,
  { batch, steps }: { readonly batch: number; readonly steps: number },
): StreamData | undefined {
  if (tokens.length < 2) return undefined;
  return cutIntoStreams(tokens, Math.max(1, Math.min(batch, Math.floor(tokens.length / (8 * steps)))));
}
