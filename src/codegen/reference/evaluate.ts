/** The value of one node from the values of its arguments: plain loops over plain arrays. */
import { elementwiseOperations } from "../../language/index.ts";
import type { Dimension, Node, NodeId, Shape } from "../../language/index.ts";
import { known } from "../../util/errors.ts";

/** A number is an array of length 1; a matrix is row-major. */
export type Value = Float64Array;

export interface EvaluateOptions {
  readonly nodes: readonly Node[];
  /** Which nodes to evaluate, in order. */
  readonly order: readonly NodeId[];
  readonly sizes: Readonly<Record<string, number>>;
  /** The value of an input, state, parameter or adjoint. */
  readonly leaf: (node: Node) => Value;
  readonly step: number;
}

/** Fills `values` at the ids of `order`. */
export function evaluateNodes(
  { nodes, order, sizes, leaf, step }: EvaluateOptions,
  values: (Value | undefined)[],
): void {
  const sizeOf = (dimension: Dimension): number =>
    typeof dimension === "number" ? dimension : known(sizes[dimension], `the size of ${dimension}`);
  const valueOf = (id: NodeId): Value => known(values[id], `the value of node ${id}`);
  for (const id of order) values[id] = evaluateNode(known(nodes[id], "node"), { nodes, sizeOf, valueOf, leaf, step });
}

interface Context {
  readonly nodes: readonly Node[];
  readonly sizeOf: (dimension: Dimension) => number;
  readonly valueOf: (id: NodeId) => Value;
  readonly leaf: (node: Node) => Value;
  readonly step: number;
}

function evaluateNode(node: Node, { nodes, sizeOf, valueOf, leaf, step }: Context): Value {
  switch (node.kind) {
    case "constant":
      return Float64Array.of(node.value);
    case "step":
      return Float64Array.of(step);
    case "size":
      return Float64Array.of(sizeOf(node.dimension));
    case "position":
      return Float64Array.from({ length: lengthOf(node.shape, sizeOf) }, (_, i) => i);
    case "apply": {
      const args = node.args.map(valueOf);
      const { value } = elementwiseOperations[node.operation];
      return Float64Array.from({ length: lengthOf(node.shape, sizeOf) }, (_, i) =>
        value(...args.map((arg) => (arg.length === 1 ? arg[0]! : arg[i]!))),
      );
    }
    case "reduce": {
      const arg = valueOf(node.arg);
      return Float64Array.of(
        node.operation === "sum"
          ? arg.reduce((sum, one) => sum + one, 0)
          : arg.reduce((most, one) => Math.max(most, one), -Infinity),
      );
    }
    case "product":
      return multiply(valueOf(node.matrix), valueOf(node.vector), lengthOf(node.shape, sizeOf));
    case "pullback": {
      const sum = new Float64Array(lengthOf(node.shape, sizeOf));
      for (const { matrix, vector } of node.terms) {
        const rows = sizeOf(known(known(nodes[matrix], "matrix").shape[0], "rows"));
        multiplyTransposed(valueOf(matrix), valueOf(vector), rows, sum);
      }
      return sum;
    }
    case "keys":
      return multiplyRows(valueOf(node.matrix), valueOf(node.memory), sizeOf(node.shape[0]!));
    case "score": {
      const weights = node.weights === undefined ? undefined : valueOf(node.weights);
      return score(valueOf(node.rows), valueOf(node.query), weights);
    }
    case "mix":
      return mix(valueOf(node.rows), valueOf(node.weights));
    case "score-gradient": {
      const [query, weights, adjoint] = [node.query, node.weights, node.adjoint].map(valueOf);
      return scoreGradient(node.of, { rows: valueOf(node.rows), query: query!, weights: weights!, adjoint: adjoint! });
    }
    default:
      return leaf(node);
  }
}

/** The matrix times each of `count` rows. */
function multiplyRows(matrix: Value, rows: Value, count: number): Value {
  const columns = rows.length / count;
  const height = matrix.length / columns;
  const result = new Float64Array(count * height);
  for (let s = 0; s < count; s++) {
    result.set(multiply(matrix, rows.subarray(s * columns, (s + 1) * columns), height), s * height);
  }
  return result;
}

/** query · row for each row, or weights · tanh(query + row). */
function score(rows: Value, query: Value, weights: Value | undefined): Value {
  const columns = query.length;
  return Float64Array.from({ length: rows.length / columns }, (_, s) => {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const key = rows[s * columns + j]!;
      sum += weights === undefined ? query[j]! * key : weights[j]! * Math.tanh(query[j]! + key);
    }
    return sum;
  });
}

/** Σ weights_s row_s. */
function mix(rows: Value, weights: Value): Value {
  const columns = rows.length / weights.length;
  const sum = new Float64Array(columns);
  weights.forEach((weight, s) => {
    for (let j = 0; j < columns; j++) sum[j]! += weight * rows[s * columns + j]!;
  });
  return sum;
}

export interface ScoreParts {
  readonly rows: Value;
  readonly query: Value;
  readonly weights: Value;
  /** Of each row's score. */
  readonly adjoint: Value;
}

/** Of weights · tanh(query + row): Σ d_s weights (1 - tanh²) towards the query, Σ d_s tanh towards the weights. */
function scoreGradient(of: "query" | "weights", { rows, query, weights, adjoint }: ScoreParts): Value {
  const columns = query.length;
  const sum = new Float64Array(columns);
  adjoint.forEach((d, s) => {
    for (let j = 0; j < columns; j++) {
      const value = Math.tanh(query[j]! + rows[s * columns + j]!);
      sum[j]! += d * (of === "weights" ? value : weights[j]! * (1 - value * value));
    }
  });
  return sum;
}

/** Numbers in a value of this shape. */
export function lengthOf(shape: Shape, sizeOf: (dimension: Dimension) => number): number {
  return shape.reduce<number>((product, dimension) => product * sizeOf(dimension), 1);
}

function multiply(matrix: Value, vector: Value, rows: number): Value {
  const columns = vector.length;
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += matrix[i * columns + j]! * vector[j]!;
    result[i] = sum;
  }
  return result;
}

/** sum += matrixᵀ · vector. */
function multiplyTransposed(matrix: Value, vector: Value, rows: number, sum: Float64Array): void {
  const columns = sum.length;
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sum[j]! += matrix[i * columns + j]! * vector[i]!;
}
