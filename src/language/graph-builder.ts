/** Makes graph nodes: equal nodes are made once, constants are folded and plain algebra is simplified on the way. */
import { assert, known } from "../util/errors.ts";
import { rowsOf } from "./graph.ts";
import type { Dimension, ElementwiseName, Node, NodeId, Shape } from "./graph.ts";
import { sameShape, shapeText } from "./shape.ts";
import { simplifyApply } from "./simplify.ts";

type AdjointNode = Extract<Node, { readonly kind: "adjoint" }>;
type ScoreGradient = Extract<Node, { readonly kind: "score-gradient" }>;
type ProductTerm = Extract<Node, { readonly kind: "pullback" }>["terms"][number];

/**
 * A graph under construction. Every method returns the id of a node with the asked value: a new one, an equal older one, or a
 * simpler one. Simplifying never changes a shape. Ids given out stay valid; nodes are only ever appended.
 */
export interface GraphBuilder {
  /** All nodes so far: those it started from first, with their ids unchanged. */
  readonly nodes: readonly Node[];
  node(id: NodeId): Node;
  shape(id: NodeId): Shape;

  input(name: string, shape: Shape): NodeId;
  state(name: string, shape: Shape): NodeId;
  parameter(name: string, shape: Shape): NodeId;
  adjoint(of: AdjointNode["of"], name: string, shape: Shape): NodeId;
  constant(value: number): NodeId;
  /** The step number. */
  step(): NodeId;
  /** The vector 0, 1, … of shape `[dimension]`. */
  position(dimension: Dimension): NodeId;
  /** A memory whose rows have the given shape `[n]`. */
  memory(name: string, row: Shape): NodeId;
  /** The number of rows that a member has of a memory. */
  length(memory: string): NodeId;
  /** The number of elements of a dimension, shape `[]`. */
  size(dimension: Dimension): NodeId;

  /** An elementwise operation; arguments are all of one shape `[n]` or `[]`, and `[]` broadcasts. */
  apply(operation: ElementwiseName, ...args: readonly NodeId[]): NodeId;
  /** `[n]` to `[]`. */
  reduce(operation: "sum" | "max", vector: NodeId): NodeId;
  /** Matrix `[m, n]` times vector `[n]` gives `[m]`; times a memory of rows `[n]` it gives keys, rows `[m]`. */
  product(matrix: NodeId, vector: NodeId): NodeId;
  /** The sum of the transposed matrices `[m, n]` times vectors `[m]`: the gradient, of the given shape `[n]`, of products with one operand. */
  pullback(terms: readonly ProductTerm[], shape: Shape): NodeId;
  /** A number for each row `[n]` of a memory or of keys: how well it goes with the query `[n]`; with weights `[n]` the additive form. */
  score(rows: NodeId, query: NodeId, weights?: NodeId): NodeId;
  /** The sum of the rows `[n]` of a memory or of keys, with a weight for each row. */
  mix(rows: NodeId, weights: NodeId): NodeId;
  scoreGradient(of: ScoreGradient["of"], parts: Pick<ScoreGradient, "rows" | "query" | "weights" | "adjoint">): NodeId;

  add(a: NodeId, b: NodeId): NodeId;
  subtract(a: NodeId, b: NodeId): NodeId;
  multiply(a: NodeId, b: NodeId): NodeId;
  divide(a: NodeId, b: NodeId): NodeId;
  negate(a: NodeId): NodeId;

  /**
   * The value in the given shape: a vector asked for as `[]` is summed, a number asked for as `[n]` is repeated, and what has the
   * shape already is itself. This brings the adjoint of a broadcast operation back to the shape of its argument.
   */
  fit(value: NodeId, shape: Shape): NodeId;
  /** The number that all elements of a value are known to be (a constant, or a constant repeated), or undefined. */
  uniform(value: NodeId): number | undefined;
}

