/**
 * The kernel IR: what every backend prints. A program is a table of buffers and a few functions; a function is a list
 * of statements over those buffers. Six kinds of statement are enough for a recurrent network and its training.
 *
 * Units are words of four bytes (float32 in WASM and C; the interpreter holds a float64 in each word). Integers (lengths,
 * class numbers) are held as floats, exact below 2^24.
 *
 * Padding: a buffer may be padded, its rows then start every `rowStride` ≥ columns words. What lies in a padded lane is
 * finite or not, and never read into a result: products read exact depths, reductions mask their tail. A buffer is followed by
 * at least 3 readable words, so loads of whole vectors may overrun; stores overrun only where `padded` says so.
 */

export type BufferId = number;

export type BufferRole =
  /** Trainable parameters, one buffer each; the plan lays them out next to one another. */
  | "parameter"
  /** Parameters that training leaves alone. */
  | "frozen"
  /** The gradients of "parameter" buffers, laid out in the same order at the same relative offsets. */
  | "gradient"
  /** Optimiser state laid out like "parameter". */
  | "moment"
  /** Written or read by the host. Keeps its place for the life of the program. */
  | "port"
  /** Keeps its contents between calls (carried states, packed weights of a session). */
  | "persistent"
  /** Lives from its first to its last use within one step (all functions in order); its memory is shared. */
  | "scratch";

export interface BufferSpec {
  readonly id: BufferId;
  /** Unique and readable: `layer0.pre`, `layer0.W_i`, `layer0.dW_i`. */
  readonly name: string;
  /** Length in words, slack not included. */
  readonly length: number;
  readonly role: BufferRole;
  /** For people and reports, e.g. `[60, 32, 4×52]`. */
  readonly shape: readonly number[];
}

/** An offset in words that moves with the loops around it: `constant + Σ loop index × stride`. */
export interface Offset {
  readonly constant: number;
  readonly terms: readonly { readonly loop: LoopId; readonly stride: number }[];
}

export type LoopId = number;

/** Where element (row, column) of a map lives: `offset + row × rowStride + column × columnStride`. */
export interface View {
  readonly buffer: BufferId;
  readonly offset: Offset;
  /** 0: the same row for all (a bias). */
  readonly rowStride: number;
  /** 1, or 0 for one number a row. */
  readonly columnStride: 0 | 1;
  /** Indirect rows (embedding, gather of the last step): the row's number is read from this view (rowStride 1 or any, columnStride 0). */
  readonly rows?: View;
  /** A store may write whole vectors past the last column (rowStride or slack leaves room). */
  readonly padded?: boolean;
}

/** Operations on lanes; `and`-like conditions are 1 or 0 floats, as in the language. */
export type LaneOperation =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "negate"
  | "power"
  | "min"
  | "max"
  | "abs"
  | "sign"
  | "sqrt"
  | "floor"
  | "less"
  | "equal"
  | "select"
  | "exp"
  | "log"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "sin"
  | "cos";

/** How many arguments each operation takes. */
export const laneArity: Readonly<Record<LaneOperation, 1 | 2 | 3>> = {
  add: 2,
  subtract: 2,
  multiply: 2,
  divide: 2,
  negate: 1,
  power: 2,
  min: 2,
  max: 2,
  abs: 1,
  sign: 1,
  sqrt: 1,
  floor: 1,
  less: 2,
  equal: 2,
  select: 3,
  exp: 1,
  log: 1,
  tanh: 1,
  sigmoid: 1,
  softplus: 1,
  sin: 1,
  cos: 1,
};

/** Index of a value in `MapStatement.values`; arguments have smaller indices. */
export type ValueId = number;

export type MapValue =
  | { readonly kind: "load"; readonly view: View }
  | { readonly kind: "constant"; readonly value: number }
  /** The number of a surrounding loop (`t`), of the row, or of the column, as a float. */
  | { readonly kind: "index"; readonly of: "loop"; readonly loop: LoopId }
  | { readonly kind: "index"; readonly of: "row" | "column" }
  | { readonly kind: "apply"; readonly operation: LaneOperation; readonly args: readonly ValueId[] }
  /** Over all columns of the row; the result is the same for each column. */
  | { readonly kind: "reduce"; readonly operation: "sum" | "max"; readonly arg: ValueId }
  /**
   * A random number, uniform in [0, 1): a hash of (seed, salt, counter) with the seed a word read from `seed` (an integer below 2^24)
   * and the counter `row × columns + column + Σ loop index × (its stride in counter)`. The same on every backend, bit for bit:
   * see `random.ts` beside this file for the hash.
   */
  | { readonly kind: "random"; readonly seed: View; readonly salt: number; readonly counter: Offset };

export interface MapStore {
  readonly view: View;
  readonly value: ValueId;
  /** `add` adds to what is there; a row of stride 0 then sums over rows. A columnStride 0 store takes column 0's value (a reduction's). */
  readonly mode: "set" | "add";
}

/**
 * The rows a statement works on, where it is not all of them: with `first` those before the number that `count` holds, with `rest` those
 * from it on. The number is a word read when the statement runs, a whole number from 0 to the statement's rows.
 */
export interface RowWindow {
  readonly count: { readonly buffer: BufferId; readonly offset: Offset };
  readonly part: "first" | "rest";
}

/**
 * Elementwise work on `rows × columns`, fused: for each row in order, for each column (vectorised). Values that depend on
 * a reduction are computed in a later pass over the row. All loads of a (row, column) happen before its stores.
 */
