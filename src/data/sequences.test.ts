import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../util/random.ts";
import { assembleWindows, readTruth } from "./assemble-windows.ts";
import { makeBatches, makeLengthBatches } from "./batches.ts";
import { parseTable } from "./read-table.ts";
import {
  assembleSequences,
  fitSequenceScalers,
  groupSequences,
  labelWindows,
  scaleSequences,
  textSequences,
} from "./sequences.ts";
import { rowsOfPart, splitByItem } from "./split.ts";
import { buildVocabulary } from "./vocabulary.ts";

const text = "who,x,y,word\nann,1,10,yes\nbob,2,20,no\nann,3,30,yes\nann,5,50,yes\nbob,4,40,no\ncyd,6,60,yes\n";
const { table } = parseTable(text, { source: "words.csv" });

describe("groupSequences", () => {
  const set = groupSequences(table, { sequence: "who", label: "word", features: ["x", "y"] });

  it("puts the rows of a name together, in order", () => {
    expect(set).toMatchObject({
      count: 3,
      names: ["ann", "bob", "cyd"],
      inputNames: ["x", "y"],
      classes: { names: ["no", "yes"] },
    });
    expect([...set.lengths]).toEqual([3, 2, 1]);
    expect([...set.labels]).toEqual([1, 0, 1]);
    expect([...set.values]).toEqual([1, 10, 3, 30, 5, 50, 2, 20, 4, 40, 6, 60]);
  });

  it("is padded into a batch, time-major", () => {
    const batch = { inputs: new Float32Array(13).fill(7), lengths: new Int32Array(2), labels: new Int32Array(2) };
    assembleSequences(set, [1, 0], 3, batch);
    expect([...batch.inputs]).toEqual([2, 20, 1, 10, 4, 40, 3, 30, 0, 0, 5, 50, 7]);
    expect([...batch.lengths]).toEqual([2, 3]);
    expect([...batch.labels]).toEqual([0, 1]);
  });

  it("is scaled by what its training sequences hold", () => {
    const scalers = fitSequenceScalers(set, Int32Array.of(0), { kind: "min-max", byColumn: { y: "none" } });
    expect(scalers).toEqual({ x: { kind: "min-max", center: 1, scale: 4 }, y: { kind: "none" } });
    expect([...scaleSequences(set, scalers).values.subarray(0, 6)]).toEqual([0, 10, 0.5, 30, 1, 50]);
  });

  it("takes the classes of a trained model, and sequences without labels", () => {
    const classes = { kind: "classes", names: ["maybe", "no", "yes"] } as const;
    expect([...groupSequences(table, { sequence: "who", label: "word", features: ["x"], classes }).labels]).toEqual([
      2, 1, 2,
    ]);
    expect([...groupSequences(table, { sequence: "who", features: ["x"], classes }).labels]).toEqual([-1, -1, -1]);
  });

  it("takes a label for one, however its letters and marks are encoded", () => {
    const marked = parseTable(
      `who,x,word\nann,1,${"tốt".normalize("NFC")}\nann,2,${"tốt".normalize("NFD")}\nbo,3,xấu\n`,
      { format: "csv" },
    );
    const { labels } = groupSequences(marked.table, { sequence: "who", label: "word", features: ["x"] });
    expect([...labels]).toEqual([0, 1]);
  });

  it("says what is wrong with its place", () => {
    const mixed = parseTable("who,x,word\nann,1,yes\nann,2,no\n", { source: "words.csv" }).table;
    expect(() => groupSequences(mixed, { sequence: "who", label: "word", features: ["x"] })).toThrow(
      expect.objectContaining({
        code: "data/label-changes",
        line: 3,
        message:
          'words.csv, row 2 (line 3), column "word": the label of sequence "ann" changes from "yes" to "no"; give each sequence one label, or classify windows instead',
      }) as Error,
    );
    const holes = parseTable("who,x,word\nann,1,yes\nbob,,no\n,2,no\n", { source: "words.csv", missing: "keep" }).table;
    expect(() => groupSequences(holes, { sequence: "who", label: "word", features: ["x"] })).toThrow(
      'words.csv, row 2 (line 3), column "x": the value is missing',
    );
    expect(() => groupSequences(holes, { sequence: "who", label: "x", features: ["word"] })).toThrow(
      'words.csv, row 3 (line 4), column "who": the row names no series; fill it in, or drop such rows (missing: "drop")',
    );
    expect(() => groupSequences(table, { sequence: "who", label: "word", features: [] })).toThrow(
      "Sequences need at least one feature column",
    );
    expect(() =>
      groupSequences(table, {
        sequence: "who",
        label: "word",
        features: ["x"],
        classes: { kind: "classes", names: ["no", "yess"] },
      }),
    ).toThrow(
      expect.objectContaining({
        code: "data/unknown-label",
        message: '"yes" is none of the 2 classes; did you mean "yess"?',
      }) as Error,
    );
    const one = parseTable("who,x,word\nann,1,yes\nbob,2,yes\n", { source: "words.csv" }).table;
    expect(() => groupSequences(one, { sequence: "who", label: "word", features: ["x"] })).toThrow(
      'All labels are "yes"; classes can only be told apart where there are two',
    );
    const batch = { inputs: new Float32Array(12), lengths: new Int32Array(2), labels: new Int32Array(2) };
    expect(() => assembleSequences(set, [0], 2, batch)).toThrow(
      "Sequence 0 has 3 steps; a batch of 2 steps holds lengths from 1 to 2",
    );
    expect(() => assembleSequences(set, [0, 1, 2], 3, batch)).toThrow(
      "A batch of 3 sequences of 3 steps and 2 inputs has no room in the arrays given",
    );
  });
});