/** A builder that begins with the nodes of `start` (nothing, if not given). */
export function createGraphBuilder(start: readonly Node[] = []): GraphBuilder {
  return new HashConsingBuilder(start);
}

/** Operations below a sum that are searched for common factors: enough for a mean or a norm, and no burden on the stack. */
const deepestFactor = 8;

class HashConsingBuilder implements GraphBuilder {
  readonly nodes: Node[] = [];
  readonly #ids = new Map<string, NodeId>();

  constructor(start: readonly Node[]) {
    for (const node of start) {
      const key = keyOf(node);
      if (!this.#ids.has(key)) this.#ids.set(key, this.nodes.length);
      this.nodes.push(node);
    }
  }

  node(id: NodeId): Node {
    return known(this.nodes[id], `node ${id}`);
  }

  shape(id: NodeId): Shape {
    return this.node(id).shape;
  }

  input(name: string, shape: Shape): NodeId {
    return this.#make({ kind: "input", name, shape });
  }

  state(name: string, shape: Shape): NodeId {
    return this.#make({ kind: "state", name, shape });
  }

  parameter(name: string, shape: Shape): NodeId {
    return this.#make({ kind: "parameter", name, shape });
  }

  adjoint(of: AdjointNode["of"], name: string, shape: Shape): NodeId {
    return this.#make({ kind: "adjoint", of, name, shape });
  }

  constant(value: number): NodeId {
    return this.#make({ kind: "constant", value, shape: [] });
  }

  step(): NodeId {
    return this.#make({ kind: "step", shape: [] });
  }

  position(dimension: Dimension): NodeId {
    return this.#make({ kind: "position", shape: [dimension] });
  }

  memory(name: string, row: Shape): NodeId {
    return this.#make({ kind: "memory", name, shape: [rowsOf(name), ...row] });
  }

  length(memory: string): NodeId {
    return this.#make({ kind: "length", memory, shape: [] });
  }

  size(dimension: Dimension): NodeId {
    if (typeof dimension === "number") return this.constant(dimension);
    return this.#make({ kind: "size", dimension, shape: [] });
  }

  apply(operation: ElementwiseName, ...args: readonly NodeId[]): NodeId {
    const shape = this.#broadcast(operation, args);
    // A repeated number among vectors is that number: broadcasting repeats it anyway.
    const plain = args.map((id) => this.#repeated(id) ?? id);
    const plainShape = this.#broadcast(operation, plain);
    const value =
      simplifyApply(this, operation, plain) ?? this.#make({ kind: "apply", operation, args: plain, shape: plainShape });
    return this.fit(value, shape);
  }

  reduce(operation: "sum" | "max", vector: NodeId): NodeId {
    const shape = this.shape(vector);
    const dimension = shape[0];
    assert(shape.length === 1 && dimension !== undefined, `${operation} of a value of shape ${shapeText(shape)}`);
    const repeated = this.#repeated(vector);
    if (repeated !== undefined) return operation === "max" ? repeated : this.multiply(repeated, this.size(dimension));
    return operation === "sum"
      ? this.#sum(vector, deepestFactor)
      : this.#make({ kind: "reduce", operation, arg: vector, shape: [] });
  }

  product(matrix: NodeId, vector: NodeId): NodeId {
    const [rows, columns] = this.#matrix(matrix);
    const [count = 0, ...row] = this.shape(vector);
    if (row.length > 0) {
      assert(this.node(vector).kind === "memory" && sameShape(row, [columns]), "keys of something other than a memory");
      return this.#make({ kind: "keys", matrix, memory: vector, shape: [count, rows] });
    }
    assert(
      sameShape(this.shape(vector), [columns]),
      `product over ${columns} with a vector of shape ${shapeText(this.shape(vector))}`,
    );
    if (this.uniform(vector) === 0) return this.fit(this.constant(0), [rows]);
    return this.#make({ kind: "product", matrix, vector, shape: [rows] });
  }

  pullback(terms: readonly ProductTerm[], shape: Shape): NodeId {
    for (const { matrix, vector } of terms) {
      const [rows, columns] = this.#matrix(matrix);
      const fits = sameShape(this.shape(vector), [rows]) && sameShape(shape, [columns]);
      assert(
        fits,
        `pullback over ${rows} to ${shapeText(shape)} of a vector of shape ${shapeText(this.shape(vector))}`,
      );
    }
    const live = terms.filter(({ vector }) => this.uniform(vector) !== 0);
    if (live.length === 0) return this.fit(this.constant(0), shape);
    return this.#make({ kind: "pullback", terms: live, shape });
  }

  score(rows: NodeId, query: NodeId, weights?: NodeId): NodeId {
    const [count, columns] = this.#matrix(rows);
    for (const vector of [query, ...(weights === undefined ? [] : [weights])]) {
      const shape = this.shape(vector);
      assert(sameShape(shape, [columns]), `score over ${columns} with a vector of shape ${shapeText(shape)}`);
    }
    return this.#make({
      kind: "score",
      rows,
      query,
      ...(weights === undefined ? {} : { weights }),
      shape: [count],
    });
  }

