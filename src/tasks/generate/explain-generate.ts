/** What an evaluation of a language model means, in a sentence. */
import { printQuantity } from "../../inspect/index.ts";
import { judge, judgement } from "../judge.ts";
import type { TextEvaluation } from "./language-model.ts";

/** Whether the model is worth having, said plainly. */
export function explainTextLoss({ model, nGrams, frequencies }: TextEvaluation): string {
  const bits = (loss: { readonly bitsPerCharacter: number }): string => `${printQuantity(loss.bitsPerCharacter)} bits`;
  const [simple, name] =
    nGrams === undefined
      ? [frequencies, "knowing only how frequent each token is"]
      : [nGrams, `the ${nGrams.order}-grams of the same text`];
  const verdict = judge(-model.bitsPerCharacter, -simple.bitsPerCharacter);
  return `A character costs the model ${bits(model)}, and ${name} ${bits(simple)}${judgement[verdict]}`;
}
