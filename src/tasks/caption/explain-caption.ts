/** What an evaluation of captions means, in a sentence. */
import { printCount, printQuantity } from "../../inspect/index.ts";
import { judgement } from "../judge.ts";
import type { CaptionEvaluation } from "./evaluate-caption.ts";

/** Whether the captioner is worth having, said plainly. */
export function explainCaption({ model, nearest, count, verdict }: CaptionEvaluation): string {
  const printScores = (scores: CaptionEvaluation["model"]): string =>
    `${printQuantity(scores.exact, "share")} exactly right, word F1 ${scores.wordF1.toFixed(2)}`;
  const own = `Of ${printCount(count, "caption")} the model gets ${printScores(model)}`;
  if (nearest === undefined || verdict === undefined) return `${own}.`;
  const theirs = `the caption of the most similar picture learned: ${printScores(nearest)}`;
  return `${own}, against ${theirs}${judgement[verdict]}`;
}
