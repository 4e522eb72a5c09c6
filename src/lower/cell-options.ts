/** What a cell is lowered with, forwards and backwards. */
import type { Cell } from "../language/index.ts";
import type { ProgramBuilder } from "./builder.ts";
import type { BufferId, BufferRole, WeightFormat } from "./ir.ts";
import type { Location } from "./location.ts";

/** What a memory of a cell (see `Cell.memories`) is bound to. */
export interface LowerMemory {
  /** `[steps, batch, size]`: a step for each row of the memory. All of it must be finite. */
  readonly location: Location;
  /** Rows of the longest member. */
  readonly steps: number;
  /** Rows of each member, as floats, from 1 to `steps`, in any order; all have `steps` if absent. */
  readonly lengths?: BufferId;
  /** Where the gradient is added to, as `location`; it is not wanted if absent. */
  readonly gradient?: Location;
}

export interface LowerCellOptions {
  readonly builder: ProgramBuilder;
  /** Prefix of names of buffers and statements: `layer0`. */
  readonly name: string;
  readonly cell: Cell;
  /** A number for every dimension: I, H and the cell's own. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly steps: number;
  readonly batch: number;
  /** From the last step to the first. */
  readonly reverse?: boolean;
  readonly inputs: Readonly<Record<string, Location>>;
  /** Each parameter's value and, where it is to be trained, its gradient (which is added to). Row-major, exact. */
  readonly parameters: Readonly<Record<string, { readonly value: BufferId; readonly gradient?: BufferId }>>;
  /** What the cell attends to, by name. */
  readonly memories?: Readonly<Record<string, LowerMemory>>;
  /** First values of states; a number where absent (see `CellOptions.initialStates`). */
  readonly initialStates?: Readonly<Record<string, Location>>;
  /**
   * Steps of each member, as floats, at least 1, none longer than the one before. Outputs and gradients of inputs past them are zero, final states are those
   * of each member's last step. Inputs past them are not read.
   */
  readonly lengths?: BufferId;
  /** Whether `backward` will be called, and the inputs whose gradients it is to deliver. */
  readonly gradient?: { readonly inputs: readonly string[] };
  /** Steps between checkpoints; without it everything the way back needs is kept. */
  readonly segment?: number;
  /** Where the output should go; by default a place of the cell's own. */
  readonly output?: Location;
  /** A word for each member: how many steps it did before this sequence (streams); zero if absent. */
  readonly clock?: BufferId;
  /** `persistent` where packed weights outlive a call (sessions). */
  readonly packedRole?: BufferRole;
  /** How packed weights are held; float32 if absent. */
  readonly weights?: WeightFormat;
}

export interface BackwardOptions {
  /** Gradient of the output; zero if absent. */
  readonly output?: Location;
  /** Gradients of the final states; zero where absent. */
  readonly finalStates?: Readonly<Record<string, Location>>;
  /** Where the gradients of inputs go, and whether they are added to what is there. */
  readonly inputs: Readonly<Record<string, { readonly to: Location; readonly mode: "set" | "add" }>>;
}

/** Steps of a segment: the whole sequence without checkpointing. */
export function segmentSteps(options: Pick<LowerCellOptions, "segment" | "steps">): number {
  return Math.min(options.segment ?? options.steps, options.steps);
}
