import { describe, expect, test } from "vitest";
import {
  createTable,
  findColumn,
  readNumbers,
  readTexts,
  selectColumns,
  tableFromNumbers,
  takeRows,
} from "../../data/index.ts";
import type { Table } from "../../data/index.ts";
import { load } from "../../formats/recurra/index.ts";
import { createRandom } from "../../util/random.ts";
import {
  classifyTable,
  evaluateClassifier,
  explainClasses,
  openCheckpoint,
  openTask,
  planClassify,
  saveResult,
  trainClassifier,
} from "../index.ts";
import { parseClassifyTask } from "./classify-task.ts";
import type { Classifier, ClassifyOptions, ClassifyResult } from "../index.ts";

/** Recordings of different lengths: each rises, falls or stands still, under noise. */
function makeRecordings(count: number): Table {
  const random = createRandom(3);
  const slopes = { rising: 0.3, falling: -0.3, still: 0 };
  const names = Object.keys(slopes) as (keyof typeof slopes)[];
  const rows = Array.from({ length: count }, (_, index) => {
    const motion = names[random.integer(3)]!;
    const start = random.normal(5, 2);
    return Array.from({ length: 8 + random.integer(8) }, (_, step) => ({
      recording: `r${index}`,
      motion,
      height: start + slopes[motion] * step + random.normal(0, 0.2),
    }));
  }).flat();
  return createTable([
    { kind: "text", name: "recording", values: rows.map((row) => row.recording) },
    { kind: "number", name: "height", values: Float64Array.from(rows, (row) => row.height) },
    { kind: "text", name: "motion", values: rows.map((row) => row.motion) },
  ]);
}

const small: Partial<ClassifyOptions> = { hidden: 16, epochs: 25, rate: 0.01, backend: "wasm" };

async function trainOn(table: Table, options: ClassifyOptions): Promise<ClassifyResult> {
  const result = await trainClassifier(table, { ...small, ...options });
  if (result === undefined) throw new Error("the run was stopped");
  return result;
}

