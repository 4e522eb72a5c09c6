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
  /** The best of what is simpler, by name. */
  readonly simplest: N;
  /** The model beside that one. */
  readonly verdict: Verdict;
}

/**
 * Compares scores, of which more is better; of equal simple ones the first is the one that is named. At least one is measured; those that are not
 * have no score.
 */
export function judgeAll<N extends string>(
  own: number,
  simple: readonly (readonly [N, number | undefined])[],
): Judged<N> {
  const measured = simple.flatMap(([name, score]) => (score === undefined ? [] : [{ name, score }]));
  const { name, score } = measured.reduce((best, one) => (one.score > best.score ? one : best));
  const verdict = judge(own, score);
  return { best: verdict === "better" ? "model" : name, simplest: name, verdict };
}
