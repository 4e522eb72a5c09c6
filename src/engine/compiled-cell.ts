/** What a compiled cell is given and gives. */
import type { Numbers } from "./backend.ts";

export type NamedNumbers = Readonly<Record<string, Numbers>>;

export interface ForwardOptions {
  readonly steps: number;
  readonly batch: number;
  /** `[steps, batch, inputSize]`. */
  readonly inputs: Numbers;
  /** Inputs beside x, by name. */
  readonly extraInputs?: NamedNumbers;
  /** By name, as in the equations; row-major. */
  readonly parameters: NamedNumbers;
  /** First values of states, each `[batch, size]`; zero (or the cell's own number) where absent. */
  readonly states?: NamedNumbers;
  /** Of each memory of the cell, by name: `[rows, batch, size]`; how many rows there are follows from the array's length. */
  readonly memory?: NamedNumbers;
  /** Rows of each member, by the memory's name; those past them do not count. All count where absent. */
  readonly memoryLengths?: Readonly<Record<string, ArrayLike<number>>>;
  /** Steps of each member, 1 to `steps`, in any order: outputs past them are zero, final states are those of the member's last step. */
  readonly lengths?: ArrayLike<number>;
}

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A compiled cell. Arrays given are copied, arrays returned are new. */
export interface CompiledCell {
  readonly backend: string;
  readonly parameters: readonly NamedShape[];
  readonly states: readonly NamedShape[];
  /** The shape of a row of each. */
  readonly memories: readonly NamedShape[];
  /** Numbers of one output. */
  readonly outputSize: number;
  /**
   * `outputs` `[steps, batch, outputSize]`, final `states` each `[batch, size]`, and in `attention` how much each row of a memory counted,
   * `[steps, batch, rows]` by the memory's name (a second use of the same memory is `name#2`).
   */
  forward(options: ForwardOptions): {
    readonly outputs: Numbers;
    readonly states: Record<string, Numbers>;
    readonly attention: Record<string, Numbers>;
  };
  /** Gradients of the last forward. `dOutputs` as its outputs, `dStates` of its final states; zero where absent. */
  backward(options: { readonly dOutputs?: Numbers; readonly dStates?: NamedNumbers }): {
    readonly dInputs: Numbers;
    readonly dExtraInputs: Record<string, Numbers>;
    /** As the memories are. */
    readonly dMemory: Record<string, Numbers>;
    readonly dParameters: Record<string, Numbers>;
    /** Of the first states. */
    readonly dStates: Record<string, Numbers>;
  };
  dispose(): void;
}

export interface CellShapes {
  readonly inputs: readonly NamedShape[];
  readonly parameters: readonly NamedShape[];
  readonly states: readonly NamedShape[];
  /** Rows. */
  readonly memories: readonly NamedShape[];
  readonly outputSize: number;
}

/** Numbers in a value of this shape. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
