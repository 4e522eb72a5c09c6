/** Whether a model is worth having, beside the simplest that could be done. */

export type Verdict = "better" | "tie" | "worse";

/** Of two scores of which more is better. */
function judge(own: number, simple: number): Verdict {
  return own > simple ? "better" : own === simple ? "tie" : "worse";
}

/** How a sentence about the two ends. */
export const judgement: Readonly<Record<Verdict, string>> = {
  better: ".",
  tie: ": a tie, so nothing is gained by the model.",
  worse: ": as it is, the model is not worth using.",
};

/** What a model comes to beside what is simpler. */
export interface Judged<N extends string> {
  /** Of the highest score: the model, or by name what is simpler, also where that is as good. */
  readonly best: "model" | N;
  /** The model beside the best of what is simpler. */
  readonly verdict: Verdict;
}

/** Compares scores, of which more is better; of equal simple ones the first is the one that is named. */
export function judgeAll<N extends string>(own: number, simple: readonly (readonly [N, number])[]): Judged<N> {
  const [name, score] = simple.reduce((best, one) => (one[1] > best[1] ? one : best));
  const verdict = judge(own, score);
  return { best: verdict === "better" ? "model" : name, verdict };
}
