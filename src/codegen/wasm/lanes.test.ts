/** Every function of lanes as compiled, over dense grids and at the edges, against JavaScript's float64 functions. */
import { describe, expect, it } from "vitest";
import { createWasmBackend } from "../../engine/wasm-backend.ts";
import { laneValues } from "../interpreter/lanes.ts";
import { at, createProgramBuilder } from "../../lower/builder.ts";
import { laneArity } from "../../lower/ir.ts";
import type { LaneOperation } from "../../lower/ir.ts";
import { tolerances } from "../../../test/tolerances.ts";

const { fround } = Math;

/** Float32 results of `operation` at each of the points; `constants` replaces arguments by known numbers. */
function run(
  operation: LaneOperation,
  points: readonly (readonly number[])[],
  { relaxed, constants = [] }: { readonly relaxed: boolean; readonly constants?: readonly (number | undefined)[] },
): Float32Array {
  const program = createProgramBuilder();
  const length = points.length;
  const buffers = Array.from({ length: laneArity[operation] }, (_, n) =>
    program.buffer({ name: `x${n}`, length, role: "port" }),
  );
  const y = program.buffer({ name: "y", length, role: "port" });
  const view = (buffer: number) => ({ buffer, offset: at(0), rowStride: 0, columnStride: 1 as const });
  const map = program.map(operation, { rows: 1, columns: length }, (m) => {
    const args = buffers.map((buffer, n) =>
      constants[n] === undefined ? m.load(view(buffer)) : m.constant(constants[n]),
    );
    m.store(view(y), m.apply(operation, ...args));
  });
  const executable = createWasmBackend({ relaxed }).load(program.finish([{ name: "run", body: [map] }]));
  buffers.forEach((buffer, n) => executable.array(buffer).set(points.map((point) => point[n]!)));
  executable.call("run");
  const results = Float32Array.from(executable.array(y));
  executable.dispose();
  return results;
}

/** `count` floats evenly from `low` to `high`, moved a little off round numbers. */
function grid(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => fround(low + ((high - low) * (n + 0.317)) / count));
}

/** `count` floats of either sign with exponents evenly from 2^low to 2^high. */
function magnitudes(low: number, high: number, count: number): number[] {
  return grid(low, high, count).flatMap((exponent) => [fround(2 ** exponent), fround(-(2 ** exponent))]);
}

const edges = [
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  1,
  -1,
  fround(1e-40),
  fround(-1e-40),
  fround(3e38),
  fround(-3e38),
  1e4,
  -1e4,
  89,
  -89,
  104,
  -104,
  0.5,
  -0.5,
];

/** Where each function is measured, and the least size of result to which its error is relative; below, the error is compared with that size. */
const cases: readonly {
  readonly operation: LaneOperation;
  readonly points: readonly number[];
  readonly least: number;
}[] = [
  {
    operation: "exp",
    points: [...grid(-104, 88.7, 60_000), ...grid(-1, 1, 20_000), ...magnitudes(-40, 6, 5000)],
    least: 2 ** -126,
  },
  {
    operation: "log",
    points: [...grid(0, 10, 40_000), ...grid(0.5, 2, 40_000), ...magnitudes(-149, 127, 20_000)],
    least: 2 ** -126,
  },
  {
    operation: "tanh",
    points: [...grid(-12, 12, 60_000), ...grid(-1, 1, 40_000), ...magnitudes(-120, 7, 10_000)],
    least: 2 ** -126,
  },
  {
    operation: "sigmoid",
    points: [...grid(-86, 86, 60_000), ...grid(-6, 6, 40_000), ...magnitudes(-40, 6, 5000)],
    least: 2 ** -126,
  },
  {
    operation: "softplus",
    points: [...grid(-86, 86, 60_000), ...grid(-6, 6, 40_000), ...magnitudes(-40, 6, 5000)],
    least: 2 ** -126,
  },
  {
    operation: "sin",
    points: [...grid(-1e4, 1e4, 80_000), ...grid(-7, 7, 40_000), ...magnitudes(-30, 3, 5000)],
    least: 0.2,
  },
  {
    operation: "cos",
    points: [...grid(-1e4, 1e4, 80_000), ...grid(-7, 7, 40_000), ...magnitudes(-30, 3, 5000)],
    least: 0.2,
  },
  { operation: "sqrt", points: [...grid(0, 100, 10_000), ...magnitudes(-126, 127, 5000)], least: 2 ** -126 },
];

/** The largest error of `results`, relative to max(|expected|, least), and the point that has it. */
function worst(
  results: Float32Array,
  expected: readonly number[],
  least: number,
): { readonly error: number; readonly index: number } {
  let found = { error: 0, index: -1 };
  expected.forEach((value, index) => {
    const result = results[index]!;
    if (Object.is(fround(value), result) || fround(value) === result) return;
    const error = Math.abs(result - value) / Math.max(Math.abs(value), least);
    if (!(error <= found.error)) found = { error: Number.isNaN(error) ? Infinity : error, index };
  });
  return found;
}

