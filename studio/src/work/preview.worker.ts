/** Looks into data and plans away from the page. */
import { describeLesson, planLesson } from "./lessons/plan-lesson.ts";
import { previewData } from "./preview-data.ts";
import type { PreviewAnswer, PreviewQuestion } from "./preview.ts";
import { serveAnswers } from "./serve-answers.ts";

serveAnswers<PreviewQuestion, PreviewAnswer>(async (question) =>
  question.kind === "data"
    ? previewData(question.data)
    : { kind: "plan", facts: describeLesson(await planLesson(question.choice)) },
);
