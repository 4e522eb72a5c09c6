/** A lowered graph in memory, ready to run again and again. */
import type { Backend, Numbers } from "../../engine/backend.ts";
import { usesOf } from "../../lower/index.ts";
import type { BufferId, Program } from "../../lower/index.ts";
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

/** Packs weights in a program that has all numbers, and hands them to one that only runs: what it does not read takes no memory afterwards. */
export function loadGraph(backend: Backend, { program, inputs, outputs, held }: LoweredGraph): LoadedGraph {
  const packing = backend.load(program);
  for (const [buffer, numbers] of held) packing.array(buffer).set(numbers);
  packing.call("prepare");
  const running: Program = { ...program, functions: program.functions.filter(({ name }) => name === "run") };
  const used = new Set(running.functions.flatMap(({ body }) => body.flatMap(usesOf)).map(({ buffer }) => buffer));
  const ports = new Set<BufferId>([...inputs.values(), ...outputs.values()].map(({ buffer }) => buffer));
  const buffers = program.buffers.map((one) => (used.has(one.id) || ports.has(one.id) ? one : { ...one, length: 0 }));
  const executable = backend.load({ ...running, buffers });
  for (const { id, role, length } of buffers)
    if (role !== "scratch" && length > 0) executable.array(id).set(packing.array(id));
  packing.dispose();
  return {
    input: (name) => executable.array(known(inputs.get(name), name).buffer),
    output: (name) => executable.array(known(outputs.get(name), name).buffer),
    run: () => executable.call("run"),
    dispose: () => executable.dispose(),
  };
}
