/** Reading texts on the command line: a class or a number of each. */
import {
  alignTable,
  createTable,
  drawReliability,
  evaluateTexts,
  explainReading,
  explainText,
  labelTexts,
  printCount,
  printQuantity,
  writeWhole,
} from "../../node.ts";
import type {
  Table,
  TextExplanation,
  TextReader,
  TextsEvaluation,
  TextsOptions,
  TextsPlan,
  TextsTypes,
  Vocabulary,
} from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import { someRows } from "../fast-form.ts";
import { paintText } from "../paint.ts";
import type { PredictFlags } from "../predict.ts";
import { rulesOfTexts } from "../place.ts";
import { checkRuleOfTexts, oneOf, openData, readColumns, readingChoice, tellNotes } from "../read-data.ts";
import type { ReadingFlags } from "../read-data.ts";
import { UsageError } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { numbers, share, whole } from "../values.ts";
import { needData } from "./command-task.ts";
import type { CommandTask, Given, GivenAgain, TaskOption } from "./command-task.ts";
import { describeParts, describeTable, tellMaySeen, tellWithoutBaselines } from "./describe-data.ts";
import { printClassScores } from "./print-classes.ts";
import { readTextsToTell, tellShareUnknown, tellUnknown } from "./read-texts.ts";
import { chart, embedding, heldBack, input, label, reading, target, text, unit, vocabulary } from "./shared-options.ts";

interface TrainTextsFlags extends TrainFlags, ReadingFlags {
  readonly text?: string;
  readonly target?: readonly string[];
  readonly label?: string;
  readonly cuts?: readonly number[];
  readonly unit?: Vocabulary["unit"];
  readonly keepCase?: boolean;
  readonly vocabulary?: number;
  readonly longest?: number;
  readonly embedding?: number;
  readonly wordDropout?: number;
  readonly pooling?: "max" | "mean" | "last" | "final";
  readonly oneDirection?: boolean;
  readonly test?: number;
  readonly validation?: number;
}

interface PredictTextsFlags extends PredictFlags {
  readonly input?: string;
  readonly explain?: boolean;
}

interface TextsCommand {
  readonly task: TextsTypes;
  readonly train: TrainTextsFlags;
  readonly predict: PredictTextsFlags;
  readonly evaluate: EvaluateFlags;
  readonly scores: TextsEvaluation;
}

const trainOptions: readonly TaskOption[] = [
  text,
  target,
  label,
  unit,
  ...heldBack,
  ...reading,
  chart,
  {
    flags: "--cuts <NUMBERS>",
    description: "make classes of a column of numbers by cutting it there, such as 0 for the sign",
    parse: numbers,
  },
  { flags: "--keep-case", description: "tell capitals from small letters" },
  vocabulary,
  {
    flags: "--longest <COUNT>",
    description: "words or characters of a text that are read (default: what 19 of 20 texts have, at most 300 or 1000)",
    parse: whole(1),
  },
  embedding,
  {
    flags: "--word-dropout <SHARE>",
    description: "share of words that are unknown while learning, others in each epoch (default: 0.2)",
    parse: share,
  },
  {
    flags: "--pooling <HOW>",
    description: "how steps become one vector: max, mean, last, or final (each direction's last; default: max)",
    parse: oneOf(["max", "mean", "last", "final"]),
  },
  { flags: "--one-direction", description: "read texts from the front only, not from both ends" },
];

const examples = `
  $ recurra train reviews.tsv --task classify --text review --target stars
      which class a text has, such as its mood or topic; with --task regress a number
  $ recurra train snippets.txt --columns id,rating,text --text text --target rating --cuts 0
      a file without a line of names; below 0 and from 0 as classes`;

