/** First values of a cell's parameters, drawn by their initialisers. */
import { resolveSizes } from "../language/index.ts";
import type { Cell, Dimension, Initialiser } from "../language/index.ts";
import { spectralRadius } from "../util/eigenvalues.ts";
import { RecurraError } from "../util/errors.ts";
import { drawNormal } from "../util/random.ts";
import { initialisersFor } from "./initialisations.ts";
import type { InitialisationName } from "./initialisations.ts";

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** What a draw may ask for beside the initialiser. */
interface Draw {
  readonly name: string;
  /** Of a matrix its rows; of a vector its elements. */
  readonly rows: number;
  /** 1 for a vector. */
  readonly columns: number;
  readonly isMatrix: boolean;
  /** Bound of PyTorch's uniform initialiser. */
  readonly torchBound: number;
  readonly random: Random;
}

/**
 * First values of all parameters of a cell, row-major, by name. `sizes` gives the dimensions (`{ I: 3, H: 64 }`; others may be left to the
 * cell). The same random numbers give the same values; parameters are drawn in the cell's order.
 */
export function initialiseParameters(
  cell: Cell,
  sizes: Readonly<Record<string, number>>,
  random: Random,
  scheme: InitialisationName = "default",
): Record<string, Float64Array> {
  const all = resolveSizes(cell, sizes);
  const sizeOf = (dimension: Dimension | undefined): number =>
    typeof dimension === "string" ? all[dimension]! : (dimension ?? 1);
  // A layer of PyTorch's without a state (Linear) has the bound of its input size.
  const torchBound = 1 / Math.sqrt((cell.states.length === 0 ? all["I"] : all["H"]) ?? 1);
  const initialisers = initialisersFor(cell, scheme);
  const result: Record<string, Float64Array> = {};
  for (const { name, shape } of cell.parameters) {
    const draw = {
      name,
      rows: sizeOf(shape[0]),
      columns: sizeOf(shape[1]),
      isMatrix: shape.length === 2,
      torchBound,
      random,
    };
    result[name] = drawValues(initialisers[name]!, draw);
  }
  return result;
}

function drawValues(initialiser: Initialiser, draw: Draw): Float64Array {
  const { rows, columns, random, torchBound } = draw;
  switch (initialiser.kind) {
    case "constant":
      return new Float64Array(rows * columns).fill(initialiser.value);
    case "uniform":
      return drawUniform(draw, initialiser.low, initialiser.high);
    case "normal":
      return Float64Array.from(
        { length: rows * columns },
        () => initialiser.mean + initialiser.deviation * drawNormal(random),
      );
    case "torch":
      return drawUniform(draw, -torchBound, torchBound);
    case "glorot": {
      // Of a vector both fans are its length, as in Keras.
      const bound = Math.sqrt(6 / (draw.isMatrix ? rows + columns : 2 * rows));
      return drawUniform(draw, -bound, bound);
    }
    case "orthogonal":
      return drawOrthogonal(requireMatrix(draw, "orthogonal")).map((value) => initialiser.gain * value);
    case "identity":
      requireMatrix(draw, "identity");
      return Float64Array.from({ length: rows * columns }, (_, e) =>
        Math.floor(e / columns) === e % columns ? initialiser.scale : 0,
      );
    case "spectral":
      return drawSpectral(requireMatrix(draw, "spectral"), initialiser);
    case "ring-nu": {
      // |λ|² uniform in [low², high²], |λ| = exp(-exp(ν)):  ν = log(-½ log |λ|²) (Orvieto et al. 2023, lemma 3.2)
      requireRange(
        draw,
        "ring-nu",
        0 <= initialiser.low && initialiser.low <= initialiser.high && initialiser.high <= 1,
      );
      const [low, high] = [initialiser.low ** 2, initialiser.high ** 2];
      return drawOpen(draw).map((u) => Math.log(-0.5 * Math.log(low + u * (high - low))));
    }
    case "ring-theta":
      requireRange(draw, "ring-theta", initialiser.maxPhase > 0);
      return drawOpen(draw).map((u) => Math.log(u * initialiser.maxPhase));
  }
}

