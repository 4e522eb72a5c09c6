/** A table of pairs in, a trained translator out, with an honest comparison. */
import type { Table } from "../../data/index.ts";
import type { Json, SelfTestInputs } from "../../formats/recurra/index.ts";
import type { ParameterValues } from "../../network/index.ts";
import { train } from "../../training/index.ts";
import type { FinishedEvent } from "../../training/index.ts";
import { known } from "../../util/errors.ts";
import { blamingLongest } from "../longest.ts";
import { runToEnd, trainedModel, withTrainedModel } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import { describeTable, summarise } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";
import { countParts } from "../task-kind.ts";
import { learnBaselines } from "./baselines.ts";
import { evaluateTranslator } from "./evaluate-translate.ts";
import type { TranslateEvaluation } from "./evaluate-translate.ts";
import { longestText, pairsOf, planTranslate } from "./plan-translate.ts";
import type { Example, TranslateOptions, TranslatePlan } from "./plan-translate.ts";
import type { Translator } from "./translator.ts";

export interface TranslateResult {
  readonly kind: "translate-result";
  readonly translator: Translator;
  readonly summary: TrainingSummary;
  readonly selfTest: SelfTestInputs;
  /** On sources that were neither learned from nor watched; absent where none were held back. */
  readonly test?: TranslateEvaluation;
}

/** What a finished training of a plan has come to. */
export function concludeTranslate(plan: TranslatePlan, finished: FinishedEvent): TranslateResult {
  const { training, task, table, examples, parts } = plan;
  const translator: Translator = { kind: "translator", model: trainedModel(training, finished), task };
  const baselines = learnBaselines(pairsOf(examples, parts.train), task);
  const test =
    parts.test.length === 0
      ? undefined
      : evaluateTranslator(translator, pickExamples(examples, parts.test), { baselines });
  const summary = summarise({
    data: describeTable(table),
    parts: countParts(parts),
    training,
    finished,
    test: test === undefined ? undefined : { ...test.model, baselines: scoresOf(test.baselines) },
  });
  return {
    kind: "translate-result",
    translator,
    summary,
    selfTest: selfTestInputs(plan),
    ...(test === undefined ? {} : { test }),
  };
}

function scoresOf(scores: TranslateEvaluation["baselines"]): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(scores).map(([name, own]) => [name, { ...own }]));
}

export function pickExamples(examples: readonly Example[], indices: Int32Array): readonly Example[] {
  return Array.from(indices, (index) => known(examples[index], "an example"));
}

/** Learns to translate the texts of one column into those of another; undefined if it was stopped. Throws as `planTranslate` and `train`. */
export async function trainTranslator(
  table: Table,
  options: TranslateOptions,
  control: TaskControl = {},
): Promise<TranslateResult | undefined> {
  const plan = planTranslate(table, options);
  const last = await blamingLongest(
    () => longestText(plan),
    () => runToEnd(train(plan.training, control), control),
  );
  return last.kind === "finished" ? concludeTranslate(plan, last) : undefined;
}

/** Validation examples that a watched epoch is judged by. */
const watched = 100;

/** BLEU, or the error rate of what is not words, on a part of the validation examples, each token the likeliest. */
export function watchTranslate(plan: TranslatePlan, parameters: ParameterValues): string | undefined {
  const { training, task, examples, parts } = plan;
  if (parts.validation.length === 0) return undefined;
  const some = pickExamples(examples, parts.validation.subarray(0, watched));
  const { model: scores } = withTrainedModel(training, parameters, (model) =>
    evaluateTranslator({ kind: "translator", model, task }, some, { width: 1 }),
  );
  return task.vocabularies.target.unit === "word"
    ? `BLEU ${scores.bleu.toFixed(1)}`
    : `error rate ${(100 * scores.errorRate).toFixed(1)} %`;
}

/** The first pair that was learned from. */
function selfTestInputs({ training: { data } }: TranslatePlan): SelfTestInputs {
  if (data.kind !== "sequences" || data.source === undefined) return { steps: 1, batch: 1, inputs: [0] };
  const cut = (
    { inputs, starts, lengths }: { inputs: ArrayLike<number>; starts: Int32Array; lengths: Int32Array },
    index: number,
  ) => {
    const [start, steps] = [known(starts[index], "a start"), known(lengths[index], "a length")];
    return { steps, inputs: Array.from({ length: steps }, (_, step) => known(inputs[start + step], "a token")) };
  };
  return { batch: 1, ...cut(data, 0), source: cut(data.source, 0) };
}
