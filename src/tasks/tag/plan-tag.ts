/** From sentences to everything a tagger's training needs. */
import { buildClasses, numberOfClass, splitByKey, splitMarks } from "../../data/index.ts";
import type { Classes, TaggedSentence, TagLayout } from "../../data/index.ts";
import { network } from "../../network/index.ts";
import type { NetworkSpec } from "../../network/index.ts";
import type { SequenceData, TrainingOptions } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { addRecurrent, planTraining, usualLearning } from "../learning.ts";
import type { UsualLearning } from "../learning.ts";
import type { Pace } from "../pace.ts";
import { refuseOptions } from "../refused-options.ts";
import type { LearningOptionsOf } from "../refused-options.ts";
import { partsOfSplit } from "../task-kind.ts";
import type { TaskParts } from "../task-kind.ts";
import { buildTagVocabulary, createReader, markTokens, numberTokens } from "./tag-tokens.ts";
import type { TagTask } from "./tag-task.ts";
import { countForms, findUsual, predictUsualOfOthers } from "./usual-tags.ts";
import type { FormCounts } from "./usual-tags.ts";

/** What is learned from: tagged sentences, or texts whose marks are to be restored. */
export type TagData =
  | {
      readonly kind: "tagged-text";
      readonly source: string;
      readonly layout?: TagLayout;
      readonly sentences: readonly TaggedSentence[];
    }
  | { readonly kind: "texts"; readonly source: string; readonly texts: readonly string[] };

/** Everything has a default, said beside it. Plain data. */
export interface TagOptions extends LearningOptionsOf<"tag"> {
  /** Hidden size of each layer: 128 */
  readonly hidden?: number | undefined;
  /** Recurrent layers on top of one another: 1, and 2 of characters */
  readonly layers?: number | undefined;
  /** Share of each layer's outputs dropped in training: 0.4, and 0.2 of characters */
  readonly dropout?: number | undefined;
  /** The learning rate before the schedule: 0.003 */
  readonly rate?: number | undefined;
  /** As many as make 2200 updates, from 4 to 60. */
  readonly epochs?: number | undefined;
  /** Epochs without a lower validation loss after which training ends: 4 */
  readonly patience?: number | undefined;
  /** Learns to put the marks back on letters; the data are then texts. Tags where not given. */
  readonly restore?: "diacritics" | undefined;
  /** Only what stands before a token is read, so that tags can be told token by token: false */
  readonly causal?: boolean | undefined;
  /** Numbers that stand for a token: 64, and 32 for a character */
  readonly embedding?: number | undefined;
  /** Most words that are known as such, the most frequent: 20,000 */
  readonly words?: number | undefined;
  /** Whether the tags of the data were cut to their base; kept so that other data are read alike: false */
  readonly baseTags?: boolean | undefined;
  /** Share (or count) of sentences, drawn at random, kept for the test; 0 for none: 0.1. Equal sentences are in one part. */
  readonly test?: number | undefined;
  /** The same by which training is ended early: 0.1 */
  readonly validation?: number | undefined;
}

/** A sentence with numbers for what is read and told; a class is -1 where training does not know the tag. */
export interface PreparedSentence extends TaggedSentence {
  /** Of its first token among all. */
  readonly start: number;
  readonly classes: Int32Array;
}

export interface TagPlan {
  readonly kind: "tag-plan";
  readonly options: TagOptions;
  readonly task: TagTask;
  readonly source: string;
  readonly sentences: readonly PreparedSentence[];
  readonly parts: TaskParts;
  readonly training: TrainingOptions;
}

/** The tag of a letter without a mark. */
export const noMark = "";

const defaults = {
  heldBack: 0.1,
  word: { embedding: 64, hidden: 128, layers: 1, dropout: 0.4, most: 20_000, leastCount: 2 },
  character: { embedding: 32, hidden: 128, layers: 2, dropout: 0.2, most: 5000, leastCount: 2 },
  rate: 3e-3,
  buckets: 6,
} as const;

const pace: Pace = { batch: 32, epochs: { updates: 2200, least: 4, most: 60 }, patience: 4 };

/** A default of words, and the one of the letters whose marks are restored. */
function byUnit(name: "layers" | "dropout" | "embedding"): string {
  return `${defaults.word[name]}; marks ${defaults.character[name]}`;
}

/** What is taken where the options say nothing. */
export const tagUsual: UsualLearning = usualLearning(
  {
    hidden: defaults.word.hidden,
    layers: byUnit("layers"),
    dropout: byUnit("dropout"),
    embedding: byUnit("embedding"),
    rate: defaults.rate,
    test: defaults.heldBack,
    validation: defaults.heldBack,
  },
  pace,
);

