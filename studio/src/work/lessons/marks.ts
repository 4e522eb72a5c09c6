/** Putting the marks back on letters: `toi la` becomes `tôi là`. */
import {
  concludeTag,
  createModel,
  explainTags,
  joinMarks,
  planTag,
  restoreText,
  saveCheckpoint,
  saveResult,
  stripMarks,
} from "recurra";
import type { Json, TagData, TagEvaluation, Tagger, TagPlan } from "recurra";
import type { DataFile, LearningChoice, Lesson, LessonSample, LessonScores, LessonTask } from "./lesson.ts";
import { learningOptions } from "./lesson.ts";
import { readTextOf } from "./read-data.ts";

/** Sentences that are shown. */
const shown = 4;

type MarksTask = Extract<LessonTask, { readonly kind: "generate" | "marks" }>;

export async function planMarksLesson({ data }: MarksTask, learning: LearningChoice): Promise<Lesson> {
  return teachMarks(planTag(await readLinesOf(data), { ...learningOptions(learning), restore: "diacritics" }));
}

/** The lines of a text. */
export async function readLinesOf(data: DataFile): Promise<TagData> {
  return { kind: "texts", source: data.name, texts: (await readTextOf(data)).split(/\n+/u) };
}

/** A plan as a lesson. `notes` go into its checkpoints. */
export function teachMarks(plan: TagPlan, notes?: Json): Lesson {
  const { train, validation, test } = plan.parts;
  return {
    training: plan.training,
    counts: { item: "sentences", train: train.length, validation: validation.length, test: test.length },
    sample: (parameters) => {
      const model = createModel({ spec: plan.training.network, parameters });
      try {
        return sampleOf(plan, { kind: "tagger", model, task: plan.task }, validation);
      } finally {
        model.dispose();
      }
    },
    keep: (checkpoint) => saveCheckpoint(plan, checkpoint, notes),
    conclude: async (finished) => {
      const result = concludeTag(plan, finished);
      const sample = sampleOf(plan, result.tagger, test);
      return {
        model: saveResult(result),
        explained: result.test === undefined ? "" : explainTags(result.test),
        ...(result.test === undefined ? {} : { scores: scoresOf(result.test) }),
        ...(sample === undefined ? {} : { sample }),
      };
    },
  };
}

/** Some sentences without their marks, and with those that are told. */
function sampleOf({ sentences }: TagPlan, tagger: Tagger, part: Int32Array): LessonSample | undefined {
  const answers = Array.from(part.subarray(0, shown), (index) => {
    const sentence = sentences[index];
    const truth = sentence === undefined ? "" : joinMarks({ letters: sentence.tokens, marks: sentence.tags });
    const given = stripMarks(truth);
    return { given, told: restoreText(tagger, given), truth };
  });
  return answers.length === 0 ? undefined : { kind: "answers", answers };
}

function scoresOf({ model, usual }: TagEvaluation): LessonScores {
  return {
    measure: "words",
    rows: [
      { who: "model", value: model.words },
      { who: "usual", value: usual.words },
    ],
  };
}
