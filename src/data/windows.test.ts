import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { assembleWindows, forecastNaive, readTruth, restoreOutputs, targetRows } from "./assemble-windows.ts";
import { fitWindowScalers } from "./fit-window-scalers.ts";
import { addFutureRows } from "./future-rows.ts";
import { parseTable } from "./read-table.ts";
import type { ScalerKind } from "./scalers.ts";
import { splitByTime } from "./split.ts";
import { readNumbers, readTexts, tableFromNumbers } from "./table.ts";
import type { Table } from "./table.ts";
import type { TargetForm } from "./target-forms.ts";
import { specifyWindows } from "./window-spec.ts";
import type { WindowOptions } from "./window-spec.ts";
import { createWindows, windowsOfPart } from "./windows.ts";
import type { Windows } from "./windows.ts";

const forms: readonly TargetForm[] = ["level", "difference", "subtract-last", "divide-last"];

/** Inputs `[T][B][I]` and targets `[B][O]` of windows. */
function assemble(windows: Windows, indices: readonly number[]): { inputs: number[][][]; targets: number[][] } {
  const width = windows.inputNames.length;
  const outputs = windows.outputNames.length;
  const steps = windows.spec.window;
  const inputs = new Float64Array(steps * indices.length * width);
  const targets = new Float64Array(indices.length * outputs);
  assembleWindows(windows, indices, inputs, targets);
  const cut = (array: Float64Array, size: number): number[][] =>
    Array.from({ length: array.length / size }, (_, i) => [...array.subarray(i * size, (i + 1) * size)]);
  const members = cut(inputs, width);
  return {
    inputs: Array.from({ length: steps }, (_, step) =>
      members.slice(step * indices.length, (step + 1) * indices.length),
    ),
    targets: cut(targets, outputs),
  };
}

/** y = 10, 20, …; x = 1, 2, …; k = 0.1, 0.2, … */
function ramp(rows: number): Table {
  const numbers = Array.from({ length: rows }, (_, i) => i + 1);
  return tableFromNumbers({ y: numbers.map((i) => i * 10), x: numbers, k: numbers.map((i) => i / 10) });
}

