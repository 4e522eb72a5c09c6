/** Sentences in, a trained tagger out, with an honest comparison. */
import type { SelfTestInputs } from "../../formats/recurra/index.ts";
import { train } from "../../training/index.ts";
import type { FinishedEvent } from "../../training/index.ts";
import { known } from "../../util/errors.ts";
import { blamingLongest, findLongest } from "../longest.ts";
import type { Longest } from "../longest.ts";
import { runToEnd, trainedModel } from "../run-task.ts";
import type { TaskControl } from "../run-task.ts";
import { summarise } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";
import { countParts } from "../task-kind.ts";
import { evaluateTags } from "./evaluate-tags.ts";
import type { TagEvaluation } from "./evaluate-tags.ts";
import { planTag } from "./plan-tag.ts";
import type { PreparedSentence, TagData, TagOptions, TagPlan } from "./plan-tag.ts";
import { numberTokens } from "./tag-tokens.ts";
import type { Tagger } from "./tagger.ts";

export interface TagResult {
  readonly kind: "tag-result";
  readonly tagger: Tagger;
  readonly summary: TrainingSummary;
  /** What the model file is tried with: the shortest sentence. */
  readonly selfTest: SelfTestInputs;
  /** On what was neither learned from nor watched; absent where nothing was held back. */
  readonly test?: TagEvaluation;
}

/** What a finished training of a plan has come to. */
export function concludeTag(plan: TagPlan, finished: FinishedEvent): TagResult {
  const { training, task, parts, source, sentences } = plan;
  const model = trainedModel(training, finished);
  const test = parts.test.length === 0 ? undefined : evaluateTags({ model, task }, sentencesOfPart(plan, "test"));
  const summary = summarise({
    data: { source, rows: sentences.length },
    parts: countParts(parts),
    training,
    finished,
    test:
      test === undefined
        ? undefined
        : { words: test.model.words, macroF1: test.model.macroF1, usual: test.usual.words },
  });
  return {
    kind: "tag-result",
    tagger: { kind: "tagger", model, task },
    summary,
    selfTest: shortestSentence(plan),
    ...(test === undefined ? {} : { test }),
  };
}

/** The sentences of a part, in the order of the data. */
export function sentencesOfPart(
  { sentences, parts }: TagPlan,
  part: keyof TagPlan["parts"],
): readonly PreparedSentence[] {
  return Array.from(parts[part], (index) => known(sentences[index], "a sentence"));
}

/** The longest sentence. */
export function longestSentence({ sentences, source, task }: TagPlan): Longest | undefined {
  const { index, usual } = findLongest(sentences.map(({ tokens }) => tokens.length));
  const tokens = sentences[index]?.tokens ?? [];
  const [unit, gap] = task.restore === undefined ? (["word", " "] as const) : (["character", ""] as const);
  const begin = tokens.slice(0, unit === "word" ? 4 : 20).join(gap);
  return { where: `${source}: the sentence "${begin} …"`, count: tokens.length, unit, usual };
}

function shortestSentence({ sentences, task }: TagPlan): SelfTestInputs {
  const { tokens } = sentences.reduce((a, b) => (b.tokens.length < a.tokens.length ? b : a));
  return { steps: tokens.length, batch: 1, inputs: numberTokens(task.vocabulary, tokens) };
}

/** Learns to tag sentences, or to restore the marks of texts; undefined if it was stopped. Throws as `planTag` and `train`. */
export async function trainTagger(
  data: TagData,
  options: TagOptions = {},
  control: TaskControl = {},
): Promise<TagResult | undefined> {
  const plan = planTag(data, options);
  const last = await blamingLongest(
    () => longestSentence(plan),
    () => runToEnd(train(plan.training, control), control),
  );
  return last.kind === "finished" ? concludeTag(plan, last) : undefined;
}
