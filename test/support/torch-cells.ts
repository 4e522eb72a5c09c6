/** PyTorch's recurrent cells as equations of ours, with its two biases a gate, and its stacked tensors taken apart and put together again. */
import { cell } from "../../src/language/index.ts";
import type { Cell } from "../../src/language/index.ts";

/** As the fixtures name them. */
export type TorchCellKind = "RNN_TANH" | "RNN_RELU" | "LSTM" | "LSTM_PROJ" | "GRU";

/** Tensors that PyTorch stacks gate by gate; `weight_hr` is a projection. */
export type TorchStack = "weight_ih" | "weight_hh" | "bias_ih" | "bias_hh" | "weight_hr";

const gates = {
  RNN_TANH: [""],
  RNN_RELU: [""],
  LSTM: ["_i", "_f", "_g", "_o"],
  LSTM_PROJ: ["_i", "_f", "_g", "_o"],
  GRU: ["_r", "_z", "_n"],
} as const;

const letters = { weight_ih: "W", weight_hh: "U", bias_ih: "b", bias_hh: "v" } as const;

/** Our parameters in the order in which PyTorch stacks them in one tensor. */
export function unstackedNames(kind: TorchCellKind, stack: TorchStack): readonly string[] {
  return stack === "weight_hr" ? ["V"] : gates[kind].map((gate) => letters[stack] + gate);
}

/** What a gate reads of the input or of the state: `W_i x + b_i`. */
type Part = (gate: string) => string;

const lstmGates = (x: Part, h: Part): string[] => [
  `i = sigmoid(${x("_i")} + ${h("_i")})`,
  `f = sigmoid(${x("_f")} + ${h("_f")})`,
  `g = tanh(${x("_g")} + ${h("_g")})`,
  `o = sigmoid(${x("_o")} + ${h("_o")})`,
  "c' = f * c + i * g",
];

const lines: Readonly<Record<TorchCellKind, (x: Part, h: Part) => readonly string[]>> = {
  RNN_TANH: (x, h) => [`h' = tanh(${x("")} + ${h("")})`],
  RNN_RELU: (x, h) => [`h' = relu(${x("")} + ${h("")})`],
  LSTM: (x, h) => [...lstmGates(x, h), "h' = o * tanh(c')"],
  LSTM_PROJ: (x, h) => ["h in R^P", ...lstmGates(x, h), "h' = V (o * tanh(c'))"],
  GRU: (x, h) => [
    `r = sigmoid(${x("_r")} + ${h("_r")})`,
    `z = sigmoid(${x("_z")} + ${h("_z")})`,
    `n = tanh(${x("_n")} + r * (${h("_n")}))`,
    "h' = (1 - z) * n + z * h",
  ],
};

/** The cell as PyTorch computes it. */
export function torchCell(kind: TorchCellKind, { bias }: { readonly bias: boolean }): Cell {
  const input: Part = (gate) => (bias ? `W${gate} x + b${gate}` : `W${gate} x`);
  const state: Part = (gate) => (bias ? `U${gate} h + v${gate}` : `U${gate} h`);
  return cell(`torch-${kind}`, lines[kind](input, state).join("\n"));
}

/** A stacked tensor as our parameters. */
export function unstack(kind: TorchCellKind, stack: TorchStack, data: Float64Array): Record<string, Float64Array> {
  const names = unstackedNames(kind, stack);
  const length = data.length / names.length;
  return Object.fromEntries(names.map((name, gate) => [name, data.slice(gate * length, (gate + 1) * length)]));
}

/** Our parameters, or their gradients, as a stacked tensor. */
export function stack(
  kind: TorchCellKind,
  into: TorchStack,
  values: Readonly<Record<string, ArrayLike<number>>>,
): Float64Array {
  return Float64Array.from(unstackedNames(kind, into).flatMap((name) => Array.from(values[name] ?? [])));
}