describe("windows", () => {
  it("are time-major, with targets first, then covariates, known columns and their future", () => {
    const windows = createWindows(ramp(7), { targets: ["y"], covariates: ["x"], known: ["k"], window: 3, horizon: 2 });
    expect(windows.inputNames).toEqual(["y", "x", "k", "k +2"]);
    expect(windows.outputNames).toEqual(["y +2"]);
    expect(windows.count).toBe(3);
    expect(assemble(windows, [2, 0])).toEqual({
      inputs: [
        [
          [30, 3, 0.3, 0.5],
          [10, 1, 0.1, 0.3],
        ],
        [
          [40, 4, 0.4, 0.6],
          [20, 2, 0.2, 0.4],
        ],
        [
          [50, 5, 0.5, 0.7],
          [30, 3, 0.3, 0.5],
        ],
      ],
      targets: [[70], [50]],
    });
    expect([...targetRows(windows, [2, 0])]).toEqual([6, 4]);
  });

  it("predict all steps up to the horizon of several targets", () => {
    const windows = createWindows(ramp(6), {
      targets: ["y", "x"],
      known: ["k"],
      window: 2,
      horizon: 2,
      predict: "all",
      stride: 2,
    });
    expect(windows.inputNames).toEqual(["y", "x", "k", "k +1", "k +2"]);
    expect(windows.outputNames).toEqual(["y +1", "x +1", "y +2", "x +2"]);
    expect(windows.count).toBe(2);
    expect(assemble(windows, [1])).toEqual({
      inputs: [[[30, 3, 0.3, 0.4, 0.5]], [[40, 4, 0.4, 0.5, 0.6]]],
      targets: [[50, 5, 60, 6]],
    });
  });

  it("give targets in the form asked for", () => {
    const table = tableFromNumbers({ y: [1, 2, 4, 8, 16] });
    const of = (form: TargetForm): unknown =>
      assemble(createWindows(table, { targets: ["y"], window: 2, horizon: 2, form }), [0]);
    expect(of("level")).toEqual({ inputs: [[[1]], [[2]]], targets: [[8]] });
    expect(of("difference")).toEqual({ inputs: [[[1]], [[2]]], targets: [[12]] });
    expect(of("subtract-last")).toEqual({ inputs: [[[-1]], [[0]]], targets: [[6]] });
    expect(of("divide-last")).toEqual({ inputs: [[[-0.5]], [[0]]], targets: [[3]] });
  });

  it("never hold rows of two series, whatever the order of rows", () => {
    const row = fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 1000 }));
    const options = fc.record({
      window: fc.integer({ min: 1, max: 5 }),
      horizon: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      predict: fc.constantFrom("last" as const, "all" as const),
      form: fc.constantFrom(...forms),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 12, maxLength: 40 }), options, (rows, how) => {
        // Each row's number says its series and its place in it.
        const counts = new Map<string, number>();
        const text = rows.map(([group]) => {
          const place = (counts.get(group) ?? 0) + 1;
          counts.set(group, place);
          return `${group},${"abc".indexOf(group) * 1000 + place}`;
        });
        fc.pre(Math.max(...counts.values()) >= how.window + how.horizon + 1);
        const { table } = parseTable(`g,y\n${text.join("\n")}\n`, { format: "csv" });
        const spec = { ...how, targets: ["y"], group: "g" };
        const windows = createWindows(table, { ...spec, form: "level" });
        for (let index = 0; index < windows.count; index++) {
          const { inputs, targets } = assemble(windows, [index]);
          const first = inputs[0]?.[0]?.[0] ?? NaN;
          expect(inputs.flat(2)).toEqual(Array.from({ length: how.window }, (_, step) => first + step));
          const ahead =
            how.predict === "all" ? Array.from({ length: how.horizon }, (_, step) => step + 1) : [how.horizon];
          expect(targets.flat()).toEqual(ahead.map((step) => first + how.window - 1 + step));
        }
        const expected = [...counts.values()].reduce(
          (sum, count) => sum + Math.max(0, Math.ceil((count - how.window - how.horizon + 1) / how.stride)),
          0,
        );
        expect(windows.count).toBe(expected);
        const groups = readTexts(table, "g");
        const formed = createWindows(table, spec);
        const indices = Array.from({ length: formed.count }, (_, index) => index);
        const seen = targetRows(formed, indices);
        indices.forEach((index) => {
          const last = groups[formed.rows[formed.ends[index] ?? -1] ?? -1];
          const own = seen.subarray(index * formed.stepsAhead.length, (index + 1) * formed.stepsAhead.length);
          expect([...own].every((target) => groups[target] === last)).toBe(true);
        });
      }),
    );
  });

  it("of a part have their targets in it, and no input later than it", () => {
    const options = fc.record({
      window: fc.integer({ min: 1, max: 6 }),
      horizon: fc.integer({ min: 1, max: 5 }),
      predict: fc.constantFrom("last" as const, "all" as const),
      form: fc.constantFrom("level" as const, "difference" as const),
    });
    const sizes = fc.record({ validation: fc.integer({ min: 0, max: 10 }), test: fc.integer({ min: 0, max: 10 }) });
    fc.assert(
      fc.property(options, sizes, (how, size) => {
        const table = ramp(40);
        const windows = createWindows(table, { ...how, targets: ["y"] });
        const split = splitByTime(table, size);
        let count = 0;
        (["train", "validation", "test"] as const).forEach((part, number) => {
          const indices = windowsOfPart(windows, split, part);
          count += indices.length;
          for (const row of targetRows(windows, indices)) expect(split.parts[row]).toBe(number);
          for (const index of indices) expect(split.parts[windows.ends[index] ?? -1]).toBeLessThanOrEqual(number);
          const strict = windowsOfPart(windows, split, part, false);
          const reach = how.window + (how.form === "difference" ? 1 : 0);
          for (const index of strict) expect(split.parts[(windows.ends[index] ?? -1) - reach + 1]).toBe(number);
          if (part === "train") expect(strict).toEqual(indices);
        });
        const straddling =
          how.predict === "all" ? (how.horizon - 1) * [size.validation, size.test].filter((n) => n > 0).length : 0;
        if (size.validation >= how.horizon && size.test >= how.horizon) expect(count).toBe(windows.count - straddling);
      }),
    );
  });

  it("are restored to the table's units, whatever the form and scaler", () => {
    const kinds: readonly ScalerKind[] = ["none", "standard", "min-max", "robust"];
    const values = fc.array(fc.double({ min: 0.5, max: 1000, noNaN: true }), { minLength: 20, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.constantFrom(...forms), fc.constantFrom(...kinds), (y, form, kind) => {
        const table = tableFromNumbers({ y });
        const spec: WindowOptions = { targets: ["y"], window: 3, horizon: 2, predict: "all", form };
        const plain = createWindows(table, spec);
        const scalers = fitWindowScalers(table, plain, splitByTime(table, { test: 4 }), { kind });
        const windows = createWindows(table, spec, { scalers });
        const indices = Array.from({ length: windows.count }, (_, index) => index);
        const targets = new Float64Array(indices.length * 2);
        assembleWindows(windows, indices, new Float64Array(indices.length * 3), targets);
        const restored = restoreOutputs(windows, indices, targets);
        const truth = readTruth(windows, indices);
        // A ratio of up to 2000 stands between a target and its scaled form, twice over.
        restored.forEach((value, i) =>
          expect(Math.abs(value - (truth[i] ?? NaN))).toBeLessThan(tolerances.scalerInverse * 4e6),
        );
        const end = form === "difference" ? 3 : 2;
        expect([...truth.subarray(0, 2)]).toEqual([y[end + 1], y[end + 2]]);
      }),
    );
  });

  it("work in float32, into arrays that may be longer, and allocate none", () => {
    const table = tableFromNumbers({ y: Array.from({ length: 30 }, (_, i) => 500 + 40 * Math.sin(i)) });
    const split = splitByTime(table, { test: 5 });
    const spec: WindowOptions = { targets: ["y"], window: 4, form: "subtract-last" };
    const windows = createWindows(table, spec, { scalers: fitWindowScalers(table, createWindows(table, spec), split) });
    const indices = Int32Array.of(3, 9);
    const inputs = new Float32Array(20).fill(7);
    const targets = new Float32Array(5).fill(7);
    assembleWindows(windows, indices, inputs, targets);
    expect([...inputs.subarray(8)]).toEqual(new Array(12).fill(7));
    expect([...targets.subarray(2)]).toEqual([7, 7, 7]);
    const restored = restoreOutputs(windows, indices, targets);
    readTruth(windows, indices).forEach((truth, i) => {
      expect(Math.abs((restored[i] ?? NaN) - truth)).toBeLessThan(tolerances.float32Target * 40);
    });
  });

  it("have naive forecasts, of which none looks past the window", () => {
    const windows = createWindows(ramp(20), { targets: ["y"], window: 8, horizon: 3, predict: "all" });
    expect([...forecastNaive(windows, [0])]).toEqual([80, 80, 80]);
    expect([...forecastNaive(windows, [0], 7)]).toEqual([20, 30, 40]);
    expect([...forecastNaive(windows, [0], 2)]).toEqual([70, 80, 70]);
    expect([...forecastNaive(windows, [0], 10)]).toEqual([NaN, NaN, 10]);
  });
});

