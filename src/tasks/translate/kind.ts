/** Translating as a task. */
import type { Table } from "../../data/index.ts";
import { drawAlignment } from "../../inspect/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { checkOutputs } from "../stored-task.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import { parseReadingChoice } from "../reading.ts";
import { flag, learningReaders, number, readOptions, text, wordOf } from "../stored-options.ts";
import type { OptionReaders } from "../stored-options.ts";
import { attentionNames } from "./translate-network.ts";
import type { TaskKind } from "../task-kind.ts";
import { longestText, planTranslate, translateUsual } from "./plan-translate.ts";
import type { TranslateOptions, TranslatePlan } from "./plan-translate.ts";
import { parseTranslateTask } from "./translate-task.ts";
import { concludeTranslate, watchTranslate } from "./translate.ts";
import type { TranslateResult } from "./translate.ts";
import type { Translator } from "./translator.ts";

export interface TranslateTypes {
  readonly data: Table;
  readonly options: TranslateOptions;
  readonly plan: TranslatePlan;
  readonly result: TranslateResult;
  readonly job: Translator;
}

/** Alignments in a report. */
const mostPictures = 6;

const readers: OptionReaders<TranslateOptions> = {
  ...learningReaders("translate"),
  source: text,
  target: text,
  sourceUnit: wordOf("word", "character", "subword"),
  targetUnit: wordOf("word", "character", "subword"),
  lowercase: flag,
  leastCount: number,
  smoothing: number,
  scheduledSampling: number,
  attention: wordOf(...attentionNames),
  embedding: number,
  tie: flag,
  search: (data) => readOptions<Partial<SearchChoice>>(data, { width: number, lengthPenalty: number }),
  test: number,
  validation: number,
  reading: parseReadingChoice,
};

export const translateKind: TaskKind<TranslateTypes> = {
  name: "translate",
  parseOptions: (stored) => readOptions(stored, readers, ["source", "target"]),
  usual: translateUsual,
  plan: planTranslate,
  conclude: concludeTranslate,
  jobOf: ({ translator }) => translator,
  open: (model, stored, source) => {
    const task = parseTranslateTask(stored, source);
    checkOutputs(model, { size: task.vocabularies.target.entries.length, perStep: true }, source);
    if (model.spec.encoder?.input.size !== task.vocabularies.source.entries.length)
      throw new RecurraError(
        "file/bad-model",
        `${source}: the task needs an encoder of ${task.vocabularies.source.entries.length} tokens, but the network's has ${model.spec.encoder?.input.size ?? 0}.`,
      );
    return { kind: "translator", model, task };
  },
  watch: watchTranslate,
  longest: longestText,
  report: (_, { test }) =>
    test === undefined
      ? {}
      : {
          pictures: test.samples
            .slice(0, mostPictures)
            .flatMap(({ source, tokens, attention, text }) =>
              attention === undefined
                ? []
                : [{ title: text, markup: drawAlignment({ source, target: tokens, weights: attention }) }],
            ),
        },
};
