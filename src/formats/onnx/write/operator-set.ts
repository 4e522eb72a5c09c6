/** The operator set that a file needs: graphs mean the newest operators, and runtimes read the older sets sooner. */
import type { GraphProto, NodeProto } from "../schema/onnx.ts";

/** What runtimes of 2024 and later read; all but the operators and attributes below mean in it what they mean in the newest. */
const usual = 20;

/** The set from which on an operator is there, or means what it means today. */
const operatorsSince: Readonly<Record<string, number>> = {
  // Before, scale and bias were one for each group.
  GroupNormalization: 21,
  RMSNormalization: 23,
  Swish: 24,
};

/** The set from which on an operator has an attribute. */
const attributesSince: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  QuantizeLinear: { block_size: 21, output_dtype: 21, precision: 23 },
  DequantizeLinear: { block_size: 21, output_dtype: 23 },
  Cast: { round_mode: 25 },
  CastLike: { round_mode: 25 },
};

/** The least set, from 20 on, that has all of a graph's nodes, its bodies' too. */
export function operatorSetOf({ node }: GraphProto): number {
  return Math.max(usual, ...node.map(sinceOf));
}

function sinceOf({ opType, attribute }: NodeProto): number {
  const attributes = attributesSince[opType] ?? {};
  return Math.max(
    operatorsSince[opType] ?? usual,
    ...attribute.map(({ name, g }) => Math.max(attributes[name] ?? usual, g === undefined ? usual : operatorSetOf(g))),
  );
}

/** The version of the file's own form that came with an operator set (ONNX, docs/Versioning.md). */
export function irVersionOf(operatorSet: number): number {
  if (operatorSet <= 20) return 9;
  return operatorSet <= 22 ? 10 : operatorSet - 12;
}
