/** From a table with a column of texts to everything that learning to read them needs. */
import {
  buildVocabulary,
  cellError,
  findColumn,
  fitScaler,
  readTexts,
  scaleValue,
  splitByKey,
  splitTokens,
  unknownToken,
} from "../../data/index.ts";
import type { Scaler, Table, Vocabulary } from "../../data/index.ts";
import { network } from "../../network/index.ts";
import type { NetworkSpec } from "../../network/index.ts";
import type { SequenceData, TrainingOptions } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { chooseCell, planTraining, usualLearning } from "../learning.ts";
import type { UsualLearning } from "../learning.ts";
import type { Pace } from "../pace.ts";
import { refuseOptions } from "../refused-options.ts";
import type { LearningOptionsOf } from "../refused-options.ts";
import type { ReadingChoice } from "../reading.ts";
import { partsOfSplit } from "../task-kind.ts";
import type { TaskParts } from "../task-kind.ts";
import { encodeTexts } from "./encode-texts.ts";
import { informEmbeddings } from "./inform-embeddings.ts";
import type { TokenTexts } from "./encode-texts.ts";
import { guessAnswer, readClasses, readQuantities } from "./text-answers.ts";
import type { Answer, TextsTask } from "./texts-task.ts";

/** Everything but `text` and `target` has a default, said beside it. Plain data. */
export interface TextsOptions extends LearningOptionsOf<"texts"> {
  /** Share of each layer's outputs dropped in training: 0.5 */
  readonly dropout?: number | undefined;
  /** Whether texts are read from both ends: true */
  readonly bidirectional?: boolean | undefined;
  /** Texts in a batch: 64; less where there are fewer than 512 */
  readonly batch?: number | undefined;
  /** As many as make 700 updates, from 5 to 60. */
  readonly epochs?: number | undefined;
  /** Epochs without a lower validation loss after which training ends: a fifth of all, at least 4 */
  readonly patience?: number | undefined;
  /** The column of the texts. */
  readonly text: string;
  /** The column of the answers. */
  readonly target: string;
  /** What is told: `"number"` where the target has more than twenty different numbers, else `"class"` */
  readonly answer?: "class" | "number" | undefined;
  /** Makes classes of a column of numbers, by where they are cut: `[0]` for the sign. */
  readonly cuts?: readonly number[] | undefined;
  /** `"word"` */
  readonly unit?: Vocabulary["unit"] | undefined;
  /** Whether capitals and small letters are the same: true */
  readonly lowercase?: boolean | undefined;
  /** Most entries of the vocabulary: 20000 */
  readonly vocabularySize?: number | undefined;
  /** Tokens seen fewer times in training are unknown: 2 */
  readonly leastCount?: number | undefined;
  /** Tokens of a text that are read, its first ones: as many as all but one in twenty training texts have, at most 300 words or 1000 characters */
  readonly longest?: number | undefined;
  /** Numbers that stand for a token: 64 */
  readonly embedding?: number | undefined;
  /** Share of the training texts' tokens that are unknown, others in each epoch: 0.2 */
  readonly wordDropout?: number | undefined;
  /** Whether embeddings begin with what naive Bayes (of numbers: the mean) says of each token: true */
  readonly informed?: boolean | undefined;
  /** How a text's steps become one vector: `"max"` */
  readonly pooling?: "max" | "mean" | "last" | "final" | undefined;
  /** Share (or count) of different texts, drawn at random, kept for the test; 0 for none: 0.1 */
  readonly test?: number | undefined;
  /** The same by which training is ended early: 0.1 */
  readonly validation?: number | undefined;
  readonly reading?: ReadingChoice | undefined;
}

export interface TextsPlan {
  readonly kind: "texts-plan";
  readonly options: TextsOptions;
  readonly task: TextsTask;
  readonly table: Table;
  readonly texts: readonly string[];
  readonly tokens: TokenTexts;
  /** Class numbers, or numbers in the target's own scale. */
  readonly truth: Int32Array | Float64Array;
  /** Numbers of rows. */
  readonly parts: TaskParts;
  readonly training: TrainingOptions;
}

