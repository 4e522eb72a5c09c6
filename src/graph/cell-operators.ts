/** A step of a cell as operators: its graph of equations, node by node. */
import { argumentsOf, rowsOf } from "../language/index.ts";
import type { Cell, Dimension, ElementwiseName, Node, NodeId, resolveSizes } from "../language/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { GraphBuilder } from "./build-graph.ts";
import type { ValueName } from "./graph.ts";
import type { ElementType, Tensor } from "./tensor.ts";
import { integerTensor } from "./tensors.ts";

/** Values that a step is made of. Vectors of a member are `[B, n]`, its numbers `[B, 1]`; what all members share is `[n]` or `[]`. */
export interface StepValues {
  /** `x` and the other inputs, by name. */
  readonly inputs: ReadonlyMap<string, ValueName>;
  readonly states: ReadonlyMap<string, ValueName>;
  /** The number of the step, `[]` or `[B, 1]`. */
  readonly step: ValueName | undefined;
  readonly parameters: ReadonlyMap<string, ValueName>;
  /** `[B, rows, n]`. */
  readonly memories: ReadonlyMap<string, ValueName>;
  /** Rows of each member, `[B, 1]`, or of all, `[]`. */
  readonly lengths: ReadonlyMap<string, ValueName>;
  /** Places of a memory's rows from 0 on, `[rows]`. */
  readonly places: ReadonlyMap<string, ValueName>;
}

export interface AddStepOptions {
  /** Where what depends on the step goes. */
  readonly inner: GraphBuilder;
  /** Where what is the same for all steps goes. */
  readonly outer: GraphBuilder;
  readonly cell: Cell;
  readonly sizes: ReturnType<typeof resolveSizes>;
  readonly values: StepValues;
  /** Of all numbers. */
  readonly type: ElementType;
}

/** Adds the operators of a step. Gives what a node of the cell's graph is called, and whether all members share it. */
export function addStep(
  options: AddStepOptions,
): (node: NodeId) => { readonly value: ValueName; readonly isShared: boolean } {
  const { inner, outer, cell } = options;
  const { nodes } = cell.graph;
  const moves = findDependents(nodes, ofStep);
  const ofMember = findDependents(nodes, new Set<Node["kind"]>([...ofStep, "memory", "length"]));
  const names = new Map<NodeId, ValueName>();
  const turns = new Map<ValueName, ValueName>();
  const valueOf = (id: NodeId): ValueName => known(names.get(id), `node ${id}`);
  // A matrix, its rows and columns exchanged: once for all that multiply with it.
  const turned = (matrix: NodeId): ValueName => {
    const name = valueOf(matrix);
    const made = turns.get(name) ?? outer.operator("Transpose", [name], { attributes: { perm: [1, 0] } });
    turns.set(name, made);
    return made;
  };
  nodes.forEach((node, id) => {
    const builder = moves[id] === true ? inner : outer;
    names.set(id, addNode(node, { ...options, builder, valueOf, turned }));
  });
  return (id) => ({ value: valueOf(id), isShared: ofMember[id] !== true });
}

const ofStep: ReadonlySet<Node["kind"]> = new Set(["input", "state", "step"]);

/** Whether each node is of one of these kinds or depends on one. */
function findDependents(nodes: readonly Node[], kinds: ReadonlySet<Node["kind"]>): readonly boolean[] {
  const found: boolean[] = [];
  for (const node of nodes) found.push(kinds.has(node.kind) || argumentsOf(node).some((id) => found[id] === true));
  return found;
}

interface NodeOptions extends AddStepOptions {
  readonly builder: GraphBuilder;
  readonly valueOf: (id: NodeId) => ValueName;
  readonly turned: (matrix: NodeId) => ValueName;
}

