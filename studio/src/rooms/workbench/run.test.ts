/** A run, event by event. */
import type { Checkpoint } from "recurra";
import { expect, test } from "vitest";
import type { LearnEvent } from "../../work/learn.ts";
import { advanceRun, alignCurves, isWide, joinPoints, progressOf, readyRun } from "./run.ts";
import type { Run } from "./run.ts";

const started: LearnEvent = {
  kind: "started",
  backend: "wasm",
  updatesPerEpoch: 10,
  epochs: 4,
  update: 0,
  history: [],
};
const step = (update: number, loss: number): LearnEvent => ({
  kind: "step",
  update,
  updates: 40,
  loss,
  norm: loss * 2,
  rate: 0.01,
  seconds: update / 100,
});
const epoch = (number: number, validation: number): LearnEvent => ({
  kind: "epoch",
  record: { epoch: number, loss: 1, validation, rate: 0.01, seconds: 1 },
  isBest: number === 1,
});
const follow = (events: readonly LearnEvent[]): Run => events.reduce(advanceRun, { ...readyRun, kind: "starting" });

test("progress, speed and the best epoch follow from the events", () => {
  const run = follow([started, ...[1, 5, 10].map((at) => step(at, 1 / at)), epoch(1, 0.5), epoch(2, 0.7)]);
  expect(run.kind).toBe("learning");
  expect(progressOf(run)).toBe(0.5);
  expect(run.speed).toBeCloseTo(100);
  expect(run.bestEpoch).toBe(1);
});

test("curves are means around each place, and validation stands at the ends of its epochs", () => {
  const run = follow([
    started,
    ...Array.from({ length: 20 }, (_, at) => step(at + 1, at + 1)),
    epoch(1, 4),
    epoch(2, 2),
  ]);
  const { x, loss, norm, validation } = alignCurves(run, 10);
  expect(x).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  expect(loss).toEqual([1.5, 3.5, 5.5, 7.5, 9.5, 11.5, 13.5, 15.5, 17.5, 19.5]);
  expect(norm[0]).toBe(3);
  expect(validation).toEqual([NaN, NaN, NaN, NaN, 4, NaN, NaN, NaN, NaN, 2]);
  const uneven = alignCurves(run, 3);
  expect(uneven.x).toEqual([7, 10, 13, 20]);
  expect(uneven.validation).toEqual([NaN, 4, NaN, 2]);
  expect(uneven.loss[1]).toBeNaN();
});

test("points are joined by lines that are straight on the axis they are drawn on", () => {
  expect(joinPoints([1, 2, 3, 4, 5, 6], [NaN, 1, NaN, NaN, 4, NaN], false)).toEqual([NaN, 1, 2, 3, 4, NaN]);
  const [, half] = joinPoints([10, 20, 30], [100, NaN, 1], true);
  expect(half).toBeCloseTo(10, 12);
});

test("places without an update lie on the line between those with one", () => {
  const run = follow([started, step(1, 1), step(9, 9)]);
  const { x, loss } = alignCurves(run);
  expect(x).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(joinPoints(x, loss, false)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a long run keeps few steps", () => {
  const run = follow([started, ...Array.from({ length: 5000 }, (_, at) => step(at + 1, 1))]);
  expect(run.steps.updates.length).toBeLessThanOrEqual(2000);
  expect(run.steps.losses).toHaveLength(run.steps.updates.length);
});

test("a paused run goes on with its curves", () => {
  const checkpoint = {} as Checkpoint;
  const paused = follow([started, step(5, 1), { kind: "paused", checkpoint }]);
  expect(paused).toMatchObject({ kind: "paused", paused: { checkpoint } });
  const history = [{ epoch: 1, loss: 1, rate: 0.01, seconds: 1 }];
  const on = [{ ...started, update: 5, history } as LearnEvent, step(6, 0.5)].reduce(advanceRun, paused);
  expect(on.steps.updates).toEqual([5, 6]);
  expect(on.epochs).toEqual(history);
  expect(on.kind).toBe("learning");
});

test("a run from a file has the losses of its epochs before", () => {
  const history = [1, 2, 3].map((number) => ({ epoch: number, loss: 4 - number, rate: 0.01, seconds: 1 }));
  const run = follow([{ ...started, update: 30, history, best: 2, before: "native" }, step(32, 0.5)]);
  expect(run).toMatchObject({ bestEpoch: 2, before: "native", kind: "learning" });
  const { x, loss } = alignCurves(run, 32);
  expect([10, 20, 30].map((update) => loss[x.indexOf(update)])).toEqual([3, 2, 1]);
  expect(loss[x.indexOf(32)]).toBe(0.5);
  expect(loss[0]).toBeNaN();
});

test("an axis is logarithmic where values span much", () => {
  expect(isWide([1, 10])).toBe(true);
  expect(isWide([1, 4, NaN])).toBe(false);
  expect(isWide([-1, 10])).toBe(false);
});
