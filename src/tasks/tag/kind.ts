/** Tagging tokens, and restoring the marks of letters, as a task. */
import { joinMarks, printTagged } from "../../data/index.ts";
import type { TaggedSentence } from "../../data/index.ts";
import { printCount, printQuantity } from "../../inspect/index.ts";
import { known } from "../../util/errors.ts";
import { withTrainedModel } from "../run-task.ts";
import { checkOutputs } from "../stored-task.ts";
import { flag, learningReaders, number, readOptions, wordOf } from "../stored-options.ts";
import type { OptionReaders } from "../stored-options.ts";
import type { TaskKind, TaskReport } from "../task-kind.ts";
import { evaluateTags } from "./evaluate-tags.ts";
import { planTag, tagUsual } from "./plan-tag.ts";
import type { TagData, TagOptions, TagPlan } from "./plan-tag.ts";
import { concludeTag, longestSentence, sentencesOfPart } from "./tag.ts";
import type { TagResult } from "./tag.ts";
import { parseTagTask } from "./tag-task.ts";
import { tagSentences } from "./tagger.ts";
import type { Tagger } from "./tagger.ts";

export interface TagTypes {
  readonly data: TagData;
  readonly options: TagOptions;
  readonly plan: TagPlan;
  readonly result: TagResult;
  readonly job: Tagger;
}

/** Sentences that a run is measured on while it goes, and that a report shows. */
const few = { watched: 200, shown: 12 } as const;

const readers: OptionReaders<TagOptions> = {
  ...learningReaders("tag"),
  restore: wordOf("diacritics"),
  causal: flag,
  embedding: number,
  words: number,
  baseTags: flag,
  test: number,
  validation: number,
};

export const tagKind: TaskKind<TagTypes> = {
  name: "tag",
  parseOptions: (stored) => readOptions(stored, readers),
  usual: tagUsual,
  plan: planTag,
  conclude: concludeTag,
  jobOf: ({ tagger }) => tagger,
  open: (model, stored, source) => {
    const task = parseTagTask(stored, source);
    checkOutputs(model, { size: task.classes.names.length, perStep: true }, source);
    return { kind: "tagger", model, task };
  },
  watch: (plan, parameters) => {
    const watched = sentencesOfPart(plan, "validation").slice(0, few.watched);
    if (watched.length === 0) return undefined;
    const { model: scores } = withTrainedModel(plan.training, parameters, (model) =>
      evaluateTags({ model, task: plan.task }, watched),
    );
    return `words ${printQuantity(scores.words, "share")}`;
  },
  longest: longestSentence,
  report,
};

/** Some sentences of the test as they are told, and as they should be where that differs. */
function report(plan: TagPlan, { tagger }: TagResult): TaskReport {
  const shown = sentencesOfPart(plan, "test").slice(0, few.shown);
  const tagged = tagSentences(
    tagger,
    shown.map(({ tokens }) => tokens),
  );
  const show = ({ tokens, tags }: TaggedSentence): string =>
    tagger.task.restore === undefined
      ? printTagged([{ tokens, tags }], "slashed")
      : joinMarks({ letters: tokens, marks: tags });
  if (shown.length === 0) return {};
  return {
    text: [
      `${printCount(shown.length, "sentence")} of the test as the model tells them, and what is right where that differs:`,
      ...shown.map((sentence, at) => {
        const [truth, predicted] = [show(sentence), show(known(tagged[at], "a sentence"))];
        return predicted === truth ? predicted : `${predicted} (right would be: ${truth})`;
      }),
    ],
  };
}
