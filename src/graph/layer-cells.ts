/** Cells without a state for operators that are layers by themselves, and the dense cells by their activation. */
import { cells } from "../cells/index.ts";
import { equalCells } from "../language/index.ts";
import { cellOf, specOf } from "../network/index.ts";
import type { CellLayer, CellSpec, LayerSpec } from "../network/index.ts";

/** Functions of each row. */
const rowFunctions: Readonly<Record<string, string>> = {
  Relu: "relu(x)",
  Tanh: "tanh(x)",
  Sigmoid: "sigmoid(x)",
  Softplus: "softplus(x)",
  Softsign: "softsign(x)",
  Mish: "mish(x)",
  Exp: "exp(x)",
  Abs: "abs(x)",
  Softmax: "softmax(x)",
  LogSoftmax: "log_softmax(x)",
};

export const functionNames: readonly string[] = Object.keys(rowFunctions);

/** The cell of an operator that is a function of each row. */
export function functionCell(operator: string): CellSpec | undefined {
  const text = Object.hasOwn(rowFunctions, operator) ? rowFunctions[operator] : undefined;
  return text === undefined ? undefined : { name: operator.toLowerCase(), text: `y = ${text}`, options: {} };
}

/** y = x + b, y = g * x: shifts and scales. */
export const shiftCell: CellSpec = { name: "shift", text: "y = x + b", options: {} };
export const scaleCell: CellSpec = {
  name: "scale",
  text: "y = g * x",
  options: { initialisers: { g: { kind: "constant", value: 1 } } },
};

/** Layer normalisation with an ε of its own. */
export function normaliseCell(epsilon: number): CellSpec {
  const usual = Math.fround(1e-5);
  if (epsilon === 1e-5 || epsilon === usual) return specOf(cells["layer-norm"]);
  return {
    name: "layer-norm",
    text: `d = x - mean(x)\ny = g * d / sqrt(mean(square(d)) + ${epsilon}) + b`,
    options: { initialisers: { g: { kind: "constant", value: 1 } } },
  };
}

const denseCells = { linear: "dense", tanh: "dense-tanh", relu: "dense-relu", sigmoid: "dense-sigmoid" } as const;
const activationsByOperator: Readonly<Record<string, keyof typeof denseCells>> = {
  Relu: "relu",
  Tanh: "tanh",
  Sigmoid: "sigmoid",
};

export function denseCell(activation: keyof typeof denseCells): CellSpec {
  return specOf(cells[denseCells[activation]]);
}

/** A linear layer with the operator for its activation, where a layer of that kind has one. */
export function activated(layer: LayerSpec | undefined, operator: string): LayerSpec | undefined {
  const activation = Object.hasOwn(activationsByOperator, operator) ? activationsByOperator[operator] : undefined;
  if (activation === undefined || layer === undefined) return undefined;
  if (layer.kind === "convolution" && layer.activation === undefined && activation !== "sigmoid")
    return { ...layer, activation };
  return isLinear(layer) ? { ...layer, cell: denseCell(activation) } : undefined;
}

/** Whether a layer is y = W x + b. */
export function isLinear(layer: LayerSpec | undefined): layer is CellLayer {
  return layer?.kind === "cell" && layer.residual !== true && equalCells(cellOf(layer.cell), cells.dense);
}
