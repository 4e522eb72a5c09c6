/** What a cell is once its text is parsed and checked. */
import type { Declaration, Equation } from "./syntax.ts";
import type { Graph, Shape } from "./graph.ts";

/** A named value and its shape, dimensions still by name. */
export interface Variable {
  readonly name: string;
  readonly shape: Shape;
}

/** How a parameter gets its first value. Fans are those of the parameter's matrix: rows = fan out, columns = fan in. */
export type Initialiser =
  | { readonly kind: "constant"; readonly value: number }
  /** U(low, high). */
  | { readonly kind: "uniform"; readonly low: number; readonly high: number }
  | { readonly kind: "normal"; readonly mean: number; readonly deviation: number }
  /** U(-1/sqrt(H), 1/sqrt(H)) with H the hidden size: PyTorch's default for recurrent layers. */
  | { readonly kind: "torch" }
  /** U(-a, a), a = sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010): Keras's default for input weights. */
  | { readonly kind: "glorot" }
  /** A matrix with orthonormal rows or columns, times `gain` (Saxe et al. 2013). */
  | { readonly kind: "orthogonal"; readonly gain: number }
  /** The identity times `scale` (Le, Jaitly and Hinton 2015, IRNN). */
  | { readonly kind: "identity"; readonly scale: number }
  /** Sparse uniform reservoir scaled so that its largest |eigenvalue| is `radius` (Jaeger 2001). */
  | { readonly kind: "spectral"; readonly radius: number; readonly density: number }
  /** For the LRU (Orvieto et al. 2023): `ring-nu` and `ring-theta` place eigenvalues on a ring `low ≤ |λ| ≤ high`. */
  | { readonly kind: "ring-nu"; readonly low: number; readonly high: number }
  | { readonly kind: "ring-theta"; readonly maxPhase: number };

/** What is given beside the text of a cell. All of it is plain data and is stored in the model file. */
export interface CellOptions {
  /** Named numbers used in the equations. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Parameters that training leaves alone. */
  readonly frozen?: readonly string[];
  /** First values by parameter name; a key may end in `*` (`"U_*"`). Unnamed: orthogonal recurrent matrices, Glorot's for the others, zeros for vectors. */
  readonly initialisers?: Readonly<Record<string, Initialiser>>;
  /** Inputs beside `x`, by name: the dimension of each vector, or 0 for a number. */
  readonly inputs?: Readonly<Record<string, string | number>>;
  /** Sizes of dimensions other than I and H when the user gives none: a number, or a share of H such as "H/2" (rounded up). */
  readonly sizes?: Readonly<Record<string, number | string>>;
  /** First values of states, where not zero: a number by state name. */
  readonly initialStates?: Readonly<Record<string, number>>;
  /** Where the cell comes from: authors, year, title, equations. */
  readonly source?: string;
  /** One line for people: what it is. */
  readonly summary?: string;
}

/** A recurrent (or, without a state, feed-forward) cell: checked equations with all that follows from them. */
export interface Cell {
  readonly kind: "cell";
  readonly name: string;
  /** The text as given. */
  readonly text: string;
  readonly options: CellOptions;
  /** Lines `name in R^P`. */
  readonly declarations: readonly Declaration[];
  readonly equations: readonly Equation[];
  /** `x` first (unless the cell reads none), then the extra inputs. */
  readonly inputs: readonly Variable[];
  /** What attend reads, in order of first use; the shape is that of a row. */
  readonly memories: readonly Variable[];
  readonly states: readonly Variable[];
  /** In order of first use. */
  readonly parameters: readonly Variable[];
  /** The output: `y` where a line defines it, else the state whose next value it is. */
  readonly output: Variable;
  /** Names of dimensions other than I and H that must have a size. */
  readonly dimensions: readonly string[];
  readonly graph: Graph;
}