describe("open windows", () => {
  const spec: WindowOptions = { targets: ["y"], window: 2, horizon: 2, predict: "all" };

  it("go on to the last value, with targets that are not known yet as NaN", () => {
    const windows = createWindows(ramp(4), spec, { open: true });
    expect(windows.count).toBe(3);
    expect(assemble(windows, [2, 1])).toEqual({
      inputs: [
        [[30], [20]],
        [[40], [30]],
      ],
      targets: [
        [NaN, NaN],
        [40, NaN],
      ],
    });
    expect([...targetRows(windows, [2, 1])]).toEqual([-1, -1, 3, -1]);
    const split = splitByTime(ramp(4), {});
    expect([...windowsOfPart(windows, split, "train")]).toEqual([0]);
  });

  it("take known columns from rows that have nothing else", () => {
    const { table } = parseTable("y,k\n10,0.1\n20,0.2\n30,0.3\n,0.4\n,0.5\n", { format: "csv", missing: "keep" });
    const windows = createWindows(table, { ...spec, known: ["k"] }, { open: true });
    expect(windows.count).toBe(2);
    expect(assemble(windows, [1])).toEqual({
      inputs: [[[20, 0.2, 0.3, 0.4]], [[30, 0.3, 0.4, 0.5]]],
      targets: [[NaN, NaN]],
    });
    const future = addFutureRows(ramp(3), { steps: 2 });
    expect(() => createWindows(future, { ...spec, known: ["k"] }, { open: true })).toThrow(
      'table, row 4, column "k": the value is missing, and windows need every value. Fill it in, or state a rule (missing: "drop", "previous", "linear" or a value)',
    );
    expect(createWindows(future, spec, { open: true }).count).toBe(2);
  });

  it("refuse a hole before the last value", () => {
    const holes = tableFromNumbers({ y: [1, 2, NaN, 4, 5] });
    expect(() => createWindows(holes, spec, { open: true })).toThrow('table, row 3, column "y": the value is missing');
  });
});

