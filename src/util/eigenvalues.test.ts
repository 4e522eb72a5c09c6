import { describe, expect, test } from "vitest";
import { eigenvalues, spectralRadius } from "./eigenvalues.ts";

/** Numbers in [-0.5, 0.5) that are the same on every run (a linear congruential generator of full period 2^32). */
function createNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

function randomMatrix(size: number, seed: number): Float64Array {
  const next = createNumbers(seed);
  return Float64Array.from({ length: size * size }, next);
}

/** As "re±im" pairs in a fixed order, to eight digits. */
function sorted(matrix: readonly number[], size: number): string[] {
  const { real, imaginary } = eigenvalues(Float64Array.from(matrix), size);
  const clean = (value: number): string => (Math.abs(value) < 1e-12 ? 0 : value).toFixed(8);
  return Array.from(real, (re, i) => `${clean(re)} ${clean(imaginary[i]!)}`).toSorted();
}

describe("eigenvalues", () => {
  test("of a rotation are a complex pair", () => {
    expect(sorted([0.6, -0.8, 0.8, 0.6], 2)).toEqual(["0.60000000 -0.80000000", "0.60000000 0.80000000"]);
  });

  test("of a matrix with a pair and two real ones agree with LAPACK", () => {
    expect(sorted([1, 2, 0, 3, -2, 1, 4, 0, 0, -1, 0.5, 2, 3, 0, -2, -1], 4)).toEqual([
      "-2.57522016 0.00000000",
      "0.71113210 -2.95223237",
      "0.71113210 2.95223237",
      "2.65295596 0.00000000",
    ]);
  });

  test("of a permutation, which plain shifts leave as it is, are the roots of unity", () => {
    const size = 6;
    const cycle = new Float64Array(size * size);
    for (let i = 0; i < size; i++) cycle[i * size + ((i + 1) % size)] = 1;
    const { real, imaginary } = eigenvalues(cycle, size);
    for (let i = 0; i < size; i++) expect(Math.hypot(real[i]!, imaginary[i]!)).toBeCloseTo(1, 12);
    expect(real.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
  });

  test("sum to the trace, and their squares to the trace of the square", () => {
    for (const size of [1, 2, 3, 7, 20, 61]) {
      const matrix = randomMatrix(size, size);
      const { real, imaginary } = eigenvalues(matrix, size);
      let trace = 0;
      let square = 0;
      for (let i = 0; i < size; i++) {
        trace += matrix[i * size + i]!;
        for (let j = 0; j < size; j++) square += matrix[i * size + j]! * matrix[j * size + i]!;
      }
      expect(real.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 10);
      expect(imaginary.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
      expect(real.reduce((sum, value, i) => sum + value * value - imaginary[i]! ** 2, 0)).toBeCloseTo(square, 9);
    }
  });

  test("refuses what is not square or not finite", () => {
    expect(() => eigenvalues(new Float64Array(5), 2)).toThrow("2 × 2 has 4 numbers, but 5 were given");
    expect(() => eigenvalues(Float64Array.of(Number.NaN), 1)).toThrow("not finite");
  });
});

describe("spectralRadius", () => {
  test("of a large matrix is that of its eigenvalues taken whole", () => {
    for (const seed of [1, 2]) {
      const size = 200;
      const matrix = randomMatrix(size, seed);
      const { real, imaginary } = eigenvalues(matrix, size);
      const whole = Math.max(...Array.from(real, (re, i) => Math.hypot(re, imaginary[i]!)));
      expect(Math.abs(spectralRadius(matrix, size) / whole - 1)).toBeLessThan(1e-9);
    }
  });

  test("of a large matrix that is scaled rotations, one of them larger, is the larger scale", () => {
    const size = 300;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i += 2) {
      const scale = i === 100 ? 1.25 : 1;
      const angle = i + 0.3;
      matrix[i * size + i] = matrix[(i + 1) * size + i + 1] = scale * Math.cos(angle);
      matrix[i * size + i + 1] = -scale * Math.sin(angle);
      matrix[(i + 1) * size + i] = scale * Math.sin(angle);
    }
    expect(spectralRadius(matrix, size)).toBeCloseTo(1.25, 10);
  });

  test("of a shift is 0, as near as an eigenvalue of that order can be told from it", () => {
    for (const size of [1, 2, 5]) {
      const matrix = new Float64Array(size * size);
      for (let i = 1; i < size; i++) matrix[i * size + i - 1] = 1;
      // A change of EPSILON to the corner moves the eigenvalues by its root of order `size`.
      expect(spectralRadius(matrix, size)).toBeLessThanOrEqual(size === 1 ? 0 : (4 * Number.EPSILON) ** (1 / size));
    }
  });

  test("of a large matrix whose square is 0 is 0", () => {
    const size = 150;
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size / 2; i++) matrix[i * size + i + size / 2] = i - 20.5;
    expect(spectralRadius(matrix, size)).toBe(0);
  });
});
