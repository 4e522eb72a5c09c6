/** Values that no layer makes, but that stand beside a network: sizes, inputs that are given to it, last states that it gives. */
import type { GraphNode, OperatorNode } from "./graph.ts";
import { inputOf } from "./layer-values.ts";
import type { LayerValue } from "./layer-values.ts";
import { numberOf, positive } from "./rule-call.ts";
import type { Tensor } from "./tensor.ts";

/** Operators that give numbers of their first input in other places. */
const moving: ReadonlySet<string> = new Set(
  "Cast Expand Flatten Gather Identity Reshape Slice Split Squeeze Transpose Unsqueeze".split(" "),
);

function isMove({ operator, attributes }: OperatorNode): boolean {
  const { to } = attributes;
  return moving.has(operator) && (operator !== "Cast" || to === "float32" || to === "float64");
}

/** A value that no rule makes of what the node reads. */
export function valueBeside(node: GraphNode, read: readonly LayerValue[]): LayerValue {
  const unknown: LayerValue = { kind: "unknown", node };
  const [first, ...others] = read;
  if (node.kind !== "operator" || first === undefined) return unknown;
  if (node.operator === "Shape" || read.every((value) => value.kind === "constant" || value.kind === "sizes"))
    return { kind: "sizes" };
  const isMoved = isMove(node) && others.every((value) => value.kind === "constant" || value.kind === "sizes");
  if (isMoved) {
    const root = inputOf(first);
    if (root !== undefined) return { kind: "given", node, root };
    if (first.kind === "start") return movedStart(node, first.tensor, others) ?? unknown;
  }
  return (isMoved || node.operator === "Concat") && read.every(isState) ? { kind: "states" } : unknown;
}

function isState(value: LayerValue): boolean {
  return (
    value.kind === "states" ||
    value.kind === "constant" ||
    value.kind === "sizes" ||
    (value.kind === "signal" && value.last !== undefined)
  );
}

/** One number stays what it is wherever it goes; of rows only those of one direction are picked, as of `[directions, 1, size]`. */
function movedStart(node: OperatorNode, tensor: Tensor, [index]: readonly LayerValue[]): LayerValue | undefined {
  const [first] = tensor.data;
  const numbers = Array.from(tensor.data as ArrayLike<number | bigint>);
  if (numbers.every((value) => Object.is(value, first)))
    return { kind: "start", tensor: { ...tensor, shape: [], data: tensor.data.slice(0, 1) } };
  const [rows = 1, ...inner] = tensor.shape;
  if (node.operator === "Identity") return { kind: "start", tensor };
  if (node.operator !== "Gather" || numberOf(node, "axis", 0) !== 0 || inner.length < 2) return undefined;
  if (index?.kind !== "constant" || index.tensor.data.length !== 1 || index.tensor.shape.length > 0) return undefined;
  const length = tensor.data.length / rows;
  const at = rows === 1 ? 0 : positive(Number(index.tensor.data[0]), rows);
  return {
    kind: "start",
    tensor: { ...tensor, shape: inner, data: tensor.data.slice(at * length, (at + 1) * length) },
  };
}
