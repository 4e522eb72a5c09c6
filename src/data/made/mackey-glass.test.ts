import { describe, expect, test } from "vitest";
import { makeMackeyGlass } from "./mackey-glass.ts";

describe("Mackey–Glass", () => {
  test("the same seed gives the same series, another one another", () => {
    const made = makeMackeyGlass({ count: 50, seed: 3 });
    expect(made).toEqual(makeMackeyGlass({ count: 50, seed: 3 }));
    expect(made).not.toEqual(makeMackeyGlass({ count: 50, seed: 4 }));
  });

  test("what is skipped is what comes before", () => {
    const all = makeMackeyGlass({ count: 60, skip: 0 });
    expect(makeMackeyGlass({ count: 20, skip: 40 })).toEqual(all.subarray(40));
  });

  test("its mean, spread and range are those of the literature at a delay of 17", () => {
    const made = makeMackeyGlass({ count: 10_000 });
    const mean = made.reduce((sum, value) => sum + value, 0) / made.length;
    const variance = made.reduce((sum, value) => sum + (value - mean) ** 2, 0) / made.length;
    expect(mean).toBeCloseTo(0.93, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.226, 2);
    expect(Math.min(...made)).toBeGreaterThan(0.2);
    expect(Math.max(...made)).toBeLessThan(1.4);
  });

  test("with a short delay it comes to rest where production is decay: at 1", () => {
    const made = makeMackeyGlass({ count: 3, tau: 2, skip: 2000 });
    for (const value of made) expect(value).toBeCloseTo(1, 9);
  });

  test.each([
    { count: 0, what: "count" },
    { count: 5, tau: 0.15, what: "tau" },
    { count: 5, skip: -1, what: "skip" },
  ])("$what out of range is named", ({ what, ...options }) => {
    expect(() => makeMackeyGlass(options)).toThrow(new RegExp(`^${what} is`));
  });
});