  mix(rows: NodeId, weights: NodeId): NodeId {
    const [count, columns] = this.#matrix(rows);
    const shape = this.shape(weights);
    assert(sameShape(shape, [count]), `mix over ${count} with weights of shape ${shapeText(shape)}`);
    return this.#make({ kind: "mix", rows, weights, shape: [columns] });
  }

  scoreGradient(of: ScoreGradient["of"], parts: Pick<ScoreGradient, "rows" | "query" | "weights" | "adjoint">): NodeId {
    const [, columns] = this.#matrix(parts.rows);
    return this.#make({ kind: "score-gradient", of, ...parts, shape: [columns] });
  }

  add(a: NodeId, b: NodeId): NodeId {
    return this.apply("add", a, b);
  }

  subtract(a: NodeId, b: NodeId): NodeId {
    return this.apply("subtract", a, b);
  }

  multiply(a: NodeId, b: NodeId): NodeId {
    return this.apply("multiply", a, b);
  }

  divide(a: NodeId, b: NodeId): NodeId {
    return this.apply("divide", a, b);
  }

  negate(a: NodeId): NodeId {
    return this.apply("negate", a);
  }

  fit(value: NodeId, shape: Shape): NodeId {
    const from = this.shape(value);
    if (sameShape(from, shape)) return value;
    if (shape.length === 0) return this.reduce("sum", value);
    const [dimension] = shape;
    assert(
      from.length === 0 && shape.length === 1 && dimension !== undefined,
      `a value of shape ${shapeText(from)} made to fit ${shapeText(shape)}`,
    );
    const ones = this.#ones(dimension);
    return this.uniform(value) === 1
      ? ones
      : this.#make({ kind: "apply", operation: "multiply", args: [value, ones], shape });
  }

  uniform(value: NodeId): number | undefined {
    const node = this.node(this.#repeated(value) ?? value);
    return node.kind === "constant" ? node.value : undefined;
  }

  /** The vector of ones is written `position = position`, so that no kind of node is needed for it. */
  #ones(dimension: Dimension): NodeId {
    const position = this.position(dimension);
    return this.#make({ kind: "apply", operation: "equal", args: [position, position], shape: [dimension] });
  }

