/** Language models on the command line. */
import path from "node:path";
import {
  alignTable,
  decodeText,
  evaluateText,
  explainTextLoss,
  printCount,
  printQuantity,
  readBytes,
  readTable,
  readTexts,
} from "../../node.ts";
import type {
  GenerateOptions,
  GeneratePlan,
  GenerateTypes,
  LanguageModel,
  TableRow,
  TextData,
  TextEvaluation,
  TextLoss,
  Vocabulary,
} from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import type { PredictFlags } from "../predict.ts";
import { UsageError } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { whole } from "../values.ts";
import { needData } from "./command-task.ts";
import type { CommandTask, Given, GivenAgain } from "./command-task.ts";
import { tellMaySeen, tellWithoutBaselines } from "./describe-data.ts";
import { embedding, heldBack, lowercase, text, tie, unit, vocabulary } from "./shared-options.ts";

interface TrainGenerateFlags extends TrainFlags {
  readonly text?: string;
  readonly unit?: Vocabulary["unit"];
  readonly lowercase?: boolean;
  readonly vocabulary?: number;
  readonly embedding?: number;
  readonly tie?: boolean;
  readonly steps?: number;
  readonly test?: number;
  readonly validation?: number;
}

interface GenerateCommand {
  readonly task: GenerateTypes;
  readonly train: TrainGenerateFlags;
  readonly predict: PredictFlags;
  readonly evaluate: EvaluateFlags;
  readonly scores: TextEvaluation;
}

const examples = `
  $ recurra train poems.txt --task generate
      learns which character comes next; recurra generate poems.safetensors then writes on`;

/** Characters that a first look takes. */
const mostCharacters = 50_000;

export const generateCommand: CommandTask<GenerateCommand> = {
  kind: "generate",
  names: ["generate"],
  called: "language models (--task generate)",
  heading: "Language models (--task generate)",
  summary: "what comes next in a text, by characters, words or subwords",
  examples,
  shownBy: "node examples/generate.js",
  fast: {
    flags: { hidden: 48, epochs: 6, steps: 32, batch: 16, rate: 0.01 },
    cut: ({ text: whole, source }) => {
      const head = whole.slice(0, mostCharacters);
      return {
        data: { text: head, source },
        kept: head.length,
        all: whole.length,
        items: "characters, the first ones",
      };
    },
  },
  options: {
    train: [
      text,
      unit,
      lowercase,
      vocabulary,
      embedding,
      tie,
      {
        flags: "--steps <COUNT>",
        description: "steps from update to update, through which gradients go (default: 64)",
        parse: whole(1),
      },
      ...heldBack,
    ],
  },
  claims: () => false,
  read: async ({ file, flags }) => ({
    data: await readText(needData(file), flags.text),
    options: await generateOptions(flags),
  }),
  readAgain: ({ file, options }: GivenAgain<GenerateCommand>) => readText(needData(file), options.text),
  describe,
  printScores: (evaluation, title) => [printTextScores(evaluation, title), "", explainTextLoss(evaluation)],
  scoresAsJson: (evaluation) => ({ ...evaluation, kind: undefined }),
  rowCalled: ({ vocabulary }) => vocabulary.unit,
  untested: "No text was kept for a test, so nothing can be said about how good it is (--test).",
  suggest: ({ model }) => [`generate ${model} --temperature 0.8`, `inspect ${model}`],
  describeJob,
  memoryOf: ({ task }) => ({ steps: task.steps, loss: { kind: "cross-entropy" } }),
  predict: () => {
    throw new UsageError('a language model goes on with a text: recurra generate MODEL --prompt "The text so far"');
  },
  evaluate,
};

/** The share of unknown tokens from which scores say more about those than about the text. */
const muchUnknown = 0.2;

async function evaluate(job: LanguageModel, { file, terminal }: Given<EvaluateFlags>): Promise<TextEvaluation> {
  const evaluation = evaluateText(job, (await readText(needData(file), job.task.text)).text);
  tellMaySeen(terminal);
  tellWithoutBaselines("n-grams", terminal);
  const { unit: own, model } = evaluation;
  const share = model.unknown / model.tokens;
  if (share >= muchUnknown)
    terminal.say(
      `note: ${printQuantity(share, "share", 0)} of the ${own}s are unknown to the model; unknown ones are all alike to it, so the scores say little`,
    );
  return evaluation;
}

/** A file as one text with plain ends of lines, or a column of a table, a text a line. */
async function readText(file: string, column: string | undefined): Promise<TextData> {
  const source = path.basename(file);
  const bytes = await readBytes(file);
  if (column === undefined) return { text: decodeText(bytes, { source }).replaceAll(/\r\n?/gu, "\n"), source };
  const { table } = await readTable(bytes, { source, columns: [column], types: { [column]: "text" } });
  return { text: readTexts(table, column).join("\n"), source };
}

async function generateOptions(flags: TrainGenerateFlags): Promise<GenerateOptions> {
  return {
    ...(await learningOptions(flags)),
    text: flags.text,
    unit: flags.unit,
    lowercase: flags.lowercase,
    vocabularySize: flags.vocabulary,
    embedding: flags.embedding,
    tie: flags.tie,
    steps: flags.steps,
    test: flags.test,
    validation: flags.validation,
  };
}

function describe({ source, task, parts, training }: GeneratePlan): readonly string[] {
  const { unit: own, entries } = task.vocabulary;
  const characters = parts.train.characters + parts.validation.characters + parts.test.characters;
  const count = (part: keyof GeneratePlan["parts"]): string => printQuantity(parts[part].tokens.length);
  return [
    `data      ${source}: ${printQuantity(characters)} characters`,
    `generate  by ${own}s: ${printQuantity(entries.length)} different ones, unknown and padding included`,
    `          ${count("train")} to learn from in ${training.batch} streams, ${count("validation")} for validation, ${count("test")} for the test`,
  ];
}

function printTextScores({ unit: own, model, nGrams, frequencies }: TextEvaluation, title: string): string {
  const row = (who: string, { nats, perplexity, natsPerCharacter, bitsPerCharacter }: TextLoss): TableRow => ({
    who,
    nats,
    perplexity,
    natsPerCharacter,
    bitsPerCharacter,
  });
  const rows = [
    row("model", model),
    ...(nGrams === undefined ? [] : [row(`${nGrams.order}-grams (Kneser–Ney)`, nGrams)]),
    row(`how frequent each ${own} is`, frequencies),
  ];
  const columns = [
    { key: "who", title: "" },
    { key: "nats", title: `nats a ${own}`, decimals: 3 },
    { key: "perplexity", decimals: 2 },
    ...(own === "character" ? [] : [{ key: "natsPerCharacter", title: "nats a character", decimals: 3 }]),
    { key: "bitsPerCharacter", title: "bits a character", decimals: 3 },
  ];
  const unknown = model.unknown === 0 ? "" : `, ${printQuantity(model.unknown)} of them unknown`;
  return `${title}, ${printCount(model.tokens, own)}${unknown}:\n${alignTable(rows, columns, { indent: "  " })}`;
}

function describeJob({ task }: LanguageModel, source: string): readonly string[] {
  const { unit: own, entries } = task.vocabulary;
  return [
    `${source}: says what comes next in a text, by ${own}s`,
    `  vocabulary ${printQuantity(entries.length - 2)} ${own}s`,
  ];
}
