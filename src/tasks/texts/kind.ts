/** Reading texts (a class or a number of each) as a task. */
import type { Table } from "../../data/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { checkOutputs } from "../stored-task.ts";
import { parseReadingChoice } from "../reading.ts";
import { flag, learningReaders, number, numbers, readOptions, text, wordOf } from "../stored-options.ts";
import type { OptionReaders } from "../stored-options.ts";
import type { TaskKind } from "../task-kind.ts";
import { reportTexts } from "./explain-texts.ts";
import { planTexts, textsUsual } from "./plan-texts.ts";
import type { TextsOptions, TextsPlan } from "./plan-texts.ts";
import type { TextReader } from "./text-reader.ts";
import { concludeTexts, watchTexts } from "./texts.ts";
import type { TextsResult } from "./texts.ts";
import { parseTextsTask } from "./texts-task.ts";

export interface TextsTypes {
  readonly data: Table;
  readonly options: TextsOptions;
  readonly plan: TextsPlan;
  readonly result: TextsResult;
  readonly job: TextReader;
}

const readers: OptionReaders<TextsOptions> = {
  ...learningReaders("texts"),
  text,
  target: text,
  answer: wordOf("class", "number"),
  cuts: numbers,
  unit: wordOf("word", "character", "subword"),
  lowercase: flag,
  vocabularySize: number,
  leastCount: number,
  longest: number,
  embedding: number,
  wordDropout: number,
  informed: flag,
  pooling: wordOf("max", "mean", "last", "final"),
  test: number,
  validation: number,
  reading: parseReadingChoice,
};

export const textsKind: TaskKind<TextsTypes> = {
  name: "texts",
  parseOptions: (stored) => readOptions(stored, readers, ["text", "target"]),
  usual: textsUsual,
  plan: planTexts,
  conclude: concludeTexts,
  jobOf: ({ reader }) => reader,
  open: (model, stored, source) => {
    const task = parseTextsTask(stored, source);
    const entries = task.vocabulary.entries.length;
    const { kind, size } = model.spec.input;
    if (kind !== "tokens" || size !== entries)
      throw new RecurraError(
        "file/bad-model",
        `${source}: the vocabulary has ${entries} entries, but the network reads ${size} ${kind}.`,
      );
    checkOutputs(model, { size: task.answer.kind === "class" ? task.answer.classes.names.length : 1 }, source);
    return { kind: "text-reader", model, task };
  },
  watch: watchTexts,
  report: reportTexts,
};
