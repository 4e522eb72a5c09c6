/** Measures gradients away from the page. */
import type { GradientAnswer, GradientAsked } from "./gradient.ts";
import { measureLeft, measureSteps } from "./measure-gradient.ts";
import { measureRecall } from "./measure-recall.ts";
import { serveAnswers } from "./serve-answers.ts";

serveAnswers<GradientAsked, GradientAnswer>((asked) => {
  if (asked.kind === "left") return { kind: "left", lefts: asked.questions.map(measureLeft) };
  const { question, step, others, reservoir } = asked;
  return {
    kind: "steps",
    question,
    steps: measureSteps(question, step),
    lefts: others.map(measureLeft),
    recall: measureRecall(reservoir),
  };
});