describe("what windows refuse", () => {
  it.each([
    [{ targets: ["y"], window: 0 }, "The window of windows is 0; give a whole number from 1"],
    [{ targets: ["y"], window: 2, horizon: 0 }, "The horizon of windows is 0; give a whole number from 1"],
    [{ targets: ["y"], window: 2, stride: 1.5 }, "The stride of windows is 1.5; give a whole number from 1"],
    [{ targets: [], window: 2 }, "Windows need at least one target column"],
    [
      { targets: ["y"], covariates: ["y"], window: 2 },
      'Column "y" is named twice among targets, covariates and known columns; name it once',
    ],
    [
      { targets: ["y"], window: 2, targetsAreInputs: false },
      "Windows without the past of their targets need covariates",
    ],
    [
      { targets: ["y"], covariates: ["x"], window: 2, targetsAreInputs: false, form: "difference" },
      'Targets of the form "difference" must also be inputs; use the form "level"',
    ],
    [
      { targets: ["y"], covariates: ["x"], window: 2, targetsAreInputs: false, horizon: 0, predict: "all" },
      'Windows that predict "all" steps need a horizon of at least 1',
    ],
  ] as const)("%o", (options, message) => {
    expect(() => specifyWindows(options)).toThrow(
      expect.objectContaining({ code: "util/bad-argument", message }) as Error,
    );
  });

  it("a table that is too short", () => {
    expect(() => createWindows(ramp(4), { targets: ["y"], window: 4, horizon: 2 })).toThrow(
      expect.objectContaining({
        code: "data/too-few-rows",
        message:
          "table has 4 rows, but a window of 4 with a horizon of 2 takes 6; give more rows, or train with a shorter window",
      }) as Error,
    );
    const { table } = parseTable("g,y\na,1\na,2\nb,3\n", { source: "x.csv" });
    expect(() => createWindows(table, { targets: ["y"], window: 2, group: "g", form: "difference" })).toThrow(
      'x.csv has 2 rows in its longest series (column "g"), but a window of 2 with a horizon of 1 takes 4; give more rows, or train with a shorter window',
    );
    expect(createWindows(table, { targets: ["y"], window: 1, group: "g" }).shortSeries).toEqual(["b"]);
  });

  it("missing values, columns that are no numbers, and zeros to divide by", () => {
    const { table } = parseTable("y,s\n1,a\n,b\n0,c\n4,d\n", { source: "x.csv", missing: "keep" });
    expect(() => createWindows(table, { targets: ["y"], window: 1 })).toThrow(
      'x.csv, row 2 (line 3), column "y": the value is missing, and windows need every value. Fill it in, or state a rule (missing: "drop", "previous", "linear" or a value)',
    );
    expect(() => createWindows(table, { targets: ["s"], window: 1 })).toThrow(
      'column "s": the column holds text ("a"), where numbers are needed',
    );
    const zero = tableFromNumbers({ y: [1, 0, 4] });
    expect(() => createWindows(zero, { targets: ["y"], window: 1, form: "divide-last" })).toThrow(
      expect.objectContaining({
        code: "data/zero-base",
        message:
          'table, row 2, column "y": the value is 0, so a window that ends here cannot be divided by it; use the form "subtract-last" or "difference"',
      }) as Error,
    );
  });

  it("arrays without room and windows that are not there", () => {
    const windows = createWindows(ramp(5), { targets: ["y"], window: 2 });
    expect(() => assembleWindows(windows, [0, 1], new Float32Array(3))).toThrow(
      "The array of inputs has room for 3 numbers where 4 are needed",
    );
    expect(() => assembleWindows(windows, [0, 1], new Float32Array(4), new Float32Array(1))).toThrow(
      "The array of targets has room for 1 numbers where 2 are needed",
    );
    expect(() => assembleWindows(windows, [3], new Float32Array(4))).toThrow(
      "Window 3 was asked for; there are 3, numbered from 0",
    );
    expect(() => restoreOutputs(windows, [0], new Float32Array(0))).toThrow(
      "The array of outputs has room for 0 numbers where 1 are needed",
    );
  });
});

