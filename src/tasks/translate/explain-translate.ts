/** What an evaluation of translations means, in a sentence. */
import { printCount, printQuantity } from "../../inspect/index.ts";
import { known } from "../../util/errors.ts";
import { judgement } from "../judge.ts";
import type { TranslateEvaluation } from "./evaluate-translate.ts";

/** Whether the translator is worth having, said plainly. */
export function explainTranslate({ model, baselines, count, unit, simplest, verdict }: TranslateEvaluation): string {
  const own = `BLEU ${model.bleu.toFixed(1)}, ${printQuantity(model.errorRate, "share")} of the ${unit}s wrong, ${printQuantity(model.exact, "share")} of ${printCount(count, "answer")} exactly right`;
  if (simplest === undefined || verdict === undefined) return `The model gets ${own}.`;
  const { bleu, errorRate, exact } = known(baselines[simplest], "a baseline");
  const theirs = `BLEU ${bleu.toFixed(1)}, ${printQuantity(errorRate, "share")} wrong and ${printQuantity(exact, "share")} right of ${nameTranslateBaseline(simplest)}`;
  return `The model gets ${own}, against ${theirs}${judgement[verdict]}`;
}

/** How a baseline is called. */
export function nameTranslateBaseline(name: string): string {
  return name === "nearest" ? "the answer to the most similar source learned" : "translating word for word";
}
