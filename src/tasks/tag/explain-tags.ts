/** What the evaluation of a tagger means, in sentences. */
import { printCount, printQuantity } from "../../inspect/index.ts";
import { judgement } from "../judge.ts";
import type { TagEvaluation } from "./evaluate-tags.ts";

/** Whether the tagger is worth having, said plainly. */
export function explainTags({ of, words, model, usual, verdict }: TagEvaluation): string {
  const own = `${printQuantity(model.words, "share")} of ${printCount(words, "word")}`;
  const simple = `${printQuantity(usual.words, "share")} of giving each word ${of === "tags" ? "the tag" : "the form"} it had most often in training`;
  if (verdict !== "better") return `The model gets ${own} right, against the ${simple}${judgement[verdict]}`;
  const fewer = printQuantity(1 - (1 - model.words) / (1 - usual.words), "share", 0);
  return `The model gets ${own} right, against the ${simple}: ${fewer} fewer mistakes.`;
}