export const textsCommand: CommandTask<TextsCommand> = {
  kind: "texts",
  names: ["classify", "regress"],
  called: "texts (--text COLUMN)",
  heading: "A class or a number of texts (--task classify or regress, --text COLUMN)",
  summary: "with --text: which class a text has, or (regress) which number",
  examples,
  shownBy: "node examples/classify.js",
  fast: {
    flags: { hidden: 16, embedding: 16, epochs: 4, longest: 60, rate: 0.01, batch: 16 },
    cut: (table) => someRows(table, 1000, "texts"),
  },
  options: {
    train: trainOptions,
    predict: [
      input,
      { flags: "--explain", description: "with --input: what each word of the text does to what is told of it" },
    ],
    evaluate: [chart],
  },
  rules: rulesOfTexts,
  claims: (flags) => flags.text !== undefined,
  check,
  read,
  readAgain,
  describe,
  printScores: (evaluation, title) => [printTextScores(evaluation, title), "", explainReading(evaluation)],
  scoresAsJson: (evaluation) => ({ ...evaluation, kind: undefined }),
  untested: "No texts were kept for a test, so nothing can be said about how good it is (--test).",
  suggest: ({ model, data }) => [
    `predict ${model} --input "a text of yours" --explain`,
    `predict ${model} ${data}`,
    `inspect ${model}`,
  ],
  drawChart: (plan, { test }) => drawSureness(test, plan.table.origin.source),
  describeJob,
  memoryOf: ({ task }) => ({
    steps: task.longest,
    loss: task.answer.kind === "class" ? { kind: "cross-entropy" } : { kind: "mean-squared" },
  }),
  predict,
  evaluate,
};

function check(flags: TrainTextsFlags): void {
  if (flags.text === undefined) throw new UsageError("say which column holds the texts: --text COLUMN");
  if (flags.target !== undefined && flags.label !== undefined)
    throw new UsageError("--target and --label both name what is to be told; give one of them");
  if (flags.label === undefined && flags.target?.length !== 1)
    throw new UsageError("say what is to be told of a text: one --target COLUMN");
  checkRuleOfTexts(flags);
  if (flags.cuts !== undefined && flags.task === "regress")
    throw new UsageError("--cuts makes classes, and --task regress tells numbers; leave one of them out");
  if (flags.chart !== undefined && flags.test === 0)
    throw new UsageError("--chart draws the test texts, but --test 0 keeps none; leave one of them out");
  if (flags.bidirectional === true)
    throw new UsageError(
      "--bidirectional is how texts are read as it is; leave it out, or read them from the front only with --one-direction",
    );
}

async function read({
  file,
  flags,
  terminal,
}: Given<TrainTextsFlags>): Promise<{ readonly data: Table; readonly options: TextsOptions }> {
  const options: TextsOptions = {
    ...(await learningOptions(flags)),
    text: flags.text ?? "",
    target: flags.label ?? flags.target?.[0] ?? "",
    answer: flags.task === "regress" ? "number" : flags.task === "classify" ? "class" : undefined,
    cuts: flags.cuts,
    unit: flags.unit,
    lowercase: flags.keepCase === true ? false : undefined,
    vocabularySize: flags.vocabulary,
    longest: flags.longest,
    embedding: flags.embedding,
    wordDropout: flags.wordDropout,
    pooling: flags.pooling,
    bidirectional: flags.oneDirection === true ? false : undefined,
    test: flags.test,
    validation: flags.validation,
    reading: readingChoice(flags),
  };
  const data = await openData(needData(file), readingChoice(flags));
  const columns = [options.text, options.target];
  return { data: tellNotes(await readColumns(data, flags, { columns, texts: [options.text] }), terminal), options };
}

async function readAgain({ file, job, terminal }: GivenAgain<TextsCommand>): Promise<Table> {
  const { reading: own } = job.task;
  return tellNotes(await (await openData(needData(file), own)).read(own), terminal);
}

function describe({ task, table, tokens, parts }: TextsPlan): readonly string[] {
  const { answer, vocabulary, longest, target: own } = task;
  const { unit: piece, entries } = vocabulary;
  const unknown = tokens.values.reduce((sum, token) => sum + (token === 1 ? 1 : 0), 0) / tokens.values.length;
  const cut = tokens.starts.filter(
    (start, at) => (tokens.starts[at + 1] ?? tokens.values.length) - start > longest,
  ).length;
  const what =
    answer.kind === "number"
      ? `regress   texts to ${own}`
      : `classify  texts by ${own}: ${answer.classes.names.length} classes (${nameSome(answer.classes.names)})`;
  return [
    describeTable(table),
    what,
    `texts     up to ${longest} ${piece}s of each${cut === 0 ? "" : ` (${printQuantity(cut)} are longer)`}; ${printQuantity(entries.length - 2)} ${piece}s known, ${printQuantity(unknown, "share")} of all unknown`,
    `          ${describeParts(parts, "text")}`,
  ];
}

function nameSome(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
}

