/** Occlusion: what each token of a text does to what is told of it, which is told again with that token unknown. */
import { splitTokens, unknownToken, unscaleValue } from "../../data/index.ts";
import { softmax } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { mostLikely } from "../classify/score-classes.ts";
import { encodeTexts } from "./encode-texts.ts";
import type { TextReader } from "./text-reader.ts";

/** A stretch of the text; what lies between tokens, and what was not read, has no effect. */
export interface ExplainedPiece {
  readonly text: string;
  /** Of a class: by how much the log-odds of what is told fall when the token is unknown. Of a number: by how much it falls. */
  readonly effect?: number;
}

export interface TextExplanation {
  readonly kind: "text-explanation";
  /** The class told with its probability, or the number. */
  readonly prediction:
    | { readonly kind: "class"; readonly name: string; readonly probability: number }
    | { readonly kind: "number"; readonly value: number };
  /** Together the text, in composed form (NFC). */
  readonly pieces: readonly ExplainedPiece[];
}

/** Copies of a text that go through the network at once. */
const mostCopies = 64;

/** The text is told once as it is, and once for each of its tokens. Throws `data/empty-sequence`. */
export function explainText({ model, task }: TextReader, text: string): TextExplanation {
  const { answer, vocabulary } = task;
  const set = encodeTexts([text], task);
  const steps = known(set.lengths[0], "a length");
  const tokens = Float32Array.from(set.values.subarray(0, steps));
  const outputs = answer.kind === "class" ? answer.classes.names.length : 1;
  const all = runWithout(model, tokens, outputs);
  if (answer.kind === "number") {
    const values = all.map((value) => unscaleValue(answer.scaler, value));
    const value = known(values[0], "a number");
    const effects = values.subarray(1).map((other) => value - other);
    return {
      kind: "text-explanation",
      prediction: { kind: "number", value },
      pieces: placeEffects(text, vocabulary, effects),
    };
  }
  const probabilities = softmax(all, outputs);
  const label = known(mostLikely(probabilities.subarray(0, outputs), outputs)[0], "a class");
  const odds = Float64Array.from({ length: steps + 1 }, (_, row) =>
    logOdds(probabilities[row * outputs + label] ?? NaN),
  );
  const effects = odds.subarray(1).map((other) => known(odds[0], "log-odds") - other);
  return {
    kind: "text-explanation",
    prediction: {
      kind: "class",
      name: known(answer.classes.names[label], "a class"),
      probability: known(probabilities[label], "a probability"),
    },
    pieces: placeEffects(text, vocabulary, effects),
  };
}

/** Held this far from 0 and 1, so that odds stay finite: float32 knows no smaller difference from 1. */
const leastDistance = 1e-7;

function logOdds(probability: number): number {
  const held = Math.min(1 - leastDistance, Math.max(leastDistance, probability));
  return Math.log(held / (1 - held));
}

/** Outputs `[steps + 1, outputs]`: of the tokens as they are, then of each copy with one of them unknown. */
function runWithout(model: TextReader["model"], tokens: Float32Array, outputs: number): Float64Array {
  const steps = tokens.length;
  const result = new Float64Array((steps + 1) * outputs);
  for (let first = 0; first <= steps; first += mostCopies) {
    const batch = Math.min(mostCopies, steps + 1 - first);
    const inputs = new Float32Array(steps * batch);
    for (let copy = 0; copy < batch; copy++)
      for (let step = 0; step < steps; step++)
        inputs[step * batch + copy] = first + copy === step + 1 ? unknownToken : (tokens[step] ?? 0);
    result.set(model.predict({ steps, batch, inputs }).subarray(0, batch * outputs), first * outputs);
  }
  return result;
}

/** The text cut where its tokens stand. */
function placeEffects(
  text: string,
  vocabulary: TextReader["task"]["vocabulary"],
  effects: Float64Array,
): readonly ExplainedPiece[] {
  const whole = text.normalize("NFC");
  const pieces: ExplainedPiece[] = [];
  let end = 0;
  const tokens = splitTokens(text, { ...vocabulary, lowercase: false });
  effects.forEach((effect, at) => {
    const token = tokens[at] ?? "";
    const start = whole.indexOf(token, end);
    if (start < 0) return;
    if (start > end) pieces.push({ text: whole.slice(end, start) });
    pieces.push({ text: token, effect });
    end = start + token.length;
  });
  if (end < whole.length) pieces.push({ text: whole.slice(end) });
  return pieces;
}
