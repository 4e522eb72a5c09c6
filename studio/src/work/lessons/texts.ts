/** Telling the class of texts, or a number. */
import {
  concludeTexts,
  createModel,
  explainReading,
  planTexts,
  readTextsWith,
  saveCheckpoint,
  saveResult,
} from "recurra";
import type { Json, ParameterValues, TextReader, TextsEvaluation, TextsPlan } from "recurra";
import type { LearningChoice, Lesson, LessonSample, LessonScores, LessonTask } from "./lesson.ts";
import { learningOptions } from "./lesson.ts";
import { readTableOf } from "./read-data.ts";

/** Texts that are shown. */
const shown = 6;

type TextsTask = Extract<LessonTask, { readonly kind: "texts" }>;

export async function planTextsLesson(
  { data, text, target, unit, missing }: TextsTask,
  learning: LearningChoice,
): Promise<Lesson> {
  const reading = { ...data.notation, ...(missing === undefined ? {} : { missing }) };
  const table = await readTableOf(data, { columns: [text, target], texts: [text], ...reading });
  return teachTexts(planTexts(table, { ...learningOptions(learning), text, target, unit, reading }));
}

/** A plan as a lesson. `notes` go into its checkpoints. */
export function teachTexts(plan: TextsPlan, notes?: Json): Lesson {
  const { train, validation, test } = plan.parts;
  return {
    training: plan.training,
    counts: { item: "texts", train: train.length, validation: validation.length, test: test.length },
    sample: (parameters) => sampleTexts(plan, parameters),
    keep: (checkpoint) => saveCheckpoint(plan, checkpoint, notes),
    conclude: async (finished) => {
      const result = concludeTexts(plan, finished);
      const sample = sampleOf(plan, result.reader, test);
      return {
        model: saveResult(result),
        explained: result.test === undefined ? "" : explainReading(result.test),
        ...(result.test === undefined ? {} : { scores: scoresOf(result.test) }),
        ...(sample === undefined ? {} : { sample }),
      };
    },
  };
}

function sampleTexts(plan: TextsPlan, parameters: ParameterValues): LessonSample | undefined {
  const model = createModel({ spec: plan.training.network, parameters });
  try {
    return sampleOf(plan, { kind: "text-reader", model, task: plan.task }, plan.parts.validation);
  } finally {
    model.dispose();
  }
}

/** Some texts, evenly spread over a part. */
function sampleOf(plan: TextsPlan, reader: TextReader, part: Int32Array): LessonSample | undefined {
  const rows = Array.from(
    { length: Math.min(shown, part.length) },
    (_, at) => part[Math.floor((at * part.length) / shown)] ?? 0,
  );
  if (rows.length === 0) return undefined;
  const texts = rows.map((row) => plan.texts[row] ?? "");
  const told = readTextsWith(reader, texts);
  const { answer } = plan.task;
  const answers = rows.map((row, at) => {
    const truth = plan.truth[row] ?? NaN;
    if (answer.kind === "number")
      return { given: texts[at] ?? "", told: (told[at] ?? NaN).toPrecision(3), truth: truth.toPrecision(3) };
    const { names } = answer.classes;
    const own = told.subarray(at * names.length, (at + 1) * names.length);
    const best = own.indexOf(own.reduce((a, b) => Math.max(a, b), 0));
    return { given: texts[at] ?? "", told: names[best] ?? "", truth: names[truth] ?? "" };
  });
  return { kind: "answers", answers };
}

function scoresOf(test: TextsEvaluation): LessonScores {
  if (test.of === "class") {
    const { scores, bag } = test;
    return {
      measure: "accuracy",
      rows: [
        { who: "model", value: scores.accuracy },
        ...(bag === undefined ? [] : [{ who: "bag", value: bag.accuracy } as const]),
        { who: "majority", value: scores.majority.accuracy },
      ],
    };
  }
  const { scores, bag } = test;
  return {
    measure: "absolute-error",
    rows: [
      { who: "model", value: scores.meanAbsoluteError },
      ...(bag === undefined ? [] : [{ who: "bag", value: bag.meanAbsoluteError } as const]),
      { who: "mean", value: scores.mean.meanAbsoluteError },
    ],
  };
}
