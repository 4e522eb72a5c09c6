/** The states of streams, which outlive a step. */
import type { Executable, Numbers } from "../engine/backend.ts";
import type { NetworkSpec } from "../network/index.ts";
import { stateShapes } from "../network/describe.ts";
import { known } from "../util/errors.ts";
import type { TrainingProgram } from "./training-program.ts";

export interface CarriedStates {
  /** Streams start from their first states. */
  resetStates(): void;
  /** Sets the states aside, or takes them up again. */
  setStatesAside(): void;
  takeStatesUp(): void;
}

interface CarriedState {
  /** `[batch, size]` */
  readonly now: Numbers;
  readonly aside: Numbers;
  /** What every member starts from: a number, or the learned first state `[size]`. */
  readonly first: number | Numbers;
}

/** The carried states of a program in memory; none unless it has streams. */
export function openStates(network: NetworkSpec, program: TrainingProgram, executable: Executable): CarriedStates {
  const states = program.carried.size === 0 ? [] : findStates(network, program, executable);
  return {
    resetStates: () => {
      for (const { now, first } of states) {
        for (let n = 0; n < now.length; n++)
          now[n] = typeof first === "number" ? first : (first[n % first.length] ?? NaN);
      }
    },
    setStatesAside: () => {
      for (const { now, aside } of states) aside.set(now);
    },
    takeStatesUp: () => {
      for (const { now, aside } of states) now.set(aside);
    },
  };
}

function findStates(network: NetworkSpec, program: TrainingProgram, executable: Executable): CarriedState[] {
  return stateShapes(network).map(({ name, layer, state }) => {
    const now = executable.array(known(program.carried.get(name), `the carried state ${name}`));
    const learned = program.parameters.get(`${layer}.initial.${state}`);
    const spec = network.layers[layer];
    const start = spec?.kind === "cell" ? spec.cell.options.initialStates?.[state] : undefined;
    return { now, aside: now.slice(), first: learned === undefined ? (start ?? 0) : executable.array(learned.value) };
  });
}
