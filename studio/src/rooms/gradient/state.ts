/** What the link of the room holds, and the network that it asks about. */
import { choiceField, numberField, wholeField } from "../../link.ts";
import type { Fields } from "../../link.ts";
import { activations, gradientCells, starts } from "../../work/measure-gradient.ts";
import type { GradientQuestion } from "../../work/measure-gradient.ts";
import { cureNames } from "./cures.ts";
import type { CureName } from "./cures.ts";

export interface GradientState extends GradientQuestion {
  /** The step whose Jacobian is shown, counted from 1; 0 for the last. */
  readonly at: number;
  readonly cure: CureName | "none";
  /** Steps that truncated backpropagation keeps. */
  readonly keep: number;
  /** Of the race. */
  readonly length: number;
  readonly updates: number;
}

export const ranges = {
  radius: { from: 0, to: 2.5 },
  bias: { from: 0, to: 6 },
  steps: { from: 5, to: 100 },
  hidden: { from: 2, to: 32 },
  seed: { from: 1, to: 99 },
  keep: { from: 1, to: 50 },
  length: { from: 20, to: 60 },
  updates: { from: 300, to: 3000 },
} as const;

export const gradientFields: Fields<GradientState> = {
  cell: choiceField(gradientCells, "rnn"),
  activation: choiceField(activations, "tanh"),
  start: choiceField(starts, "random"),
  radius: numberField(0.8, ranges.radius),
  bias: numberField(4, ranges.bias),
  steps: wholeField(40, ranges.steps),
  hidden: wholeField(16, ranges.hidden),
  seed: wholeField(1, ranges.seed),
  at: wholeField(0, { from: 0, to: ranges.steps.to }),
  cure: choiceField([...cureNames, "none"] as const, "none"),
  keep: wholeField(10, ranges.keep),
  length: wholeField(40, ranges.length),
  updates: wholeField(1500, ranges.updates),
};

/** The network of the controls, without what is only shown. */
export function questionOf(state: GradientState): GradientQuestion {
  const { cell, activation, start, radius, bias, steps, hidden, seed } = state;
  return { cell, activation, start, radius, bias, steps, hidden, seed };
}
