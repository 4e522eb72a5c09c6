/** A table of texts in, a trained reader out, compared with bags of words and with the most frequent class or the mean. */
import { accuracy, macroF1 } from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import type { Json, SelfTestInputs } from "../../formats/recurra/index.ts";
import type { ParameterValues } from "../../network/index.ts";
import { printQuantity } from "../../inspect/index.ts";
import { train } from "../../training/index.ts";
import type { FinishedEvent } from "../../training/index.ts";
import { known } from "../../util/errors.ts";
import { mostLikely, scoreClasses } from "../classify/score-classes.ts";
import { selfTestInputs } from "../items.ts";
import { runToEnd, trainedModel, withTrainedModel } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import { describeTable, summarise } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";
import { countParts } from "../task-kind.ts";
import { fitBagClassifier } from "./bag-classifiers.ts";
import { fitBagRidge } from "./bag-ridge.ts";
import { judgeClasses, judgeNumbers } from "./judge-texts.ts";
import type { TextsEvaluation } from "./judge-texts.ts";
import { planTexts } from "./plan-texts.ts";
import type { TextsOptions, TextsPlan } from "./plan-texts.ts";
import { measureNumbers, scoreNumbers } from "./score-numbers.ts";
import { predictTokens } from "./text-reader.ts";
import type { Runnable, TextReader } from "./text-reader.ts";

export interface TextsResult {
  readonly kind: "texts-result";
  readonly reader: TextReader;
  readonly summary: TrainingSummary;
  /** What the model file is tried with. */
  readonly selfTest: SelfTestInputs;
  /** On texts that were neither learned from nor watched; absent where none were held back. */
  readonly test?: TextsEvaluation;
}

/** What a finished training of a plan has come to. The bag of words is fitted here. */
export function concludeTexts(plan: TextsPlan, finished: FinishedEvent): TextsResult {
  const { training, task, table, parts, tokens } = plan;
  const model = trainedModel(training, finished);
  const test = parts.test.length === 0 ? undefined : evaluatePart(plan, model, parts.test);
  const summary = summarise({
    data: describeTable(table),
    parts: countParts(parts),
    training,
    finished,
    test: test === undefined ? undefined : summariseTest(test),
  });
  return {
    kind: "texts-result",
    reader: { kind: "text-reader", model, task },
    summary,
    selfTest: selfTestInputs({ kind: "sequences", set: tokens }),
    ...(test === undefined ? {} : { test }),
  };
}

function summariseTest(test: TextsEvaluation): Readonly<Record<string, Json>> {
  if (test.of === "class") {
    const { scores, bag } = test;
    return {
      accuracy: scores.accuracy,
      macroF1: scores.macroF1,
      calibrationError: scores.calibration.error,
      ...(bag === undefined ? {} : { bagOfWords: bag.accuracy }),
      majority: scores.majority.accuracy,
    };
  }
  const { scores, bag } = test;
  return {
    meanAbsoluteError: scores.meanAbsoluteError,
    rootMeanSquaredError: scores.rootMeanSquaredError,
    correlation: scores.correlation,
    ...(bag === undefined ? {} : { bagOfWords: bag.meanAbsoluteError }),
    mean: scores.mean.meanAbsoluteError,
  };
}

/** Some rows of a plan: texts and answers. */
function takeTexts({ texts }: TextsPlan, rows: Int32Array): readonly string[] {
  return Array.from(rows, (row) => known(texts[row], "a text"));
}

function evaluatePart(plan: TextsPlan, model: Runnable, rows: Int32Array): TextsEvaluation {
  const { task, tokens, truth, parts, training } = plan;
  const { answer } = task;
  const predicted = predictTokens(model, task, tokens, rows);
  const texts = {
    train: takeTexts(plan, parts.train),
    validation: takeTexts(plan, parts.validation),
    own: takeTexts(plan, rows),
  };
  if (answer.kind === "number") {
    const of = (some: Int32Array): Float64Array => Float64Array.from(some, (row) => truth[row] ?? NaN);
    const scores = scoreNumbers(of(rows), predicted, answer.mean);
    const ridge = fitBagRidge(
      { texts: texts.train, values: of(parts.train) },
      { texts: texts.validation, values: of(parts.validation) },
    );
    const bag = { name: ridge.name, ...measureNumbers(of(rows), ridge.predict(texts.own)) };
    return judgeNumbers(scores, bag);
  }
  const { classes, majority } = answer;
  const count = classes.names.length;
  const of = (some: Int32Array): Int32Array => Int32Array.from(some, (row) => truth[row] ?? -1);
  const scores = scoreClasses({ truth: of(rows), probabilities: predicted, classes, majority });
  const fitted = fitBagClassifier(
    { texts: texts.train, labels: of(parts.train) },
    { texts: texts.validation, labels: of(parts.validation) },
    { classes: count, seed: training.seed ?? 1 },
  );
  const simple = fitted.classify(texts.own);
  const bag = { name: fitted.name, accuracy: accuracy(of(rows), simple), macroF1: macroF1(of(rows), simple, count) };
  return judgeClasses(scores, bag);
}

/** Accuracy or mean absolute error on the validation part, in a few words. */
export function watchTexts(plan: TextsPlan, parameters: ParameterValues): string | undefined {
  const { training, task, tokens, truth, parts } = plan;
  const rows = parts.validation;
  if (rows.length === 0) return undefined;
  const predicted = withTrainedModel(training, parameters, (model) => predictTokens(model, task, tokens, rows));
  if (task.answer.kind === "class") {
    const classes = mostLikely(predicted, task.answer.classes.names.length);
    return `accuracy ${printQuantity(
      accuracy(
        Int32Array.from(rows, (row) => truth[row] ?? -1),
        classes,
      ),
      "share",
    )}`;
  }
  const error = measureNumbers(
    Float64Array.from(rows, (row) => truth[row] ?? NaN),
    predicted,
  ).meanAbsoluteError;
  return `mean abs. error ${printQuantity(error)}`;
}

/** Learns to read the texts of a table; undefined if it was stopped. Throws as `planTexts` and `train`. */
export async function trainTextReader(
  table: Table,
  options: TextsOptions,
  control: TaskControl = {},
): Promise<TextsResult | undefined> {
  const plan = planTexts(table, options);
  const last = await runToEnd(train(plan.training, control), control);
  return last.kind === "finished" ? concludeTexts(plan, last) : undefined;
}
