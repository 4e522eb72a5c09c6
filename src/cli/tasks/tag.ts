/** Tags of tokens and marks of letters on the command line. */
import path from "node:path";
import {
  alignTable,
  createTable,
  decodeText,
  evaluateTagger,
  explainTags,
  looksTagged,
  parseTagged,
  printCount,
  printQuantity,
  printTagged,
  readBytes,
  readTexts,
  RecurraError,
  restoreText,
  restoreTexts,
  tagSentences,
  tagText,
} from "../../node.ts";
import type {
  Table,
  TableRow,
  TagData,
  TagEvaluation,
  TaggedSentence,
  TaggedText,
  TagLayout,
  TagOptions,
  TagPlan,
  TagScores,
  TagTypes,
  Tagger,
} from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import { spreadEvenly } from "../fast-form.ts";
import type { Cut } from "../fast-form.ts";
import { chooseFormat } from "../output-format.ts";
import type { PredictFlags } from "../predict.ts";
import { rulesOfTexts } from "../place.ts";
import { checkRuleOfTexts, oneOf, openData, readingChoice, tellNotes } from "../read-data.ts";
import type { ReadingFlags } from "../read-data.ts";
import { UsageError } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { whole } from "../values.ts";
import { needData } from "./command-task.ts";
import type { CommandTask, Given, GivenAgain } from "./command-task.ts";
import { describeParts, tellMaySeen } from "./describe-data.ts";
import { embedding, heldBack, input, reading, text } from "./shared-options.ts";

interface ReadFlags extends ReadingFlags {
  readonly text?: string;
}

interface TrainTagFlags extends TrainFlags, ReadFlags {
  readonly restore?: "diacritics";
  readonly baseTags?: boolean;
  readonly causal?: boolean;
  readonly embedding?: number;
  readonly words?: number;
  readonly test?: number;
  readonly validation?: number;
}

interface PredictTagFlags extends PredictFlags {
  readonly input?: string;
  readonly tagged?: boolean;
}

interface EvaluateTagFlags extends EvaluateFlags, ReadFlags {}

interface TagCommand {
  readonly task: TagTypes;
  readonly train: TrainTagFlags;
  readonly predict: PredictTagFlags;
  readonly evaluate: EvaluateTagFlags;
  readonly scores: TagEvaluation;
}

const examples = `
  $ recurra train vi.txt --task tag --restore diacritics --out marks.safetensors
      learns to put the marks on Vietnamese letters, from text that has them: a sentence or more a line
  $ recurra train words.tsv --task tag
      learns the tag of each word, from a token and its tag a line, or lines of word/TAG`;

export const tagCommand: CommandTask<TagCommand> = {
  kind: "tag",
  names: ["tag"],
  called: "--task tag",
  heading: "Tags of words, marks of letters (--task tag)",
  summary: "a tag for each word, or the marks of each letter",
  examples,
  shownBy: "node examples/tag.js",
  fast: { flags: { hidden: 32, layers: 1, embedding: 32, epochs: 6, batch: 16, rate: 0.01 }, cut },
  options: {
    train: [
      {
        flags: "--restore <WHAT>",
        description: "diacritics: learn the marks of letters from text that has them",
        parse: oneOf(["diacritics"]),
      },
      text,
      ...reading,
      { flags: "--base-tags", description: "cut tags at -, +, * and $, as those of the Brown corpus are made up" },
      { flags: "--causal", description: "read forwards only, so that tags can be told token by token" },
      embedding,
      {
        flags: "--words <COUNT>",
        description: "most words known as such, the others by their ending (default: 20000)",
        parse: whole(1),
      },
      ...heldBack,
    ],
    predict: [
      input,
      {
        flags: "--tagged",
        description: "the text has tags, as the training file had them: leave them out, and tag anew",
      },
    ],
    evaluate: [text, ...reading],
  },
  rules: rulesOfTexts,
  claims: (flags) => flags.restore !== undefined,
  check: (flags) => {
    if (flags.restore === undefined && flags.text !== undefined)
      throw new UsageError("--text names a column of texts for --restore diacritics; files of tags have none");
    if (flags.restore !== undefined && flags.baseTags === true)
      throw new UsageError("--base-tags cuts tags, and --restore diacritics has none; give one of them");
    checkRuleOfTexts(flags);
  },
  read,
  readAgain,
  describe,
  printScores: (evaluation, title) => [printTagScores(evaluation, title), "", explainTags(evaluation)],
  scoresAsJson: (evaluation) => ({ ...evaluation, kind: undefined }),
  rowCalled: () => "sentence",
  untested: "No sentences were kept for a test, so nothing can be said about how good it is (--test).",
  suggest: ({ plan, model }) => [
    plan.task.restore === undefined
      ? `predict ${model} --input "The text to tag."`
      : `predict ${model} --input "toi la bac si"`,
    `inspect ${model}`,
  ],
  describeJob,
  memoryOf: () => ({ loss: { kind: "cross-entropy" } }),
  predict,
  evaluate,
};

