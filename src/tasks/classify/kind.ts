/** Classifying sequences and windows of numbers as a task. */
import type { Table } from "../../data/index.ts";
import { checkOutputs } from "../stored-task.ts";
import type { TaskKind } from "../task-kind.ts";
import { concludeClassify } from "./classify.ts";
import type { ClassifyResult } from "./classify.ts";
import { parseClassifyTask } from "./classify-task.ts";
import type { Classifier } from "./classifier.ts";
import { planClassify, classifyUsual } from "./plan-classify.ts";
import type { ClassifyOptions, ClassifyPlan } from "./plan-classify.ts";

export interface ClassifyTypes {
  readonly data: Table;
  readonly options: ClassifyOptions;
  readonly plan: ClassifyPlan;
  readonly result: ClassifyResult;
  readonly job: Classifier;
}

export const classifyKind: TaskKind<ClassifyTypes> = {
  name: "classify",
  usual: classifyUsual,
  plan: planClassify,
  conclude: concludeClassify,
  jobOf: ({ classifier }) => classifier,
  open: (model, stored, source) => {
    const task = parseClassifyTask(stored, source);
    checkOutputs(model, { size: task.classes.names.length }, source);
    return { kind: "classifier", model, task };
  },
};
