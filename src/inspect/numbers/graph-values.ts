/** The values of a step's graph in float64, in arrays that are made once: one sequence, one step after another. */
import { dependsOn } from "../../derive/index.ts";
import { elementwiseOperations } from "../../language/index.ts";
import type { Dimension, Node, NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import { addTransposed, multiplyInto } from "./arithmetic.ts";

/** What stays the same in all steps. */
export interface GraphLeaves {
  /** A number for each dimension, rows of memories under `rowsOf`. */
  readonly sizes: Readonly<Record<string, number>>;
  /** By name, row-major. */
  readonly parameters: Readonly<Record<string, Float64Array>>;
  /** By name, `[rows, size]`. */
  readonly memories: Readonly<Record<string, Float64Array>>;
}

export interface GraphValues {
  /** By node; those of inputs, states and adjoints are to be written before what reads them is computed. A number is an array of one. */
  readonly values: readonly Float64Array[];
  /** Computes nodes, in order, of a step with the number `step`. */
  evaluate(order: readonly NodeId[], step: number): void;
}

/** Arrays for all nodes. What depends on no input, state, step or adjoint is computed at once and for good. */
export function createGraphValues(nodes: readonly Node[], leaves: GraphLeaves): GraphValues {
  const sizeOf = (dimension: Dimension): number =>
    typeof dimension === "number" ? dimension : known(leaves.sizes[dimension], `the size of ${dimension}`);
  const moves = dependsOn(nodes, isMovingLeaf);
  const values: Float64Array[] = [];
  const clock = { step: 0 };
  const compute: (() => void)[] = nodes.map((node, id) => {
    const fixed = fixedLeaf(node, leaves);
    values[id] = fixed ?? new Float64Array(node.shape.reduce<number>((product, size) => product * sizeOf(size), 1));
    const fill = fixed === undefined ? createFill(node, { nodes, values, to: values[id], sizeOf, clock }) : undefined;
    if (fill === undefined) return () => undefined;
    if (moves[id]) return fill;
    fill();
    return () => undefined;
  });
  return {
    values,
    evaluate: (order, step) => {
      clock.step = step;
      for (const id of order) compute[id]!();
    },
  };
}

function isMovingLeaf({ kind }: Node): boolean {
  return kind === "input" || kind === "state" || kind === "step" || kind === "adjoint";
}

function fixedLeaf(node: Node, { parameters, memories }: GraphLeaves): Float64Array | undefined {
  if (node.kind === "parameter") return known(parameters[node.name], `parameter ${node.name}`);
  return node.kind === "memory" ? known(memories[node.name], `memory ${node.name}`) : undefined;
}

interface Place {
  readonly nodes: readonly Node[];
  readonly values: readonly Float64Array[];
  readonly to: Float64Array;
  readonly sizeOf: (dimension: Dimension) => number;
  readonly clock: { readonly step: number };
}

/** What computes a node from the values of its arguments; nothing for what is written from outside. */
function createFill(node: Node, { values, to, sizeOf, clock }: Place): (() => void) | undefined {
  const at = (id: NodeId): Float64Array => known(values[id], `the value of node ${id}`);
  switch (node.kind) {
    case "input":
    case "state":
    case "adjoint":
    case "parameter":
    case "memory":
      return undefined;
    case "constant":
      return () => to.fill(node.value);
    case "step":
      return () => to.fill(clock.step);
    case "size":
      return () => to.fill(sizeOf(node.dimension));
    case "length":
      return () => to.fill(sizeOf(`rows(${node.memory})`));
    case "position":
      return () => to.forEach((_, i) => (to[i] = i));
    case "apply":
      return fillElements(elementwiseOperations[node.operation].value, node.args.map(at), to);
    case "reduce": {
      const arg = at(node.arg);
      return node.operation === "sum" ? () => to.fill(sumOf(arg)) : () => to.fill(largestOf(arg));
    }
    case "product": {
      const [matrix, vector] = [at(node.matrix), at(node.vector)];
      return () => multiplyInto(matrix, vector, to);
    }
    case "pullback": {
      const terms = node.terms.map(({ matrix, vector }) => [at(matrix), at(vector)] as const);
      return () => {
        to.fill(0);
        for (const [matrix, vector] of terms) addTransposed(matrix, vector, to);
      };
    }
    case "keys": {
      const [matrix, memory] = [at(node.matrix), at(node.memory)];
      return () => fillKeys(matrix, memory, to, sizeOf(node.shape[0]!));
    }
    case "score": {
      const [rows, query] = [at(node.rows), at(node.query)];
      if (node.weights === undefined) return () => multiplyInto(rows, query, to);
      const weights = at(node.weights);
      return () => fillScores({ rows, query, weights }, to);
    }
    case "mix": {
      const [rows, weights] = [at(node.rows), at(node.weights)];
      return () => {
        to.fill(0);
        addTransposed(rows, weights, to);
      };
    }
    case "score-gradient": {
      const parts = { rows: at(node.rows), query: at(node.query), weights: at(node.weights) };
      const adjoint = at(node.adjoint);
      return () => fillScoreGradient(node.of, parts, adjoint, to);
    }
  }
}

/** An elementwise operation; a number among vectors stands for all of its elements. */
function fillElements(
  value: (...args: number[]) => number,
  args: readonly Float64Array[],
  to: Float64Array,
): () => void {
  const [x = to, y = to, z = to] = args;
  const [i, j, k] = [x, y, z].map((arg) => (arg.length === 1 ? 0 : 1)) as [number, number, number];
  switch (args.length) {
    case 1:
      return () => {
        for (let n = 0; n < to.length; n++) to[n] = value(x[n * i]!);
      };
    case 2:
      return () => {
        for (let n = 0; n < to.length; n++) to[n] = value(x[n * i]!, y[n * j]!);
      };
    default:
      return () => {
        for (let n = 0; n < to.length; n++) to[n] = value(x[n * i]!, y[n * j]!, z[n * k]!);
      };
  }
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

function largestOf(values: Float64Array): number {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]!);
  return most;
}

/** k_s = K m_s for each of `count` rows. */
function fillKeys(matrix: Float64Array, memory: Float64Array, to: Float64Array, count: number): void {
  const [columns, height] = [memory.length / count, to.length / count];
  for (let s = 0; s < count; s++) {
    multiplyInto(matrix, memory.subarray(s * columns, (s + 1) * columns), to.subarray(s * height, (s + 1) * height));
  }
}

interface ScoreParts {
  readonly rows: Float64Array;
  readonly query: Float64Array;
  readonly weights: Float64Array;
}

/** v · tanh(q + k_s) for each row. */
function fillScores({ rows, query, weights }: ScoreParts, to: Float64Array): void {
  const columns = query.length;
  for (let s = 0; s < to.length; s++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += weights[j]! * Math.tanh(query[j]! + rows[s * columns + j]!);
    to[s] = sum;
  }
}

/** Σ d_s v (1 - tanh²(q + k_s)) towards the query, Σ d_s tanh(q + k_s) towards the weights. */
function fillScoreGradient(
  of: "query" | "weights",
  { rows, query, weights }: ScoreParts,
  adjoint: Float64Array,
  to: Float64Array,
): void {
  const columns = query.length;
  to.fill(0);
  for (let s = 0; s < adjoint.length; s++) {
    for (let j = 0; j < columns; j++) {
      const value = Math.tanh(query[j]! + rows[s * columns + j]!);
      to[j]! += adjoint[s]! * (of === "weights" ? value : weights[j]! * (1 - value * value));
    }
  }
}
