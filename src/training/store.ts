/** What outlives a program's memory: parameters, the best of them, moments and carried states. */
import type { Executable, Numbers } from "../engine/backend.ts";
import { parameterArena } from "../lower/index.ts";
import type { BufferId } from "../lower/index.ts";
import type { ParameterValues } from "../network/index.ts";
import { known } from "../util/errors.ts";
import { takeArray } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { TrainingProgram } from "./training-program.ts";

export interface Store {
  /** Keeps the parameters of now as the best so far. */
  keepBest(): void;
  /** The best ones, if any were kept, or those of now. */
  parameters(which: "best" | "last"): ParameterValues;
  /** Copies of everything, by the names of a checkpoint's arrays. */
  save(): Record<string, Numbers>;
  /** Throws `training/bad-checkpoint`. */
  restore(checkpoint: Checkpoint): void;
}

/** Where a trained parameter lies in the arena, and so in every moment. */
export interface TrainedPlace {
  readonly name: string;
  readonly buffer: BufferId;
  /** Words from the start of the arena. */
  readonly start: number;
  readonly length: number;
}

/** Every trained parameter. */
export function trainedPlaces({ program, parameters }: TrainingProgram): readonly TrainedPlace[] {
  const { places } = parameterArena(program.buffers);
  return [...parameters].flatMap(([name, { value }]) => {
    const start = places.get(value);
    return start === undefined
      ? []
      : [{ name, buffer: value, start, length: known(program.buffers[value], "a buffer").length }];
  });
}

/** The store of a program in memory. */
export function createStore(program: TrainingProgram, executable: Executable): Store {
  const values = [...program.parameters].map(([name, { value }]) => ({ name, array: executable.array(value) }));
  const best = new Map<string, Numbers>();
  // Views of everything but the best parameters, by name.
  const views = new Map<string, Numbers>(values.map(({ name, array }) => [`parameter/${name}`, array]));
  for (const [moment, buffer] of program.update.moments) {
    const all = executable.array(buffer);
    for (const { name, start, length } of trainedPlaces(program))
      views.set(`moment/${moment}/${name}`, all.subarray(start, start + length));
  }
  for (const [name, buffer] of program.carried) views.set(`carried/${name}`, executable.array(buffer));

  return {
    keepBest: () => {
      for (const { name, array } of values) {
        const kept = best.get(name);
        if (kept === undefined) best.set(name, array.slice());
        else kept.set(array);
      }
    },
    parameters: (which) =>
      Object.fromEntries(
        values.map(({ name, array }) => [
          name,
          Float32Array.from((which === "best" ? best.get(name) : undefined) ?? array),
        ]),
      ),
    save: () => ({
      ...Object.fromEntries([...views].map(([name, view]) => [name, view.slice()])),
      ...Object.fromEntries([...best].map(([name, array]) => [`best/${name}`, array.slice()])),
    }),
    restore: (checkpoint) => {
      for (const [name, view] of views) view.set(takeArray(checkpoint, name, view.length));
      best.clear();
      if (!Object.keys(checkpoint.arrays).some((name) => name.startsWith("best/"))) return;
      for (const { name, array } of values) best.set(name, takeArray(checkpoint, `best/${name}`, array.length).slice());
    },
  };
}
