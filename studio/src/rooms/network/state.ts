/** What the link of the room holds: the position in the animation, the network at hand, and what is looked at. */
import { choiceField, textField, wholeField } from "../../link.ts";
import type { Field, Fields } from "../../link.ts";
import { modelField, mostDrawn } from "../../network-link.ts";
import type { NetworkSizes } from "../../network-link.ts";
import { activations } from "../../work/network/network-cell.ts";
import type { Activation } from "../../work/network/network-cell.ts";

export const inputKinds = ["sine", "pulse", "words", "numbers"] as const;
export type InputKind = (typeof inputKinds)[number];

/** Neither fewer steps than show a past and a future, nor more than fit beside each other. */
export const stepBounds = { from: 3, to: 8 } as const;
export const inputBounds = { from: 1, to: mostDrawn.inputs } as const;

export interface NetworkState {
  /** Position in the animation, from 0 (the first form) to 5 (the sixth). */
  readonly p: number;
  /** The step that is looked at, from 1. */
  readonly step: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  /** Hidden layers. */
  readonly layers: number;
  readonly steps: number;
  readonly activation: Activation;
  readonly input: InputKind;
  readonly words: string;
  readonly numbers: string;
  /** Which random weights. */
  readonly seed: number;
  /** How large the recurrent weights are, in hundredths: all singular values of U. */
  readonly loop: number;
  /** Hidden layer and neuron whose sum is shown, from 1. */
  readonly layer: number;
  readonly neuron: number;
  /** The sizes of the model that the network is shown for, until another size is chosen. */
  readonly model: NetworkSizes | undefined;
}

const lastForm = 5;

/** Two digits are finer than the eye sees, and keep the link short. */
const positionField: Field<number> = {
  fallback: 0,
  parse: (text) => {
    const value = /^\d(\.\d+)?$/.test(text) ? Number(text) : NaN;
    return value <= lastForm ? value : undefined;
  },
  print: (value) => String(Number(value.toFixed(2))),
};

export const networkFields: Fields<NetworkState> = {
  p: positionField,
  step: wholeField(2, { from: 1, to: stepBounds.to }),
  inputs: wholeField(4, inputBounds),
  hidden: wholeField(6, { from: 1, to: mostDrawn.hidden }),
  outputs: wholeField(2, { from: 1, to: mostDrawn.outputs }),
  layers: wholeField(1, { from: 1, to: mostDrawn.layers }),
  steps: wholeField(5, stepBounds),
  activation: choiceField(activations, "tanh"),
  input: choiceField(inputKinds, "sine"),
  words: textField("", 200),
  numbers: textField("1 0; 0.5 -0.5; 0 1; -1 0", 400),
  seed: wholeField(1, { from: 1, to: 999 }),
  loop: wholeField(90, { from: 0, to: 130 }),
  layer: wholeField(1, { from: 1, to: mostDrawn.layers }),
  neuron: wholeField(1, { from: 1, to: mostDrawn.hidden }),
  model: modelField,
};
