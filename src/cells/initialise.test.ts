import { describe, expect, test } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { cell } from "../language/index.ts";
import type { Initialiser } from "../language/index.ts";
import { spectralRadius } from "../util/eigenvalues.ts";
import { createRandom } from "../util/random.ts";
import { cellNames, cells, initialisersFor, initialiseParameters, parameterRoles } from "./index.ts";
import type { InitialisationName } from "./index.ts";

function uniformFrom(seed: number): () => number {
  const random = createRandom(seed);
  return () => random.uniform();
}

/** The values of the matrix W (rows × columns) or, without columns, the vector w under an initialiser. */
function draw(initialiser: Initialiser, rows: number, columns?: number): Float64Array {
  const text = columns === undefined ? "y = w * x" : "y = W x";
  const options = { initialisers: { [columns === undefined ? "w" : "W"]: initialiser } };
  const sizes = columns === undefined ? { I: rows, H: rows } : { I: columns, H: rows };
  const values = initialiseParameters(cell("drawn", text, options), sizes, uniformFrom(1));
  return Object.values(values)[0]!;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: Float64Array): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length;
}

/** Largest deviation from the identity of the products of the rows (or columns) with one another. */
function orthonormality(matrix: Float64Array, rows: number, columns: number): number {
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const element = (i: number, e: number): number =>
    rows <= columns ? matrix[i * columns + e]! : matrix[e * columns + i]!;
  let worst = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      let sum = 0;
      for (let e = 0; e < length; e++) sum += element(i, e) * element(j, e);
      worst = Math.max(worst, Math.abs(sum - (i === j ? 1 : 0)));
    }
  }
  return worst;
}