async function read({
  file,
  flags,
  terminal,
}: Given<TrainTagFlags>): Promise<{ readonly data: TagData; readonly options: TagOptions }> {
  const { restore, causal, embedding: size, words, baseTags, test, validation } = flags;
  const options: TagOptions = {
    ...(await learningOptions(flags)),
    restore,
    causal,
    embedding: size,
    words,
    baseTags,
    test,
    validation,
  };
  return { data: await readData(needData(file), { ...flags, ...options }, terminal), options };
}

async function readAgain({ file, flags, options, terminal }: GivenAgain<TagCommand>): Promise<TagData> {
  return readData(needData(file), { ...flags, ...options }, terminal);
}

/** What is read, and how. */
interface DataChoice extends ReadFlags, Pick<TagOptions, "restore" | "baseTags"> {}

/** Texts (the lines of a file, or a column of a table) or tagged sentences. Throws `data/…` naming the line of what is not one. */
async function readData(file: string, given: DataChoice, terminal: Terminal): Promise<TagData> {
  const { restore, baseTags, text: column } = given;
  const source = path.basename(file);
  if (restore !== undefined && column !== undefined) {
    const choice = readingChoice(given);
    const data = await openData(file, choice);
    const table = tellNotes(await data.read({ ...choice, columns: [column], texts: [column] }), terminal);
    return { kind: "texts", source, texts: readTexts(table, column) };
  }
  const whole = decodeText(await readBytes(file), { source });
  if (restore === undefined) return parseTagged(whole, { source, baseTags });
  return { kind: "texts", source, texts: whole.split(/[\r\n]+/u) };
}

/** Sentences that a first look takes. */
const mostSentences = 1000;

function cut(data: TagData): Cut<TagData> {
  const pick = <T>(all: readonly T[]): readonly T[] =>
    Array.from(spreadEvenly(all.length, mostSentences), (at) => all[at]).filter((one) => one !== undefined);
  if (data.kind === "texts") {
    const texts = pick(data.texts);
    return { data: { ...data, texts }, kept: texts.length, all: data.texts.length, items: "texts" };
  }
  const sentences = pick(data.sentences);
  return { data: { ...data, sentences }, kept: sentences.length, all: data.sentences.length, items: "sentences" };
}

function describe({ task, source, sentences, parts, options }: TagPlan): readonly string[] {
  const { vocabulary, classes, restore } = task;
  const known = `${printQuantity(vocabulary.entries.length - 2)} ${restore === undefined ? "words and endings" : "characters"} known`;
  const what =
    restore === undefined
      ? `tag       each word with one of ${classes.names.length} tags`
      : `restore   the marks of letters: ${classes.names.length - 1} and none`;
  return [
    `data      ${source}: ${printCount(sentences.length, "sentence")}`,
    `${what}; ${known}${options.causal === true ? "; read forwards only" : ""}`,
    `          ${describeParts(parts, "sentence")}`,
  ];
}

function printTagScores(evaluation: TagEvaluation, title: string): string {
  const { of, words, tokens, sentences, model, usual, unknown, confusions } = evaluation;
  const row = (who: string, scores: TagScores): TableRow => ({ who, ...scores });
  const scores = alignTable(
    [row("model", model), row(of === "tags" ? "usual tag of each word" : "usual form of each word", usual)],
    [
      { key: "who", title: "" },
      { key: "words", unit: "share" },
      ...(of === "marks" ? [{ key: "tokens", title: "letters", unit: "share" }] : []),
      { key: "sentences", unit: "share" },
      { key: "macroF1", title: "macro F1", decimals: 3 },
    ],
    { indent: "  " },
  );
  const mistakes = confusions.map(({ truth, predicted, count }): TableRow => ({ truth, predicted, count }));
  const counts = `${printCount(words, "word")}${of === "marks" ? ` of ${printCount(tokens, "letter")}` : ""} in ${printCount(sentences, "sentence")}`;
  return [
    `${title}, ${counts}; what is right:\n${scores}`,
    ...(unknown.tokens === 0
      ? []
      : [
          `\n${printQuantity(unknown.tokens)} ${of === "tags" ? "words have tags" : "letters have marks"} that training never saw, and count as mistakes: ${unknown.tags.slice(0, 8).join(", ")}${unknown.tags.length > 8 ? ", …" : ""}.`,
        ]),
    ...(mistakes.length === 0
      ? []
      : [
          `\nMost frequent mistakes:\n${alignTable(mistakes, [{ key: "truth" }, { key: "predicted" }, { key: "count" }], { indent: "  " })}`,
        ]),
  ].join("\n");
}

