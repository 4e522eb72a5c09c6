/** What the evaluation of a classifier means, in a sentence. */
import { printQuantity } from "../../inspect/index.ts";
import { judgement } from "../judge.ts";
import type { ClassEvaluation } from "./score-classes.ts";

/** Whether the classifier is worth having, said plainly. */
export function explainClasses({ accuracy, majority, count, verdict }: ClassEvaluation): string {
  const own = `${printQuantity(accuracy, "share")} of ${printQuantity(count)}`;
  const simple = `${printQuantity(majority.accuracy, "share")} of always saying "${majority.label}"`;
  return `The model is right on ${own}, against the ${simple}${judgement[verdict]}`;
}