/** Throws the `data/…`, `network/…` and `training/…` errors of what does not fit. */
export function planTag(data: TagData, options: TagOptions): TagPlan {
  refuseOptions("tag", options);
  const tagged = sentencesOf(data, options);
  checkMarks(tagged, data.source, options);
  const parts = splitSentences(tagged, options);
  const classes = findClasses(
    Array.from(parts.train, (index) => known(tagged[index], "a sentence")),
    `The training part of ${data.source}`,
    options,
  );
  const unit = options.restore === undefined ? "word" : "character";
  const own = defaults[unit];
  const sentences = prepare(tagged, classes);
  const trained = Array.from(parts.train, (index) => known(sentences[index], "a sentence"));
  const counts = countForms(trained, unit);
  // A letter's usual marks are those of its word, which a stream of letters does not know yet.
  const readsUsual = options.restore !== undefined && options.causal !== true;
  const learned = readsUsual ? readUsual(trained, classes, counts) : trained.map(({ tokens }) => tokens);
  const vocabulary = buildTagVocabulary(learned, {
    unit,
    most: options.words ?? own.most,
    leastCount: own.leastCount,
  });
  const task: TagTask = {
    kind: "tag",
    ...(options.restore === undefined ? {} : { restore: options.restore, possible: findPossible(trained, classes) }),
    vocabulary,
    classes,
    usual: findUsual(counts),
    readsUsual,
    ...(data.kind === "texts" || data.layout === undefined ? {} : { layout: data.layout }),
    baseTags: options.baseTags ?? false,
  };
  const settings = {
    ...options,
    hidden: options.hidden ?? own.hidden,
    layers: options.layers ?? own.layers,
    dropout: options.dropout ?? own.dropout,
    rate: options.rate ?? defaults.rate,
  };
  const readAs = createReader(task);
  const read = sentences.map(({ tokens }) => readAs(tokens));
  parts.train.forEach((index, n) => (read[index] = known(learned[n], "a sentence")));
  const all = layOut(sentences, read, task);
  const training = planTraining(settings, {
    network: buildTagNetwork(settings, task, options.embedding ?? own.embedding),
    data: { ...all, indices: parts.train },
    validation: parts.validation.length === 0 ? undefined : { ...all, indices: parts.validation },
    members: parts.train.length,
    loss: { kind: "cross-entropy" },
    pace,
  });
  return { kind: "tag-plan", options, task, source: data.source, sentences, parts, training };
}

/** Embedded tokens, recurrent layers, and the classes of each step. */
function buildTagNetwork(options: TagOptions, { vocabulary, classes }: TagTask, embedding: number): NetworkSpec {
  const { scheme, causal = false } = options;
  const below = network({ tokens: vocabulary.entries.length }).embedding<number>(embedding);
  return addRecurrent(below, { ...options, bidirectional: !causal })
    .dense(classes.names.length, scheme === undefined ? {} : { scheme })
    .build();
}

function sentencesOf(data: TagData, { restore }: TagOptions): readonly TaggedSentence[] {
  if ((data.kind === "texts") !== (restore !== undefined))
    throw new RecurraError(
      "util/bad-argument",
      data.kind === "texts"
        ? `${data.source} are texts without tags; give tagged sentences, or restore: "diacritics"`
        : `Marks are restored in texts, but ${data.source} are tagged sentences; give { kind: "texts", source, texts }`,
    );
  if (data.kind === "tagged-text") {
    const bad = data.sentences.findIndex(({ tokens, tags }) => tokens.length === 0 || tokens.length !== tags.length);
    if (bad < 0) return data.sentences;
    const { tokens, tags } = known(data.sentences[bad], "a sentence");
    throw new RecurraError(
      "data/empty-sequence",
      `${data.source}, sentence ${bad + 1} has ${printCount(tokens.length, "token")} and ${printCount(tags.length, "tag")}; give each token a tag, and at least one`,
    );
  }
  return data.texts
    .flatMap((text) => cutText(text))
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "")
    .map(unmarkSentence);
}

/** A text as characters without marks, and the marks as their tags. */
export function unmarkSentence(text: string): TaggedSentence {
  const { letters, marks } = splitMarks(text);
  return { tokens: letters, tags: marks };
}

/** Most characters that are read at once: a long sentence. */
const longestPiece = 300;

/** A text in pieces that are not too long, with nothing left out: at the ends of lines, after sentences where there are any, else between words. */
export function cutText(text: string, most: number = longestPiece): readonly string[] {
  return (text.match(/[^\r\n]+|[\r\n]+/gu) ?? []).flatMap((line) => {
    const pieces: string[] = [];
    let rest = line;
    while (rest.length > most) {
      const head = rest.slice(0, most);
      const [whole = head] = /^[^]*[.!?…;:]\s+/u.exec(head) ?? /^[^]*\s/u.exec(head) ?? [];
      pieces.push(whole);
      rest = rest.slice(whole.length);
    }
    return rest === "" ? pieces : [...pieces, rest];
  });
}

