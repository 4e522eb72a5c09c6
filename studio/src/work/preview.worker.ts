/** Looks into data, checkpoints and plans away from the page. */
import { describeKept } from "./lessons/kept-run.ts";
import { describeLesson, planLesson } from "./lessons/plan-lesson.ts";
import { previewData } from "./preview-data.ts";
import type { PreviewAnswer, PreviewQuestion } from "./preview.ts";
import { serveAnswers } from "./serve-answers.ts";

serveAnswers<PreviewQuestion, PreviewAnswer>(async (question) => {
  switch (question.kind) {
    case "data":
      return previewData(question.data);
    case "kept":
      return describeKept(question.file);
    case "plan":
      return { kind: "plan", facts: describeLesson(await planLesson(question.choice)) };
  }
});
