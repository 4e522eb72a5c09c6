/** Pictures with captions in, a trained captioner out, with an honest comparison. */
import type { Json, SelfTestInputs } from "../../formats/recurra/index.ts";
import { inkOf, pictureLength, pixelsOf } from "../../data/index.ts";
import type { ParameterValues } from "../../network/index.ts";
import { train } from "../../training/index.ts";
import type { FinishedEvent } from "../../training/index.ts";
import { known } from "../../util/errors.ts";
import { runToEnd, trainedModel, withTrainedModel } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import { boundaryToken } from "../decode-sequences.ts";
import { summarise } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";
import { countParts } from "../task-kind.ts";
import type { Captioner } from "./captioner.ts";
import { evaluateCaptioner } from "./evaluate-caption.ts";
import type { CaptionEvaluation } from "./evaluate-caption.ts";
import { planCaption } from "./plan-caption.ts";
import type { CaptionedPictures, CaptionOptions, CaptionPlan } from "./plan-caption.ts";

export interface CaptionResult {
  readonly kind: "caption-result";
  readonly captioner: Captioner;
  readonly summary: TrainingSummary;
  readonly selfTest: SelfTestInputs;
  /** On pictures that were neither learned from nor watched; absent where none were held back. */
  readonly test?: CaptionEvaluation;
  /** On the further tests, by name. */
  readonly tests: Readonly<Record<string, CaptionEvaluation>>;
}

/** What a finished training of a plan has come to. */
export function concludeCaption(plan: CaptionPlan, finished: FinishedEvent): CaptionResult {
  const { training, task, data, parts } = plan;
  const captioner: Captioner = { kind: "captioner", model: trainedModel(training, finished), task };
  const evaluate = (indices: Int32Array): CaptionEvaluation =>
    evaluateCaptioner(captioner, { data, indices, trained: parts.train });
  const test = parts.test.length === 0 ? undefined : evaluate(parts.test);
  const tests = Object.fromEntries([...plan.tests].map(([name, indices]) => [name, evaluate(indices)]));
  const scores = ({ model, nearest }: CaptionEvaluation): Json => ({
    ...model,
    ...(nearest === undefined ? {} : { nearest: { ...nearest } }),
  });
  const all = { ...(test === undefined ? {} : { test }), ...tests };
  const summary = summarise({
    data: { source: data.source, rows: data.captions.length },
    parts: countParts(parts),
    training,
    finished,
    test:
      Object.keys(all).length === 0
        ? undefined
        : Object.fromEntries(Object.entries(all).map(([name, one]) => [name, scores(one)])),
  });
  return {
    kind: "caption-result",
    captioner,
    summary,
    selfTest: selfTestInputs(plan),
    ...(test === undefined ? {} : { test }),
    tests,
  };
}

/** Learns to say what pictures show; undefined if it was stopped. Throws as `planCaption` and `train`. */
export async function trainCaptioner(
  data: CaptionedPictures,
  options: CaptionOptions,
  control: TaskControl = {},
): Promise<CaptionResult | undefined> {
  const plan = planCaption(data, options);
  const last = await runToEnd(train(plan.training, control), control);
  return last.kind === "finished" ? concludeCaption(plan, last) : undefined;
}

const watched = 60;

/** Share of exact captions on a part of the validation pictures, each as it is and each word the likeliest. */
export function watchCaption(plan: CaptionPlan, parameters: ParameterValues): string | undefined {
  const { training, task, data, parts } = plan;
  if (parts.validation.length === 0) return undefined;
  const some = { data, indices: parts.validation.subarray(0, watched), width: 1, views: 1 };
  const { model: scores } = withTrainedModel(training, parameters, (model) =>
    evaluateCaptioner({ kind: "captioner", model, task }, some),
  );
  return `exact ${(100 * scores.exact).toFixed(0)} %, word F1 ${scores.wordF1.toFixed(2)}`;
}

/** The first picture that was learned from, and the beginning of any caption. */
function selfTestInputs({ data: { pictures }, parts }: CaptionPlan): SelfTestInputs {
  const index = known(parts.train[0], "a picture");
  return {
    steps: 1,
    batch: 1,
    inputs: [boundaryToken],
    source: { steps: pictureLength(pictures) / 3, inputs: pixelsOf(pictures, index).map(inkOf) },
  };
}
