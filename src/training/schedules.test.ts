import { describe, expect, it } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { checkSchedule, rateAt, watchLoss } from "./schedules.ts";
import type { PlateauState, Schedule } from "./schedules.ts";

function ratesOf(schedule: Schedule, times: number, total = times): number[] {
  return Array.from({ length: times }, (_, time) => rateAt(schedule, { rate: 0.1, time, total }));
}

/** The largest difference from the rates expected. */
function differenceOf(schedule: Schedule, expected: readonly number[]): number {
  const rates = ratesOf(schedule, expected.length);
  return Math.max(...expected.map((rate, time) => Math.abs(rates[time]! - rate)));
}

/** PyTorch's own recurrences, which multiply or add from step to step. */
describe("a schedule is PyTorch's", () => {
  it("constant", () =>
    expect(differenceOf({ kind: "constant" }, [0.1, 0.1, 0.1])).toBeLessThanOrEqual(tolerances.schedule));

  it("step (StepLR)", () =>
    expect(differenceOf({ kind: "step", every: 2, factor: 0.5 }, [0.1, 0.1, 0.05, 0.05, 0.025])).toBeLessThanOrEqual(
      tolerances.schedule,
    ));

  it("linear (LinearLR)", () => {
    const [from, to, steps] = [0.25, 1, 4];
    let rate = 0.1 * from;
    const expected = [rate];
    for (let time = 1; time < 7; time++) {
      if (time <= steps) rate *= 1 + (to - from) / (steps * from + (time - 1) * (to - from));
      expected.push(rate);
    }
    expect(differenceOf({ kind: "linear", from, to, steps }, expected)).toBeLessThanOrEqual(tolerances.schedule);
  });

  it("cosine (CosineAnnealingLR)", () => {
    const [least, steps] = [0.02, 8];
    let rate = 0.1;
    const expected = [rate];
    for (let time = 1; time <= steps; time++) {
      rate =
        ((1 + Math.cos((Math.PI * time) / steps)) / (1 + Math.cos((Math.PI * (time - 1)) / steps))) * (rate - least) +
        least;
      expected.push(rate);
    }
    expect(differenceOf({ kind: "cosine", least, steps }, expected)).toBeLessThanOrEqual(tolerances.schedule);
  });

  it("cosine with restarts (CosineAnnealingWarmRestarts)", () => {
    const arc = (length: number): number[] =>
      Array.from({ length }, (_, n) => 0.05 * (1 + Math.cos((Math.PI * n) / length)));
    expect(
      differenceOf({ kind: "cosine-restarts", first: 3, growth: 2 }, [...arc(3), ...arc(6), ...arc(12).slice(0, 4)]),
    ).toBeLessThanOrEqual(tolerances.schedule);
  });

  it("one-cycle (OneCycleLR)", () => {
    const [low, last] = [0.1 / 25, 0.1 / 25 / 1e4];
    const [top, end] = [0.3 * 20 - 1, 19];
    const expected = Array.from({ length: 20 }, (_, time) => {
      const [from, to, share] = time <= top ? [low, 0.1, time / top] : [0.1, last, (time - top) / (end - top)];
      return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
    });
    expect(differenceOf({ kind: "one-cycle" }, expected)).toBeLessThanOrEqual(tolerances.schedule);
    expect(expected[5]).toBe(0.1);
  });

  it("warm-up, then another from its beginning (SequentialLR)", () => {
    expect(
      differenceOf(
        { kind: "warm-up", steps: 4, from: 0.2, next: { kind: "step", every: 2, factor: 0.5 } },
        [0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.05, 0.05],
      ),
    ).toBeLessThanOrEqual(tolerances.schedule);
    // What takes the whole run takes what is left of it.
    const rates = ratesOf({ kind: "warm-up", steps: 2, next: { kind: "linear" } }, 7, 6);
    expect(rates[0]).toBe(0);
    expect(rates[4]).toBeCloseTo(0.05, 15);
    expect(rates[6]).toBe(0);
  });

  it("on plateau (ReduceLROnPlateau)", () => {
    const schedule: Schedule = {
      kind: "on-plateau",
      factor: 0.5,
      patience: 1,
      threshold: 0.1,
      cooldown: 1,
      least: 0.02,
    };
    // The third loss is no tenth lower, nor the fourth: halved. One epoch of cooling down. Two more: halved; then at the least.
    const losses = [1, 0.8, 0.75, 0.74, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.5];
    const expected = [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02, 0.02];
    let state: PlateauState | undefined;
    losses.forEach((loss, epoch) => {
      state = JSON.parse(JSON.stringify(watchLoss(schedule, state, loss, 0.1))) as PlateauState;
      expect(
        rateAt(schedule, { rate: 0.1, time: epoch, total: 20, plateau: state }),
        `after epoch ${epoch}`,
      ).toBeCloseTo(expected[epoch]!, 15);
    });
    expect(state).toMatchObject({ best: 0.5, waited: 0 });
  });

  it("on plateau after a warm-up; nothing else watches", () => {
    expect(watchLoss({ kind: "warm-up", steps: 3, next: { kind: "on-plateau" } }, undefined, 2, 0.1)).toEqual({
      rate: 0.1,
      waited: 0,
      cooldown: 0,
      best: 2,
    });
    expect(watchLoss({ kind: "cosine" }, undefined, 2, 0.1)).toBeUndefined();
  });
});

describe("a schedule that cannot be", () => {
  it.each([
    [{ kind: "exponential" }, /no schedule "exponential"; choose constant, step/],
    [{ kind: "step", every: 0 }, /step has every 0/],
    [{ kind: "cosine", steps: -3 }, /cosine has steps -3/],
    [{ kind: "cosine-restarts", first: 3, growth: 0.5 }, /growth 0.5/],
    [{ kind: "warm-up", steps: 3, next: { kind: "one-cycle", rise: 2 } }, /rise 2/],
  ] as const)("%j is refused", (schedule, message) => {
    expect(() => checkSchedule(schedule as unknown as Schedule)).toThrow(
      expect.objectContaining({
        code: "training/bad-schedule",
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