describe("fitWindowScalers", () => {
  it("sees training rows only", () => {
    const training = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const scalersWith = (rest: readonly number[], form: TargetForm): unknown => {
      const table = tableFromNumbers({ y: [...training, ...rest], x: [...training.toReversed(), ...rest] });
      const windows = createWindows(table, { targets: ["y"], covariates: ["x"], window: 2, form });
      return fitWindowScalers(table, windows, splitByTime(table, { validation: 2, test: 2 }));
    };
    for (const form of forms) {
      expect(scalersWith([1e6, -1e6, 5, 5], form)).toEqual(scalersWith([7, 7, 7, 7], form));
    }
    expect(scalersWith([0.5, 2, 5, 5], "level")).toMatchObject({
      inputs: { y: { center: 3.9 }, x: { center: 3.9 } },
      targets: { y: { center: 3.9 } },
    });
  });

  it("fits each form on what it makes of the target", () => {
    const table = tableFromNumbers({ y: [1, 2, 4, 8, 16, 32] });
    const split = splitByTime(table, { test: 1 });
    const fit = (form: TargetForm): unknown =>
      fitWindowScalers(table, createWindows(table, { targets: ["y"], window: 2, form }), split, { kind: "min-max" });
    expect(fit("difference")).toMatchObject({
      inputs: { y: { center: 1, scale: 7 } },
      targets: { y: { center: 4, scale: 4 } },
    });
    expect(fit("subtract-last")).toMatchObject({
      inputs: { y: { center: -4, scale: 4 } },
      targets: { y: { center: 2, scale: 6 } },
    });
    expect(fit("divide-last")).toMatchObject({
      inputs: { y: { center: -0.5, scale: 0.5 } },
      targets: { y: { center: 1, scale: 1 } },
    });
  });

  it("takes kinds by column and is plain data", () => {
    const table = ramp(12);
    const windows = createWindows(table, { targets: ["y"], covariates: ["x"], known: ["k"], window: 2 });
    const scalers = fitWindowScalers(table, windows, splitByTime(table, { test: 2 }), {
      kind: "min-max",
      byColumn: { k: "none", x: "robust" },
    });
    expect(scalers.inputs).toMatchObject({
      y: { kind: "min-max", center: 10, scale: 90 },
      x: { kind: "robust" },
      k: { kind: "none" },
    });
    expect(JSON.parse(JSON.stringify(scalers))).toEqual(scalers);
    const scaled = assemble(createWindows(table, windows.spec, { scalers }), [0]);
    expect(scaled.inputs[0]).toEqual([[0, (1 - 5.5) / 4.5, 0.1, 0.2]]);
    expect(scaled.targets[0]?.[0]).toBeCloseTo(20 / 90, 15);
    expect(readNumbers(table, "x")[0]).toBe(1);
  });

  it("needs a window that lies in the training part", () => {
    const table = ramp(12);
    const windows = createWindows(table, { targets: ["y"], window: 4 });
    expect(() => fitWindowScalers(table, windows, splitByTime(table, { test: 8 }))).toThrow(
      "No window of 4 rows with its target lies in the training part; hold back fewer rows or shorten the window",
    );
  });
});
