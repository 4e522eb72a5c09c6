/** What is done against gradients that vanish or explode: each as a change of the network, or of what goes back through it. */
import type { GradientLeft, GradientQuestion } from "../../work/measure-gradient.ts";

export const cureNames = ["orthogonal", "identity", "clip", "truncate", "echo", "lstm", "gru"] as const;
export type CureName = (typeof cureNames)[number];

/** The norm to which a gradient is clipped. */
export const clipNorm = 1;

/** The reservoir's spectral radius: below 1, as an echo state network needs so that the past fades at last. */
const echoRadius = 0.9;

/** The simple network with the settings of a question: what cures are measured against. */
export function uncured(question: GradientQuestion): GradientQuestion {
  return { ...question, cell: "rnn" };
}

/** The network with a cure. */
export function applyCure(question: GradientQuestion, cure: CureName): GradientQuestion {
  const base = uncured(question);
  switch (cure) {
    case "orthogonal":
      return { ...base, start: "orthogonal", radius: 1 };
    case "identity":
      return { ...base, activation: "relu", start: "identity", radius: 1 };
    case "lstm":
    case "gru":
      return { ...base, cell: cure };
    case "echo":
      return { ...base, activation: "tanh", start: "random", radius: echoRadius };
    case "clip":
    case "truncate":
      return base;
  }
}

export interface CureOptions {
  readonly cure: CureName | "none";
  readonly keep: number;
}

/** What is left at each step once a cure has done its part: cut off, made smaller, or as it was measured. */
export function leftWith(measured: GradientLeft, { cure, keep }: CureOptions): Float64Array {
  const left = measured.states[0]?.left ?? new Float64Array(0);
  const kept = cure === "echo" ? 0 : cure === "truncate" ? keep : left.length;
  const factor = cure === "clip" ? clipFactor(measured) : 1;
  return left.map((share, step) => (step < left.length - kept ? 0 : share * factor));
}

/** What clipping multiplies the gradient of W_rec by: 1 where it is small enough. */
export function clipFactor({ weightNorms }: GradientLeft): number {
  const norm = weightNorms?.at(-1) ?? 0;
  return norm > clipNorm ? clipNorm / norm : 1;
}

/** What a cure changed, in the numbers that it is about. */
export interface CureEffect {
  readonly measure: "first" | "weights" | "trained";
  readonly before: number;
  readonly after: number;
}

/** Numbers of the simple network that are trained: W, W_rec and b, and the readout. */
function countTrained({ hidden }: GradientQuestion): { readonly all: number; readonly readout: number } {
  const readout = hidden + 1;
  return { all: hidden * 2 + hidden * hidden + hidden + readout, readout };
}

/**
 * What a cure changed: the share of the gradient that comes to the first step; for clipping and truncation the norm of ∂loss/∂W_rec, which is what they act on; for
 * an echo state network the numbers that are trained.
 */
export function effectOf(
  question: GradientQuestion,
  { cure, keep }: { readonly cure: CureName; readonly keep: number },
  { before, after }: { readonly before: GradientLeft; readonly after: GradientLeft },
): CureEffect {
  const norm = (depth: number): number => before.weightNorms?.[Math.min(depth, before.weightNorms.length) - 1] ?? NaN;
  const whole = norm(Infinity);
  switch (cure) {
    case "clip":
      return { measure: "weights", before: whole, after: Math.min(whole, clipNorm) };
    case "truncate":
      return { measure: "weights", before: whole, after: norm(keep) };
    case "echo": {
      const { all, readout } = countTrained(question);
      return { measure: "trained", before: all, after: readout };
    }
    case "orthogonal":
    case "identity":
    case "lstm":
    case "gru":
      return {
        measure: "first",
        before: before.states[0]?.left[0] ?? NaN,
        after: after.states[0]?.left[0] ?? NaN,
      };
  }
}

/** What became of a gradient on its way back: the words follow from it. */
export interface Fate {
  readonly kind: "vanishes" | "fades" | "holds" | "grows" | "explodes" | "stops";
  /** What is left at the first step. */
  readonly first: number;
  /** What one step back multiplies it by on average. */
  readonly factor: number;
}

/** Beyond this over the whole sequence a gradient has vanished or exploded, as `drawGradientNorms` of the library has it. */
const drastic = 1e3;
/** Within this it holds. */
const slight = 10;

export function judgeFate(left: ArrayLike<number>): Fate {
  const first = left[0] ?? NaN;
  const factor = first ** (1 / (left.length - 1));
  if (!(first > 0)) return { kind: "stops", first, factor: 0 };
  if (first <= 1 / drastic) return { kind: "vanishes", first, factor };
  if (first < 1 / slight) return { kind: "fades", first, factor };
  if (first <= slight) return { kind: "holds", first, factor };
  return { kind: first < drastic ? "grows" : "explodes", first, factor };
}
