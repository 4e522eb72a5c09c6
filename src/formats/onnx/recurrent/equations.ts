/** RNN, GRU and LSTM of ONNX as equations, which their attributes say. */
import { cells } from "../../../cells/index.ts";
import type { CellName } from "../../../cells/index.ts";
import { cell as createCell, parseSyntax, printSyntax } from "../../../language/index.ts";
import type { Cell } from "../../../language/index.ts";
import { specOf } from "../../../network/index.ts";
import type { CellSpec } from "../../../network/index.ts";

export type RecurrentKind = "RNN" | "GRU" | "LSTM";

/** One activation with its numbers. */
export interface Activation {
  readonly name: string;
  readonly alpha: number | undefined;
  readonly beta: number | undefined;
}

export interface EquationOptions {
  /** RNN: f. GRU: f of the gates, g. LSTM: f of the gates, g, h. */
  readonly activations: readonly Activation[];
  /** What goes into an activation is kept between minus this and this. */
  readonly clip: number | undefined;
  readonly hasPeepholes: boolean;
  readonly inputForget: boolean;
  readonly linearBeforeReset: boolean;
}

/** An activation of ONNX: its usual numbers, and how it is written. `needsName`: what it is applied to stands in it more than once. */
interface ActivationForm {
  readonly alpha?: number;
  readonly beta?: number;
  readonly needsName?: true;
  readonly print: (v: string, alpha: string, beta: string) => string;
}

/** Keyed by the name in lower case, for ONNX's own files differ in case. */
const forms: Readonly<Record<string, ActivationForm>> = {
  relu: { print: (v) => `relu(${v})` },
  tanh: { print: (v) => `tanh(${v})` },
  sigmoid: { print: (v) => `sigmoid(${v})` },
  softsign: { print: (v) => `softsign(${v})` },
  softplus: { print: (v) => `softplus(${v})` },
  affine: {
    alpha: 1,
    beta: 0,
    print: (v, alpha, beta) => (alpha === "1" && beta === "0" ? v : `${alpha} * (${v}) + ${beta}`),
  },
  leakyrelu: { alpha: 0.01, print: (v, alpha) => `leaky_relu(${v}, ${alpha})` },
  thresholdedrelu: { alpha: 1, needsName: true, print: (v, alpha) => `where(less(${alpha}, ${v}), ${v}, 0)` },
  scaledtanh: { alpha: 1, beta: 1, print: (v, alpha, beta) => `${alpha} * tanh(${beta} * (${v}))` },
  hardsigmoid: { alpha: 0.2, beta: 0.5, print: (v, alpha, beta) => `clamp(${alpha} * (${v}) + ${beta}, 0, 1)` },
  elu: { alpha: 1, print: (v, alpha) => `elu(${v}, ${alpha})` },
};

/** Whether an activation has such a number: those given are handed out in order to those that have one. Undefined for a name that ONNX does not have. */
export function activationTakes(name: string): { readonly alpha: boolean; readonly beta: boolean } | undefined {
  const form = formOf(name);
  return form === undefined ? undefined : { alpha: form.alpha !== undefined, beta: form.beta !== undefined };
}

function formOf(name: string): ActivationForm | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(forms, key) ? forms[key] : undefined;
}

/** The usual numbers of an activation that has any. */
export function usualNumbers(name: string): { readonly alpha: number | undefined; readonly beta: number | undefined } {
  const form = formOf(name);
  return { alpha: form?.alpha, beta: form?.beta };
}

/** Gates in the order in which ONNX stacks their weights, by the letters of our equations. */
export const gatesOf: Readonly<Record<RecurrentKind, readonly string[]>> = {
  RNN: [""],
  GRU: ["z", "r", "n"],
  LSTM: ["i", "o", "f", "g"],
};

/** Peepholes in ONNX's order. */
export const peepholes: readonly string[] = ["i", "o", "f"];

