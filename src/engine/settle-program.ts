/** What a program has to do once, done: what is left only runs, on packed weights, without what they were made of. */
import { usesOf } from "../lower/uses.ts";
import type { BufferId, Program } from "../lower/ir.ts";
import type { Backend, Executable, Numbers } from "./backend.ts";

/** A program without its function `prepare`. */
export interface SettledProgram {
  /** Buffers that nothing uses any more are as long as nothing; ports stay. */
  readonly program: Program;
  /** What buffers hold at first, those of scratch left out. */
  readonly contents: ReadonlyMap<BufferId, Numbers>;
}

/**
 * Loads a program, has `fill` put numbers into its buffers, and calls its function `prepare`. A printer packs for the products it finds, so that the rest must run on a backend
 * of the same kind.
 */
export function settleProgram(
  backend: Backend,
  program: Program,
  fill: (array: (buffer: BufferId) => Numbers) => void,
): SettledProgram {
  const executable = backend.load(program);
  fill(executable.array);
  executable.call("prepare");
  const functions = program.functions.filter(({ name }) => name !== "prepare");
  const used = new Set(functions.flatMap(({ body }) => body.flatMap(usesOf)).map(({ buffer }) => buffer));
  const buffers = program.buffers.map((one) => (used.has(one.id) || one.role === "port" ? one : { ...one, length: 0 }));
  const kept = buffers.filter(({ role, length }) => role !== "scratch" && length > 0);
  const contents = new Map(kept.map(({ id }) => [id, executable.array(id).slice()]));
  executable.dispose();
  return { program: { buffers, functions }, contents };
}

/** A settled program in memory. */
export function loadSettled(backend: Backend, { program, contents }: SettledProgram): Executable {
  const executable = backend.load(program);
  for (const [buffer, numbers] of contents) executable.array(buffer).set(numbers);
  return executable;
}