function printTextScores(evaluation: TextsEvaluation, title: string): string {
  if (evaluation.of === "class") {
    const { scores, bag } = evaluation;
    return printClassScores(scores, title, bag === undefined ? [] : [bag]);
  }
  const { scores, bag } = evaluation;
  const rows = [
    { who: "model", mae: scores.meanAbsoluteError, rmse: scores.rootMeanSquaredError, r: scores.correlation },
    ...(bag === undefined
      ? []
      : [{ who: bag.name, mae: bag.meanAbsoluteError, rmse: bag.rootMeanSquaredError, r: bag.correlation }]),
    {
      who: `always ${printQuantity(scores.mean.value)}`,
      mae: scores.mean.meanAbsoluteError,
      rmse: scores.mean.rootMeanSquaredError,
    },
  ];
  const columns = [
    { key: "who", title: "" },
    { key: "mae", title: "mean abs. error" },
    { key: "rmse", title: "root mean sq. error" },
    { key: "r", title: "correlation", decimals: 3 },
  ];
  return `${title}, ${printCount(scores.count, "text")}:\n${alignTable(rows, columns, { indent: "  " })}`;
}

function describeJob({ task }: TextReader, source: string): readonly string[] {
  const { answer, vocabulary, longest, text: column, target: own } = task;
  return [
    answer.kind === "class"
      ? `${source}: classifies the texts of ${column} by ${own}`
      : `${source}: tells the number ${own} of the texts of ${column}`,
    ...(answer.kind === "class" ? [`  classes  ${answer.classes.names.join(", ")}`] : []),
    `  texts    up to ${longest} ${vocabulary.unit}s, ${printQuantity(vocabulary.entries.length - 2)} of them known`,
  ];
}

function drawSureness(evaluation: TextsEvaluation | undefined, source: string): string {
  if (evaluation === undefined) throw new UsageError("--chart draws the test texts, but none were kept; give --test");
  if (evaluation.of === "number")
    throw new UsageError("--chart draws how sure classes are, and this model tells numbers");
  const { bins, error } = evaluation.scores.calibration;
  return drawReliability({ title: `Reliability on texts of ${source}`, bins, error });
}

async function predict(
  reader: TextReader,
  { file, flags, terminal }: Given<PredictTextsFlags>,
): Promise<Table | string> {
  const { text: column, reading: own } = reader.task;
  if (flags.input === undefined) {
    if (flags.explain === true) throw new UsageError("--explain explains one text; give it with --input TEXT");
    const table = await readTextsToTell(needData(file), { reading: own, column }, terminal);
    tellShareUnknown(reader.task.vocabulary, table, column, terminal);
    return labelTexts(reader, table);
  }
  if (file !== undefined) throw new UsageError(`--input is a text and ${file} a file of them; give one of them`);
  tellUnknown(reader.task.vocabulary, flags.input, terminal);
  if (flags.explain !== true)
    return labelTexts(reader, createTable([{ kind: "text", name: column, values: [flags.input] }], inputOrigin));
  const explanation = explainText(reader, flags.input);
  return flags.json === true
    ? JSON.stringify(explanation)
    : printExplanation(explanation, terminal.hasColours === true);
}

/** What messages call a text of the command line. */
const inputOrigin = { source: "--input", rows: Int32Array.of(1) };

/** What is told, the text in colours where there are any, and each word with its effect, the strongest first. */
function printExplanation({ prediction, pieces }: TextExplanation, hasColours: boolean): string {
  const isClass = prediction.kind === "class";
  const shown = isClass
    ? `${prediction.name} (${printQuantity(prediction.probability, "share", 0)})`
    : printQuantity(prediction.value);
  const rows = pieces
    .flatMap(({ text: word, effect }) => (effect === undefined ? [] : [{ word, effect }]))
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  const columns = [{ key: "word" }, { key: "effect", decimals: 2 }];
  const how = isClass
    ? `Effect: by how much the log-odds of "${prediction.name}" fall when the word is unknown (leave one out).`
    : "Effect: by how much the number falls when the word is unknown (leave one out).";
  return [
    shown,
    ...(hasColours ? ["", paintText(pieces)] : []),
    "",
    alignTable(rows, columns, { indent: "  " }),
    "",
    how,
  ].join("\n");
}

async function evaluate(reader: TextReader, { file, flags, terminal }: Given<EvaluateFlags>): Promise<TextsEvaluation> {
  const { reading: own } = reader.task;
  const data = await openData(needData(file), own);
  const evaluation = evaluateTexts(reader, tellNotes(await data.read(own), terminal));
  tellMaySeen(terminal);
  tellWithoutBaselines("a bag of words", terminal);
  if (flags.chart !== undefined) {
    await writeWhole(flags.chart, drawSureness(evaluation, data.source));
    terminal.say(`chart written to ${flags.chart}`);
  }
  return evaluation;
}
