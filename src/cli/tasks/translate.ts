/** Translating on the command line: texts of one column into those of another. */
import {
  alignTable,
  mostBeamWidth,
  attentionNames,
  collectExamples,
  createTable,
  evaluateTranslator,
  explainTranslate,
  nameTranslateBaseline,
  printCount,
  printQuantity,
  readTexts,
  translateTexts,
} from "../../node.ts";
import type {
  AttentionName,
  SearchChoice,
  Table,
  TranslateEvaluation,
  TranslateOptions,
  TranslatePlan,
  TranslateScores,
  TranslateTypes,
  Translation,
  Translator,
} from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import { someRows } from "../fast-form.ts";
import { chooseFormat } from "../output-format.ts";
import type { PredictFlags } from "../predict.ts";
import { rulesOfTexts } from "../place.ts";
import { checkRuleOfTexts, oneOf, openData, readColumns, readingChoice, tellNotes } from "../read-data.ts";
import type { ReadingFlags } from "../read-data.ts";
import { UsageError } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { positiveOrZero, share, whole } from "../values.ts";
import { needData } from "./command-task.ts";
import type { CommandTask, Given, GivenAgain, TaskOption } from "./command-task.ts";
import { describeParts, describeTable, tellMaySeen, tellWithoutBaselines } from "./describe-data.ts";
import { readTextsToTell, tellLongest, tellShareUnknown, tellUnknown } from "./read-texts.ts";
import { embedding, heldBack, input, lowercase, reading, target, tie } from "./shared-options.ts";

type Unit = NonNullable<TranslateOptions["sourceUnit"]>;

interface SearchFlags {
  readonly beam?: number;
  readonly lengthPenalty?: number;
}

interface TrainTranslateFlags extends TrainFlags, ReadingFlags, SearchFlags {
  readonly source?: string;
  readonly target?: readonly string[];
  readonly sourceUnit?: Unit;
  readonly targetUnit?: Unit;
  readonly lowercase?: boolean;
  readonly attention?: AttentionName;
  readonly embedding?: number;
  readonly tie?: boolean;
  readonly smoothing?: number;
  readonly scheduledSampling?: number;
  readonly test?: number;
  readonly validation?: number;
}

interface PredictTranslateFlags extends PredictFlags, SearchFlags {
  readonly input?: string;
}

interface EvaluateTranslateFlags extends EvaluateFlags, SearchFlags {}

interface TranslateCommand {
  readonly task: TranslateTypes;
  readonly train: TrainTranslateFlags;
  readonly predict: PredictTranslateFlags;
  readonly evaluate: EvaluateTranslateFlags;
  readonly scores: TranslateEvaluation;
}

const unit = oneOf(["word", "character"]);

/** How answers are looked for. */
const search: readonly TaskOption[] = [
  {
    flags: "--beam <WIDTH>",
    description: "answers followed side by side; 1 takes the likeliest token each time (default: 5)",
    parse: whole(1, mostBeamWidth),
  },
  {
    flags: "--length-penalty <NUMBER>",
    description: "how much longer answers are favoured, 0 not at all (default: 1)",
    parse: positiveOrZero,
  },
];

const examples = `
  $ recurra train pairs.tsv --task translate --source English --target Vietnamese
      learns to say in the one column's language what stands in the other
  $ recurra train words.tsv --task translate --source word --target phonemes --source-unit character
      letters to phonemes; summaries and replies are the same with other columns`;

export const translateCommand: CommandTask<TranslateCommand> = {
  kind: "translate",
  names: ["translate"],
  called: "--task translate",
  heading: "Texts to texts (--task translate)",
  summary: "the text of one column from that of another: translations, pronunciations, summaries, replies",
  examples,
  shownBy: "node examples/translate.js",
  fast: {
    flags: { hidden: 32, embedding: 32, epochs: 8, rate: 0.008, beam: 1 },
    cut: (table) => someRows(table, 1000, "pairs"),
  },
  options: {
    train: [
      { flags: "--source <COLUMN>", description: "the column of the texts that are read" },
      target,
      {
        flags: "--source-unit <UNIT>",
        description: "what a text is read as: word or character (default: word)",
        parse: unit,
      },
      {
        flags: "--target-unit <UNIT>",
        description: "what a text is written as: word or character (default: word)",
        parse: unit,
      },
      lowercase,
      {
        flags: "--attention <KIND>",
        description: `how the source is looked at: ${attentionNames.join(", ")} (default: general)`,
        parse: oneOf(attentionNames),
      },
      embedding,
      tie,
      { flags: "--smoothing <SHARE>", description: "share of label smoothing (default: 0.1)", parse: share },
      {
        flags: "--scheduled-sampling <SHARE>",
        description: "share of its own tokens that the decoder is given by the end of training (default: 0)",
        parse: share,
      },
      ...search,
      ...heldBack,
      ...reading,
    ],
    predict: [input, ...search],
    evaluate: search,
  },
  rules: rulesOfTexts,
  claims: () => false,
  check: (flags) => {
    if (flags.source === undefined || flags.target?.length !== 1)
      throw new UsageError("say what is read and what is to be said: --source COLUMN --target COLUMN");
    if (flags.source === flags.target[0])
      throw new UsageError(`--source and --target are both ${flags.source}; give two columns`);
    checkRuleOfTexts(flags);
  },
  read,
  readAgain,
  describe,
  printScores: (evaluation, title) => [printTranslateScores(evaluation, title), "", explainTranslate(evaluation)],
  scoresAsJson: ({ samples, ...scores }) => ({
    ...scores,
    kind: undefined,
    samples: samples.map(({ text, source, references }) => ({ source: source.join(" "), text, references })),
  }),
  untested: "No texts were kept for a test, so nothing can be said about how good it is (--test).",
  suggest: ({ model, plan, data }) => [
    `predict ${model} --input "${plan.examples[plan.parts.test[0] ?? 0]?.source.replaceAll('"', "'") ?? "a text"}"`,
    `evaluate ${model} ${data}`,
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
}: Given<TrainTranslateFlags>): Promise<{ readonly data: Table; readonly options: TranslateOptions }> {
  const { source = "", target: [own = ""] = [] } = flags;
  const data = await openData(needData(file), readingChoice(flags));
  const options: TranslateOptions = {
    ...(await learningOptions(flags)),
    source,
    target: own,
    sourceUnit: flags.sourceUnit,
    targetUnit: flags.targetUnit,
    lowercase: flags.lowercase,
    attention: flags.attention,
    embedding: flags.embedding,
    tie: flags.tie,
    smoothing: flags.smoothing,
    scheduledSampling: flags.scheduledSampling,
    search: searchOf(flags),
    test: flags.test,
    validation: flags.validation,
    reading: readingChoice(flags),
  };
  return {
    data: tellNotes(await readColumns(data, flags, { columns: [source, own], texts: [source, own] }), terminal),
    options,
  };
}

