/** A table in, a trained classifier out, with an honest comparison. */
import type { Table } from "../../data/index.ts";
import type { SelfTestInputs } from "../../formats/recurra/index.ts";
import { train } from "../../training/index.ts";
import type { FinishedEvent } from "../../training/index.ts";
import { evaluateItems } from "./classifier.ts";
import type { Classifier } from "./classifier.ts";
import type { ClassEvaluation } from "./score-classes.ts";
import { planClassify } from "./plan-classify.ts";
import type { ClassifyOptions, ClassifyPlan } from "./plan-classify.ts";
import { selfTestInputs } from "../items.ts";
import { runToEnd, trainedModel } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import { countParts } from "../task-kind.ts";
import { describeTable, summarise } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";

export interface ClassifyResult {
  readonly kind: "classify-result";
  readonly classifier: Classifier;
  readonly summary: TrainingSummary;
  /** What the model file is tried with. */
  readonly selfTest: SelfTestInputs;
  /** On what was neither learned from nor watched; absent where nothing was held back. */
  readonly test?: ClassEvaluation;
}

/** What a finished training of a plan has come to. */
export function concludeClassify(plan: ClassifyPlan, finished: FinishedEvent): ClassifyResult {
  const { training, task, table, items, parts } = plan;
  const model = trainedModel(training, finished);
  const test = parts.test.length === 0 ? undefined : evaluateItems({ model, task, items, indices: parts.test });
  const summary = summarise({
    data: describeTable(table),
    parts: countParts(parts),
    training,
    finished,
    test:
      test === undefined
        ? undefined
        : { accuracy: test.accuracy, macroF1: test.macroF1, majority: test.majority.accuracy },
  });
  return {
    kind: "classify-result",
    classifier: { kind: "classifier", model, task },
    summary,
    selfTest: selfTestInputs(items),
    ...(test === undefined ? {} : { test }),
  };
}

/** Learns to classify sequences or windows of a table; undefined if it was stopped. Throws as `planClassify` and `train`. */
export async function trainClassifier(
  table: Table,
  options: ClassifyOptions,
  control: TaskControl = {},
): Promise<ClassifyResult | undefined> {
  const plan = planClassify(table, options);
  const last = await runToEnd(train(plan.training, control), control);
  return last.kind === "finished" ? concludeClassify(plan, last) : undefined;
}
