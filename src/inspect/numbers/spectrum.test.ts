/** Spectra, products and growth against closed forms, explicit products and another library's decompositions. */
import { determinant, Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { tolerances } from "../../../test/tolerances.ts";
import { cell } from "../../language/index.ts";
import { network } from "../../network/index.ts";
import { createRandom } from "../../util/random.ts";
import { stepJacobians, walkJacobians } from "./jacobian.ts";
import { growthExponents, jacobianSpectrum, productNorms } from "./spectrum.ts";
import { traceNetwork } from "./trace.ts";

const random = createRandom(8);
const normal = (length: number, scale = 1): Float64Array =>
  Float64Array.from({ length }, () => random.normal(0, scale));

/** A trace of h' = U h + W x over so many steps. */
function traceLinear(U: Float64Array, size: number, steps: number) {
  const spec = network({ features: 1 }).recurrent(cell("linear", "h' = U h + W x"), { size }).build();
  return traceNetwork({ spec, parameters: { "0.U": U, "0.W": normal(size) } }, { inputs: normal(steps) });
}

/** V diag(values) V⁻¹ for a random V, by whole numbers of ml-matrix. */
function withEigenvalues(values: readonly number[]): Float64Array {
  const size = values.length;
  const V = Matrix.from1DArray(size, size, normal(size * size));
  const inverse = new SingularValueDecomposition(V).inverse();
  return Float64Array.from(
    V.mmul(Matrix.diag([...values]))
      .mmul(inverse)
      .to1DArray(),
  );
}

describe("jacobianSpectrum", () => {
  test("of a rotation that shrinks has a pair of eigenvalues and one singular value, twice", () => {
    const [spectrum] = jacobianSpectrum({ size: 2, matrices: [Float64Array.of(0.3, -0.4, 0.4, 0.3)] });
    expect([...spectrum!.singularValues].map((value) => value.toFixed(12))).toEqual([
      "0.500000000000",
      "0.500000000000",
    ]);
    expect(spectrum!.spectralRadius).toBeCloseTo(0.5, 14);
    expect(spectrum!.condition).toBeCloseTo(1, 12);
    expect([...spectrum!.eigenvalues.imaginary].map(Math.abs)).toEqual([0.4, 0.4]);
  });

  test("of a recurrent layer's steps is that of its matrix, where it is linear", () => {
    const values = [0.9, -0.5, 0.2, 0.05];
    const U = withEigenvalues(values);
    const spectra = jacobianSpectrum(stepJacobians(traceLinear(U, 4, 3)));
    expect(spectra).toHaveLength(3);
    const expected = new SingularValueDecomposition(Matrix.from1DArray(4, 4, U)).diagonal;
    for (const { eigenvalues, singularValues, norm, condition } of spectra) {
      values.forEach((value, i) => expect(eigenvalues.real[i]).toBeCloseTo(value, 10));
      expected.forEach((value, i) => expect(singularValues[i]).toBeCloseTo(value, 10));
      expect(norm).toBe(singularValues[0]);
      expect(condition).toBeCloseTo(expected[0]! / expected[3]!, 6);
    }
  });

  test("has an infinite condition where a direction is lost", () => {
    const [spectrum] = jacobianSpectrum({ size: 2, matrices: [Float64Array.of(1, 0, 0, 0)] });
    expect(spectrum).toMatchObject({ norm: 1, condition: Infinity });
  });
});

describe("productNorms", () => {
  test("are the norms of the products", () => {
    const matrices = Array.from({ length: 6 }, () => normal(25, 0.4));
    const { norms, whole } = productNorms({ path: "0", states: [], size: 5, steps: [0, 1, 2, 3, 4, 5], matrices });
    const norm = (from: number): number =>
      matrices
        .slice(from)
        .reduce((product, matrix) => Matrix.from1DArray(5, 5, matrix).mmul(product), Matrix.eye(5))
        .norm();
    const largest = (from: number): number => {
      const product = matrices
        .slice(from)
        .reduce((before, matrix) => Matrix.from1DArray(5, 5, matrix).mmul(before), Matrix.eye(5));
      return new SingularValueDecomposition(product).norm2;
    };
    norms.forEach((value, k) => {
      expect(Math.abs(value / largest(k + 1) - 1)).toBeLessThan(tolerances.growth);
      expect(value).toBeLessThanOrEqual(norm(k + 1) * (1 + tolerances.growth));
    });
    expect(Math.abs(whole / largest(0) - 1)).toBeLessThan(tolerances.growth);
    expect(norms[5]).toBe(1);
  });

  test("of long sequences neither vanish nor explode before they must", () => {
    const steps = [...Array(400).keys()];
    const doubled = productNorms({
      path: "0",
      states: [],
      size: 1,
      steps,
      matrices: steps.map(() => Float64Array.of(2)),
    });
    expect(doubled.whole / 2 ** 400).toBeCloseTo(1, 9);
    const lost = productNorms({
      path: "0",
      states: [],
      size: 2,
      steps: [0, 1],
      matrices: [new Float64Array(4), Float64Array.of(1, 0, 0, 1)],
    });
    expect([...lost.norms, lost.whole]).toEqual([1, 1, 0]);
  });
});

describe("growthExponents", () => {
  test("of a linear cell are the logarithms of its eigenvalues' moduli", () => {
    const values = [1.1, 0.8, -0.5, 0.25];
    const walk = walkJacobians(traceLinear(withEigenvalues(values), 4, 400));
    const { exponents, steps } = growthExponents(walk, { warmUp: 300 });
    expect(steps).toBe(100);
    values.forEach((value, k) =>
      expect(Math.abs(exponents[k]! - Math.log(Math.abs(value)))).toBeLessThan(tolerances.growth),
    );
    const two = growthExponents(walk, { warmUp: 300, count: 2 });
    expect([...two.exponents].map((one) => one.toFixed(9))).toEqual(
      Array.from(exponents.slice(0, 2)).map((one) => one.toFixed(9)),
    );
  });

  test("of a rotation are twice the logarithm of what it scales by", () => {
    const turn = Float64Array.of(0.9 * Math.cos(1), -0.9 * Math.sin(1), 0.9 * Math.sin(1), 0.9 * Math.cos(1));
    const { exponents } = growthExponents(walkJacobians(traceLinear(turn, 2, 50)));
    exponents.forEach((one) => expect(Math.abs(one - Math.log(0.9))).toBeLessThan(tolerances.growth));
  });

  test("add up to the logarithm of the determinants, whatever the start", () => {
    const matrices = Array.from({ length: 20 }, () => normal(16));
    const volume = matrices.reduce(
      (sum, one) => sum + Math.log(Math.abs(determinant(Matrix.from1DArray(4, 4, one)))),
      0,
    );
    for (const seed of [1, 2, 3]) {
      const { exponents } = growthExponents({ size: 4, matrices }, { seed });
      const sum = exponents.reduce((total, one) => total + one, 0);
      expect(Math.abs(sum - volume / 20)).toBeLessThan(tolerances.growth);
    }
  });

  test("are those of the explicit product: what it makes of the start, and of the area of two", () => {
    const matrices = Array.from({ length: 20 }, () => normal(16));
    const product = matrices.reduce((before, matrix) => Matrix.from1DArray(4, 4, matrix).mmul(before), Matrix.eye(4));
    const draws = createRandom(5);
    const start = new QrDecomposition(
      new Matrix(2, 4)
        .apply(function (this: Matrix, i: number, j: number) {
          this.set(i, j, draws.normal());
        })
        .transpose(),
    ).orthogonalMatrix;
    const { upperTriangularMatrix: R } = new QrDecomposition(product.mmul(start));
    const grown = [0, 1].map((k) => Math.log(Math.abs(R.get(k, k))) / 20).sort((a, b) => b - a);
    const { exponents } = growthExponents({ size: 4, matrices }, { seed: 5, count: 2 });
    grown.forEach((one, k) => expect(Math.abs(exponents[k]! - one)).toBeLessThan(tolerances.growth));
  });

  test("of a direction that is lost are minus infinity", () => {
    const { exponents } = growthExponents({
      size: 2,
      matrices: [Float64Array.of(2, 0, 0, 0), Float64Array.of(2, 0, 0, 0)],
    });
    expect(exponents[1]).toBe(-Infinity);
    expect(exponents[0]).toBeLessThan(Math.log(2));
  });

  test("says what it cannot do", () => {
    const one = { size: 1, matrices: [Float64Array.of(1)] };
    expect(() => growthExponents(one, { count: 2 })).toThrow("count is 2; give a whole number from 1 to 1");
    expect(() => growthExponents(one, { warmUp: 1 })).toThrow("leaves none of 1 steps");
  });
});
