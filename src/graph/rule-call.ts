/** What a rule is given, and what rules read of it. */
import type { OperatorNode } from "./graph.ts";
import { bindAxes, hasLengths, isTokens } from "./layer-values.ts";
import type { Axis, Chain, LayerValue, SignalValue } from "./layer-values.ts";
import type { Tensor } from "./tensor.ts";

export interface RuleCall {
  readonly node: OperatorNode;
  /** Undefined where it is left out. */
  readonly inputs: readonly (LayerValue | undefined)[];
  /** The embedding table that a constant, given by its name, is the transpose of. */
  readonly tableOf: (name: string) => string | undefined;
}

/** The value of the node's first output, or undefined where no layer stands for it. */
export type Rule = (call: RuleCall, signal: SignalValue) => LayerValue | undefined;

export function signalOf(value: LayerValue | undefined): SignalValue | undefined {
  return value?.kind === "signal" ? value : undefined;
}

export function constantOf(value: LayerValue | undefined): Tensor | undefined {
  return value?.kind === "constant" ? value.tensor : undefined;
}

/** Whole numbers of a constant. */
export function integersOf(value: LayerValue | undefined): readonly number[] | undefined {
  const tensor = constantOf(value);
  return tensor === undefined ? undefined : Array.from(tensor.data as ArrayLike<number | bigint>, Number);
}

export function numberOf({ attributes }: OperatorNode, name: string, otherwise: number): number {
  const value = attributes[name];
  return typeof value === "number" ? value : otherwise;
}

export function numbersOf({ attributes }: OperatorNode, name: string): readonly number[] | undefined {
  const value = attributes[name];
  return Array.isArray(value) && value.every((one) => typeof one === "number") ? value : undefined;
}

/** A constant of float32, or one of float64 rounded to it. */
export function floatsOf(value: LayerValue | undefined): (Tensor & { readonly data: Float32Array }) | undefined {
  const tensor = constantOf(value);
  if (tensor?.type !== "float32" && tensor?.type !== "float64") return undefined;
  const data = tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(tensor.data as Float64Array);
  return { type: "float32", shape: tensor.shape, data };
}

/** With other axes; a last state stays one. */
export function moved(signal: SignalValue, axes: readonly Axis[]): SignalValue {
  return { ...signal, axes };
}

/** With another chain, in the same axes. */
export function through(signal: SignalValue, chain: Chain): SignalValue {
  return { kind: "signal", chain, axes: signal.axes, ...(signal.isLost === true ? { isLost: true } : {}) };
}

export function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Whether the axes are those of windows that slide along them: of a sequence, or of a picture. */
export function bindWindows({ chain, axes }: SignalValue, dimensions: number): boolean {
  if (isTokens(chain) || hasLengths(chain)) return false;
  return chain.picture === undefined
    ? dimensions === 1 && bindAxes(axes, ["batch", "features", "steps"])
    : dimensions === 2 && bindAxes(axes, ["batch", "features", "y", "x"]);
}
