/** What a graph is, as plain data: this is what readers make, writers take, and a model file holds. */
import type { CellSpec } from "../network/index.ts";
import type { ElementType, Tensor } from "./tensor.ts";

/** The name of a value in a graph; each is defined once, by an input, a constant or a node. */
export type ValueName = string;

/** A number, or the name of a size that is known when the model runs (`batch`, `steps`). */
export type SymbolicSize = number | string;

/** An input or output of a graph. Without a shape its rank is unknown, as exporters sometimes leave it. */
export interface ValueInfo {
  readonly name: ValueName;
  readonly type: ElementType;
  readonly shape?: readonly SymbolicSize[];
  /** Of an input: its value where none is given. It need not be as large as the shape says. */
  readonly default?: Tensor;
}

/** What an operator is told beside its inputs. A graph is the body of `If`, `Loop` and `Scan`; it sees the values around it. */
export type Attribute = number | string | readonly number[] | readonly string[] | Tensor | Graph;

/** Inputs that are left out are "", as are outputs that nobody asks for. */
export interface OperatorNode {
  readonly kind: "operator";
  /** Unique in its graph; messages name it. */
  readonly name: string;
  /** A key of the table of operators. */
  readonly operator: string;
  readonly inputs: readonly ValueName[];
  readonly outputs: readonly ValueName[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A cell over a sequence, in one direction; a bidirectional layer is two of them and a `Concat`. */
export interface RecurrentNode {
  readonly kind: "recurrent";
  readonly name: string;
  readonly cell: CellSpec;
  /** Hidden size H. */
  readonly size: number;
  /** Sizes of the cell's other dimensions, by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** `backward` reads from the last step (of each member, where there are lengths) to the first; its outputs stand at the steps they belong to. */
  readonly direction: "forward" | "backward";
  /** `[T, B, I]`. */
  readonly input: ValueName;
  /** The values of the cell's parameters, by their names in the equations. Nearly always constants. */
  readonly parameters: Readonly<Record<string, ValueName>>;
  /** What the cell attends to, by the memory's name: `[rows, B, size]`, and how many rows of each member count, `[B]` (all if absent). */
  readonly memories?: Readonly<Record<string, { readonly value: ValueName; readonly lengths?: ValueName }>>;
  /** First values `[B, size]` of states, by name; zeros (or the cell's own) where absent. */
  readonly states: Readonly<Record<string, ValueName>>;
  /** Steps of each member, int32 or int64 `[B]`, 0 to T. Outputs past them are zero, final states those of the last step; a member of no steps keeps its first states. */
  readonly lengths?: ValueName;
  /** bool `[T, B]`: a step that is not true changes no state, and gives the output of the step before (`masked: "repeat"`, zeros before the first) or zeros. */
  readonly mask?: { readonly value: ValueName; readonly masked: "repeat" | "zero" };
  readonly outputs: {
    /** `[T, B, size of the output]`. */
    readonly sequence?: ValueName;
    /** Final states `[B, size]`, by name. */
    readonly states: Readonly<Record<string, ValueName>>;
  };
}

export type GraphNode = OperatorNode | RecurrentNode;

export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly constants: ReadonlyMap<ValueName, Tensor>;
  /** In an order in which each node comes after those it reads. */
  readonly nodes: readonly GraphNode[];
  /** What was approximated or left out when it was read, in sentences. */
  readonly notes?: readonly string[];
}
