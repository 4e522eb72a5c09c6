/** How the states of a recurrent layer after a step follow from those before it: the Jacobian of each step, exactly. */
import { deriveTangent } from "../../derive/index.ts";
import type { NodeId } from "../../language/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { addTransposed, multiplyMatrices } from "./arithmetic.ts";
import { createCellStep, placesInOrder, statesBefore } from "./cell-step.ts";
import type { CellSetup, CellStep } from "./cell-step.ts";
import type { Signal } from "./signal.ts";
import { findCell, setupOf } from "./trace.ts";
import type { CellTrace, Trace } from "./trace.ts";

/** Where a state lies among all states of a layer. */
export interface StatePlace {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

export interface JacobianOptions {
  /** The path of a recurrent layer; the only one if absent. */
  readonly layer?: string;
  /** Steps of the sequence to take: all if absent. */
  readonly steps?: readonly number[];
}

/** The Jacobians of a recurrent layer along a trace. */
export interface StepJacobians {
  readonly path: string;
  /** How the states lie in rows and columns. */
  readonly states: readonly StatePlace[];
  /** S, the numbers of all states together. */
  readonly size: number;
  /** The step that each matrix is of, in the order in which the layer takes them: backwards for a layer that reads from the end. */
  readonly steps: readonly number[];
  /** ∂s_t / ∂s_(t-1), each `[S, S]` row-major. */
  readonly matrices: readonly Float64Array[];
}

/**
 * ∂(all states after step t) / ∂(all states before it) at each step of a trace: an LSTM of H units has S = 2H, h and c as two coordinates that can
 * change apart. Exact, with the slopes that the step's gradient is made of (`deriveTangent`). Takes S² numbers a step: 200 steps of an LSTM of 128 units
 * are 100 MB, so name the `steps` that are wanted, or walk with `walkJacobians`.
 *
 * @throws {RecurraError} `util/bad-argument` for a layer or step that there is not.
 */
export function stepJacobians(trace: Trace, options: JacobianOptions = {}): StepJacobians {
  const { matrices, ...walk } = walkJacobians(trace, options);
  return { ...walk, matrices: [...matrices] };
}

/** The same, each matrix made when it is asked for. */
export function walkJacobians(
  trace: Trace,
  { layer, steps }: JacobianOptions = {},
): Omit<StepJacobians, "matrices"> & { readonly matrices: Iterable<Float64Array> } {
  const cell = findCell(trace, layer);
  const { setup, input } = setupOf(trace, cell);
  const wanted = chooseSteps(cell, input.steps, steps);
  const states = placeStates(cell);
  const size = states.reduce((sum, state) => sum + state.size, 0);
  return {
    path: cell.path,
    states,
    size,
    steps: wanted,
    matrices: {
      *[Symbol.iterator]() {
        const jacobianAt = createJacobian({ setup, input, cell, states, size });
        for (const step of wanted) yield jacobianAt(step);
      },
    },
  };
}

function chooseSteps({ reverse }: CellTrace, count: number, steps: readonly number[] | undefined): readonly number[] {
  const bad = steps?.find((step) => !(Number.isInteger(step) && step >= 0 && step < count));
  if (bad !== undefined)
    throw new RecurraError("util/bad-argument", `There is no step ${bad}: the layer has steps 0 to ${count - 1}.`);
  const chosen = new Set(steps);
  return placesInOrder(count, reverse).filter((step) => steps === undefined || chosen.has(step));
}

/** All states one after another. */
export function placeStates({ cell, initialStates }: Pick<CellTrace, "cell" | "initialStates">): readonly StatePlace[] {
  let offset = 0;
  return cell.states.map(({ name }) => {
    const { length: size } = known(initialStates[name], `state ${name}`);
    offset += size;
    return { name, offset: offset - size, size };
  });
}

interface JacobianParts {
  readonly setup: CellSetup;
  readonly input: Signal;
  readonly cell: CellTrace;
  readonly states: readonly StatePlace[];
  readonly size: number;
}

/** The Jacobian at a step: how each node changes with each state, `[length of the node, S]`, node after node. */
function createJacobian({ setup, input, cell, states, size }: JacobianParts): (step: number) => Float64Array {
  const tangent = deriveTangent(setup.cell.graph);
  const step = createCellStep(setup, tangent.nodes);
  const slopeOrder = [...tangent.nodes.keys()].filter((id) => id >= tangent.forwardCount);
  const changes: (Float64Array | undefined)[] = [];
  const parts = { tangent, step, changes, states, size };
  const fills = tangent.order.map((id) => {
    changes[id] = new Float64Array(known(step.values[id], "a value").length * size);
    return createChange(id, parts);
  });
  const values = new Map(cell.values.map((value) => [value.name, value]));
  const order = placesInOrder(input.steps, setup.reverse);
  return (place) => {
    const count = order[place]!;
    const x = input.values.subarray(place * input.size, (place + 1) * input.size);
    step.forward({ x, states: statesBefore(setup, values, place), step: setup.firstStep + count });
    step.evaluate(slopeOrder, setup.firstStep + count);
    for (const fill of fills) fill();
    const jacobian = new Float64Array(size * size);
    for (const { name, offset, size: rows } of states) {
      const change = changes[known(setup.cell.graph.next.get(name), "a next value")];
      if (change === undefined) continue;
      for (let row = 0; row < rows; row++) {
        // A number that all elements of a state take over changes them alike.
        const from = change.length === size ? 0 : row * size;
        jacobian.set(change.subarray(from, from + size), (offset + row) * size);
      }
    }
    return jacobian;
  };
}

interface ChangeParts {
  readonly tangent: ReturnType<typeof deriveTangent>;
  readonly step: CellStep;
  readonly changes: readonly (Float64Array | undefined)[];
  readonly states: readonly StatePlace[];
  readonly size: number;
}

/** What computes how a node changes from how its arguments do. */
function createChange(id: NodeId, { tangent, step, changes, states, size }: ChangeParts): () => void {
  const node = known(tangent.nodes[id], "a node");
  const to = known(changes[id], "a place");
  const valueOf = (of: NodeId): Float64Array => known(step.values[of], "a value");
  switch (node.kind) {
    case "state": {
      const { offset } = known(
        states.find(({ name }) => name === node.name),
        node.name,
      );
      const rows = to.length / size;
      for (let row = 0; row < rows; row++) to[row * size + offset + row] = 1;
      return () => undefined;
    }
    case "apply": {
      const terms = known(tangent.slopes.get(id), "slopes").map(({ arg, slope }) => ({
        change: known(changes[arg], "a change"),
        slope: valueOf(slope),
      }));
      return () => addSlopes(terms, to, size);
    }
    case "reduce": {
      const [arg, change] = [valueOf(node.arg), known(changes[node.arg], "a change")];
      const isTaken = node.operation === "sum" ? () => true : (row: number): boolean => arg[row] === valueOf(id)[0];
      return () => {
        to.fill(0);
        for (let row = 0; row < arg.length; row++)
          if (isTaken(row)) for (let j = 0; j < size; j++) to[j]! += change[row * size + j]!;
      };
    }
    case "product": {
      const matrix = valueOf(node.matrix);
      const change = known(changes[node.vector], "a change");
      const vector = known(tangent.nodes[node.vector], "a vector");
      if (vector.kind === "state") return createCopy(matrix, { to, size, offset: change.indexOf(1) });
      return () => to.set(multiplyMatrices(matrix, change, change.length / size));
    }
    case "score":
      return createScoreChange(node, { valueOf, changes, to, size });
    case "mix": {
      const [rows, change] = [valueOf(node.rows), known(changes[node.weights], "a change")];
      const columns = to.length / size;
      return () => {
        to.fill(0);
        for (let s = 0; s < change.length / size; s++)
          for (let i = 0; i < columns; i++)
            for (let j = 0; j < size; j++) to[i * size + j]! += rows[s * columns + i]! * change[s * size + j]!;
      };
    }
    default:
      throw new RecurraError("internal/impossible", `a ${node.kind} does not depend on a state`);
  }
}

/** to = Σ slope ⊙ change, row by row; a row of one is that of all. */
function addSlopes(
  terms: readonly { readonly change: Float64Array; readonly slope: Float64Array }[],
  to: Float64Array,
  size: number,
): void {
  to.fill(0);
  for (const { change, slope } of terms) {
    for (let row = 0; row * size < to.length; row++) {
      const factor = slope[slope.length === 1 ? 0 : row]!;
      if (factor === 0) continue;
      const from = change.length === size ? 0 : row * size;
      for (let j = 0; j < size; j++) to[row * size + j]! += factor * change[from + j]!;
    }
  }
}

/** A matrix times a state changes with the state as the matrix says, in all steps alike. */
function createCopy(
  matrix: Float64Array,
  { to, size, offset }: { readonly to: Float64Array; readonly size: number; readonly offset: number },
): () => void {
  const rows = to.length / size;
  const columns = matrix.length / rows;
  for (let row = 0; row < rows; row++) to.set(matrix.subarray(row * columns, (row + 1) * columns), row * size + offset);
  return () => undefined;
}

interface ScorePlace {
  readonly valueOf: (id: NodeId) => Float64Array;
  readonly changes: readonly (Float64Array | undefined)[];
  readonly to: Float64Array;
  readonly size: number;
}

/** q · k_s changes by dq · k_s; v · tanh(q + k_s) by Σ_j v_j (1 - tanh²) dq_j + tanh dv_j. */
function createScoreChange(
  node: { readonly rows: NodeId; readonly query: NodeId; readonly weights?: NodeId },
  { valueOf, changes, to, size }: ScorePlace,
): () => void {
  const rows = valueOf(node.rows);
  const query = valueOf(node.query);
  const weights = node.weights === undefined ? undefined : valueOf(node.weights);
  const dQuery = changes[node.query];
  const dWeights = node.weights === undefined ? undefined : changes[node.weights];
  const columns = query.length;
  const factors = new Float64Array(columns);
  return () => {
    to.fill(0);
    for (let s = 0; s * size < to.length; s++) {
      const sum = to.subarray(s * size, (s + 1) * size);
      const row = rows.subarray(s * columns, (s + 1) * columns);
      const addAll = (change: Float64Array | undefined, factor: (j: number) => number): void => {
        if (change === undefined) return;
        for (let j = 0; j < columns; j++) factors[j] = factor(j);
        addTransposed(change, factors, sum);
      };
      if (weights === undefined) addAll(dQuery, (j) => row[j]!);
      else {
        addAll(dQuery, (j) => weights[j]! * (1 - Math.tanh(query[j]! + row[j]!) ** 2));
        addAll(dWeights, (j) => Math.tanh(query[j]! + row[j]!));
      }
    }
  };
}
