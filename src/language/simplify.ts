/** The algebra that graphs are simplified by while they are built. */
import { elementwiseOperations } from "./elementwise.ts";
import type { ElementwiseName, NodeId } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";

/** Gives a simpler value for the operation on `args`, of the broadcast shape or a number to be repeated, or undefined. */
type Rule = (b: GraphBuilder, ...args: NodeId[]) => NodeId | undefined;

/**
 * The value of an operation without a node of its own, where constants or plain algebra give one: all arguments known, `x + 0`, `x * 1`,
 * `0 * x`, `-(-x)` and their like. The rules hold for finite numbers.
 */
export function simplifyApply(
  b: GraphBuilder,
  operation: ElementwiseName,
  args: readonly NodeId[],
): NodeId | undefined {
  const values = args.map((id) => b.uniform(id));
  if (values.every((value) => value !== undefined))
    return b.constant(elementwiseOperations[operation].value(...values));
  return rules[operation]?.(b, ...args);
}

const rules: Partial<Record<ElementwiseName, Rule>> = {
  add: (b, x = -1, y = -1) => {
    if (b.uniform(x) === 0) return y;
    if (b.uniform(y) === 0) return x;
    const minusX = argumentOf(b, "negate", x);
    const minusY = argumentOf(b, "negate", y);
    if (minusY !== undefined) return b.subtract(x, minusY);
    if (minusX !== undefined) return b.subtract(y, minusX);
    return undefined;
  },

  subtract: (b, x = -1, y = -1) => {
    if (b.uniform(y) === 0) return x;
    if (b.uniform(x) === 0) return b.negate(y);
    if (x === y) return b.constant(0);
    const minusY = argumentOf(b, "negate", y);
    return minusY === undefined ? undefined : b.add(x, minusY);
  },

  multiply: (b, x = -1, y = -1) => scaled(b, x, y) ?? scaled(b, y, x) ?? signed(b, "multiply", x, y),

  divide: (b, x = -1, y = -1) => {
    if (b.uniform(y) === 1) return x;
    if (b.uniform(y) === -1) return b.negate(x);
    if (b.uniform(x) === 0) return b.constant(0);
    return signed(b, "divide", x, y);
  },

  negate: (b, x = -1) => {
    const node = b.node(x);
    if (node.kind !== "apply") return undefined;
    const [first = -1, second = -1] = node.args;
    // -(-a) = a;  -(a - c) = c - a;  -(k a) = (-k) a
    if (node.operation === "negate") return first;
    if (node.operation === "subtract") return b.subtract(second, first);
    if (node.operation !== "multiply") return undefined;
    if (b.node(first).kind === "constant") return b.multiply(b.negate(first), second);
    if (b.node(second).kind === "constant") return b.multiply(b.negate(second), first);
    return undefined;
  },

  power: (b, x = -1, y = -1) => {
    switch (b.uniform(y)) {
      case 0:
        return b.constant(1);
      case 0.5:
        return b.apply("sqrt", x);
      case 1:
        return x;
      case 2:
        return b.multiply(x, x);
      case 3:
        return b.multiply(b.multiply(x, x), x);
      case -1:
        return b.divide(b.constant(1), x);
      default:
        return undefined;
    }
  },

  min: (_, x, y) => (x === y ? x : undefined),
  max: (_, x, y) => (x === y ? x : undefined),

  abs: (b, x = -1) => {
    if (argumentOf(b, "abs", x) !== undefined) return x;
    const minusX = argumentOf(b, "negate", x);
    return minusX === undefined ? undefined : b.apply("abs", minusX);
  },

  less: (b, x, y) => (x === y ? b.constant(0) : undefined),
  equal: (b, x = -1, y) => (x === y && b.node(x).kind !== "position" ? b.constant(1) : undefined),

  select: (b, condition = -1, x, y) => {
    if (x === y) return x;
    const known = b.uniform(condition);
    return known === undefined ? undefined : known === 0 ? y : x;
  },
};

/** `k y` where k is a known number. */
function scaled(b: GraphBuilder, k: NodeId, y: NodeId): NodeId | undefined {
  const factor = b.uniform(k);
  if (factor === undefined) return undefined;
  if (factor === 0) return b.constant(0);
  if (factor === 1) return y;
  const minusY = argumentOf(b, "negate", y);
  if (minusY !== undefined) return b.multiply(b.constant(-factor), minusY);
  if (factor === -1) return b.negate(y);
  // k (c z) = (k c) z
  const node = b.node(y);
  if (node.kind !== "apply" || node.operation !== "multiply") return undefined;
  const [first = -1, second = -1] = node.args;
  const inner = b.node(first);
  const other = b.node(second);
  if (inner.kind === "constant") return b.multiply(b.constant(factor * inner.value), second);
  if (other.kind === "constant") return b.multiply(b.constant(factor * other.value), first);
  return undefined;
}

/** A product or quotient with its signs taken out: `(-x) y = -(x y)`. */
function signed(b: GraphBuilder, operation: "multiply" | "divide", x: NodeId, y: NodeId): NodeId | undefined {
  const minusX = argumentOf(b, "negate", x);
  const minusY = argumentOf(b, "negate", y);
  if (minusX === undefined && minusY === undefined) return undefined;
  const value = b.apply(operation, minusX ?? x, minusY ?? y);
  return minusX !== undefined && minusY !== undefined ? value : b.negate(value);
}

/** The argument of the node, where it is the given operation of one argument. */
function argumentOf(b: GraphBuilder, operation: ElementwiseName, id: NodeId): NodeId | undefined {
  const node = b.node(id);
  return node.kind === "apply" && node.operation === operation ? node.args[0] : undefined;
}
