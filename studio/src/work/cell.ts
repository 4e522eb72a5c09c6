/** What there is to see of equations as they are typed: formula, shapes, and the diagram. In a worker that stays. */
import type { CellName, CellSpec, DiagramOptions, ErrorCode } from "recurra";
import type { Work } from "./run-work.ts";

export interface CellQuestion {
  /** The built-in cell that the equations began as. */
  readonly base: CellName;
  readonly text: string;
  /** Draws the diagram instead: that takes longer. */
  readonly drawn?: DiagramOptions;
}

export interface NamedSize {
  readonly name: string;
  /** Letters stand for sizes: `H`, `I`; numbers for themselves. */
  readonly shape: readonly (string | number)[];
  readonly isFrozen?: boolean;
}

export type CellAnswer =
  | {
      readonly kind: "cell";
      /** As a task takes it. */
      readonly spec: CellName | CellSpec;
      readonly mathml: string;
      readonly parameters: readonly NamedSize[];
      readonly states: readonly NamedSize[];
      /** Whether it reads a memory, which the tasks here do not have. */
      readonly attends: boolean;
    }
  | { readonly kind: "diagram"; readonly svg: string; readonly ends: readonly string[] }
  | {
      readonly kind: "broken";
      readonly code: ErrorCode;
      readonly message: string;
      /** From 1. */
      readonly line: number;
      readonly column: number;
    };

export const cellWork: Work<CellQuestion, CellAnswer> = {
  create: () => new Worker(new URL("./cell.worker.ts", import.meta.url), { type: "module" }),
};