describe.each([
  ["relaxed", { relaxed: true }],
  ["plain", { relaxed: false }],
])("%s", (_, features) => {
  it.each(cases)("$operation is right to a few units in the last place", ({ operation, points, least }) => {
    const results = run(
      operation,
      points.map((x) => [x]),
      features,
    );
    const { error, index } = worst(
      results,
      points.map((x) => laneValues[operation](x, 0, 0)),
      least,
    );
    expect(error, `at ${points[index]}`).toBeLessThan(tolerances.curve);
  });

  it("tanh and sigmoid stay within their bounds, and to a unit or two of 1", () => {
    const points = [...grid(-100, 100, 30_000), ...grid(-10, 10, 60_000)].map((x) => [x]);
    const tanh = run("tanh", points, features);
    const sigmoid = run("sigmoid", points, features);
    expect(tanh.every((y) => Math.abs(y) <= 1)).toBe(true);
    expect(sigmoid.every((y) => y >= 0 && y <= 1)).toBe(true);
    const farthest = (results: Float32Array, of: (x: number) => number): number =>
      Math.max(...results.map((y, n) => Math.abs(y - of(points[n]![0]!))));
    expect(farthest(tanh, Math.tanh)).toBeLessThan(tolerances.squashed);
    expect(farthest(sigmoid, (x) => laneValues.sigmoid(x, 0, 0))).toBeLessThan(tolerances.squashed);
  });

  it.each(["exp", "log", "tanh", "sigmoid", "softplus", "sqrt", "abs", "negate", "sign", "floor"] as const)(
    "%s is right at the edges",
    (operation) => {
      const results = run(
        operation,
        edges.map((x) => [x]),
        features,
      );
      edges.forEach((x, n) => {
        const expected = fround(laneValues[operation](x, 0, 0));
        // An absolute error of about the least normal number is allowed: sigmoid and softplus end there instead of at 0.
        const close = Math.abs(results[n]! - expected) <= tolerances.curve * Math.abs(expected) + 2 ** -125;
        expect(
          Object.is(results[n], expected) || results[n] === expected || close,
          `${operation}(${x}) = ${results[n]}, not ${expected}`,
        ).toBe(true);
      });
    },
  );

  it("sin and cos are NaN at infinities and NaN, and within ±1 wherever", () => {
    const points = [Infinity, -Infinity, Number.NaN, 1e5, 1e8, 3e38, -1e30].map((x) => [x]);
    for (const operation of ["sin", "cos"] as const) {
      const results = run(operation, points, features);
      expect(results.slice(0, 3).every(Number.isNaN)).toBe(true);
      expect(results.slice(3).every((y) => Math.abs(y) <= 1)).toBe(true);
    }
  });

  it("power is right over all its range", () => {
    const bases = [...grid(0.01, 3, 40), ...magnitudes(-60, 60, 20), ...edges];
    const exponents = [...grid(-4, 4, 30), -3, -2, -1, 0, 1, 2, 3, 7, 0.5, 1 / 3, 20, 31, ...edges];
    const points = bases.flatMap((a) => exponents.map((b) => [a, fround(b)]));
    const results = run("power", points, features);
    // What `expandPower` says it does otherwise than JavaScript.
    const differs = ([a = 0, b = 0]: readonly number[]): boolean =>
      (Math.abs(a) === 1 && Math.abs(b) === Infinity) || Object.is(a, -0) || a === -Infinity;
    const tested = points.flatMap((point, n) => (differs(point) ? [] : [n]));
    const expected = tested.map((n) => fround(points[n]![0]! ** points[n]![1]!));
    const { error, index } = worst(
      Float32Array.from(tested, (n) => results[n]!),
      expected,
      2 ** -126,
    );
    const at = tested[index] ?? 0;
    expect(error, `at ${points[at]?.join("^")}: ${results[at]}, not ${expected[index]}`).toBeLessThan(tolerances.curve);
  });

  it.each([0, 1, 2, 3, 4, -1, -2, 0.5, -0.5, 1.5])("power with the known exponent %f is right", (exponent) => {
    const points = grid(0.001, 30, 2000).map((x) => [x, exponent]);
    const results = run("power", points, { ...features, constants: [undefined, exponent] });
    expect(
      worst(
        results,
        points.map(([x = 0]) => x ** exponent),
        2 ** -126,
      ).error,
    ).toBeLessThan(tolerances.curve);
  });

  it.each(["min", "max"] as const)("%s keeps NaN of either side, with constants on either side too", (operation) => {
    const numbers = [-2, -0.5, 0, 0.5, 2, Infinity, -Infinity, Number.NaN];
    const points = numbers.flatMap((a) => numbers.map((b) => [a, b]));
    const expected = (of: readonly (readonly number[])[]): number[] =>
      of.map(([a = 0, b = 0]) => laneValues[operation](a, b, 0));
    expect([...run(operation, points, features)]).toEqual(expected(points));
    for (const constants of [
      [0.25, undefined],
      [undefined, 0.25],
    ]) {
      const known = points.map(([a = 0, b = 0]) => [constants[0] ?? a, constants[1] ?? b]);
      expect([...run(operation, known, { ...features, constants })]).toEqual(expected(known));
    }
  });
});
