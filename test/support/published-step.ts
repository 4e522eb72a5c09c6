/** What a step written out from a paper is given and gives: the second, independent form of each built-in cell. */

/** The values a step reads, by the names the cell's equations have for them. */
export interface Known {
  /** The input, [I]. */
  readonly x: readonly number[];
  /** The last value of a state, [n]. */
  readonly state: (name: string) => readonly number[];
  /** Row `row` of a matrix times a vector: Σ_k M[row][k] vector[k]. */
  readonly dot: (matrix: string, row: number, vector: readonly number[]) => number;
  /** An element of a parameter vector. */
  readonly at: (vector: string, element: number) => number;
  /** Elements of a parameter vector. */
  readonly count: (vector: string) => number;
  /** The rows of the memory, if there is one. */
  readonly memory: readonly (readonly number[])[];
  /** Size of the output. */
  readonly units: number;
}

export type PublishedStep = (known: Known) => {
  readonly output: readonly number[];
  readonly next: Readonly<Record<string, readonly number[]>>;
};

/** The vector whose element j is `value(j)`. */
export function each(count: number, value: (j: number) => number): number[] {
  return Array.from({ length: count }, (_, j) => value(j));
}

export function sigmoid(v: number): number {
  return 1 / (1 + Math.exp(-v));
}

/** (v - mean) / sqrt(variance + 1e-5), over all elements. */
export function standardised(v: readonly number[]): number[] {
  const mean = v.reduce((sum, value) => sum + value, 0) / v.length;
  const variance = v.reduce((sum, value) => sum + (value - mean) ** 2, 0) / v.length;
  return v.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}

/**
 * Reads parameters (row-major), states and an input from plain arrays. `columns` is told from the vector that a matrix multiplies.
 */
export function createKnown(values: {
  readonly x: readonly number[];
  readonly states: Readonly<Record<string, ArrayLike<number>>>;
  readonly parameters: Readonly<Record<string, ArrayLike<number>>>;
  readonly memory?: readonly (readonly number[])[];
  readonly units: number;
}): Known {
  const { x, states, parameters, memory = [], units } = values;
  const find = (table: Readonly<Record<string, ArrayLike<number>>>, name: string): ArrayLike<number> => {
    const value = table[name];
    if (value === undefined) throw new Error(`the published step reads ${name}, which the cell does not have`);
    return value;
  };
  return {
    x,
    units,
    memory,
    count: (vector) => find(parameters, vector).length,
    state: (name) => Array.from(find(states, name)),
    dot: (matrix, row, vector) => {
      const weights = find(parameters, matrix);
      let sum = 0;
      for (let k = 0; k < vector.length; k++) sum += weights[row * vector.length + k]! * vector[k]!;
      return sum;
    },
    at: (vector, element) => find(parameters, vector)[element]!,
  };
}
