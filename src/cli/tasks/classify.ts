/** Classifying sequences and windows of numbers on the command line. */
import { printCount, classifyTable, evaluateClassifier, explainClasses } from "../../node.ts";
import type {
  ClassEvaluation,
  Classifier,
  ClassifyOptions,
  ClassifyPlan,
  ClassifyTypes,
  Reading,
  Table,
} from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import { lastRows, someSequences } from "../fast-form.ts";
import type { PredictFlags } from "../predict.ts";
import { everyRule } from "../place.ts";
import { chooseDate, openData, readColumns, readingChoice, splitNames, tellNotes } from "../read-data.ts";
import type { DataFile, ReadingFlags } from "../read-data.ts";
import { UsageError } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { needData } from "./command-task.ts";
import type { CommandTask, Given, GivenAgain } from "./command-task.ts";
import { describeParts, describeTable, tellMaySeen } from "./describe-data.ts";
import { printClassScores } from "./print-classes.ts";
import { heldBack, label, reading, rows, target } from "./shared-options.ts";

interface TrainClassifyFlags extends TrainFlags, ReadingFlags {
  readonly target?: readonly string[];
  readonly label?: string;
  readonly sequence?: string;
  readonly features?: string;
  readonly horizon?: number;
  readonly window?: number;
  readonly date?: string;
  readonly group?: string;
  readonly scaler?: "standard" | "min-max" | "robust" | "log-standard" | "none";
  readonly test?: number;
  readonly validation?: number;
}

interface ClassifyCommand {
  readonly task: ClassifyTypes;
  readonly train: TrainClassifyFlags;
  readonly predict: PredictFlags;
  readonly evaluate: EvaluateFlags;
  readonly scores: ClassEvaluation;
}

const examples = `
  $ recurra train motions.csv --label activity --sequence recording
      classifies sequences: the rows of one recording have one activity`;

export const classifyCommand: CommandTask<ClassifyCommand> = {
  kind: "classify",
  names: ["classify"],
  called: "--label (--task classify)",
  heading: "Classes of sequences of numbers (--task classify)",
  summary: "which class a sequence or a window of rows has (the default with --label)",
  examples,
  shownBy: "docs/cli.md#classify",
  fast: {
    flags: { hidden: 16, epochs: 5 },
    cut: (table, { sequence, date, group }) =>
      sequence === undefined ? lastRows(table, { most: 1000, date, group }) : someSequences(table, sequence, 300),
  },
  options: {
    train: [
      target,
      label,
      {
        flags: "--sequence <COLUMN>",
        description: "the column that names the sequence of each row (without: windows of rows are classified)",
      },
      { flags: "--features <COLUMNS>", description: "the columns to classify by (default: all with numbers)" },
      ...rows,
      ...heldBack,
      ...reading,
    ],
  },
  rules: everyRule,
  claims: (flags) => flags.label !== undefined,
  check,
  read,
  readAgain,
  describe,
  printScores: (evaluation, title) => [printClassScores(evaluation, title), "", explainClasses(evaluation)],
  scoresAsJson: (evaluation) => ({ ...evaluation, kind: undefined }),
  untested: "No rows were kept for a test, so nothing can be said about how good it is (--test).",
  suggest: ({ model, data }) => [`predict ${model} ${data}`, `inspect ${model}`],
  describeJob,
  memoryOf: ({ task }) => ({
    ...(task.of.kind === "windows" ? { steps: task.of.window } : {}),
    loss: { kind: "cross-entropy" },
  }),
  predict,
  evaluate,
};

function check(flags: TrainClassifyFlags): void {
  if (flags.target !== undefined && flags.label !== undefined)
    throw new UsageError("--target forecasts and --label classifies; give one of them");
  if (flags.label === undefined && flags.target?.length !== 1)
    throw new UsageError("say by which column to classify: one --target COLUMN");
  if (flags.sequence !== undefined && flags.window !== undefined)
    throw new UsageError("--sequence classifies whole sequences and --window windows of rows; give one of them");
}