/** Activations with their usual numbers that may stand in equations, as ONNX calls them. */
export function activationNames(text: string): readonly string[] {
  return spelled.filter((name) => {
    const [start = ""] = /^[a-z_]+\(/.exec(forms[name.toLowerCase()]!.print("v", "1", "0")) ?? [];
    return text.includes(start);
  });
}

const spelled = [
  "Affine",
  "Sigmoid",
  "Tanh",
  "Relu",
  "Softsign",
  "Softplus",
  "LeakyRelu",
  "ThresholdedRelu",
  "ScaledTanh",
  "HardSigmoid",
  "Elu",
];

export const usualActivations: Readonly<Record<RecurrentKind, readonly string[]>> = {
  RNN: ["Tanh"],
  GRU: ["Sigmoid", "Tanh"],
  LSTM: ["Sigmoid", "Tanh", "Tanh"],
};

/** Built-in cells that such a node may be, by what they compute. */
const candidates: Readonly<Record<RecurrentKind, readonly CellName[]>> = {
  RNN: ["rnn", "rnn-relu"],
  GRU: ["gru", "gru-v1"],
  LSTM: ["lstm", "lstm-peephole", "lstm-coupled", "lstm-niaf", "lstm-noaf"],
};

const numberText = (value: number): string => (value < 0 ? `(${value})` : String(value)).replace("e+", "e");

/** The cell of a node: a built-in one where the equations are its own. */
export function cellFor(kind: RecurrentKind, options: EquationOptions): CellSpec {
  const text = linesOf[kind](options).join("\n");
  const printed = printSyntax(parseSyntax(text));
  const builtIn = candidates[kind].map((name): Cell => cells[name]).find((one) => printSyntax(one) === printed);
  return specOf(builtIn ?? createCell(`onnx-${kind.toLowerCase()}`, text));
}

/** Writes `name = activation(argument)`, clipped, in one line or two. */
function createWriter({ activations, clip }: EquationOptions) {
  const lines: string[] = [];
  const apply = (place: number, argument: string, name: string): string => {
    const { name: called, alpha, beta } = activations[place]!;
    const form = formOf(called)!;
    const clipped = clip === undefined ? argument : `clamp(${argument}, -${numberText(clip)}, ${numberText(clip)})`;
    const text = (value: number | undefined): string => numberText(value ?? 0);
    const numbers = [text(alpha ?? form.alpha), text(beta ?? form.beta)] as const;
    if (form.needsName !== true) return form.print(clipped, ...numbers);
    lines.push(`a_${name} = ${clipped}`);
    return form.print(`a_${name}`, ...numbers);
  };
  return {
    lines,
    apply,
    equation: (name: string, place: number, argument: string): void => {
      const value = apply(place, argument, name);
      lines.push(`${name} = ${value}`);
    },
  };
}

const linesOf: Readonly<Record<RecurrentKind, (options: EquationOptions) => readonly string[]>> = {
  RNN: (options) => {
    const { lines, apply } = createWriter(options);
    const value = apply(0, "W x + U h + b", "h");
    return [...lines, `h' = ${value}`];
  },
  GRU: (options) => {
    const { lines, equation } = createWriter(options);
    equation("r", 0, "W_r x + U_r h + b_r");
    equation("z", 0, "W_z x + U_z h + b_z");
    equation("n", 1, options.linearBeforeReset ? "W_n x + b_n + r * (U_n h + v_n)" : "W_n x + U_n (r * h) + b_n");
    return [...lines, "h' = (1 - z) * n + z * h"];
  },
  LSTM: (options) => {
    const { lines, equation } = createWriter(options);
    const gate = (name: string, memory: string): string =>
      `W_${name} x + U_${name} h + ${options.hasPeepholes ? `p_${name} * ${memory} + ` : ""}b_${name}`;
    equation("i", 0, gate("i", "c"));
    if (!options.inputForget) equation("f", 0, gate("f", "c"));
    equation("g", 1, "W_g x + U_g h + b_g");
    const next = `c' = ${options.inputForget ? "(1 - i)" : "f"} * c + i * g`;
    if (options.hasPeepholes) lines.push(next);
    equation("o", 0, gate("o", "c'"));
    if (!options.hasPeepholes) lines.push(next);
    // What goes into the last activation is the memory, which is not clipped.
    const out = createWriter({ ...options, clip: undefined });
    const value = out.apply(2, "c'", "c");
    const isSum = formOf(options.activations[2]!.name) === forms["affine"];
    return [...lines, ...out.lines, `h' = o * ${isSum ? `(${value})` : value}`];
  },
};
