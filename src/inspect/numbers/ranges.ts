/** Interval arithmetic over a graph (Moore 1966): the least and the most that each value can be, whatever inputs, states and parameters are. */
import type { ElementwiseName, Node, NodeId } from "../../language/index.ts";

export type Range = readonly [low: number, high: number];

type ApplyNode = Extract<Node, { readonly kind: "apply" }>;

const anything: Range = [-Infinity, Infinity];

/** The range of each node. It holds what the value can be, and may be wider. */
export function findRanges(nodes: readonly Node[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const node of nodes) ranges.push(rangeOf(node, nodes, ranges));
  return ranges;
}

function rangeOf(node: Node, nodes: readonly Node[], ranges: readonly Range[]): Range {
  switch (node.kind) {
    case "constant":
      return [node.value, node.value];
    case "step":
    case "position":
      return [0, Infinity];
    case "size":
    case "length":
      return [1, Infinity];
    case "reduce": {
      const [low, high] = ranges[node.arg]!;
      if (node.operation === "max") return [low, high];
      return [low >= 0 ? 0 : -Infinity, high <= 0 ? 0 : Infinity];
    }
    case "apply":
      return rangeOfPattern(node, nodes, ranges) ?? rules[node.operation](...node.args.map((arg) => ranges[arg]!));
    default:
      return anything;
  }
}

/** What the range of each argument alone cannot tell: a / (a + b), a / Σ a and a - max(a, b), with a and b not negative in the first two. */
function rangeOfPattern(node: ApplyNode, nodes: readonly Node[], ranges: readonly Range[]): Range | undefined {
  const [a = -1, b = -1] = node.args;
  const other = nodes[b];
  if (other === undefined) return undefined;
  const isNotNegative = (id: NodeId): boolean => ranges[id]![0] >= 0;
  if (node.operation === "divide" && isNotNegative(a)) {
    if (other.kind === "reduce" && other.operation === "sum" && other.arg === a) return [0, 1];
    if (
      other.kind === "apply" &&
      other.operation === "add" &&
      other.args.includes(a) &&
      other.args.every(isNotNegative)
    )
      return [0, 1];
  }
  const exceeds = node.operation === "subtract" && other.kind === "apply" && other.operation === "max";
  return exceeds && other.args.includes(a) ? [-Infinity, 0] : undefined;
}

/** 0 × ∞ is 0: a bound that is not reached. */
function times(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function hull(...values: readonly number[]): Range {
  return [Math.min(...values), Math.max(...values)];
}

/** Of a function that never falls. */
function rising(value: (x: number) => number): (range?: Range) => Range {
  return ([low, high] = anything) => [value(low), value(high)];
}

const truth = (): Range => [0, 1];

/** The range of each operation's result from those of its arguments. */
const rules: Readonly<Record<ElementwiseName, (x?: Range, y?: Range, z?: Range) => Range>> = {
  add: ([a, b] = anything, [c, d] = anything) => [a + c, b + d],
  subtract: ([a, b] = anything, [c, d] = anything) => [a - d, b - c],
  multiply: ([a, b] = anything, [c, d] = anything) => hull(times(a, c), times(a, d), times(b, c), times(b, d)),
  divide: ([a, b] = anything, [c, d] = anything) => {
    if (c > 0 || d < 0) return hull(times(a, 1 / c), times(a, 1 / d), times(b, 1 / c), times(b, 1 / d));
    return a >= 0 && c >= 0 ? [0, Infinity] : anything;
  },
  negate: ([a, b] = anything) => [-b, -a],
  power: ([a] = anything) => (a >= 0 ? [0, Infinity] : anything),
  min: ([a, b] = anything, [c, d] = anything) => [Math.min(a, c), Math.min(b, d)],
  max: ([a, b] = anything, [c, d] = anything) => [Math.max(a, c), Math.max(b, d)],
  abs: ([a, b] = anything) => [
    a <= 0 && b >= 0 ? 0 : Math.min(Math.abs(a), Math.abs(b)),
    Math.max(Math.abs(a), Math.abs(b)),
  ],
  sign: rising(Math.sign),
  sqrt: ([a, b] = anything) => [Math.sqrt(Math.max(a, 0)), Math.sqrt(Math.max(b, 0))],
  floor: rising(Math.floor),
  less: truth,
  equal: truth,
  select: (_, x = anything, y = anything) => hull(...x, ...y),
  exp: rising(Math.exp),
  log: ([a, b] = anything) => [Math.log(Math.max(a, 0)), Math.log(Math.max(b, 0))],
  tanh: rising(Math.tanh),
  sigmoid: rising((x) => 1 / (1 + Math.exp(-x))),
  softplus: rising((x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))),
  sin: () => [-1, 1],
  cos: () => [-1, 1],
};