function requireMatrix(draw: Draw, kind: "orthogonal" | "identity" | "spectral"): Draw {
  if (!draw.isMatrix || (kind === "spectral" && draw.rows !== draw.columns)) {
    const wanted = kind === "spectral" ? "a square matrix" : "a matrix";
    const shape = draw.isMatrix ? `${draw.rows} × ${draw.columns}` : "a vector";
    throw new RecurraError(
      "cells/bad-initialiser",
      `The initialiser "${kind}" of ${draw.name} needs ${wanted}, but ${draw.name} is ${shape}; choose another for it.`,
    );
  }
  return draw;
}

/** What the numbers of initialisers that have a range must be. */
const ranges = {
  spectral: "a radius of at least 0 and a density above 0 and at most 1",
  "ring-nu": "0 ≤ low ≤ high ≤ 1",
  "ring-theta": "a maxPhase above 0",
} as const;

function requireRange(draw: Draw, kind: keyof typeof ranges, holds: boolean): void {
  if (!holds)
    throw new RecurraError(
      "cells/bad-initialiser",
      `The initialiser "${kind}" of ${draw.name} has numbers out of range; give ${ranges[kind]}.`,
    );
}

/** rows × columns numbers of U(low, high). */
function drawUniform({ rows, columns, random }: Draw, low: number, high: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, () => low + random() * (high - low));
}

/** Uniform numbers in the open interval (0, 1), where logarithms are finite. */
function drawOpen({ rows, columns, random }: Draw): Float64Array {
  return Float64Array.from({ length: rows * columns }, () => Math.max(random(), 2 ** -32));
}

/**
 * A matrix with orthonormal rows or columns, whichever are fewer, uniform among all such (Stewart 1980): the factor Q of a matrix of
 * normal numbers with a positive diagonal of R, by the Gram–Schmidt process.
 */
function drawOrthogonal({ rows, columns, random }: Draw): Float64Array {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const normal = Float64Array.from({ length: count * length }, () => drawNormal(random));
  const vectors = Array.from({ length: count }, (_, i) => normal.subarray(i * length, (i + 1) * length));
  vectors.forEach((vector, i) => orthonormalise(vector, vectors.slice(0, i)));
  if (rows <= columns) return normal;
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[i * columns + j] = vectors[j]![i]!;
  return result;
}

/** Takes from a vector its parts along orthonormal ones, again while little is left of it (Kahan; Parlett 1980), and scales it to 1. */
function orthonormalise(vector: Float64Array, others: readonly Float64Array[]): void {
  let before = Infinity;
  let after = dot(vector, vector);
  while (after < 0.25 * before) {
    before = after;
    for (const other of others) {
      const share = dot(vector, other);
      for (let e = 0; e < vector.length; e++) vector[e]! -= share * other[e]!;
    }
    after = dot(vector, vector);
  }
  const norm = Math.sqrt(after);
  for (let e = 0; e < vector.length; e++) vector[e]! /= norm;
}

/** Σ a[e] b[e] in four sums side by side: one sum would wait for each addition before the next. */
function dot(a: Float64Array, b: Float64Array): number {
  const whole = a.length - (a.length % 4);
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  for (let e = 0; e < whole; e += 4) {
    sum0 += a[e]! * b[e]!;
    sum1 += a[e + 1]! * b[e + 1]!;
    sum2 += a[e + 2]! * b[e + 2]!;
    sum3 += a[e + 3]! * b[e + 3]!;
  }
  for (let e = whole; e < a.length; e++) sum0 += a[e]! * b[e]!;
  return sum0 + sum1 + (sum2 + sum3);
}

/**
 * A sparse matrix with entries of U(-1, 1), scaled to a spectral radius. A draw with hardly any cycle among its connections, as happens when
 * a matrix is small, has a radius near 0 and would be blown up by the scaling: then it is drawn again, twice as dense.
 */
function drawSpectral(draw: Draw, wanted: { readonly radius: number; readonly density: number }): Float64Array {
  const { rows: size, random } = draw;
  requireRange(draw, "spectral", wanted.density > 0 && wanted.density <= 1 && wanted.radius >= 0);
  for (let density = wanted.density; ; density *= 2) {
    const matrix = Float64Array.from({ length: size * size }, () => (random() < density ? 2 * random() - 1 : 0));
    const radius = spectralRadius(matrix, size);
    // With independent entries the radius is about the Frobenius norm over √size (circular law).
    if (radius > (0.1 * Math.sqrt(dot(matrix, matrix))) / Math.sqrt(size))
      return matrix.map((value) => (value * wanted.radius) / radius);
  }
}
