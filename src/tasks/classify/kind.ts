/** Classifying sequences and windows of numbers as a task. */
import type { Table } from "../../data/index.ts";
import { checkOutputs } from "../stored-task.ts";
import { parseReadingChoice } from "../reading.ts";
import { learningReaders, number, readOptions, text, texts, wordOf } from "../stored-options.ts";
import type { OptionReaders } from "../stored-options.ts";
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

const readers: OptionReaders<ClassifyOptions> = {
  ...learningReaders("classify"),
  label: text,
  sequence: text,
  features: texts,
  window: number,
  horizon: number,
  date: text,
  group: text,
  scaler: wordOf("none", "standard", "min-max", "robust", "log-standard"),
  test: number,
  validation: number,
  reading: parseReadingChoice,
};

export const classifyKind: TaskKind<ClassifyTypes> = {
  name: "classify",
  parseOptions: (stored) => readOptions(stored, readers, ["label"]),
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