function describeJob({ task }: Tagger, source: string): readonly string[] {
  const { restore, classes, vocabulary } = task;
  return restore === undefined
    ? [
        `${source}: tags words`,
        `  tags     ${classes.names.join(", ")}`,
        `  words    ${printQuantity(vocabulary.entries.length - 2)} words and endings known`,
      ]
    : [
        `${source}: restores the marks of letters`,
        `  letters  ${task.possible?.tokens.join(" ") ?? ""}, with ${classes.names.length - 1} different marks`,
      ];
}

const nameLayout: Readonly<Record<TagLayout, string>> = {
  columns: "a word, a tab and its tag a line",
  slashed: "word/TAG",
};

async function predict(tagger: Tagger, { file, flags, terminal }: Given<PredictTagFlags>): Promise<Table | string> {
  if (flags.input !== undefined && file !== undefined)
    throw new UsageError(`--input is a text and ${file} a file of them; give one of them`);
  const source = flags.input === undefined ? path.basename(needData(file)) : "--input";
  const whole = flags.input ?? decodeText(await readBytes(needData(file)), { source });
  if (whole.trim() === "") throw new RecurraError("data/empty-sequence", `${source}: the text is empty; give one.`);
  const isPlain = chooseFormat(flags) === undefined;
  if (tagger.task.restore !== undefined) {
    if (flags.tagged === true) throw new UsageError("--tagged is for models of tags; this one restores marks");
    if (isPlain) return restoreText(tagger, whole);
    const texts = whole.split(/[\r\n]+/u).filter((line) => line.trim() !== "");
    return createTable([
      { kind: "text", name: "text", values: texts },
      { kind: "text", name: "restored", values: restoreTexts(tagger, texts) },
    ]);
  }
  const { layout = "columns" } = tagger.task;
  if (flags.tagged !== true && looksTagged(whole, layout))
    terminal.say(`note: this looks tagged (${nameLayout[layout]}); --tagged leaves the tags out`);
  const sentences =
    flags.tagged === true
      ? tagSentences(
          tagger,
          readTagged(tagger, whole, source).sentences.map(({ tokens }) => tokens),
        )
      : tagText(tagger, whole);
  return isPlain ? printTagged(sentences, layout) : tabulate(sentences);
}

/** A text with tags, in the layout of the one that was learned from. Throws `data/ragged-row` naming the line that is another. */
function readTagged({ task: { layout, baseTags } }: Tagger, text: string, source: string): TaggedText {
  return parseTagged(text, { source, layout, baseTags });
}

/** A row a token, with the number of its sentence. */
function tabulate(sentences: readonly TaggedSentence[]): Table {
  return createTable([
    {
      kind: "number",
      name: "sentence",
      values: Float64Array.from(sentences.flatMap(({ tokens }, at) => tokens.map(() => at + 1))),
    },
    { kind: "text", name: "token", values: sentences.flatMap(({ tokens }) => tokens) },
    { kind: "text", name: "tag", values: sentences.flatMap(({ tags }) => tags) },
  ]);
}

/** Tagged sentences, or texts that have their marks. */
async function readToEvaluate(
  tagger: Tagger,
  file: string,
  flags: EvaluateTagFlags,
  terminal: Terminal,
): Promise<TagData> {
  const { restore } = tagger.task;
  if (restore !== undefined) return readData(file, { ...flags, restore }, terminal);
  const source = path.basename(file);
  return readTagged(tagger, decodeText(await readBytes(file), { source }), source);
}

async function evaluate(tagger: Tagger, { file, flags, terminal }: Given<EvaluateTagFlags>): Promise<TagEvaluation> {
  checkRuleOfTexts(flags);
  const evaluation = evaluateTagger(tagger, await readToEvaluate(tagger, needData(file), flags, terminal));
  tellMaySeen(terminal);
  return evaluation;
}
