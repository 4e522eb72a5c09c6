/** A text in, a trained language model out, with an honest comparison. */
import { chooseOrder, countNGrams } from "../../data/index.ts";
import type { NGramModel } from "../../data/index.ts";
import type { ParameterValues } from "../../network/index.ts";
import type { SelfTestInputs } from "../../formats/recurra/index.ts";
import { train } from "../../training/index.ts";
import type { FinishedEvent } from "../../training/index.ts";
import { runToEnd, trainedModel, withTrainedModel } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import { summarise } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";
import { evaluatePart, generateText, judgeText, textLoss } from "./language-model.ts";
import type { LanguageModel, TextEvaluation } from "./language-model.ts";
import { planGenerate } from "./plan-generate.ts";
import type { GenerateOptions, GeneratePlan, TextData } from "./plan-generate.ts";

export interface GenerateResult {
  readonly kind: "generate-result";
  readonly languageModel: LanguageModel;
  readonly summary: TrainingSummary;
  /** What the model file is tried with. */
  readonly selfTest: SelfTestInputs;
  /** What it says when nothing is said to it. */
  readonly sample: string;
  /** On the end of the text; absent where none was kept. */
  readonly test?: TextEvaluation;
}

/** Tokens of the longest n-grams that are tried. */
const mostTokens = { character: 8, subword: 5, word: 5 } as const;

/** What a finished training of a plan has come to. */
export function concludeGenerate(plan: GeneratePlan, finished: FinishedEvent): GenerateResult {
  const { training, task, source, parts } = plan;
  const model = trainedModel(training, finished);
  const languageModel: LanguageModel = { kind: "language-model", model, task };
  const test = parts.test.tokens.length < 2 ? undefined : withNGrams(plan, evaluatePart(model, task, parts.test));
  const steps = Math.min(task.steps, 16);
  return {
    kind: "generate-result",
    languageModel,
    summary: summarise({
      data: { source, rows: parts.train.tokens.length + parts.validation.tokens.length + parts.test.tokens.length },
      parts: {
        train: parts.train.tokens.length,
        validation: parts.validation.tokens.length,
        test: parts.test.tokens.length,
      },
      training,
      finished,
      test:
        test === undefined
          ? undefined
          : {
              nats: test.model.nats,
              bitsPerCharacter: test.model.bitsPerCharacter,
              perplexity: test.model.perplexity,
              ...(test.nGrams === undefined ? {} : { nGramBitsPerCharacter: test.nGrams.bitsPerCharacter }),
            },
    }),
    selfTest: { steps, batch: 1, inputs: Float32Array.from(parts.train.tokens.subarray(0, steps)) },
    sample: generateText(languageModel, {
      length: plan.task.vocabulary.unit === "character" ? 400 : 100,
      temperature: 0.8,
    }),
    ...(test === undefined ? {} : { test }),
  };
}

/** Beside the n-grams of the training text. */
function withNGrams(plan: GeneratePlan, evaluation: TextEvaluation): TextEvaluation {
  const { model, order } = fitNGrams(plan);
  const { tokens, unknown, nats, natsPerCharacter } = evaluation.model;
  const characters = (nats * tokens) / natsPerCharacter;
  const loss = model.loss(plan.parts.test.tokens.subarray(1), order);
  return judgeText({ ...evaluation, nGrams: { order, ...textLoss(loss, { tokens, unknown, characters }) } });
}

/** Share of the training text, its end, that chooses the order where there is no validation part. */
const choosing = 0.1;

/** All of the training text is counted; the validation part chooses the order, or for want of one the end of the training text, as told by what stands before it. */
function fitNGrams({ task, parts }: GeneratePlan): { readonly model: NGramModel; readonly order: number } {
  const { tokens } = parts.train;
  const { entries, unit } = task.vocabulary;
  const how = { size: entries.length, most: mostTokens[unit] };
  if (parts.validation.tokens.length > 0) return chooseOrder(tokens, parts.validation.tokens, how);
  const cut = Math.ceil(tokens.length * (1 - choosing));
  const { order } = chooseOrder(tokens.subarray(0, cut), tokens.subarray(cut), how);
  return { model: countNGrams(tokens, { size: how.size, order }), order };
}

/** A line of what the model says at present, for the progress. */
export function watchGenerate(plan: GeneratePlan, parameters: ParameterValues): string {
  const { training, task } = plan;
  const length = task.vocabulary.unit === "character" ? 40 : 10;
  const generated = withTrainedModel(training, parameters, (model) =>
    generateText({ kind: "language-model", model, task }, { length, temperature: 0.8 }),
  );
  return `“${generated.trim().replaceAll(/\s+/gu, " ")}”`;
}

/** Learns a language model of a text; undefined if it was stopped. Throws as `planGenerate` and `train`. */
export async function trainLanguageModel(
  data: TextData,
  options: GenerateOptions = {},
  control: TaskControl = {},
): Promise<GenerateResult | undefined> {
  const plan = planGenerate(data, options);
  const last = await runToEnd(train(plan.training, control), control);
  return last.kind === "finished" ? concludeGenerate(plan, last) : undefined;
}
