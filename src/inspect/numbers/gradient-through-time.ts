/** What is left of a gradient at each step on its way back through time. */
import type { GradientNorms } from "../gradient-flow.ts";
import { lengthOfVector } from "./arithmetic.ts";
import { pullNetwork, weightsOf } from "./pull-network.ts";
import type { OutputRead } from "./pull-network.ts";
import { rowOf } from "./signal.ts";
import type { Signal } from "./signal.ts";
import { recurrentCells, runOptions } from "./trace.ts";
import type { Trace } from "./trace.ts";

/** A state's gradient: as `drawGradientNorms`, `printGradientNorms` and `summariseGradient` take it. */
export interface StateGradient extends GradientNorms {
  /** `c`, or `c of layer 1.backward` where there are several recurrent layers. */
  readonly name: string;
  readonly path: string;
  readonly state: string;
  /** ‖∂loss/∂s_t‖ of the state after each step. */
  readonly norms: Float64Array;
  /** ∂loss/∂s_t, `[steps, size]`. */
  readonly gradient: Signal;
}

/**
 * ‖∂loss/∂s_t‖ for every state of every recurrent layer after each step of a trace, where the loss reads the network's output as `read` says: by default the sum
 * of the last step's outputs (Hochreiter 1991; Bengio, Simard and Frasconi 1994). By all ways on which a state counts, through later steps and through what the
 * step itself makes of it, as an LSTM's c' through h'. Exact, from the derived gradient of the step. In a layer that reads from the end the gradient
 * travels towards the last step.
 *
 * @throws {RecurraError} `util/bad-argument` for a read of what the output does not have.
 */
export function gradientThroughTime(trace: Trace, read: OutputRead = {}): readonly StateGradient[] {
  const weights = weightsOf(trace.output, read);
  const { run } = runOptions(trace.model, trace.options);
  const { cells } = pullNetwork(run, weights);
  const recurrent = recurrentCells(trace);
  return recurrent.flatMap(({ path }) =>
    [...(cells.get(path)?.dStates ?? [])].map(([state, gradient]) => ({
      name: recurrent.length === 1 ? state : `${state} of layer ${path}`,
      path,
      state,
      norms: Float64Array.from({ length: gradient.steps }, (_, step) => lengthOfVector(rowOf(gradient, step))),
      gradient,
    })),
  );
}