  #isOnes(id: NodeId): boolean {
    const node = this.node(id);
    if (node.kind !== "apply" || node.operation !== "equal") return false;
    const [a = -1, b = -1] = node.args;
    return a === b && this.node(a).kind === "position";
  }

  /** The number a vector repeats, where the vector was made by `fit`. */
  #repeated(id: NodeId): NodeId | undefined {
    if (this.#isOnes(id)) return this.constant(1);
    const node = this.node(id);
    if (node.kind !== "apply" || node.operation !== "multiply") return undefined;
    const [a = -1, b = -1] = node.args;
    return this.shape(a).length === 0 && this.#isOnes(b) ? a : undefined;
  }

  /** Σ -v = -Σ v;  Σ s v = s Σ v;  Σ v / s = (Σ v) / s; through so many operations at most. */
  #sum(vector: NodeId, levels: number): NodeId {
    const node = this.node(vector);
    if (node.kind === "apply" && levels > 0) {
      const [a = -1, b = -1] = node.args;
      if (node.operation === "negate") return this.negate(this.#sum(a, levels - 1));
      if (node.operation === "multiply" && this.shape(a).length === 0)
        return this.multiply(a, this.#sum(b, levels - 1));
      if (node.operation === "multiply" && this.shape(b).length === 0)
        return this.multiply(b, this.#sum(a, levels - 1));
      if (node.operation === "divide" && this.shape(b).length === 0) return this.divide(this.#sum(a, levels - 1), b);
    }
    return this.#make({ kind: "reduce", operation: "sum", arg: vector, shape: [] });
  }

  #matrix(id: NodeId): readonly [rows: Dimension, columns: Dimension] {
    const [rows, columns] = this.shape(id);
    assert(
      rows !== undefined && columns !== undefined,
      `product with a left side of shape ${shapeText(this.shape(id))}`,
    );
    return [rows, columns];
  }

  #broadcast(operation: ElementwiseName, args: readonly NodeId[]): Shape {
    let result: Shape = [];
    for (const id of args) {
      const shape = this.shape(id);
      assert(shape.length <= 1, `${operation} of a matrix`);
      if (shape.length === 0) continue;
      assert(
        result.length === 0 || sameShape(result, shape),
        `${operation} of shapes ${shapeText(result)} and ${shapeText(shape)}`,
      );
      result = shape;
    }
    return result;
  }

  #make(node: Node): NodeId {
    const key = keyOf(node);
    const old = this.#ids.get(key);
    if (old !== undefined) return old;
    const id = this.nodes.length;
    this.nodes.push(node);
    this.#ids.set(key, id);
    return id;
  }
}

const commutative: ReadonlySet<ElementwiseName> = new Set<ElementwiseName>(["add", "multiply", "equal"]);

/** Two nodes with the same key have the same value. */
function keyOf(node: Node): string {
  switch (node.kind) {
    case "input":
    case "state":
    case "memory":
    case "parameter":
      return `${node.kind} ${node.name} ${shapeKey(node.shape)}`;
    case "length":
      return `length ${node.memory}`;
    case "keys":
      return `keys ${node.matrix},${node.memory}`;
    case "score":
      return `score ${node.rows},${node.query},${node.weights ?? ""}`;
    case "mix":
      return `mix ${node.rows},${node.weights}`;
    case "score-gradient":
      return `score-gradient ${node.of} ${node.rows},${node.query},${node.weights},${node.adjoint}`;
    case "adjoint":
      return `${node.kind} ${node.of} ${node.name} ${shapeKey(node.shape)}`;
    case "constant":
      return `constant ${Object.is(node.value, -0) ? "-0" : node.value}`;
    case "step":
      return "step";
    case "position":
      return `position ${shapeKey(node.shape)}`;
    case "size":
      return `size ${shapeKey([node.dimension])}`;
    case "apply": {
      const args = commutative.has(node.operation) ? node.args.toSorted((a, b) => a - b) : node.args;
      return `${node.operation} ${args.join(",")}`;
    }
    case "reduce":
      return `reduce ${node.operation} ${node.arg}`;
    case "product":
      return `product ${node.matrix},${node.vector}`;
    case "pullback":
      return `pullback ${node.terms.map(({ matrix, vector }) => `${matrix},${vector}`).join(" ")}`;
  }
}

function shapeKey(shape: Shape): string {
  return shape.map((dimension) => `${typeof dimension === "number" ? "#" : ""}${dimension}`).join(" ");
}
