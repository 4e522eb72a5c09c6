/** What a cell costs: numbers to train, numbers kept from step to step, and multiplications in a step. */
import { resolveSizes } from "recurra";
import type { Cell } from "recurra";

/** Input and hidden size; all others follow from the cell. */
export interface CellSizes {
  readonly inputSize: number;
  readonly hiddenSize: number;
}

export interface CellCost {
  /** Numbers that training changes. */
  readonly parameters: number;
  /** Numbers that are drawn once and then left alone. */
  readonly frozen: number;
  /** Numbers that go from one step to the next. */
  readonly state: number;
  /** Multiplications with matrices in a step that need no state: those of all steps can be one matrix product. */
  readonly inputProducts: number;
  /** Multiplications with matrices in a step that must wait for the step before. */
  readonly recurrentProducts: number;
  /** Elementwise operations in a step: sums, products, activations. */
  readonly elementwise: number;
  /** Whether it reads a memory, which costs more for each of its rows. */
  readonly hasMemory: boolean;
}

/** The cost of one step for one sequence. Throws `language/missing-size`. */
export function measureCost(cell: Cell, { inputSize, hiddenSize }: CellSizes): CellCost {
  const sizes = resolveSizes(cell, { I: inputSize, H: hiddenSize });
  const count = (shape: readonly (string | number)[]): number =>
    shape.reduce<number>((product, one) => product * (typeof one === "number" ? one : (sizes[one] ?? NaN)), 1);
  const frozen = new Set(cell.options.frozen);
  const sum = (variables: Cell["parameters"]): number =>
    variables.reduce((total, { shape }) => total + count(shape), 0);
  const cost = {
    parameters: sum(cell.parameters.filter(({ name }) => !frozen.has(name))),
    frozen: sum(cell.parameters.filter(({ name }) => frozen.has(name))),
    state: sum(cell.states),
    inputProducts: 0,
    recurrentProducts: 0,
    elementwise: 0,
    hasMemory: cell.memories.length > 0,
  };
  const { nodes } = cell.graph;
  const dependence = findDependence(cell);
  for (const [id, node] of nodes.entries()) {
    // What follows from parameters alone is the same in all steps.
    if (node.kind === "apply" && dependence[id] !== "none" && cell.memories.length === 0)
      cost.elementwise += count(node.shape);
    if (node.kind !== "product") continue;
    const each = count(nodes[node.matrix]?.shape ?? []);
    if (dependence[node.vector] === "state") cost.recurrentProducts += each;
    else if (dependence[node.vector] === "input") cost.inputProducts += each;
  }
  return cost;
}

type Dependence = "none" | "input" | "state";

/** What each node of a cell's graph waits for: a state before an input, and an input before nothing. */
function findDependence({ graph: { nodes } }: Cell): readonly Dependence[] {
  const found: Dependence[] = [];
  for (const node of nodes) {
    const args = Object.entries(node).flatMap(([key, value]) => {
      const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
      return argumentKeys.has(key) ? ids.filter((id) => typeof id === "number") : [];
    });
    const all = new Set(args.map((id) => found[id]));
    if (node.kind === "state" || all.has("state")) found.push("state");
    else if (node.kind === "input" || node.kind === "step" || node.kind === "memory" || all.has("input"))
      found.push("input");
    else found.push("none");
  }
  return found;
}

/** The members of nodes that are numbers of other nodes. */
const argumentKeys: ReadonlySet<string> = new Set([
  "args",
  "arg",
  "matrix",
  "vector",
  "rows",
  "query",
  "weights",
  "memory",
]);
