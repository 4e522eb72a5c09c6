import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { createRandom } from "./random.ts";
import { singularValues } from "./singular-values.ts";

describe("singularValues", () => {
  test.each([
    [1, 1],
    [2, 2],
    [7, 7],
    [5, 9],
    [9, 5],
    [40, 40],
  ])("of %i × %i random numbers agree with the decomposition of ml-matrix", (rows, columns) => {
    const random = createRandom(rows);
    const matrix = Float64Array.from({ length: rows * columns }, () => random.normal());
    const expected = new SingularValueDecomposition(Matrix.from1DArray(rows, columns, matrix), { autoTranspose: true })
      .diagonal;
    const values = singularValues(matrix, columns);
    expect(values).toHaveLength(Math.min(rows, columns));
    values.forEach((value, i) =>
      expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerances.singularValue * expected[0]!),
    );
  });

  test("of a rotation times lengths are those lengths, the small ones to all digits", () => {
    const [cosine, sine] = [0.6, 0.8];
    const values = singularValues(Float64Array.of(3 * cosine, 3 * sine, -1e-12 * sine, 1e-12 * cosine), 2);
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]! / 1e-12).toBeCloseTo(1, 12);
  });

  test("of matrices without full rank end in zeros", () => {
    expect(
      Array.from(singularValues(Float64Array.of(1, 2, 2, 4), 2), (value) => Math.round(value * 1e12) / 1e12),
    ).toEqual([5, 0]);
    expect([...singularValues(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
  });

  test("refuses what is no matrix", () => {
    expect(() => singularValues(new Float64Array(5), 2)).toThrow("cannot have 5 numbers");
    expect(() => singularValues(Float64Array.of(NaN), 1)).toThrow("not finite");
  });
});