export interface MapStatement {
  readonly kind: "map";
  readonly name: string;
  readonly rows: number;
  readonly window?: RowWindow;
  readonly columns: number;
  readonly values: readonly MapValue[];
  readonly stores: readonly MapStore[];
}

/** `for (index = 0; index < count; index++)`, or downwards from `count - 1` where `reverse`. */
export interface LoopStatement {
  readonly kind: "loop";
  readonly loop: LoopId;
  readonly name: string;
  readonly count: number;
  readonly reverse: boolean;
  readonly body: readonly Statement[];
}

/** A matrix of depth × columns (K × N) that is put together from blocks, ready for a product's right side. */
export interface PackStatement {
  readonly kind: "pack";
  readonly name: string;
  readonly depth: number;
  readonly columns: number;
  /** Element (k, n) of the block is read at `source.offset + k × depthStride + n × columnStride` and goes to (k + depthAt, n + columnAt). */
  readonly blocks: readonly {
    readonly buffer: BufferId;
    readonly offset: Offset;
    readonly depthStride: number;
    readonly columnStride: number;
    readonly depth: number;
    readonly columns: number;
    readonly depthAt: number;
    readonly columnAt: number;
  }[];
  /** Of `packedLength(depth, columns, format)` words; what no block covers becomes zero. */
  readonly to: BufferId;
  /** float32 if absent. */
  readonly format?: WeightFormat;
}

/**
 * How the numbers of a packed matrix are held, all made from float32: see `weight-format.ts` for the rounding. `float16` is rounded to nearest, what is
 * too small for a normal number to zero, and what is too large to the largest. `int8` holds whole numbers q from -127 to 127 and one float32 scale s for
 * each column: s q, with s the column's largest magnitude / 127. The weights must be finite.
 */
export type WeightFormat = "float32" | "float16" | "int8";

/**
 * C (+)= A·B: rows × columns (M × N) over a depth (K) of `segments` runs of `depth` numbers each.
 * Element (m, k) of A in segment s is at `a.offset + m × a.rowStride + s × a.segmentStride + k`; B is packed with
 * depth index `s × depth + k`. C's row m starts at `c.offset + m × c.rowStride`. `columns` is a multiple of 4.
 */
export interface ProductStatement {
  readonly kind: "product";
  readonly name: string;
  readonly rows: number;
  readonly window?: RowWindow;
  readonly columns: number;
  readonly depth: number;
  readonly segments: number;
  readonly a: {
    readonly buffer: BufferId;
    readonly offset: Offset;
    readonly rowStride: number;
    readonly segmentStride: number;
  };
  readonly b: BufferId;
  /** Of the packed side; float32 if absent. */
  readonly format?: WeightFormat;
  readonly c: { readonly buffer: BufferId; readonly offset: Offset; readonly rowStride: number };
  readonly accumulate: boolean;
}

/**
 * C (+)= Aᵀ·B, a weight gradient: sums over `depth` rows (all steps and members) the outer products of row k of A (rows numbers, M)
 * and row k of B (columns numbers, N). C is exact: M × N words at `c.offset + m × c.rowStride + n`, nothing else is written.
 */
export interface OuterStatement {
  readonly kind: "outer";
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Of the depth: the rows of A and B that are summed over. Its part is `first`. */
  readonly window?: RowWindow;
  readonly a: { readonly buffer: BufferId; readonly offset: Offset; readonly rowStride: number };
  readonly b: { readonly buffer: BufferId; readonly offset: Offset; readonly rowStride: number };
  /** One block of C for each part of A's columns: M of the parts adds up to `rows`; `at` is the part's first column in A (there may be columns between parts). */
  readonly c: readonly {
    readonly buffer: BufferId;
    readonly offset: Offset;
    readonly rowStride: number;
    readonly rows: number;
    readonly at: number;
  }[];
  readonly accumulate: boolean;
  /** Words the printers may use to pack chunks in; of `outerScratchLength(statement)` words. */
  readonly scratch: BufferId;
}

export interface FillStatement {
  readonly kind: "fill";
  readonly name: string;
  readonly buffer: BufferId;
  readonly offset: Offset;
  readonly length: number;
  readonly value: number;
}

export type Statement =
  | MapStatement
  | LoopStatement
  | PackStatement
  | ProductStatement
  | OuterStatement
  | FillStatement;

export interface KernelFunction {
  readonly name: string;
  readonly body: readonly Statement[];
}

export interface Program {
  readonly buffers: readonly BufferSpec[];
  /** In the order in which one step calls them; liveness follows this order. */
  readonly functions: readonly KernelFunction[];
}

/**
 * Words of a packed K × N matrix: panels are as wide as the printer likes, in all K × N rounded up to whole vectors of four. A word holds one number, or two of
 * float16 or four of int8, whose columns are rounded up to whole sixteens; int8 has its scales at the end, a word a column.
 */
export function packedLength(depth: number, columns: number, format: WeightFormat = "float32"): number {
  if (format === "float32") return depth * Math.ceil(columns / 4) * 4;
  const whole = Math.ceil(columns / 16) * 16;
  return format === "float16" ? (depth * whole) / 2 : (depth * whole) / 4 + whole;
}

/** Steps of the sum over rows that an outer product packs at a time. */
export const outerChunk = 128;

/** Rows of C, at most, whose part of A an outer product packs at a time. */
export const outerGroup = 28;

/** Words of scratch an outer product of these sizes needs: for one packed chunk of B and of a group of A's rows. */
export function outerScratchLength(sizes: {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}): number {
  const whole = Math.ceil(sizes.columns / 4) * 4;
  return Math.min(outerChunk, sizes.depth) * (outerGroup + whole);
}