describe("textSequences", () => {
  const vocabulary = buildVocabulary(["good film", "bad film"], { unit: "word" });

  it("makes tokens of texts", () => {
    const set = textSequences(["bad, bad film", "good"], { vocabulary, labels: ["neg", "pos"] });
    expect([...set.lengths]).toEqual([4, 1]);
    expect([...set.values]).toEqual([3, 1, 3, 2, 4]);
    expect([...set.labels]).toEqual([0, 1]);
  });

  it("refuses texts without a token, and labels that are too few", () => {
    expect(() => textSequences(["good", " "], { vocabulary, labels: ["a", "b"], source: "x.csv" })).toThrow(
      expect.objectContaining({
        code: "data/empty-sequence",
        message: "x.csv, text 2 has no word; leave it out",
      }) as Error,
    );
    expect(() => textSequences(["good", "bad"], { vocabulary, labels: ["a"] })).toThrow(
      "There are 2 texts and 1 labels; give one label a text",
    );
  });
});

describe("labelWindows", () => {
  const { table: signal } = parseTable("x,state\n1,idle\n2,idle\n3,busy\n4,busy\n5,idle\n", { source: "s.csv" });

  it("gives each window the class of its last row, or of one ahead", () => {
    const { windows, classes } = labelWindows(signal, { label: "state", features: ["x"], window: 2 });
    expect(classes.names).toEqual(["busy", "idle"]);
    expect(windows.inputNames).toEqual(["x"]);
    expect(windows.outputNames).toEqual(["state"]);
    const inputs = new Float64Array(8);
    const targets = new Float64Array(4);
    assembleWindows(windows, [0, 1, 2, 3], inputs, targets);
    expect([...inputs]).toEqual([1, 2, 3, 4, 2, 3, 4, 5]);
    expect([...targets]).toEqual([1, 0, 0, 1]);
    expect([
      ...readTruth(labelWindows(signal, { label: "state", features: ["x"], window: 2, horizon: 1 }).windows, [0, 2]),
    ]).toEqual([0, 1]);
  });

  it("does without labels where they are to be said", () => {
    const bare = parseTable("x\n1\n2\n3\n", { source: "s.csv" }).table;
    const classes = { kind: "classes", names: ["busy", "idle"] } as const;
    const { windows } = labelWindows(bare, { label: "state", features: ["x"], window: 2, classes }, { open: true });
    expect([...readTruth(windows, [0, 1])]).toEqual([NaN, NaN]);
    const holes = parseTable("x,state\n1,idle\n2,\n3,busy\n", { source: "s.csv", missing: "keep" }).table;
    expect([
      ...readTruth(
        labelWindows(holes, { label: "state", features: ["x"], window: 1 }, { open: true }).windows,
        [0, 1, 2],
      ),
    ]).toEqual([1, NaN, 0]);
    expect(() => labelWindows(holes, { label: "state", features: ["x"], window: 1 })).toThrow(
      's.csv, row 2 (line 3), column "state": the value is missing',
    );
  });
});

describe("batches", () => {
  it("hold every index once, in order or shuffled by the random numbers given", () => {
    const indices = Int32Array.from({ length: 10 }, (_, i) => i * 2);
    expect(makeBatches(indices, { batchSize: 4 }).map((batch) => [...batch])).toEqual([
      [0, 2, 4, 6],
      [8, 10, 12, 14],
      [16, 18],
    ]);
    const shuffled = makeBatches(indices, { batchSize: 4, random: createRandom(3) });
    expect(shuffled).toEqual(makeBatches(indices, { batchSize: 4, random: createRandom(3) }));
    expect(shuffled).not.toEqual(makeBatches(indices, { batchSize: 4 }));
    expect(shuffled.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual([...indices]);
    expect(() => makeBatches(indices, { batchSize: 0 })).toThrow("The batch size is 0; give a whole number from 1");
  });

  it("of like length hold every index once, in few lengths, padded no further than their bucket", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 60 });
    const how = fc.record({
      batchSize: fc.integer({ min: 1, max: 9 }),
      buckets: fc.integer({ min: 1, max: 6 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(lengths, how, (all, { batchSize, buckets, seed }) => {
        const indices = Int32Array.from(all, (_, index) => index);
        const make = (): ReturnType<typeof makeLengthBatches> =>
          makeLengthBatches(Int32Array.from(all), indices, { batchSize, buckets, random: createRandom(seed) });
        const batches = make();
        expect(make()).toEqual(batches);
        expect(batches.flatMap((batch) => [...batch.indices]).sort((a, b) => a - b)).toEqual([...indices]);
        const steps = [...new Set(batches.map((batch) => batch.steps))].sort((a, b) => a - b);
        expect(steps.length).toBeLessThanOrEqual(buckets);
        for (const batch of batches) {
          const below = steps.findLast((other) => other < batch.steps) ?? 0;
          for (const index of batch.indices) {
            expect(all[index]).toBeLessThanOrEqual(batch.steps);
            expect(all[index]).toBeGreaterThan(below);
          }
          expect(batch.indices.length).toBeLessThanOrEqual(batchSize);
        }
      }),
    );
    expect(() => makeLengthBatches(Int32Array.of(1), Int32Array.of(0), { batchSize: 1, buckets: 0 })).toThrow(
      "The number of buckets is 0; give a whole number from 1",
    );
  });

  it("take the parts of a split by sequence", () => {
    const split = splitByItem(20, { test: 5, seed: 2 });
    const batches = makeBatches(rowsOfPart(split, "test"), { batchSize: 2 });
    expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
  });
});
