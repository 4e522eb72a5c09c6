import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { applyScaler, fitScaler, invertScaler, quantile, scaleValue, unscaleValue } from "./scalers.ts";
import type { ScalerKind } from "./scalers.ts";

const kinds: readonly ScalerKind[] = ["none", "standard", "min-max", "robust", "log-standard"];

describe("scalers", () => {
  it("have the centres and scales of their definitions", () => {
    const values = [1, 2, 3, 4, 10];
    expect(fitScaler("standard", values)).toEqual({ kind: "standard", center: 4, scale: Math.sqrt(10) });
    expect(fitScaler("min-max", values)).toEqual({ kind: "min-max", center: 1, scale: 9 });
    expect(fitScaler("robust", values)).toEqual({ kind: "robust", center: 3, scale: 2 });
    expect(fitScaler("none", values)).toEqual({ kind: "none" });
    const logs = values.map(Math.log1p);
    const mean = logs.reduce((sum, x) => sum + x, 0) / 5;
    const { center, scale } = fitScaler("log-standard", values) as { center: number; scale: number };
    expect(center).toBeCloseTo(mean, 14);
    expect(scale).toBeCloseTo(Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5), 14);
  });

  it("leave NaN out when fitted and as it is when applied", () => {
    const scaler = fitScaler("min-max", [NaN, 2, 4, NaN]);
    expect(scaler).toEqual({ kind: "min-max", center: 2, scale: 2 });
    expect([...applyScaler(scaler, Float64Array.of(NaN, 3))]).toEqual([NaN, 0.5]);
  });

  it.each(kinds)("give a constant column a scale of 1: %s", (kind) => {
    for (const value of [0, 5, 0.1, 1e12]) {
      const scaler = fitScaler(kind, new Float64Array(7).fill(value));
      expect(Math.abs(scaleValue(scaler, value))).toBeLessThan(
        kind === "none" ? Infinity : tolerances.scalerInverse * Math.max(value, 1),
      );
      const back = unscaleValue(scaler, scaleValue(scaler, value + 1));
      expect(Math.abs(back - value - 1)).toBeLessThan(tolerances.scalerInverse * (value + 1));
      if (kind !== "none") expect(scaler).toMatchObject({ scale: 1 });
    }
  });

  it("take the deviation where the middle half of all values is one value", () => {
    expect(fitScaler("robust", [0, 0, 0, 0, 0, 0, 0, 8])).toEqual({ kind: "robust", center: 0, scale: Math.sqrt(7) });
  });

  it.each(kinds)("give back what they were given: %s", (kind) => {
    const value = fc.double({ min: kind === "log-standard" ? -0.99 : -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 30 }),
        fc.array(value, { maxLength: 10 }),
        (training, more) => {
          const scaler = fitScaler(kind, training);
          const values = Float64Array.from([...training, ...more]);
          const back = invertScaler(scaler, applyScaler(scaler, values));
          const size = values.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
          values.forEach((x, i) =>
            expect(Math.abs((back[i] ?? NaN) - x)).toBeLessThanOrEqual(tolerances.scalerInverse * size),
          );
        },
      ),
    );
  });

  it("are plain data and write into arrays given", () => {
    const scaler = fitScaler("standard", [1, 3]);
    expect(JSON.parse(JSON.stringify(scaler))).toEqual(scaler);
    const values = Float32Array.of(1, 3, 5);
    expect(applyScaler(scaler, values, values)).toBe(values);
    expect([...values]).toEqual([-1, 1, 3]);
    expect([...invertScaler(scaler, values, values)]).toEqual([1, 3, 5]);
  });

  it("say what they cannot take", () => {
    expect(() => fitScaler("log-standard", [1, -2], 'column "x"')).toThrow(
      expect.objectContaining({
        code: "data/scaler-domain",
        message: 'column "x" holds -2, but log(1 + x) needs x > −1; choose the standard or robust scaler',
      }) as Error,
    );
    expect(() => scaleValue(fitScaler("log-standard", [1, 2]), -1)).toThrow(
      "The value -1 cannot be scaled: log(1 + x) needs x > −1; correct it or train with another scaler",
    );
    expect(() => fitScaler("standard", [NaN], 'column "x"')).toThrow(
      expect.objectContaining({
        code: "data/too-few-rows",
        message: 'A scaler for column "x" has no training value to be fitted on',
      }) as Error,
    );
  });
});

describe("quantile", () => {
  it("interpolates between sorted values", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([1, 5], 1)).toBe(5);
  });
});
