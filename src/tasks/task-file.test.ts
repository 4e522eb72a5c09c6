import fc from "fast-check";
import { expect, test } from "vitest";
import { tableFromNumbers } from "../data/index.ts";
import { load, save } from "../formats/recurra/index.ts";
import type { Json, LoadedModel } from "../formats/recurra/index.ts";
import { createModel, initialiseNetwork } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import { planForecast } from "./forecast/plan-forecast.ts";
import { readSummary } from "./summary.ts";
import { openCheckpoint, openTask, saveCheckpoint } from "./task-file.ts";

const table = tableFromNumbers({ a: Array.from({ length: 60 }, (_, row) => row % 5) });
const plan = planForecast(table, { targets: ["a"], window: 5, hidden: 2, test: 5, validation: 5, season: 5 });

/** The plan's network, untrained, in a file that says this. */
function fileWith(details: { readonly preprocessing?: Json; readonly checkpoint?: Json }): LoadedModel {
  const spec = plan.training.network;
  const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend: "reference" });
  const { preprocessing, checkpoint } = details;
  return load(
    save(model, {
      preprocessing,
      selfTest: false,
      ...(checkpoint === undefined ? {} : { checkpoint: { data: checkpoint, arrays: {} } }),
    }),
    { backend: "reference" },
  );
}

const task = JSON.parse(JSON.stringify(plan.task)) as { [key: string]: Json };

test("a task is opened as it was planned", () => {
  expect(openTask(fileWith({ preprocessing: task })).task).toEqual(plan.task);
});

test.each([
  [{}, /neither forecast nor classify/],
  [{ ...task, kind: "paint" }, /kind is "paint"/],
  [{ ...task, season: 0.5 }, /season is 0\.5/],
  [{ ...task, windows: { ...(task["windows"] as object), window: 1e12 } }, /windows\.window is 1000000000000/],
  [
    { ...task, windows: { ...(task["windows"] as object), horizon: 3, predict: "all" } },
    /needs 3 outputs a sequence, but the network has 1/,
  ],
  [{ ...task, windows: { ...(task["windows"] as object), known: ["a"] } }, /named twice/],
  [{ ...task, scalers: { inputs: { a: { kind: "standard", center: 0, scale: 0 } }, targets: {} } }, /scale is 0/],
  [{ ...task, seenUntil: "yesterday" }, /seenUntil is no time/],
  [
    { ...task, calendar: { dateColumn: "d", features: [{ kind: "cycle", part: "era" }] } },
    /features\[0\]\.part is "era"/,
  ],
] as [Json, RegExp][])("a task that is malformed is refused: %#", (preprocessing, message) => {
  const open = (): unknown => openTask(fileWith({ preprocessing }), "m.safetensors");
  expect(open).toThrow(message);
  expect(open).toThrow(expect.objectContaining({ code: "file/bad-model" }));
});

test("whatever a file says of its task, it is read or refused", () => {
  const edits = fc.array(fc.tuple(fc.constantFrom(...Object.keys(task)), fc.jsonValue()), {
    minLength: 1,
    maxLength: 2,
  });
  fc.assert(
    fc.property(edits, (changes) => {
      const preprocessing = { ...task, ...Object.fromEntries(changes) } as Json;
      let error: unknown;
      try {
        openTask({ ...fileWith({}), details: { madeBy: "x", preprocessing } });
      } catch (thrown) {
        error = thrown;
      }
      expect(error === undefined || (error instanceof RecurraError && error.code === "file/bad-model")).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("a checkpoint that is malformed is refused", () => {
  const progress = {
    epoch: 1,
    batch: 0,
    update: 0,
    lossSum: 0,
    lossCount: 0,
    seconds: 0,
    random: [1, 2, 3, 4],
    history: [],
  };
  const checkpoint = { kind: "training-checkpoint", version: 1, run: {}, progress };
  const stored = (change: object): Json => ({
    kind: "forecast",
    options: { targets: ["a"] },
    checkpoint: { ...checkpoint, ...change },
  });
  expect(openCheckpoint(fileWith({ checkpoint: stored({}) })).checkpoint.progress).toEqual(progress);
  for (const [change, message] of [
    [{ progress: { ...progress, epoch: "1" } }, /progress\.epoch is "1"/],
    [{ progress: { ...progress, random: [-1] } }, /random\[0\] is -1/],
    [{ progress: { ...progress, history: [{ epoch: 1 }] } }, /history\[0\] lacks "loss"/],
    [{ run: null }, /run is null/],
  ] as const) {
    expect(() => openCheckpoint(fileWith({ checkpoint: stored(change) }))).toThrow(message);
  }
  expect(() => openCheckpoint(fileWith({}))).toThrow(/finished model/);
});

test("a summary is read where there is one", () => {
  const summary = {
    data: { source: "a.csv", rows: 3 },
    seed: 1,
    batch: 2,
    loss: "absolute",
    optimiser: "adam",
    epochs: 4,
    kept: { epoch: 2, loss: 0.5 },
  };
  expect(readSummary({ ...summary, history: [] })).toEqual(summary);
  for (const other of [undefined, null, { by: "me" }, { ...summary, kept: { epoch: 2 } }, { ...summary, test: 1 }])
    expect(readSummary(other)).toBeUndefined();
});

test("a checkpoint lacks no parameter", () => {
  const { training } = plan;
  const arrays = Object.fromEntries(
    Object.entries(initialiseNetwork(training.network, { seed: 1 })).map(([name, values]) => [
      `parameter/${name}`,
      values,
    ]),
  );
  const run = {
    network: training.network,
    loss: training.loss,
    optimiser: null,
    clip: null,
    batch: 1,
    truncation: null,
    data: null,
    numbers: "float32",
  } as const;
  const progress = {
    epoch: 1,
    batch: 0,
    update: 0,
    lossSum: 0,
    lossCount: 0,
    seconds: 0,
    random: [1, 2, 3, 4],
    history: [],
  } as const;
  const checkpoint = { kind: "training-checkpoint", version: 1, run, progress, arrays } as const;
  const bytes = saveCheckpoint(plan, checkpoint);
  expect(openCheckpoint(load(bytes)).checkpoint.arrays).toEqual(arrays);
  expect(openCheckpoint(load(bytes))).not.toHaveProperty("notes");
  const notes = { from: ["a.csv"] };
  expect(openCheckpoint(load(saveCheckpoint(plan, checkpoint, notes)))).toMatchObject({ notes });
  expect(openTask(load(bytes)).kind).toBe("forecaster");
});

test("a task with a number that is not finite is not saved", () => {
  const scalers = { ...plan.task.scalers, inputs: { a: { kind: "standard", center: 0, scale: Infinity } as const } };
  const arrays = Object.fromEntries(
    Object.entries(initialiseNetwork(plan.training.network, { seed: 1 })).map(([name, values]) => [
      `parameter/${name}`,
      Float64Array.from(values),
    ]),
  );
  const wrong = { ...plan, task: { ...plan.task, scalers } };
  const checkpoint = { arrays } as unknown as Parameters<typeof saveCheckpoint>[1];
  expect(() => saveCheckpoint(wrong, checkpoint)).toThrow(/"scale" is Infinity; numbers of a model file are finite/);
  expect(saveCheckpoint(plan, checkpoint)).toBeInstanceOf(Uint8Array);
});