/** Found on movie snippets, spam and tweets; see docs/texts.md. */
const defaults = {
  unit: "word",
  lowercase: true,
  heldBack: 0.1,
  vocabularySize: 20_000,
  leastCount: 2,
  longest: { word: 300, subword: 400, character: 1000 },
  embedding: 64,
  hidden: 64,
  dropout: 0.5,
  embeddingDropout: 0.5,
  deviation: 0.1,
  wordDropout: 0.2,
  /** Of labels (Szegedy et al. 2016). */
  smoothing: 0.1,
} as const;

const pace: Pace = { batch: 64, epochs: { updates: 700, least: 5, most: 60 }, patience: { least: 4 } };

/** Texts below which nothing can be learned. */
const leastTexts = 20;

/** What is taken where the options say nothing. */
export const textsUsual: UsualLearning = usualLearning(
  {
    hidden: defaults.hidden,
    dropout: defaults.dropout,
    embedding: defaults.embedding,
    test: defaults.heldBack,
    validation: defaults.heldBack,
  },
  pace,
);

/** Throws the `data/…`, `network/…` and `training/…` errors of what does not fit. */
export function planTexts(table: Table, options: TextsOptions): TextsPlan {
  refuseOptions("texts", options);
  const { text, target, unit = defaults.unit, lowercase = defaults.lowercase } = options;
  const texts = readWholeTexts(table, { text, target, unit });
  const parts = splitTexts(texts, options);
  const vocabulary = buildVocabulary(
    Array.from(parts.train, (row) => texts[row] ?? ""),
    {
      unit,
      lowercase,
      most: options.vocabularySize ?? defaults.vocabularySize,
      leastCount: options.leastCount ?? defaults.leastCount,
    },
  );
  const all = encodeTexts(texts, { vocabulary, longest: Infinity });
  const longest =
    options.longest ??
    chooseLongest(
      Int32Array.from(parts.train, (row) => known(all.lengths[row], "a length")),
      defaults.longest[unit],
    );
  const tokens = encodeTexts(texts, { vocabulary, longest });
  const { answer, truth } = readAnswers(table, options, parts);
  const task: TextsTask = {
    kind: "texts",
    text,
    target,
    vocabulary,
    longest,
    answer,
    reading: { columns: [text, target], texts: [text], ...options.reading },
  };
  const spec = buildTextNetwork(options, {
    tokens: vocabulary.entries.length,
    outputs: answer.kind === "class" ? answer.classes.names.length : 1,
  });
  const data = (rows: Int32Array): SequenceData => dataOf(tokens, { answer, truth, rows });
  const { wordDropout = defaults.wordDropout } = options;
  const training = planTraining(options, {
    network: spec,
    data: { ...data(parts.train), replaced: { share: wordDropout, by: unknownToken } },
    validation: parts.validation.length === 0 ? undefined : data(parts.validation),
    members: parts.train.length,
    loss: answer.kind === "class" ? { kind: "cross-entropy", smoothing: defaults.smoothing } : { kind: "mean-squared" },
    pace,
  });
  const first =
    options.informed === false
      ? undefined
      : informEmbeddings(
          spec,
          { tokens, answer, truth, rows: parts.train },
          { seed: training.seed ?? 1, size: options.embedding ?? defaults.embedding },
        );
  return {
    kind: "texts-plan",
    options,
    task,
    table,
    texts,
    tokens,
    truth,
    parts,
    training: first === undefined ? training : { ...training, parameters: { "0.E": first } },
  };
}

interface Wanted {
  readonly text: string;
  readonly target: string;
  readonly unit: Vocabulary["unit"];
}

/** Throws `data/wrong-type`, `data/empty-sequence`, `data/missing-value`, `data/too-few-rows`. */
function readWholeTexts(table: Table, { text, target, unit }: Wanted): readonly string[] {
  findColumn(table, target);
  const texts = readColumnOfTexts(table, text, unit);
  if (texts.length < leastTexts)
    throw new RecurraError(
      "data/too-few-rows",
      `${table.origin.source} has ${printCount(texts.length, "text")}, too few to learn from; give at least ${leastTexts} (a network wants some hundreds).`,
    );
  return texts;
}