describe("initialisers", () => {
  test("constant and identity are what they say", () => {
    expect([...draw({ kind: "constant", value: 0.5 }, 3)]).toEqual([0.5, 0.5, 0.5]);
    expect([...draw({ kind: "identity", scale: 2 }, 2, 3)]).toEqual([2, 0, 0, 0, 2, 0]);
  });

  test("uniform fills its interval evenly", () => {
    const values = draw({ kind: "uniform", low: -1, high: 3 }, 100, 100);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(3);
    // Four standard errors of 10,000 draws: 4 × 1.155 / 100 for the mean; for the variance 4 × 1.2 / 100.
    expect(Math.abs(mean(values) - 1)).toBeLessThan(0.046);
    expect(Math.abs(variance(values) - 16 / 12)).toBeLessThan(0.048);
  });

  test("normal has its mean and deviation", () => {
    const values = draw({ kind: "normal", mean: 2, deviation: 0.5 }, 100, 100);
    // Four standard errors of 10,000 draws: 4 × 0.5 / 100; for the variance 4 × 0.25 × √2 / 100.
    expect(Math.abs(mean(values) - 2)).toBeLessThan(0.02);
    expect(Math.abs(variance(values) - 0.25)).toBeLessThan(0.0142);
  });

  test("glorot is bounded by both fans", () => {
    const bound = Math.sqrt(6 / (30 + 70));
    const values = draw({ kind: "glorot" }, 30, 70);
    const largest = Math.max(...values.map(Math.abs));
    expect(largest).toBeLessThan(bound);
    expect(largest).toBeGreaterThan(0.99 * bound);
    // Of a vector both fans are its length.
    const vector = Math.max(...draw({ kind: "glorot" }, 600).map(Math.abs));
    expect(vector).toBeLessThan(Math.sqrt(6 / 1200));
    expect(vector).toBeGreaterThan(0.95 * Math.sqrt(6 / 1200));
  });

  test("torch is bounded by the hidden size, and without a state by the input size", () => {
    const largest = (name: "lstm" | "dense"): number => {
      const values = Object.values(initialiseParameters(cells[name], { I: 64, H: 25 }, uniformFrom(2), "torch"));
      return Math.max(...values.flatMap((array) => Array.from(array, Math.abs)));
    };
    expect(largest("lstm")).toBeLessThan(0.2);
    expect(largest("lstm")).toBeGreaterThan(0.199);
    expect(largest("dense")).toBeLessThan(0.125);
    expect(largest("dense")).toBeGreaterThan(0.1245);
  });

  test("orthogonal has orthonormal rows or columns, times its gain", () => {
    for (const [rows, columns] of [
      [1, 1],
      [7, 7],
      [64, 64],
      [10, 40],
      [40, 10],
    ] as const) {
      const matrix = draw({ kind: "orthogonal", gain: 1.5 }, rows, columns).map((value) => value / 1.5);
      expect(orthonormality(matrix, rows, columns)).toBeLessThan(tolerances.orthonormal);
    }
  });

  test("orthogonal matrices of one row are signs, both of them drawn", () => {
    const random = uniformFrom(3);
    const one = cell("one", "y = W x", { initialisers: { W: { kind: "orthogonal", gain: 1 } } });
    const drawn = Array.from({ length: 40 }, () => initialiseParameters(one, { I: 1, H: 1 }, random)["W"]![0]!);
    expect(new Set(drawn)).toEqual(new Set([1, -1]));
  });

  test("spectral has its radius and about its density", () => {
    for (const size of [1, 3, 10, 100, 200]) {
      const matrix = draw({ kind: "spectral", radius: 0.9, density: 0.1 }, size, size);
      expect(Math.abs(spectralRadius(matrix, size) - 0.9)).toBeLessThan(tolerances.spectralRadius);
      if (size >= 100)
        expect(Math.abs(matrix.filter((value) => value !== 0).length / size ** 2 - 0.1)).toBeLessThan(0.015);
      // No blow-up where a small sparse matrix has hardly a cycle.
      expect(Math.max(...matrix.map(Math.abs))).toBeLessThan(20);
    }
  });

  test("the ring lies between its radii, with all phases", () => {
    const { nu, theta } = initialisersFor(cells.lru);
    const squares = draw(nu!, 2000).map((value) => Math.exp(-Math.exp(value)) ** 2);
    expect(Math.sqrt(Math.min(...squares))).toBeGreaterThanOrEqual(0.5);
    expect(Math.sqrt(Math.max(...squares))).toBeLessThanOrEqual(0.99);
    // Uniform by area: |λ|² has the middle of its interval as its mean (four standard errors of 2,000 draws).
    expect(Math.abs(mean(squares) - (0.25 + 0.9801) / 2)).toBeLessThan((4 * (0.9801 - 0.25)) / Math.sqrt(12 * 2000));
    const phases = draw(theta!, 2000).map(Math.exp);
    expect(Math.max(...phases)).toBeLessThan(2 * Math.PI);
    expect(Math.abs(mean(phases) - Math.PI)).toBeLessThan((4 * 2 * Math.PI) / Math.sqrt(12 * 2000));
  });

  test("of the wrong shape or range, or without a size, are refused", () => {
    expect(() => draw({ kind: "orthogonal", gain: 1 }, 3)).toThrow(
      'The initialiser "orthogonal" of w needs a matrix, but w is a vector; choose another for it.',
    );
    expect(() => draw({ kind: "spectral", radius: 1, density: 1 }, 3, 4)).toThrow(
      "needs a square matrix, but W is 3 × 4",
    );
    expect(() => draw({ kind: "spectral", radius: 1, density: 0 }, 3, 3)).toThrow(
      "give a radius of at least 0 and a density above 0 and at most 1",
    );
    expect(() => draw({ kind: "ring-nu", low: 0.5, high: 1.1 }, 3)).toThrow("give 0 ≤ low ≤ high ≤ 1");
    expect(() => draw({ kind: "ring-theta", maxPhase: 0 }, 3)).toThrow("give a maxPhase above 0");
    expect(() => initialiseParameters(cells["lstm-projection"], { I: 3 }, uniformFrom(1))).toThrow("H");
  });
});

