/** From a table of pairs to everything that a translator's training needs. */
import {
  buildVocabulary,
  cellError,
  encodeText,
  findColumn,
  printPlace,
  readTexts,
  splitByKey,
  splitTokens,
} from "../../data/index.ts";
import type { Table, Vocabulary } from "../../data/index.ts";
import type { SequenceData, TrainingOptions } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { findLongest } from "../longest.ts";
import type { Longest } from "../longest.ts";
import { planTraining, usualLearning, usualPace } from "../learning.ts";
import type { UsualLearning } from "../learning.ts";
import type { Pace } from "../pace.ts";
import { refuseOptions } from "../refused-options.ts";
import type { LearningOptionsOf } from "../refused-options.ts";
import type { ReadingChoice } from "../reading.ts";
import { partsOfSplit } from "../task-kind.ts";
import type { TaskParts } from "../task-kind.ts";
import { buildTranslateNetwork, networkDefaults } from "./translate-network.ts";
import type { TranslateNetworkOptions } from "./translate-network.ts";
import { boundaryToken, chooseSearch } from "../decode-sequences.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import { mostBeyond } from "./translate-task.ts";
import type { TranslateTask } from "./translate-task.ts";

type Unit = Vocabulary["unit"];

/** Everything but the two columns has a default, said beside it. Plain data. */
export interface TranslateOptions extends LearningOptionsOf<"translate">, TranslateNetworkOptions {
  /** Hidden size of the decoder, of which each direction of the encoder has half: 256 */
  readonly hidden?: number | undefined;
  /** Share of each layer's outputs dropped in training: 0.4 */
  readonly dropout?: number | undefined;
  /** Scheme of first values: `"torch"` */
  readonly scheme?: "default" | "torch" | "keras" | undefined;
  /** Pairs in a batch: 64; less where there are fewer than 512 */
  readonly batch?: number | undefined;
  /** 20 */
  readonly epochs?: number | undefined;
  /** The column of what is read, and of what is to be said. */
  readonly source: string;
  readonly target: string;
  /** `"word"` */
  readonly sourceUnit?: Unit | undefined;
  readonly targetUnit?: Unit | undefined;
  /** Whether texts are lower-cased: false */
  readonly lowercase?: boolean | undefined;
  /** Tokens seen fewer times in training are unknown: words 2 where there are more than 1000 training pairs; else 1 */
  readonly leastCount?: number | undefined;
  /** Share of label smoothing: 0.1 */
  readonly smoothing?: number | undefined;
  /** Share of the decoder's tokens that are its own at the end of training: 0 */
  readonly scheduledSampling?: number | undefined;
  /** Width 5, length penalty 1 */
  readonly search?: Partial<SearchChoice> | undefined;
  /** Share (or count) of different sources kept for the test, and to end training early: 0.1 and 0.05 */
  readonly test?: number | undefined;
  readonly validation?: number | undefined;
  readonly reading?: ReadingChoice | undefined;
}

/** One source and all that is known to be right for it. */
export interface Example {
  readonly source: string;
  readonly references: readonly string[];
}

export interface TranslatePlan {
  readonly kind: "translate-plan";
  readonly options: TranslateOptions;
  readonly task: TranslateTask;
  readonly table: Table;
  /** Different sources, in the order in which they come first; parts number them. */
  readonly examples: readonly Example[];
  readonly parts: TaskParts;
  readonly training: TrainingOptions;
}

const defaults = {
  smoothing: 0.1,
  test: 0.1,
  validation: 0.05,
  width: 5,
  lengthPenalty: 1,
  leastCount: 2,
  /** Tokens that an answer may be longer than the most by which one of training was. */
  slack: 5,
} as const;

const pace: Pace = { ...usualPace, batch: 64, epochs: 20 };

/** Training pairs up to which every word is known: in so few of them too many words stand once, which would be unknown. */
const fewPairs = 1000;

/** Different sources below which there is not one for each part. */
const leastSources = 3;

/** What is taken where the options say nothing. */
export const translateUsual: UsualLearning = usualLearning(
  {
    hidden: networkDefaults.hidden,
    layers: networkDefaults.layers,
    dropout: networkDefaults.dropout,
    embedding: networkDefaults.embedding,
    test: defaults.test,
    validation: defaults.validation,
  },
  pace,
);

/** Throws the `data/…`, `network/…` and `training/…` errors of what does not fit. */
export function planTranslate(table: Table, options: TranslateOptions): TranslatePlan {
  refuseOptions("translate", options);
  const examples = collectExamples(table, options);
  if (examples.length < leastSources)
    throw new RecurraError(
      "data/too-few-rows",
      `${table.origin.source} has ${printCount(examples.length, "different text")} in "${options.source}"; at least ${leastSources} are needed to learn from some and be tested on others.`,
    );
  const parts = splitExamples(examples, options);
  const trained = pairsOf(examples, parts.train);
  const vocabularies = vocabulariesOf(trained, options);
  const data = encodePairs(trained, vocabularies);
  const validation = pairsOf(examples, parts.validation);
  const task: TranslateTask = {
    kind: "translate",
    source: options.source,
    target: options.target,
    vocabularies,
    search: chooseSearch(options.search, defaults),
    beyond: findBeyond(data),
    reading: { columns: [options.source, options.target], texts: [options.source, options.target], ...options.reading },
  };
  const training = planTraining(options, {
    network: buildTranslateNetwork(options, {
      source: vocabularies.source.entries.length,
      target: vocabularies.target.entries.length,
    }),
    data,
    validation: validation.length === 0 ? undefined : encodePairs(validation, vocabularies),
    members: trained.length,
    loss: { kind: "cross-entropy", smoothing: options.smoothing ?? defaults.smoothing },
    pace,
  });
  const { scheduledSampling = 0 } = options;
  return {
    kind: "translate-plan",
    options,
    task,
    table,
    examples,
    parts,
    training: scheduledSampling === 0 ? training : { ...training, scheduledSampling: { to: scheduledSampling } },
  };
}