describe("a classifier of sequences", async () => {
  const table = makeRecordings(160);
  const options: ClassifyOptions = { label: "motion", sequence: "recording" };
  const result = await trainOn(table, options);
  const { classifier, test: scores } = result;

  test("is compared with always saying the most frequent class", () => {
    expect(scores).toMatchObject({ count: 24, classes: ["falling", "rising", "still"], best: "model" });
    const confusion = scores?.confusion.flat() ?? [];
    expect(confusion.reduce((a, b) => a + b)).toBe(24);
    const right = [0, 4, 8].map((at) => confusion[at] ?? 0).reduce((a, b) => a + b);
    expect(scores?.accuracy).toBeCloseTo(right / 24, 12);
    expect(scores?.accuracy).toBeGreaterThan(0.8);
    expect(scores?.majority.accuracy).toBeLessThan(0.6);
    expect(explainClasses(scores!)).toMatch(/^The model is right on .* of 24, against the .* of always saying "/);
  });

  test("tells the class of each sequence, and how likely it is, without its label", () => {
    const told = classifyTable(classifier, selectColumns(table, ["recording", "height"]));
    expect(told.rows).toBe(160);
    expect(told.columns.map(({ name }) => name)).toEqual(["recording", "motion predicted", "probability"]);
    expect(readTexts(told, "recording")[3]).toBe("r3");
    const probabilities = [...readNumbers(told, "probability")];
    expect(Math.min(...probabilities)).toBeGreaterThan(1 / 3);
    expect(Math.max(...probabilities)).toBeLessThanOrEqual(1);
    // Sequences are padded beside others; alone each gets the same answer.
    const rows = readTexts(table, "recording").flatMap((name, row) => (name === "r3" ? [row] : []));
    const alone = classifyTable(
      classifier,
      createTable([
        { kind: "text", name: "recording", values: rows.map(() => "r3") },
        {
          kind: "number",
          name: "height",
          values: Float64Array.from(rows, (row) => readNumbers(table, "height")[row] ?? NaN),
        },
      ]),
    );
    expect(Number(findColumn(alone, "probability").values[0])).toBeCloseTo(probabilities[3] ?? 0, 5);
  });

  test("is compared with the class of training, also on a table that has another one most", () => {
    const label = scores!.majority.label;
    const others = readTexts(table, "motion").flatMap((motion, row) => (motion === label ? [] : [row]));
    const opened = openTask(load(saveResult(result))) as Classifier;
    const { majority, count } = evaluateClassifier(opened, takeRows(table, Int32Array.from(others)));
    expect(majority).toEqual({ label, accuracy: 0, macroF1: 0 });
    // A file that does not say which class training saw most.
    const { majority: _, ...task } = opened.task;
    expect(parseClassifyTask(task)).toEqual(task);
    const most = evaluateClassifier({ ...opened, task }, takeRows(table, Int32Array.from(others))).majority;
    expect(most.label).not.toBe(label);
    expect(most.accuracy).toBeGreaterThanOrEqual(0.5);
    expect(count).toBeGreaterThan(0);
  });

  test("is the same after it was saved and loaded", () => {
    const model = load(saveResult(result), { verify: true });
    const opened = openTask(model) as Classifier;
    expect(opened.task).toEqual(classifier.task);
    expect(classifyTable(opened, table)).toEqual(classifyTable(classifier, table));
    expect(() => openCheckpoint(model, "m.safetensors")).toThrow(
      /m\.safetensors is a finished model, not a checkpoint/,
    );
  });
});

test("windows of rows are classified by the label of their last one", async () => {
  const random = createRandom(8);
  const values = Float64Array.from({ length: 400 }, () => random.normal());
  // Whether the last three values have a sum above 0: it takes memory.
  const sums = Array.from(values, (_, row) => (values[row] ?? 0) + (values[row - 1] ?? 0) + (values[row - 2] ?? 0));
  const table = createTable([
    { kind: "number", name: "value", values },
    { kind: "text", name: "sign", values: sums.map((sum) => (sum > 0 ? "up" : "down")) },
  ]);
  const { test: scores, classifier } = await trainOn(table, { label: "sign", window: 5 });
  expect(scores?.count).toBe(60);
  expect(scores?.accuracy).toBeGreaterThan(0.85);
  expect(classifier.task.of).toEqual({ kind: "windows", window: 5, horizon: 0 });
  expect(evaluateClassifier(classifier, table)).toMatchObject({ count: 396 });
  const told = classifyTable(classifier, selectColumns(table, ["value"]));
  expect(told.columns.map(({ name }) => name)).toEqual(["row", "sign predicted", "probability"]);
  expect([told.rows, findColumn(told, "row").values[0]]).toEqual([396, 5]);
});

test.each([
  [{ label: "moton" }, "data/unknown-column", /did you mean "motion"/],
  [{ label: "height", sequence: "recording" }, "data/too-few-rows", /no column of numbers beside the label/],
  [{ label: "motion", sequence: "recording", features: ["recording"] }, "data/wrong-type", /recording/],
  [{ label: "motion", sequence: "recording", test: 100 }, "data/bad-split", /leave none to train on/],
])("a plan that cannot be is refused: %o", (options, code, message) => {
  const plan = (): unknown => planClassify(makeRecordings(20), { ...small, ...options });
  expect(plan).toThrow(message);
  expect(plan).toThrow(expect.objectContaining({ code }));
});

test("one class is none", () => {
  const table = createTable([
    ...tableFromNumbers({ x: [1, 2, 3, 4] }).columns,
    { kind: "text", name: "y", values: ["a", "a", "a", "a"] },
  ]);
  expect(() => planClassify(table, { label: "y", window: 1, test: 1, validation: 1 })).toThrow(/All labels are "a"/);
});
