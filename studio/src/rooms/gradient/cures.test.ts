/** What cures do, to networks and to what goes back through them. */
import { expect, test } from "vitest";
import { measureLeft } from "../../work/measure-gradient.ts";
import type { GradientQuestion } from "../../work/measure-gradient.ts";
import { applyCure, clipFactor, cureNames, effectOf, judgeFate, leftWith, uncured } from "./cures.ts";
import type { CureEffect, CureName } from "./cures.ts";

const usual: GradientQuestion = {
  cell: "rnn",
  activation: "tanh",
  start: "random",
  radius: 0.8,
  bias: 4,
  steps: 30,
  hidden: 12,
  seed: 1,
};

const measure = (question: GradientQuestion, cure: CureName, keep = 5): CureEffect =>
  effectOf(
    question,
    { cure, keep },
    { before: measureLeft(uncured(question)), after: measureLeft(applyCure(question, cure)) },
  );

test.each(["orthogonal", "identity", "lstm", "gru"] as const)("%s brings more to the first step", (cure) => {
  const { measure: what, before, after } = measure(usual, cure);
  expect(what).toBe("first");
  expect(before).toBeLessThan(1e-3);
  expect(after).toBeGreaterThan(20 * before);
});

test("clipping makes a long gradient one of length 1, and leaves a short one", () => {
  const long = { ...usual, activation: "relu", radius: 2 } as const;
  const { before, after } = measure(long, "clip");
  expect(before).toBeGreaterThan(1);
  expect(after).toBe(1);
  const measured = measureLeft(long);
  const clipped = leftWith(measured, { cure: "clip", keep: 5 });
  expect((clipped[3] ?? NaN) / (measured.states[0]?.left[3] ?? NaN)).toBeCloseTo(1 / before, 12);
  expect(clipFactor({ states: [], weightNorms: Float64Array.of(0.1, 0.5) })).toBe(1);
});

test("truncation keeps the last steps alone", () => {
  const measured = measureLeft(usual);
  const left = leftWith(measured, { cure: "truncate", keep: 5 });
  expect(left.slice(0, 25)).toEqual(new Float64Array(25));
  expect(left.slice(25)).toEqual(measured.states[0]?.left.slice(25));
  const { measure: what, before, after } = measure(usual, "truncate");
  expect([what, before]).toEqual(["weights", measured.weightNorms?.at(-1)]);
  expect(after).toBe(measured.weightNorms?.[4]);
  expect(measure(usual, "truncate", 50).after).toBe(before);
});

test("an echo state network trains its readout alone", () => {
  // W of 12 by 2, U of 12 by 12, b of 12, and a readout of 12 with its bias.
  expect(measure(usual, "echo")).toEqual({ measure: "trained", before: 24 + 144 + 12 + 13, after: 13 });
  expect(Math.max(...leftWith(measureLeft(usual), { cure: "echo", keep: 5 }))).toBe(0);
});

test("cures are of the simple network, whatever cell is looked at", () => {
  for (const cure of cureNames)
    expect(applyCure({ ...usual, cell: "gru" }, cure)).toEqual(applyCure({ ...usual, cell: "lstm" }, cure));
});

test.each([
  [[1e-9, 1e-5, 1], "vanishes", 1e-9 ** 0.5],
  [[0.01, 0.1, 1], "fades", 0.1],
  [[0.9, 1, 1], "holds", 0.9 ** 0.5],
  [[100, 10, 1], "grows", 10],
  [[1e6, 1e3, 1], "explodes", 1e3],
  [[0, 0, 1], "stops", 0],
] as const)("%j %s", (left, kind, factor) => {
  const fate = judgeFate(left);
  expect(fate.kind).toBe(kind);
  expect(fate.first).toBe(left[0]);
  expect(fate.factor).toBeCloseTo(factor, 12);
});