/** Sources that are read as the same tokens lie in one part. */
function splitExamples(examples: readonly Example[], options: TranslateOptions): TaskParts {
  const { seed = 1, sourceUnit: unit = "word", lowercase = false } = options;
  const keys = examples.map(({ source }) => splitTokens(source, { unit, lowercase }).join("\n"));
  const { test = defaults.test, validation = defaults.validation } = options;
  return partsOfSplit(splitByKey(keys, { what: "different sources", seed, test, validation }));
}

/** The pairs of a table by their sources, so that no source of the test was learned from. Throws `data/empty-sequence`. */
export function collectExamples(
  table: Table,
  { source, target }: Pick<TranslateOptions, "source" | "target">,
): readonly Example[] {
  const [sources, targets] = [source, target].map((name) => {
    findColumn(table, name);
    const texts = readTexts(table, name).map((text) => text.normalize("NFC").trim());
    const empty = texts.indexOf("");
    if (empty >= 0) throw cellError("data/empty-sequence", table, empty, name, "the text is empty; leave the row out");
    return texts;
  });
  const bySource = new Map<string, string[]>();
  known(sources, "the sources").forEach((text, row) => {
    const references = bySource.get(text) ?? [];
    references.push(known(targets?.[row], "a target"));
    bySource.set(text, references);
  });
  return [...bySource].map(([text, references]) => ({ source: text, references: [...new Set(references)] }));
}

/** The longest text that is read or said. */
export function longestText({ table, task }: TranslatePlan): Longest | undefined {
  const [source, target] = [
    { name: task.source, ...task.vocabularies.source },
    { name: task.target, ...task.vocabularies.target },
  ].map(({ name, unit, lowercase }) => {
    const counts = readTexts(table, name).map((text) => splitTokens(text, { unit, lowercase }).length);
    const { index, usual } = findLongest(counts);
    return { where: printPlace(table, index, name), count: counts[index] ?? 0, unit, usual };
  });
  return source !== undefined && target !== undefined && source.count < target.count ? target : source;
}

interface Pair {
  readonly source: string;
  readonly target: string;
}

/** One pair for each reference of these examples. */
export function pairsOf(examples: readonly Example[], indices: Int32Array): readonly Pair[] {
  return Array.from(indices, (index) => known(examples[index], "an example")).flatMap(({ source, references }) =>
    references.map((target) => ({ source, target })),
  );
}

function vocabulariesOf(pairs: readonly Pair[], options: TranslateOptions): TranslateTask["vocabularies"] {
  const { sourceUnit, targetUnit } = options;
  const sources = pairs.map(({ source }) => source);
  const targets = pairs.map(({ target }) => target);
  return { source: vocabularyOf(sources, sourceUnit, options), target: vocabularyOf(targets, targetUnit, options) };
}

function vocabularyOf(
  texts: readonly string[],
  unit: Unit = "word",
  { lowercase = false, leastCount }: TranslateOptions,
): Vocabulary {
  return buildVocabulary(texts, {
    unit,
    lowercase,
    leastCount: leastCount ?? (unit === "word" && texts.length > fewPairs ? defaults.leastCount : 1),
  });
}

/** The decoder reads the boundary and the target, and is to say the target and the boundary. Throws `data/empty-sequence`. */
export function encodePairs(pairs: readonly Pair[], vocabularies: TranslateTask["vocabularies"]): SequenceData {
  const sources = pairs.map(({ source }) => encodeText(vocabularies.source, source));
  const targets = pairs.map(({ target }) => encodeText(vocabularies.target, target));
  const empty = sources.findIndex((tokens) => tokens.length === 0);
  if (empty >= 0)
    throw new RecurraError(
      "data/empty-sequence",
      `The text "${pairs[empty]?.source ?? ""}" has no ${vocabularies.source.unit}; leave it out.`,
    );
  const source = joinRows(sources);
  return {
    kind: "sequences",
    ...joinRows(targets.map((tokens) => [boundaryToken, ...tokens])),
    inputSize: 1,
    targets: joinRows(targets.map((tokens) => [...tokens, boundaryToken])).inputs,
    targetSize: 1,
    perStep: true,
    source: { ...source, inputSize: 1 },
  };
}

function joinRows(sequences: readonly ArrayLike<number>[]): {
  readonly inputs: Int32Array;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
} {
  const lengths = Int32Array.from(sequences, (tokens) => tokens.length);
  const starts = new Int32Array(sequences.length);
  let rows = 0;
  lengths.forEach((length, n) => {
    starts[n] = rows;
    rows += length;
  });
  const inputs = new Int32Array(rows);
  sequences.forEach((tokens, n) => inputs.set(tokens, starts[n]));
  return { inputs, starts, lengths };
}

/** The most tokens by which a target of training is longer than its source, and some more. */
function findBeyond({ lengths, source }: SequenceData): number {
  const theirs = known(source, "sources").lengths;
  const most = lengths.reduce((sofar, length, n) => Math.max(sofar, length - (theirs[n] ?? 0)), 0);
  return Math.min(most + defaults.slack, mostBeyond);
}
