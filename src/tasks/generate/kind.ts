/** Language models as a task. */
import { checkOutputs } from "../stored-task.ts";
import { flag, learningReaders, number, readOptions, text, wordOf } from "../stored-options.ts";
import type { OptionReaders } from "../stored-options.ts";
import type { TaskKind } from "../task-kind.ts";
import { concludeGenerate, watchGenerate } from "./generate.ts";
import type { GenerateResult } from "./generate.ts";
import { parseGenerateTask } from "./generate-task.ts";
import type { LanguageModel } from "./language-model.ts";
import { planGenerate, generateUsual } from "./plan-generate.ts";
import type { GenerateOptions, GeneratePlan, TextData } from "./plan-generate.ts";

export interface GenerateTypes {
  readonly data: TextData;
  readonly options: GenerateOptions;
  readonly plan: GeneratePlan;
  readonly result: GenerateResult;
  readonly job: LanguageModel;
}

const readers: OptionReaders<GenerateOptions> = {
  ...learningReaders("generate"),
  unit: wordOf("word", "character", "subword"),
  lowercase: flag,
  vocabularySize: number,
  leastCount: number,
  embedding: number,
  tie: flag,
  steps: number,
  test: number,
  validation: number,
  text,
};

export const generateKind: TaskKind<GenerateTypes> = {
  name: "generate",
  parseOptions: (stored) => readOptions(stored, readers),
  usual: generateUsual,
  plan: planGenerate,
  conclude: concludeGenerate,
  jobOf: ({ languageModel }) => languageModel,
  open: (model, stored, source) => {
    const task = parseGenerateTask(stored, source);
    checkOutputs(model, { size: task.vocabulary.entries.length, perStep: true }, source);
    return { kind: "language-model", model, task };
  },
  watch: watchGenerate,
  report: (_, { sample }) => ({ text: ["What it says when nothing is said to it, at a temperature of 0.8:", sample] }),
};