/** The options of a classification. */
async function classifyOptions(flags: TrainClassifyFlags, label: string, data: DataFile): Promise<ClassifyOptions> {
  const date = chooseDate(data, flags.date, [label]);
  const others = new Set([label, flags.sequence, flags.group, date]);
  const numbers = data.columns
    .filter(({ name, looksLike }) => (looksLike === "number" || looksLike === "boolean") && !others.has(name))
    .map(({ name }) => name);
  return {
    ...(await learningOptions(flags)),
    label,
    sequence: flags.sequence,
    features: flags.features === undefined ? numbers : splitNames([flags.features], data),
    window: flags.window,
    horizon: flags.horizon,
    date,
    group: flags.group,
    scaler: flags.scaler,
    test: flags.test,
    validation: flags.validation,
    reading: readingChoice(flags),
  };
}

async function read({
  file,
  flags,
  terminal,
}: Given<TrainClassifyFlags>): Promise<{ readonly data: Table; readonly options: ClassifyOptions }> {
  const data = await openData(needData(file), readingChoice(flags));
  const options = await classifyOptions(flags, flags.label ?? flags.target?.[0] ?? "", data);
  const { sequence, label: own, features = [], date, group } = options;
  const columns = [date, sequence ?? group, own, ...features];
  const groupColumn = sequence ?? group;
  // Rows of a sequence may have the same time.
  const dateColumn = sequence === undefined ? date : undefined;
  return { data: tellNotes(await readColumns(data, flags, { columns, dateColumn, groupColumn }), terminal), options };
}

async function readAgain({ file, job, terminal }: GivenAgain<ClassifyCommand>): Promise<Table> {
  const data = await openData(needData(file), job.task.reading);
  return tellNotes(await data.read(readingOf(job)), terminal);
}

/** How the tables of a trained task are read: rows of a sequence may have the same time. */
function readingOf({ task: { reading: own, of } }: Classifier): Reading {
  const { dateColumn, ...undated } = own;
  return dateColumn !== undefined && of.kind === "windows" ? own : undated;
}

function describe({ task, table, parts }: ClassifyPlan): readonly string[] {
  const { names } = task.classes;
  const shown = names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
  const item = task.of.kind === "sequences" ? "sequence" : "window";
  return [
    describeTable(table),
    `classify  ${item}s by ${task.label}: ${names.length} classes (${shown})`,
    `inputs    ${task.features.join(", ")}${task.of.kind === "windows" ? `; windows of ${task.of.window}` : ""}`,
    `          ${describeParts(parts, item)}`,
  ];
}

function describeJob({ task }: Classifier, source: string): readonly string[] {
  const { label: own, classes, features, of } = task;
  const what =
    of.kind === "sequences"
      ? `sequences (told apart by ${of.sequence})`
      : `windows of ${printCount(of.window, "step")}`;
  return [
    `${source}: classifies ${what} by ${own}`,
    `  classes  ${classes.names.join(", ")}`,
    `  inputs   ${features.join(", ")}`,
  ];
}

async function predict(classifier: Classifier, { file, terminal }: Given<PredictFlags>): Promise<Table> {
  const { label: own } = classifier.task;
  const how = readingOf(classifier);
  const data = await openData(needData(file), how);
  const isThere = data.columns.some(({ name }) => name === own);
  const columns = how.columns.filter((name) => name !== own || isThere);
  return classifyTable(classifier, tellNotes(await data.read({ ...how, columns }, [own]), terminal));
}

async function evaluate(classifier: Classifier, { file, terminal }: Given<EvaluateFlags>): Promise<ClassEvaluation> {
  const how = readingOf(classifier);
  const data = await openData(needData(file), how);
  const evaluation = evaluateClassifier(classifier, tellNotes(await data.read(how), terminal));
  tellMaySeen(terminal);
  return evaluation;
}