/** Sentences of other data for a trained task, with its classes. Throws as `planTag` does for data of the other kind. */
export function prepareFor({ restore, classes }: TagTask, data: TagData): readonly PreparedSentence[] {
  return prepare(sentencesOf(data, { restore }), classes);
}

/** Throws `data/too-few-rows` where marks are to be restored and there are none. */
function checkMarks(sentences: readonly TaggedSentence[], source: string, { restore }: TagOptions): void {
  if (restore === undefined || sentences.some(({ tags }) => tags.some((tag) => tag !== noMark))) return;
  throw new RecurraError(
    "data/too-few-rows",
    `${source} has no letter with a mark, so there is nothing to restore; give text as it should be written.`,
  );
}

/** The tags of what is learned from: no other part says which there are. */
function findClasses(trained: readonly TaggedSentence[], source: string, options: TagOptions): Classes {
  checkMarks(trained, source, options);
  const tags = new Set(trained.flatMap((sentence) => sentence.tags));
  if (options.restore !== undefined) tags.add(noMark);
  return buildClasses(tags);
}

/** What sentences that are equal (without marks and case) have in common. */
function keyOf({ tokens }: TaggedSentence): string {
  return tokens.join("\n").toLowerCase();
}

/** Equal sentences fall into one part, so that none of the test is seen in training. */
function splitSentences(sentences: readonly TaggedSentence[], options: TagOptions): TaskParts {
  const split = splitByKey(sentences.map(keyOf), {
    what: "different sentences",
    seed: options.seed ?? 1,
    test: options.test ?? defaults.heldBack,
    validation: options.validation ?? defaults.heldBack,
  });
  return partsOfSplit(split);
}

function prepare(sentences: readonly TaggedSentence[], classes: Classes): readonly PreparedSentence[] {
  const numbers = new Map(classes.names.map((name) => [name, numberOfClass(classes, name)]));
  let start = 0;
  return sentences.map(({ tokens, tags }) => {
    start += tokens.length;
    const own = Int32Array.from(tags, (tag) => numbers.get(tag.normalize("NFC")) ?? -1);
    return { tokens, tags, start: start - tokens.length, classes: own };
  });
}

/** The marks that each letter of the training sentences has, in lower case, where it ever has one; it may always have none. */
function findPossible(sentences: readonly PreparedSentence[], { names }: Classes): NonNullable<TagTask["possible"]> {
  const none = names.indexOf(noMark);
  const found = new Map<string, Set<number>>();
  for (const { tokens, classes } of sentences) {
    tokens.forEach((token, at) => {
      const key = token.toLowerCase();
      const own = found.get(key) ?? new Set<number>([none]);
      found.set(key, own.add(known(classes[at], "a class")));
    });
  }
  const several = [...found].filter(([, own]) => own.size > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    tokens: several.map(([token]) => token),
    classes: several.map(([, own]) => [...own].sort((a, b) => a - b)),
  };
}

/** The training sentences with the usual marks of their words, as all others of the text would have them. */
function readUsual(
  sentences: readonly PreparedSentence[],
  { names }: Classes,
  counts: FormCounts,
): readonly (readonly string[])[] {
  const predicted = predictUsualOfOthers(sentences, { keys: sentences.map(keyOf), counts, unit: "character" });
  return sentences.map(({ tokens }, n) => markTokens(tokens, known(predicted[n], "classes"), names));
}

/** All sentences one after another, with what is read of each. Only tokens that leave a choice count, and whose class is known. */
function layOut(
  sentences: readonly PreparedSentence[],
  read: readonly (readonly string[])[],
  { vocabulary, possible }: TagTask,
): SequenceData {
  const total = sentences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const inputs = new Int32Array(total);
  const targets = new Int32Array(total);
  const weights = new Float32Array(total).fill(1);
  const isOpen = possible === undefined ? undefined : new Set(possible.tokens);
  for (const [n, { tokens, start, classes }] of sentences.entries()) {
    inputs.set(numberTokens(vocabulary, known(read[n], "what is read")), start);
    tokens.forEach((token, at) => {
      const own = known(classes[at], "a class");
      targets[start + at] = Math.max(0, own);
      weights[start + at] = own >= 0 && (isOpen === undefined || isOpen.has(token.toLowerCase())) ? 1 : 0;
    });
  }
  return {
    kind: "sequences",
    inputs,
    inputSize: 1,
    starts: Int32Array.from(sentences, ({ start }) => start),
    lengths: Int32Array.from(sentences, ({ tokens }) => tokens.length),
    targets,
    targetSize: 1,
    perStep: true,
    weights,
    buckets: defaults.buckets,
  };
}
