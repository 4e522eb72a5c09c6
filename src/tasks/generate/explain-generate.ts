/** What an evaluation of a language model means, in a sentence. */
import { printQuantity } from "../../inspect/index.ts";
import { judgement } from "../judge.ts";
import type { TextEvaluation, TextLoss } from "./language-model.ts";

/** Whether the model is worth having, said plainly. */
export function explainTextLoss({ unit, model, nGrams, frequencies, simplest, verdict }: TextEvaluation): string {
  const bits = (loss: { readonly bitsPerCharacter: number }): string => `${printQuantity(loss.bitsPerCharacter)} bits`;
  const [simple, name] =
    nGrams === undefined || simplest === "frequencies"
      ? [frequencies, "knowing only how frequent each token is"]
      : [nGrams, `the ${nGrams.order}-grams of the same text`];
  return `A character costs the model ${bits(model)}, and ${name} ${bits(simple)}${judgement[verdict]}${explainUnknown(unit, model)}`;
}

/** Of words: how many of them were told only as unknown, which costs less than telling them. */
function explainUnknown(unit: TextEvaluation["unit"], { unknown, tokens }: TextLoss): string {
  if (unit !== "word" || unknown === 0) return "";
  return ` ${printQuantity(unknown / tokens, "share")} of the words are unknown and told only as such, which costs little: compare these bits with no other unit or vocabulary.`;
}
