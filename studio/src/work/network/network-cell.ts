/** The network at hand as one cell in Recurra's own language: without its loop, and with it. */
import { cell, createRandom, initialiseParameters } from "recurra";
import type { Cell } from "recurra";

export const activations = ["tanh", "relu", "sigmoid"] as const;
export type Activation = (typeof activations)[number];

export interface NetworkSizes {
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  /** Hidden layers, each as large as the others. */
  readonly layers: number;
}

/** How many neurons each layer has, from the input to the output. */
export function layerSizes({ inputs, hidden, outputs, layers }: NetworkSizes): readonly number[] {
  return [inputs, ...Array.from({ length: layers }, () => hidden), outputs];
}

/** What stands after the letter of a hidden layer: nothing where there is one alone. `layer` from 1. */
export const layerMark = (layer: number, layers: number): string => (layers === 1 ? "" : `_${layer}`);

export interface NetworkDesign extends NetworkSizes {
  readonly activation: Activation;
  readonly hasLoop: boolean;
}

/** One equation a hidden layer, and one for the output. */
export function writeEquations({ layers, activation, hasLoop }: NetworkDesign): readonly string[] {
  const hidden = Array.from({ length: layers }, (_, at) => {
    const mark = layerMark(at + 1, layers);
    const below = at === 0 ? "x" : `h_${at}'`;
    return `h${mark}' = ${activation}(W${mark} ${below}${hasLoop ? ` + U${mark} h${mark}` : ""} + b${mark})`;
  });
  return [...hidden, `y = V h${layerMark(layers, layers)}' + c`];
}

/** Biases are drawn too, so that a sum has all its parts, but small: they are not what is looked at. */
const biasDeviation = 0.15;

/** The cell; `gain` is the size of the recurrent weights: every singular value of U. */
export function writeNetwork(design: NetworkDesign, gain: number): Cell {
  const bias = { kind: "normal", mean: 0, deviation: biasDeviation } as const;
  return cell("network", ["y in R^O", ...writeEquations(design)].join("\n"), {
    initialisers: { ...(design.hasLoop ? { "U*": { kind: "orthogonal", gain } } : {}), "b*": bias, c: bias },
  });
}

/** The weights of a network with its loop, by name: `W [H, I]` and so on, row after row. The network without the loop uses the same ones. */
export function drawParameters(network: Cell, sizes: NetworkSizes, seed: number): Record<string, Float64Array> {
  const random = createRandom(seed);
  const all = { I: sizes.inputs, H: sizes.hidden, O: sizes.outputs };
  return initialiseParameters(network, all, () => random.uniform());
}
