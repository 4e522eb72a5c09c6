/** What every backend is: something that loads a kernel program and runs its functions. */
import type { BufferId, Program } from "../lower/ir.ts";
import type { MemoryPlan } from "./plan.ts";

/** float64 on the reference backend, float32 elsewhere. */
export type Numbers = Float32Array | Float64Array;

export interface BackendDescription {
  readonly name: BackendName;
  readonly numbers: "float64" | "float32";
  /** One line for people: what runs, and on what instructions. */
  readonly summary: string;
}

export type BackendName = "reference" | "wasm" | "native";

export interface Backend {
  readonly name: BackendName;
  /** Most threads that share a program's work. The numbers are the same for any number of them. */
  readonly threads: number;
  describe(): BackendDescription;
  /**
   * Verifies the program, plans its memory, and makes it ready to run; all memory starts at zero. Throws `engine/out-of-memory`
   * where the machine or WebAssembly cannot hold it.
   */
  load(program: Program): Executable;
}

/** A program in memory. Everything it will ever allocate, it has allocated when `load` returns. */
export interface Executable {
  readonly plan: MemoryPlan;
  /**
   * The words of a buffer (its length, without slack): the memory itself, not a copy, and the same array at every call.
   * What scratch buffers hold is anyone's after the step.
   */
  array(buffer: BufferId): Numbers;
  /** Runs one function of the program. Allocates nothing. */
  call(name: string): void;
  /** Lets go of the memory; arrays handed out keep it alive, calls afterwards throw `engine/disposed`. */
  dispose(): void;
}
