/** What the evaluation of a classifier means, in a sentence. */
import { printQuantity } from "../../inspect/index.ts";
import type { ClassEvaluation } from "./score-classes.ts";

/** Whether the classifier is worth having, said plainly. */
export function explainClasses({ accuracy, majority, best, count }: ClassEvaluation): string {
  const own = printQuantity(accuracy, "share");
  const simple = `${printQuantity(majority.accuracy, "share")} of always saying "${majority.label}"`;
  if (best === "model") return `The model is right on ${own} of ${printQuantity(count)}, against the ${simple}.`;
  return `The model is right on ${own} of ${printQuantity(count)}, no more than the ${simple}: as it is, it is not worth using.`;
}
