/** Going on with a text, character by character. */
import {
  concludeGenerate,
  createModel,
  explainTextLoss,
  generateText,
  planGenerate,
  saveCheckpoint,
  saveResult,
} from "recurra";
import type { GeneratePlan, Json, TextEvaluation } from "recurra";
import type { LearningChoice, Lesson, LessonScores, LessonTask } from "./lesson.ts";
import { learningOptions } from "./lesson.ts";
import { readTextOf } from "./read-data.ts";

/** Characters that are shown while it learns. */
const length = 240;

type GenerateTask = Extract<LessonTask, { readonly kind: "generate" | "marks" }>;

export async function planGenerateLesson({ data }: GenerateTask, learning: LearningChoice): Promise<Lesson> {
  const { steps } = learning;
  const options = { ...learningOptions(learning), ...(steps === undefined ? {} : { steps }) };
  return teachGenerate(planGenerate({ text: await readTextOf(data), source: data.name }, options));
}

/** A plan as a lesson. `notes` go into its checkpoints. */
export function teachGenerate(plan: GeneratePlan, notes?: Json): Lesson {
  const { train, validation, test } = plan.parts;
  return {
    training: plan.training,
    counts: {
      item: "tokens",
      train: train.tokens.length,
      validation: validation.tokens.length,
      test: test.tokens.length,
    },
    sample: (parameters) => {
      const model = createModel({ spec: plan.training.network, parameters });
      try {
        const job = { kind: "language-model", model, task: plan.task } as const;
        return { kind: "text", text: generateText(job, { length, temperature: 0.7 }) };
      } finally {
        model.dispose();
      }
    },
    keep: (checkpoint) => saveCheckpoint(plan, checkpoint, notes),
    conclude: async (finished) => {
      const result = concludeGenerate(plan, finished);
      return {
        model: saveResult(result),
        explained: result.test === undefined ? "" : explainTextLoss(result.test),
        ...(result.test === undefined ? {} : { scores: scoresOf(result.test) }),
        sample: { kind: "text", text: result.sample },
      };
    },
  };
}

function scoresOf({ model, frequencies, nGrams }: TextEvaluation): LessonScores {
  return {
    measure: "bits",
    rows: [
      { who: "model", value: model.bitsPerCharacter },
      ...(nGrams === undefined ? [] : [{ who: "n-grams", value: nGrams.bitsPerCharacter } as const]),
      { who: "frequencies", value: frequencies.bitsPerCharacter },
    ],
  };
}
