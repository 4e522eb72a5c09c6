/** What an evaluation of captions means, in a sentence. */
import { printCount, printQuantity } from "../../inspect/index.ts";
import { judgement } from "../judge.ts";
import type { CaptionEvaluation } from "./evaluate-caption.ts";

/** Whether the captioner is worth having, said plainly. Where the two measures disagree, there is no one answer. */
export function explainCaption({ model, nearest, count, verdict }: CaptionEvaluation): string {
  const printScores = (scores: CaptionEvaluation["model"]): string =>
    `${printQuantity(scores.exact, "share")} exactly right, word F1 ${scores.wordF1.toFixed(2)}`;
  const own = `Of ${printCount(count, "caption")} the model gets ${printScores(model)}`;
  if (nearest === undefined || verdict === undefined) return `${own}.`;
  const theirs = `the caption of the most similar picture learned: ${printScores(nearest)}`;
  const [byCaptions, byWords] = [model.exact - nearest.exact, model.wordF1 - nearest.wordF1];
  if (byCaptions * byWords < 0) {
    const [better, worse] = byWords > 0 ? ["words", "whole captions"] : ["whole captions", "words"];
    return `${own}, against ${theirs}: better in ${better}, worse in ${worse}.`;
  }
  return `${own}, against ${theirs}${judgement[verdict]}`;
}
