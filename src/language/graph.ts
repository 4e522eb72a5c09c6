/** The checked form of a cell: one step as a graph of operations in single-assignment order. */

/**
 * A dimension by name (`"I"` input size, `"H"` hidden size, `"M"` a memory's rows, `"P"` projection, …) or a fixed number.
 * Names become numbers when a cell is compiled.
 */
export type Dimension = string | number;

/** `[]` a number per batch member, `[n]` a vector, `[m, n]` a matrix (only parameters and memories are matrices). */
export type Shape = readonly Dimension[];

/** Index of a node in `Graph.nodes`; arguments always have smaller indices than what uses them. */
export type NodeId = number;

/**
 * One value of a step. Vectors and numbers exist once for each batch member; parameters, and what is computed from
 * parameters and constants alone, are shared by all members and steps.
 */
export type Node =
  /** An input of the step: `x`, or a named extra input. */
  | { readonly kind: "input"; readonly name: string; readonly shape: Shape }
  /** The previous value of a state. */
  | { readonly kind: "state"; readonly name: string; readonly shape: Shape }
  | { readonly kind: "parameter"; readonly name: string; readonly shape: Shape }
  | { readonly kind: "constant"; readonly value: number; readonly shape: readonly [] }
  /** The step number `t`, from 0. */
  | { readonly kind: "step"; readonly shape: readonly [] }
  /** The position of an element within its vector, from 0: shape `[n]`. */
  | { readonly kind: "position"; readonly shape: Shape }
  /** An elementwise operation of the operation table; arguments of shape `[]` broadcast. */
  | {
      readonly kind: "apply";
      readonly operation: ElementwiseName;
      readonly args: readonly NodeId[];
      readonly shape: Shape;
    }
  /** A vector to a number: the sum or the largest of its elements. */
  | { readonly kind: "reduce"; readonly operation: "sum" | "max"; readonly arg: NodeId; readonly shape: readonly [] }
  /** Matrix times vector. */
  | { readonly kind: "product"; readonly matrix: NodeId; readonly vector: NodeId; readonly shape: Shape }
  /** The gradient of products towards their common operand: the sum over the terms of matrixᵀ times vector. Only gradients have it. */
  | {
      readonly kind: "pullback";
      readonly terms: readonly { readonly matrix: NodeId; readonly vector: NodeId }[];
      readonly shape: Shape;
    }
  /**
   * A memory that is attended to: a row `[n]` for each of its places, as a matrix whose first dimension is `rowsOf(name)`. Each member has its own, the
   * same in all steps.
   */
  | { readonly kind: "memory"; readonly name: string; readonly shape: Shape }
  /** How many rows of a memory a member has; the others do not count. */
  | { readonly kind: "length"; readonly memory: string; readonly shape: readonly [] }
  /** A matrix times each row of a memory. */
  | { readonly kind: "keys"; readonly matrix: NodeId; readonly memory: NodeId; readonly shape: Shape }
  /** How well each row k of a memory or of keys goes with a query q: `q · k`, or with weights v `v · tanh(q + k)`. */
  | {
      readonly kind: "score";
      readonly rows: NodeId;
      readonly query: NodeId;
      readonly weights?: NodeId;
      readonly shape: Shape;
    }
  /** The sum of the rows of a memory or of keys, each times its weight. */
  | { readonly kind: "mix"; readonly rows: NodeId; readonly weights: NodeId; readonly shape: Shape }
  /** The gradient of a score with weights towards its query or those weights. Only gradients have it. */
  | {
      readonly kind: "score-gradient";
      readonly of: "query" | "weights";
      readonly rows: NodeId;
      readonly query: NodeId;
      readonly weights: NodeId;
      readonly adjoint: NodeId;
      readonly shape: Shape;
    }
  /** The number `size of dimension` as a value, known only when sizes are: `1/size(v)` in a mean. */
  | { readonly kind: "size"; readonly dimension: Dimension; readonly shape: readonly [] }
  /**
   * A gradient handed in: of the output, of a state's next value (`name` is the state), or, summed over all steps and members, of a
   * value that they share (`name` is the node's number).
   */
  | {
      readonly kind: "adjoint";
      readonly of: "output" | "next" | "shared";
      readonly name: string;
      readonly shape: Shape;
    };

/** The dimension that counts the rows of a memory: no name that can be written, for it is given with the memory. */
export function rowsOf(memory: string): Dimension {
  return `rows(${memory})`;
}

/** Elementwise operations that graphs are made of; the language's other functions are composed from these. */
export type ElementwiseName =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "negate"
  | "power"
  | "min"
  | "max"
  | "abs"
  | "sign"
  | "sqrt"
  | "floor"
  /** 1 where the first is less than the second, else 0. */
  | "less"
  /** 1 where both are equal, else 0. */
  | "equal"
  /** select(c, a, b): a where c is not 0, else b. */
  | "select"
  | "exp"
  | "log"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "sin"
  | "cos";

export interface Graph {
  readonly nodes: readonly Node[];
  /** What each equation's name stands for; next values are under `h'`. */
  readonly names: ReadonlyMap<string, NodeId>;
  /** The next value of each state, in order of the states. */
  readonly next: ReadonlyMap<string, NodeId>;
  readonly output: NodeId;
}
