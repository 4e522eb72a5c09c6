/** What an evaluation of translations means, in a sentence. */
import { printQuantity } from "../../inspect/index.ts";
import { isBetter } from "./evaluate-translate.ts";
import type { TranslateEvaluation } from "./evaluate-translate.ts";

/** Whether the translator is worth having, said plainly. */
export function explainTranslate({ model, baselines, best, count, unit }: TranslateEvaluation): string {
  const [simplest] = Object.entries(baselines).sort(([, a], [, b]) => (isBetter(a, b, unit) ? -1 : 1));
  const own = `BLEU ${model.bleu.toFixed(1)}, ${printQuantity(model.errorRate, "share")} of the ${unit}s wrong, ${printQuantity(model.exact, "share")} of ${printQuantity(count)} answers exactly right`;
  if (simplest === undefined) return `The model gets ${own}.`;
  const theirs = `BLEU ${simplest[1].bleu.toFixed(1)}, ${printQuantity(simplest[1].errorRate, "share")} wrong and ${printQuantity(simplest[1].exact, "share")} right of ${nameTranslateBaseline(simplest[0])}`;
  return best === true
    ? `The model gets ${own}, against ${theirs}.`
    : `The model gets ${own}, no better than the ${theirs}: as it is, it is not worth using.`;
}

/** How a baseline is called. */
export function nameTranslateBaseline(name: string): string {
  return name === "nearest" ? "the answer to the most similar source learned" : "translating word for word";
}
