/** The syntax tree of a cell's text. */
import type { Shape } from "./graph.ts";
import type { OperationName } from "./operations.ts";

/** Where something stands in the text; both count from 1, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** Columns it takes. */
  readonly length: number;
}

export type Expression =
  /** Not negative; a minus sign is an operation. */
  | { readonly kind: "number"; readonly value: number; readonly place: Place }
  /** A name; with `next` the new value of a state, `h'`. */
  | { readonly kind: "name"; readonly name: string; readonly next: boolean; readonly place: Place }
  /** An operator or a function of the operation table. The place is the operator's or the function name's. */
  | {
      readonly kind: "call";
      readonly operation: OperationName;
      readonly args: readonly Expression[];
      readonly place: Place;
    }
  /** `W x`: what stands left must turn out to be a matrix. The place is that of the left side. */
  | { readonly kind: "product"; readonly matrix: Expression; readonly vector: Expression; readonly place: Place };

/** `target = expression`, or `target' = expression` with `next`. */
export interface Equation {
  readonly target: string;
  readonly next: boolean;
  readonly expression: Expression;
  /** Of the target. */
  readonly place: Place;
}

/** `name in R^P`: the shape of a state, a parameter or an intermediate. */
export interface Declaration {
  readonly name: string;
  readonly shape: Shape;
  /** Of the name. */
  readonly place: Place;
}

/** A cell's text, read. */
export interface Syntax {
  readonly declarations: readonly Declaration[];
  readonly equations: readonly Equation[];
}