async function readAgain({ file, job, terminal }: GivenAgain<TranslateCommand>): Promise<Table> {
  return readPairs(job, needData(file), terminal);
}

async function readPairs({ task }: Translator, file: string, terminal: Given<object>["terminal"]): Promise<Table> {
  const data = await openData(file, task.reading);
  return tellNotes(await data.read(task.reading), terminal);
}

function describe({ task, table, parts, examples: own }: TranslatePlan): readonly string[] {
  const { source, target: written } = task.vocabularies;
  return [
    describeTable(table),
    `translate ${task.source} (${printQuantity(source.entries.length)} ${source.unit}s) into ${task.target} (${printQuantity(written.entries.length)} ${written.unit}s)`,
    `          ${printQuantity(own.length)} different texts, split by text: ${describeParts(parts, "text")}`,
  ];
}

function printTranslateScores(evaluation: TranslateEvaluation, title: string): string {
  const row = (who: string, { bleu, exact, errorRate }: TranslateScores) => ({ who, bleu, exact, errors: errorRate });
  const rows = [
    row("model", evaluation.model),
    ...Object.entries(evaluation.baselines).map(([name, scores]) => row(nameTranslateBaseline(name), scores)),
  ];
  const columns = [
    { key: "who", title: "" },
    { key: "bleu", title: "BLEU", decimals: 1 },
    { key: "exact", title: "exactly right", unit: "share" as const },
    { key: "errors", title: `${evaluation.unit} errors`, unit: "share" as const },
  ];
  const samples = evaluation.samples
    .slice(0, 5)
    .map(({ source, text, references }) => `  ${source.join(" ")}\n    → ${text}\n    (${references.join(" | ")})`);
  return `${title}, ${printCount(evaluation.count, "text")}:\n${alignTable(rows, columns, { indent: "  " })}\n\n${samples.join("\n")}`;
}

function describeJob({ task }: Translator, source: string): readonly string[] {
  const { vocabularies, search: how } = task;
  return [
    `${source}: translates ${task.source} into ${task.target}`,
    `  reads    ${vocabularies.source.entries.length} ${vocabularies.source.unit}s`,
    `  says     ${vocabularies.target.entries.length} ${vocabularies.target.unit}s`,
    `  search   a beam of ${how.width}, length penalty ${how.lengthPenalty}`,
  ];
}

function searchOf({ beam, lengthPenalty }: SearchFlags): Partial<SearchChoice> {
  return {
    ...(beam === undefined ? {} : { width: beam }),
    ...(lengthPenalty === undefined ? {} : { lengthPenalty }),
  };
}

async function predict(
  translator: Translator,
  { file, flags, terminal }: Given<PredictTranslateFlags>,
): Promise<Table | string> {
  if (flags.input !== undefined) {
    if (file !== undefined) throw new UsageError("--input is one text and DATA a file of them; give one of the two");
    tellUnknown(translator.task.vocabularies.source, flags.input, terminal);
    const [found] = translateTexts(translator, [flags.input], { ...searchOf(flags), from: "--input" });
    const isPlain = chooseFormat(flags) === undefined;
    return isPlain ? (found?.text ?? "") : tabulate(translator, [flags.input], found === undefined ? [] : [found]);
  }
  const { task } = translator;
  const table = await readTextsToTell(needData(file), { reading: task.reading, column: task.source }, terminal);
  tellShareUnknown(task.vocabularies.source, table, task.source, terminal);
  tellLongest(task.vocabularies.source, table, task.source, terminal);
  const texts = readTexts(table, task.source);
  const found = translateTexts(translator, texts, { ...searchOf(flags), from: table.origin.source });
  return tabulate(translator, texts, found);
}

function tabulate({ task }: Translator, texts: readonly string[], found: readonly Translation[]): Table {
  return createTable([
    { kind: "text", name: task.source, values: texts },
    { kind: "text", name: `${task.target} predicted`, values: found.map(({ text }) => text) },
    { kind: "number", name: "score", values: Float64Array.from(found, ({ score }) => Number(score.toPrecision(6))) },
  ]);
}

async function evaluate(
  translator: Translator,
  { file, flags, terminal }: Given<EvaluateTranslateFlags>,
): Promise<TranslateEvaluation> {
  const table = await readPairs(translator, needData(file), terminal);
  const evaluation = evaluateTranslator(translator, collectExamples(table, translator.task), searchOf(flags));
  tellMaySeen(terminal);
  tellWithoutBaselines("word-for-word translations and those of the most similar source", terminal);
  return evaluation;
}