/** The texts of a column, each with at least one token. Throws `data/wrong-type`, `data/empty-sequence` naming the row. */
export function readColumnOfTexts(table: Table, name: string, unit: Vocabulary["unit"]): readonly string[] {
  const { kind, missing } = findColumn(table, name);
  if (kind !== "text")
    throw new RecurraError(
      "data/wrong-type",
      `${table.origin.source}: column "${name}" holds ${kind === "date" ? "dates" : "numbers"}, not texts; name the column of texts.`,
    );
  const texts = readTexts(table, name);
  const empty = texts.findIndex(
    (one, row) => missing?.[row] === 1 || splitTokens(one, { unit, lowercase: false }).length === 0,
  );
  if (empty >= 0)
    throw cellError("data/empty-sequence", table, empty, name, "the text is empty; fill it in, or leave the row out");
  return texts;
}

/** Texts that are read as the same tokens lie in one part, so that no text of the test has been seen. */
function splitTexts(texts: readonly string[], options: TextsOptions): TaskParts {
  const { unit = defaults.unit, lowercase = defaults.lowercase, seed = 1 } = options;
  const { test = defaults.heldBack, validation = defaults.heldBack } = options;
  const keys = texts.map((text) => splitTokens(text, { unit, lowercase }).join("\n"));
  return partsOfSplit(splitByKey(keys, { seed, test, validation, what: "different texts" }));
}

/** The length that all but one in twenty texts stay within, but no more than `most`. */
function chooseLongest(lengths: Int32Array, most: number): number {
  const sorted = lengths.slice().sort();
  return Math.min(most, Math.max(1, known(sorted[Math.floor(0.95 * (sorted.length - 1))], "a length")));
}

interface Answers {
  readonly answer: Answer;
  readonly truth: Int32Array | Float64Array;
}

function readAnswers(table: Table, options: TextsOptions, { train }: TaskParts): Answers {
  const { target, cuts } = options;
  const kind = options.answer ?? (cuts === undefined ? guessAnswer(table, target) : "class");
  if (kind === "class") {
    const { classes, labels } = readClasses(table, target, { cuts });
    const counts = new Int32Array(classes.names.length);
    for (const row of train) counts[labels[row] ?? 0] = (counts[labels[row] ?? 0] ?? 0) + 1;
    const majority = counts.indexOf(counts.reduce((a, b) => Math.max(a, b)));
    return { answer: { kind, classes, majority, ...(cuts === undefined ? {} : { cuts }) }, truth: labels };
  }
  const values = readQuantities(table, target);
  const learned = Float64Array.from(train, (row) => known(values[row], "a number"));
  const scaler: Scaler = fitScaler("standard", learned, `column "${target}"`);
  return {
    answer: { kind, scaler, mean: learned.reduce((sum, value) => sum + value, 0) / learned.length },
    truth: values,
  };
}

/** Embedding, recurrent layers in both directions, one vector a text, a linear head; dropout between. Throws `network/…`. */
function buildTextNetwork(
  options: TextsOptions,
  sizes: { readonly tokens: number; readonly outputs: number },
): NetworkSpec {
  const { embedding = defaults.embedding, hidden = defaults.hidden, layers = 1, pooling = "max", scheme } = options;
  const { dropout = defaults.dropout, bidirectional = true, cell = "lstm" } = options;
  if (!Number.isInteger(layers) || layers < 1)
    throw new RecurraError("network/bad-size", `layers is ${layers}; give a whole number of at least 1.`);
  const own = chooseCell(cell);
  const how = scheme === undefined ? {} : { scheme };
  const embedded = network({ tokens: sizes.tokens }).embedding(embedding, { deviation: defaults.deviation });
  let built = dropout === 0 ? embedded : embedded.dropout(defaults.embeddingDropout);
  for (let layer = 0; layer < layers; layer++) {
    if (layer > 0 && dropout > 0) built = built.dropout(dropout);
    built = built.recurrent(own, { size: hidden, direction: bidirectional ? "both" : "forward", ...how });
  }
  const pooled = built[pooling]();
  return (dropout === 0 ? pooled : pooled.dropout(dropout)).dense(sizes.outputs, how).build();
}

function dataOf(
  { values, starts, lengths }: TokenTexts,
  { answer, truth, rows }: Answers & { readonly rows: Int32Array },
): SequenceData {
  const targets =
    answer.kind === "class" ? truth : Float64Array.from(truth, (value) => scaleValue(answer.scaler, value));
  return {
    kind: "sequences",
    inputs: values,
    inputSize: 1,
    starts,
    lengths,
    targets,
    targetSize: 1,
    perStep: false,
    indices: rows,
  };
}
