/** What an evaluation of translations means, in a sentence. */
import { printCount, printQuantity } from "../../inspect/index.ts";
import { judgement } from "../judge.ts";
import { rank } from "./evaluate-translate.ts";
import type { TranslateEvaluation } from "./evaluate-translate.ts";

/** Whether the translator is worth having, said plainly. */
export function explainTranslate({ model, baselines, count, unit, verdict }: TranslateEvaluation): string {
  const [simplest] = Object.entries(baselines).sort(([, a], [, b]) => rank(b, unit) - rank(a, unit));
  const own = `BLEU ${model.bleu.toFixed(1)}, ${printQuantity(model.errorRate, "share")} of the ${unit}s wrong, ${printQuantity(model.exact, "share")} of ${printCount(count, "answer")} exactly right`;
  if (simplest === undefined || verdict === undefined) return `The model gets ${own}.`;
  const theirs = `BLEU ${simplest[1].bleu.toFixed(1)}, ${printQuantity(simplest[1].errorRate, "share")} wrong and ${printQuantity(simplest[1].exact, "share")} right of ${nameTranslateBaseline(simplest[0])}`;
  return `The model gets ${own}, against ${theirs}${judgement[verdict]}`;
}

/** How a baseline is called. */
export function nameTranslateBaseline(name: string): string {
  return name === "nearest" ? "the answer to the most similar source learned" : "translating word for word";
}
