/** A lowered graph in memory, ready to run again and again. */
import type { Backend, Numbers } from "../../engine/backend.ts";
import { loadSettled, settleProgram } from "../../engine/settle-program.ts";
import type { SettledProgram } from "../../engine/settle-program.ts";
import { known } from "../../util/errors.ts";
import type { ValueName } from "../graph.ts";
import type { LoweredGraph } from "./lower-graph.ts";

/** Everything it needs is allocated; a run allocates nothing. */
export interface LoadedGraph {
  /** Where an input is to be written. */
  input(name: ValueName): Numbers;
  /** What the last run gave: the same array each time. */
  output(name: ValueName): Numbers;
  run(): void;
  dispose(): void;
}

/** Packs weights, and keeps what runs. */
export function settleGraph(backend: Backend, { program, held }: LoweredGraph): SettledProgram {
  return settleProgram(backend, program, (array) => {
    for (const [buffer, numbers] of held) array(buffer).set(numbers);
  });
}

export function loadGraph(backend: Backend, lowered: LoweredGraph): LoadedGraph {
  const { inputs, outputs } = lowered;
  const executable = loadSettled(backend, settleGraph(backend, lowered));
  return {
    input: (name) => executable.array(known(inputs.get(name), name).buffer),
    output: (name) => executable.array(known(outputs.get(name), name).buffer),
    run: () => executable.call("run"),
    dispose: () => executable.dispose(),
  };
}
