/** Whether a model is worth having, beside the simplest that could be done. */

import { known } from "../util/errors.ts";

export type Verdict = "better" | "tie" | "worse";

/** Of two scores of which more is better; negate those of which less is. */
export function judge(own: number, simple: number): Verdict {
  return own > simple ? "better" : own === simple ? "tie" : "worse";
}

/** How a sentence about the two ends. */
export const judgement: Readonly<Record<Verdict, string>> = {
  better: ".",
  tie: ": a tie, so nothing is gained by the model.",
  worse: ": as it is, the model is not worth using.",
};

/** The name of the highest score, of which more is better; the first of equal ones, so the simplest is to be named first. */
export function nameBest<N extends string>(scores: readonly (readonly [N, number])[]): N {
  return known(scores.toSorted(([, a], [, b]) => b - a)[0], "a score")[0];
}
