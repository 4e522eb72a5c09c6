/** A trained reader of texts at work: classes or numbers of texts, and how good they are. */
import { createTable, findColumn, unscaleValue } from "../../data/index.ts";
import type { Column, Table } from "../../data/index.ts";
import { softmax } from "../../network/index.ts";
import type { Model } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { mostLikely, scoreClasses } from "../classify/score-classes.ts";
import { runSequences } from "../run-sequences.ts";
import { encodeTexts } from "./encode-texts.ts";
import type { TokenTexts } from "./encode-texts.ts";
import { readColumnOfTexts } from "./plan-texts.ts";
import { scoreNumbers } from "./score-numbers.ts";
import { judgeClasses, judgeNumbers } from "./judge-texts.ts";
import type { TextsEvaluation } from "./judge-texts.ts";
import { readClasses, readQuantities } from "./text-answers.ts";
import type { TextsTask } from "./texts-task.ts";

/** A network with all that turns texts into its inputs and its outputs into answers. */
export interface TextReader {
  readonly kind: "text-reader";
  readonly model: Model;
  readonly task: TextsTask;
}

/** What a network is run with. */
export type Runnable = Pick<Model, "predict" | "shape">;

/** Probabilities `[rows, classes]`, or numbers `[rows]` in the target's own scale. */
export function predictTokens(model: Runnable, task: TextsTask, tokens: TokenTexts, rows: Int32Array): Float64Array {
  const { answer } = task;
  const outputs = answer.kind === "class" ? answer.classes.names.length : 1;
  const outputValues = runSequences(model, tokens, rows, outputs);
  if (answer.kind === "class") return softmax(outputValues, outputs);
  return outputValues.map((value) => unscaleValue(answer.scaler, value));
}

/** What is told of texts: probabilities `[texts, classes]`, or numbers `[texts]`. Throws `data/empty-sequence`. */
export function readTextsWith({ model, task }: TextReader, texts: readonly string[]): Float64Array {
  const tokens = encodeTexts(texts, task);
  return predictTokens(
    model,
    task,
    tokens,
    Int32Array.from(texts, (_, at) => at),
  );
}

/** Of a probability or a number: as many as float32 has. */
const digits = 7;

/** One row a text: the text, the class told and how likely it is, or the number told. Throws `data/…`. */
export function labelTexts(reader: TextReader, table: Table): Table {
  const { text, target, vocabulary, answer } = reader.task;
  const texts = readColumnOfTexts(table, text, vocabulary.unit);
  const predicted = readTextsWith(reader, texts);
  const columns: Column[] = [{ kind: "text", name: text, values: texts }];
  const round = (value: number): number => Number(value.toPrecision(digits));
  if (answer.kind === "number") {
    columns.push({ kind: "number", name: `${target} predicted`, values: predicted.map(round) });
    return createTable(columns);
  }
  const { names } = answer.classes;
  const classes = mostLikely(predicted, names.length);
  columns.push(
    {
      kind: "text",
      name: `${target} predicted`,
      values: Array.from(classes, (label) => known(names[label], "a class")),
    },
    {
      kind: "number",
      name: "probability",
      values: Float64Array.from(classes, (label, at) =>
        round(known(predicted[at * names.length + label], "a probability")),
      ),
    },
  );
  return createTable(columns);
}

/** Scores on a table whose answers are known, beside always telling the most frequent class (or the mean) of training. Throws `data/…`. */
export function evaluateTexts(reader: TextReader, table: Table): TextsEvaluation {
  const { text, target, vocabulary, answer } = reader.task;
  findColumn(table, target);
  const predicted = readTextsWith(reader, readColumnOfTexts(table, text, vocabulary.unit));
  if (answer.kind === "number") {
    return judgeNumbers(scoreNumbers(readQuantities(table, target), predicted, answer.mean));
  }
  const { classes, cuts, majority } = answer;
  const { labels } = readClasses(table, target, { cuts, classes });
  return judgeClasses(scoreClasses({ truth: labels, probabilities: predicted, classes, majority }));
}