describe("roles", () => {
  test("of the LSTM, the GRU and a layer are as one would say", () => {
    expect(Object.fromEntries(parameterRoles(cells.gru))).toEqual({
      W_r: "input",
      U_r: "recurrent",
      b_r: "bias",
      W_z: "input",
      U_z: "recurrent",
      b_z: "bias",
      W_n: "input",
      b_n: "bias",
      U_n: "recurrent",
      v_n: "bias",
    });
    expect(Object.fromEntries(parameterRoles(cells["layer-norm"]))).toEqual({ g: "other", b: "bias" });
    expect(parameterRoles(cells["lstm-peephole"]).get("p_f")).toBe("other");
    expect(parameterRoles(cells["lstm-projection"]).get("V")).toBe("recurrent");
    expect(parameterRoles(cells["lstm-multiplicative"]).get("U_i")).toBe("recurrent");
  });

  test("do not go by names", () => {
    const swapped = cell("swapped", "h' = tanh(U x + W h + a)");
    expect(Object.fromEntries(parameterRoles(swapped))).toEqual({ U: "input", W: "recurrent", a: "bias" });
  });

  test("take a delayed input for an input", () => {
    expect(parameterRoles(cells.qrnn).get("V_z")).toBe("input");
    const twice = cell("twice", "p in R^I\nq in R^I\np' = x\nq' = p\nh' = A q + B h");
    expect(Object.fromEntries(parameterRoles(twice))).toEqual({ A: "input", B: "recurrent" });
  });

  test("see memory that goes round through two states", () => {
    const round = cell("round", "a' = A b\nb' = B a + C x\ny = D a'");
    expect(Object.fromEntries(parameterRoles(round))).toEqual({
      A: "recurrent",
      B: "recurrent",
      C: "input",
      D: "recurrent",
    });
  });
});

describe("schemes", () => {
  test("default is orthogonal, Glorot, zero, and what the cell names", () => {
    expect(initialisersFor(cells.lstm)).toMatchObject({
      W_i: { kind: "glorot" },
      U_i: { kind: "orthogonal", gain: 1 },
      b_i: { kind: "constant", value: 0 },
      b_f: { kind: "constant", value: 1 },
    });
    expect(initialisersFor(cells["rnn-irnn"])).toMatchObject({
      U: { kind: "identity", scale: 1 },
      b: { kind: "constant", value: 0 },
    });
    expect(initialisersFor(cells["recurrent-highway"])).toMatchObject({
      b_g1: { value: -2 },
      b_g2: { value: -2 },
      b_n1: { value: 0 },
    });
  });

  test("torch and keras replace matrices and biases, but neither gains nor what is frozen", () => {
    expect(initialisersFor(cells["lstm-layernorm"], "torch")).toMatchObject({
      W_i: { kind: "torch" },
      b_f: { kind: "torch" },
      r_i: { kind: "constant", value: 1 },
    });
    expect(initialisersFor(cells["echo-state"], "torch")).toEqual(initialisersFor(cells["echo-state"]));
    expect(initialisersFor(cells.lru, "torch")).toMatchObject({ nu: { kind: "ring-nu" }, B_re: { kind: "torch" } });
    expect(initialisersFor(cells["rnn-irnn"], "keras")).toMatchObject({
      U: { kind: "orthogonal" },
      W: { kind: "glorot" },
    });
    expect(initialisersFor(cells.lstm, "keras")).toMatchObject({ b_f: { value: 1 }, b_i: { value: 0 } });
  });

  test("the longest fitting key counts", () => {
    const constant = (value: number): Initialiser => ({ kind: "constant", value });
    const keyed = cell("keyed", "h' = tanh(W x + b_a + b_ab + c)", {
      initialisers: { "b_*": constant(1), "b_ab*": constant(2), "*": constant(3) },
    });
    expect(initialisersFor(keyed)).toEqual({ W: constant(3), b_a: constant(1), b_ab: constant(2), c: constant(3) });
  });

  test("an unknown one is refused by name", () => {
    expect(() => initialisersFor(cells.lstm, "he" as InitialisationName)).toThrow(
      'There is no initialisation "he"; choose one of default, torch, keras.',
    );
  });

  test("give every cell finite values of the right lengths, the same from the same seed", () => {
    for (const name of cellNames) {
      for (const scheme of ["default", "torch", "keras"] as const) {
        const own = cells[name].dimensions.map((dimension): [string, number] => [dimension, 2]);
        const sizes: Readonly<Record<string, number>> = { I: 3, H: 5, ...Object.fromEntries(own) };
        const values = initialiseParameters(cells[name], sizes, uniformFrom(5), scheme);
        expect(Object.keys(values)).toEqual(cells[name].parameters.map((parameter) => parameter.name));
        for (const { name: parameter, shape } of cells[name].parameters) {
          expect(values[parameter]!.length).toBe(shape.reduce<number>((product, d) => product * sizes[d]!, 1));
          expect([name, parameter, values[parameter]!.every(Number.isFinite)]).toEqual([name, parameter, true]);
        }
        expect(initialiseParameters(cells[name], sizes, uniformFrom(5), scheme)).toEqual(values);
      }
    }
  });
});
