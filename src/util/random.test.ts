import { describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";
import type { RandomState } from "./random.ts";

const many = 100_000;

describe("createRandom", () => {
  it("draws the published sequence of xoshiro128** from the state 1, 2, 3, 4", () => {
    // The first outputs of the authors' C code from s = { 1, 2, 3, 4 }.
    const random = createRandom([1, 2, 3, 4]);
    const words = Array.from({ length: 10 }, () => random.integer(2 ** 32));
    expect(words).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it("gives the same numbers from the same seed, others from another", () => {
    const draw = (seed: number): readonly number[] => {
      const random = createRandom(seed);
      return [random.uniform(), random.normal(), random.integer(10), random.uniform(-2, 3)];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(0)).not.toEqual(draw(2 ** 31));
  });

  it("goes on from a stored state", () => {
    const random = createRandom(3);
    random.normal();
    const stored = JSON.parse(JSON.stringify(random.state())) as RandomState;
    const again = createRandom(stored);
    expect([again.normal(), again.uniform(), again.integer(77)]).toEqual([
      random.normal(),
      random.uniform(),
      random.integer(77),
    ]);
  });

  it("draws uniform numbers with the mean, variance and bounds they should have", () => {
    const random = createRandom(11);
    const drawn = Array.from({ length: many }, () => random.uniform());
    const mean = drawn.reduce((sum, x) => sum + x, 0) / many;
    const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / many;
    // Five standard errors: 1/sqrt(12 n) of the mean, 1/sqrt(180 n) of the variance.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 / Math.sqrt(12 * many));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 / Math.sqrt(180 * many));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
  });

  it("draws normal numbers with the moments they should have", () => {
    const random = createRandom(12);
    const drawn = Array.from({ length: many }, () => random.normal(2, 3));
    const moment = (power: number): number => drawn.reduce((sum, x) => sum + ((x - 2) / 3) ** power, 0) / many;
    // Standard errors of the moments of n normal numbers: sqrt of 1, 2, 15, 96 over n.
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / many));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / many));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / many));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / many));
  });

  it("draws each whole number below n equally often", () => {
    const random = createRandom(13);
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let n = 0; n < many; n++) counts[random.integer(7)]!++;
    // Chi-squared with 6 degrees of freedom exceeds 27.9 once in ten thousand.
    const expected = many / 7;
    expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(27.9);
  });

  it("shuffles plain and typed arrays in place, every order as often", () => {
    const random = createRandom(14);
    const counts = new Map<string, number>();
    for (let n = 0; n < 24_000; n++) {
      const order = random.shuffle([0, 1, 2, 3]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // Chi-squared with 23 degrees of freedom exceeds 55 once in five thousand.
    expect([...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(55);
    const typed = Int32Array.from([5, 6, 7, 8, 9]);
    expect(random.shuffle(typed)).toBe(typed);
    expect([...typed].sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9]);
  });

  it("forks generators that go their own way", () => {
    const random = createRandom(15);
    const one = random.fork();
    const two = random.fork();
    expect(one.uniform()).not.toBe(two.uniform());
  });

  it("refuses bad seeds, states and bounds", () => {
    expect(() => createRandom(0.5)).toThrow(/seed 0.5 is not a whole number/);
    expect(() => createRandom([0, 0, 0, 0])).toThrow(/stored random state/);
    expect(() => createRandom([1, 2, 3, -4])).toThrow(/stored random state/);
    expect(() => createRandom(1).integer(0)).toThrow(/below 0/);
  });
});
