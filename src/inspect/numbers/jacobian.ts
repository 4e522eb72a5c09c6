/** How the states of a recurrent layer after a step follow from those before it: the Jacobian of each step, exactly. */
import { deriveTangent } from "../../derive/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { createCellStep, placesInOrder, statesBefore } from "./cell-step.ts";
import type { CellSetup } from "./cell-step.ts";
import { createChanges } from "./changes.ts";
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

/** The Jacobian at a step, put together from how the states' next values change. */
function createJacobian({ setup, input, cell, states, size }: JacobianParts): (step: number) => Float64Array {
  const tangent = deriveTangent(setup.cell.graph);
  const step = createCellStep(setup, tangent.nodes);
  const slopeOrder = [...tangent.nodes.keys()].filter((id) => id >= tangent.forwardCount);
  const { changes, update } = createChanges(tangent, step.values, states);
  const values = new Map(cell.values.map((value) => [value.name, value]));
  const order = placesInOrder(input.steps, setup.reverse);
  return (place) => {
    const count = order[place]!;
    const x = input.values.subarray(place * input.size, (place + 1) * input.size);
    step.forward({ x, states: statesBefore(setup, values, place), step: setup.firstStep + count });
    step.evaluate(slopeOrder, setup.firstStep + count);
    update();
    const jacobian = new Float64Array(size * size);
    for (const { name, offset, size: rows } of states) {
      const change = changes.get(known(setup.cell.graph.next.get(name), "a next value"));
      if (change === undefined) continue;
      for (let row = 0; row < rows; row++) {
        // A number that all elements of a state take over changes them alike.
        const from = change.rows === 1 ? 0 : row * change.width;
        jacobian.set(change.values.subarray(from, from + change.width), (offset + row) * size + change.first);
      }
    }
    return jacobian;
  };
}
