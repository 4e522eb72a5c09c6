/** The gradient of a cell's run, back through time, from the derived gradient of its step. */
import { deriveGradient, neededBy, valuesOf } from "../../derive/index.ts";
import type { RowsTerm, StepGradient } from "../../derive/index.ts";
import type { Cell, NodeId } from "../../language/index.ts";
import { assert, known } from "../../util/errors.ts";
import { addTransposed, spreadInto } from "./arithmetic.ts";
import { createCellStep, placesInOrder, statesBefore } from "./cell-step.ts";
import type { CellRun, CellSetup } from "./cell-step.ts";
import { createSignal, rowOf } from "./signal.ts";
import type { Signal } from "./signal.ts";

type Arrays = Readonly<Record<string, Float64Array>>;

export interface CellGradient {
  readonly dInput: Signal;
  /**
   * ∂loss/∂s_t of each state after each step, by name, `[steps, size]`: by all ways, also those within the step that made it (an LSTM's c' through h').
   * Of a state that only takes over another value (`p' = x`) what later steps read of it.
   */
  readonly dStates: ReadonlyMap<string, Signal>;
  /** Of the first states. */
  readonly dInitial: Arrays;
  /** By name, `[rows, size]`. */
  readonly dMemories: Arrays;
}

export interface CellPull {
  readonly setup: CellSetup;
  readonly input: Signal;
  readonly run: Pick<CellRun, "values">;
  readonly dOutput: Signal;
  /** Of the final states; zero where absent. */
  readonly dFinal?: Arrays | undefined;
}

/** Goes back through a run. */
export function pullCell({ setup, input, run, dOutput, dFinal }: CellPull): CellGradient {
  const { cell } = setup;
  const gradient = deriveGradient(cell.graph);
  const step = createCellStep(setup, gradient.nodes);
  const valueOf = (id: NodeId): Float64Array => known(step.values[id], `node ${id}`);
  const adjoint = (of: "output" | "next", name: string): Float64Array | undefined =>
    step.values[gradient.nodes.findIndex((node) => node.kind === "adjoint" && node.of === of && node.name === name)];
  const order = findOrder(gradient, cell);
  const carried = Object.fromEntries(
    Object.entries(setup.initialStates).map(([name, first]) => [
      name,
      dFinal?.[name]?.slice() ?? new Float64Array(first.length),
    ]),
  );
  const owners = findOwners(cell, gradient);
  const dInput = createSignal(input.steps, input.size);
  const dStates = new Map(cell.states.map(({ name }) => [name, createSignal(input.steps, carried[name]!.length)]));
  const rows = gradient.rows.map(({ rows: id, terms }) => ({ id, terms, d: new Float64Array(valueOf(id).length) }));

  const places = placesInOrder(input.steps, setup.reverse);
  for (let count = places.length - 1; count >= 0; count--) {
    const place = places[count]!;
    step.forward({
      x: rowOf(input, place),
      states: statesBefore(setup, run.values, place),
      step: setup.firstStep + count,
    });
    adjoint("output", "y")?.set(rowOf(dOutput, place));
    for (const { name } of cell.states) adjoint("next", name)?.set(carried[name]!);
    step.evaluate(order, setup.firstStep + count);
    for (const [name, signal] of dStates) {
      const total = owners.get(name);
      const size = carried[name]!.length;
      const whole = total === undefined ? undefined : valueOf(total);
      rowOf(signal, place).set(whole?.length === size ? whole : carried[name]!);
    }
    for (const [name, id] of gradient.states) spreadInto(valueOf(id), carried[name]!);
    const x = gradient.inputs.get("x");
    if (x !== undefined) spreadInto(valueOf(x), rowOf(dInput, place));
    for (const { id, terms, d } of rows) for (const term of terms) addTerm(term, valueOf(id), valueOf, d);
  }
  return { dInput, dStates, dInitial: carried, dMemories: memoryGradients(setup, gradient, rows, valueOf) };
}

/** The nodes of the gradient that are read, in order. */
function findOrder(gradient: StepGradient, { graph }: Cell): readonly NodeId[] {
  const needed = neededBy(gradient.nodes, [
    ...gradient.inputs.values(),
    ...gradient.states.values(),
    ...[...graph.next.values()].flatMap((id) => gradient.adjoints.get(id) ?? []),
    ...gradient.rows.flatMap(({ terms }) => terms.flatMap(valuesOf)),
  ]);
  return [...gradient.nodes.keys()].filter((id) => id >= gradient.forwardCount && needed[id]);
}

/** The gradient of each state's next value, where that is a value of its own: computed in the step, and of no state before it. */
function findOwners({ graph }: Cell, gradient: StepGradient): ReadonlyMap<string, NodeId> {
  const owners = new Map<string, NodeId>();
  const taken = new Set<NodeId>();
  for (const [name, id] of graph.next) {
    const kind = graph.nodes[id]!.kind;
    const adjoint = gradient.adjoints.get(id);
    if (!taken.has(id) && adjoint !== undefined && kind !== "input" && kind !== "state") owners.set(name, adjoint);
    taken.add(id);
  }
  return owners;
}

/** What one step adds to the gradient of a memory's or keys' rows. */
function addTerm(term: RowsTerm, rows: Float64Array, valueOf: (id: NodeId) => Float64Array, d: Float64Array): void {
  const outer = term.kind === "outer";
  const weights = valueOf(outer ? term.weights : term.adjoint);
  const row = valueOf(outer ? term.row : term.weights);
  const query = outer ? undefined : valueOf(term.query);
  for (let s = 0, at = 0; s < weights.length; s++) {
    for (let j = 0; j < row.length; j++, at++) {
      // dk_s = d_s row, or of a score v · tanh(q + k_s): d_s v (1 - tanh²(q + k_s)).
      const slope = query === undefined ? 1 : 1 - Math.tanh(query[j]! + rows[at]!) ** 2;
      d[at]! += weights[s]! * row[j]! * slope;
    }
  }
}

/** Sums over the steps, through keys to the memories: k_s = K m_s gives dm_s += Kᵀ dk_s. */
function memoryGradients(
  { cell, memories, sizes }: CellSetup,
  { nodes }: StepGradient,
  rows: readonly { readonly id: NodeId; readonly d: Float64Array }[],
  valueOf: (id: NodeId) => Float64Array,
): Arrays {
  const sums = Object.fromEntries(cell.memories.map(({ name }) => [name, new Float64Array(memories[name]!.length)]));
  for (const { id, d } of rows) {
    const node = nodes[id]!;
    const memory = node.kind === "keys" ? nodes[node.memory]! : node;
    assert(memory.kind === "memory", "rows of a memory");
    const sum = known(sums[memory.name], memory.name);
    const count = sizes[memory.shape[0]!]!;
    const [from, to] = [d.length / count, sum.length / count];
    for (let s = 0; s < count; s++) {
      const [part, into] = [d.subarray(s * from, (s + 1) * from), sum.subarray(s * to, (s + 1) * to)];
      if (node.kind === "keys") addTransposed(valueOf(node.matrix), part, into);
      else part.forEach((value, j) => (into[j]! += value));
    }
  }
  return sums;
}