function addNode(node: Node, options: NodeOptions): ValueName {
  const { builder, outer, sizes, values, valueOf, turned, type } = options;
  const sizeOf = (dimension: Dimension): number =>
    typeof dimension === "number" ? dimension : known(sizes[dimension], dimension);
  switch (node.kind) {
    case "input":
      return known(values.inputs.get(node.name), node.name);
    case "state":
      return known(values.states.get(node.name), node.name);
    case "parameter":
      return known(values.parameters.get(node.name), node.name);
    case "memory":
      return known(values.memories.get(node.name), node.name);
    case "length":
      return known(values.lengths.get(node.memory), node.memory);
    case "step":
      return known(values.step, "the number of the step");
    case "constant":
      return outer.constant(numbers(type, [], node.value), "number");
    case "size":
      return outer.constant(numbers(type, [], sizeOf(node.dimension)), "size");
    case "position":
      return placesOf(node.shape[0] ?? 1, options, sizeOf);
    case "apply":
      return elementwise[node.operation](builder, node.args.map(valueOf), type);
    case "reduce":
      return reduce(builder, node.operation, valueOf(node.arg));
    case "product":
      return builder.operator("MatMul", [valueOf(node.vector), turned(node.matrix)]);
    case "keys":
      return builder.operator("MatMul", [valueOf(node.memory), turned(node.matrix)]);
    case "score":
      return score(
        builder,
        valueOf(node.rows),
        valueOf(node.query),
        node.weights === undefined ? undefined : valueOf(node.weights),
      );
    case "mix": {
      const weights = builder.operator("Unsqueeze", [valueOf(node.weights), builder.constant(integerTensor([1]))]);
      const mixed = builder.operator("MatMul", [weights, valueOf(node.rows)]);
      return builder.operator("Squeeze", [mixed, builder.constant(integerTensor([1]))]);
    }
    case "pullback":
    case "score-gradient":
    case "adjoint":
      throw new RecurraError("internal/impossible", `a step has a ${node.kind}`);
  }
}

/** Places from 0 on, as many as the dimension says: of a memory, however many rows that has. */
function placesOf(
  dimension: Dimension,
  { outer, values, type }: NodeOptions,
  sizeOf: (dimension: Dimension) => number,
): ValueName {
  for (const [memory, places] of values.places) if (dimension === rowsOf(memory)) return places;
  const count = sizeOf(dimension);
  return outer.constant(numbers(type, [count], ...Array(count).keys()), "places");
}

/** q · k for each row k, or v · tanh(q + k): `[B, rows]`. */
function score(builder: GraphBuilder, rows: ValueName, query: ValueName, weights: ValueName | undefined): ValueName {
  if (weights === undefined) {
    const column = builder.operator("Unsqueeze", [query, builder.constant(integerTensor([-1]))]);
    return builder.operator("Squeeze", [
      builder.operator("MatMul", [rows, column]),
      builder.constant(integerTensor([-1])),
    ]);
  }
  const row = builder.operator("Unsqueeze", [query, builder.constant(integerTensor([1]))]);
  return builder.operator("MatMul", [builder.operator("Tanh", [builder.operator("Add", [rows, row])]), weights]);
}

function reduce(builder: GraphBuilder, operation: "sum" | "max", value: ValueName): ValueName {
  return builder.operator(
    operation === "sum" ? "ReduceSum" : "ReduceMax",
    [value, builder.constant(integerTensor([-1]))],
    {
      attributes: { keepdims: 1 },
    },
  );
}

function numbers(type: ElementType, shape: readonly number[], ...data: readonly number[]): Tensor {
  return { type, shape, data: type === "float64" ? Float64Array.from(data) : Float32Array.from(data) };
}

type Write = (builder: GraphBuilder, args: readonly ValueName[], type: ElementType) => ValueName;

const plain =
  (operator: string): Write =>
  (builder, args) =>
    builder.operator(operator, args);

/** 1 or 0 where a comparison says yes or no. */
const compared =
  (operator: string): Write =>
  (builder, args, type) =>
    builder.operator("Cast", [builder.operator(operator, args)], { attributes: { to: type } });

/** Each elementwise operation of the language as ONNX has it. */
const elementwise: Readonly<Record<ElementwiseName, Write>> = {
  add: plain("Add"),
  subtract: plain("Sub"),
  multiply: plain("Mul"),
  divide: plain("Div"),
  negate: plain("Neg"),
  power: plain("Pow"),
  min: plain("Min"),
  max: plain("Max"),
  abs: plain("Abs"),
  sign: plain("Sign"),
  sqrt: plain("Sqrt"),
  floor: plain("Floor"),
  less: compared("Less"),
  equal: compared("Equal"),
  select: (builder, [condition = "", ...values]) =>
    builder.operator("Where", [builder.operator("Cast", [condition], { attributes: { to: "bool" } }), ...values]),
  exp: plain("Exp"),
  log: plain("Log"),
  tanh: plain("Tanh"),
  sigmoid: plain("Sigmoid"),
  softplus: plain("Softplus"),
  sin: plain("Sin"),
  cos: plain("Cos"),
};
