import { describe, expect, it } from "vitest";
import { createWindows, tableFromNumbers } from "../data/index.ts";
import { createRandom } from "../util/random.ts";
import { createBatchSource } from "./batch-source.ts";
import type { BatchPorts, BatchSource, TrainingData } from "./batch-source.ts";
import { classifySequences } from "./sequence-data.ts";
import type { SequenceData } from "./sequence-data.ts";
import { cutIntoStreams } from "./stream-source.ts";
import type { StreamData } from "./stream-source.ts";

function portsFor(source: BatchSource, lengths = source.lengths): BatchPorts {
  const rows = Math.max(...source.shapes.map((shape) => shape.steps)) * source.batch;
  return {
    inputs: new Float64Array(rows * source.inputSize).fill(NaN),
    targets: new Float64Array(rows * source.targetSize).fill(NaN),
    weights: new Float64Array(rows).fill(NaN),
    lengths: lengths ? new Float64Array(source.batch) : undefined,
  };
}

/** The numbers of an array that a batch uses. */
function take(array: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: count }, (_, n) => array[n] ?? NaN);
}

describe("windows", () => {
  const table = tableFromNumbers({ v: Float64Array.from({ length: 9 }, (_, n) => n) });
  const windows = createWindows(table, { targets: ["v"], window: 2 });
  const data: TrainingData = { kind: "windows", windows, indices: Int32Array.of(0, 1, 2, 3, 4) };

  it("fill batches step by step, and a last one with windows that do not count", () => {
    const source = createBatchSource(data, { batch: 2 });
    const ports = portsFor(source, true);
    expect(source).toMatchObject({
      shapes: [{ steps: 2 }],
      count: 3,
      inputSize: 1,
      targetSize: 1,
      perStep: false,
      lengths: false,
    });
    source.fill(1, ports);
    expect(take(ports.inputs, 4)).toEqual([2, 3, 3, 4]);
    expect([take(ports.targets, 2), take(ports.weights, 2), [...ports.lengths!]]).toEqual([
      [4, 5],
      [1, 1],
      [2, 2],
    ]);
    source.fill(2, ports);
    expect([take(ports.inputs, 4), take(ports.weights, 2)]).toEqual([
      [4, 4, 5, 5],
      [1, 0],
    ]);
  });

  it("come in an order that depends on the generator alone", () => {
    const targets = (source: BatchSource): number[] => {
      const ports = portsFor(source);
      return Array.from({ length: source.count }).flatMap((_, index) => {
        source.fill(index, ports);
        return take(ports.targets, 2).filter((__, member) => ports.weights[member] === 1);
      });
    };
    const source = createBatchSource(data, { batch: 2 });
    source.shuffle(createRandom(1));
    const first = targets(source);
    source.shuffle(createRandom(2));
    expect(targets(source)).not.toEqual(first);
    source.shuffle(createRandom(1));
    expect(targets(source)).toEqual(first);
    expect(first.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6]);
  });
});

/** Sequences of lengths 1, 3, 2, 5, 3: sequence n has inputs 10 n + step and the target n, or those inputs negated for each step. */
function sequences(options: Partial<SequenceData> = {}): SequenceData {
  const lengths = Int32Array.of(1, 3, 2, 5, 3);
  const inputs = [...lengths].flatMap((length, n) => Array.from({ length }, (_, step) => 10 * n + step));
  const starts = Int32Array.of(0, 1, 4, 6, 11);
  const targets = options.perStep ? inputs.map((input) => -input) : [0, 1, 2, 3, 4];
  return {
    kind: "sequences",
    inputs: Float64Array.from(inputs),
    inputSize: 1,
    starts,
    lengths,
    targets: Float64Array.from(targets),
    targetSize: 1,
    perStep: false,
    ...options,
  };
}

describe("sequences", () => {
  it("are padded to the longest of their bucket", () => {
    const source = createBatchSource(sequences({ buckets: 2 }), { batch: 2 });
    expect(source).toMatchObject({ shapes: [{ steps: 3 }, { steps: 5 }], count: 3, lengths: true });
    const ports = portsFor(source);
    const seen: number[] = [];
    for (let index = 0; index < source.count; index++) {
      source.fill(index, ports);
      for (let member = 0; member < 2; member++) {
        const n = ports.targets[member]!;
        const length = ports.lengths![member]!;
        // A member that only fills up the batch has one step.
        expect(length).toBe(ports.weights[member] === 1 ? [1, 3, 2, 5, 3][n] : 1);
        expect(length).toBeLessThanOrEqual(ports.lengths![member - 1] ?? Infinity);
        const row = Array.from({ length: source.shapeOf(index).steps }, (_, step) => ports.inputs[step * 2 + member]);
        expect(row).toEqual(row.map((_, step) => (step < length ? 10 * n + step : 0)));
        if (ports.weights[member] === 1) seen.push(n);
      }
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  });

  it("have targets and weights for each step where there are some", () => {
    const weights = new Float64Array(14).fill(1).with(12, 0.5);
    const source = createBatchSource(sequences({ perStep: true, weights, buckets: 1, indices: Int32Array.of(4, 0) }), {
      batch: 2,
    });
    const ports = portsFor(source);
    source.fill(0, ports);
    // Sequence 4 has three steps and comes first, sequence 0 has one.
    expect(take(ports.targets, 6)).toEqual([-40, -0, -41, 0, -42, 0]);
    expect(take(ports.weights, 6)).toEqual([1, 1, 0.5, 0, 1, 0]);
    expect([...ports.lengths!]).toEqual([3, 1]);
  });

  it("of one length have no lengths to look at", () => {
    const source = createBatchSource(sequences({ indices: Int32Array.of(1, 4) }), { batch: 2 });
    expect(source).toMatchObject({ shapes: [{ steps: 3 }], lengths: false, count: 1 });
  });

  it("are those of the data folder, with their classes", () => {
    const set = {
      kind: "sequences",
      count: 2,
      names: ["a", "b"],
      inputNames: ["x"],
      lengths: Int32Array.of(1, 2),
      starts: Int32Array.of(0, 1),
    } as const;
    const data = classifySequences(
      {
        ...set,
        values: Float64Array.of(7, 8, 9),
        labels: Int32Array.of(1, 0),
        classes: { kind: "classes", labels: ["no", "yes"] } as never,
      },
      Int32Array.of(1),
    );
    const source = createBatchSource(data, { batch: 1 });
    const ports = portsFor(source);
    source.fill(0, ports);
    expect([source.count, take(ports.inputs, 2), ports.targets[0]]).toEqual([1, [8, 9], 0]);
  });
});

describe("streams", () => {
  const stream = (batch: number, length: number): StreamData => {
    const values = Float64Array.from({ length: length * batch }, (_, n) => n);
    return {
      kind: "stream",
      inputs: values,
      inputSize: 1,
      targets: values.map((value) => -value),
      targetSize: 1,
      batch,
    };
  };

  it.each([
    [{ update: 3 }, 4],
    [{ update: 3, back: 5 }, 3],
    [{ update: 1, back: 4 }, 7],
    [{ update: 4, back: 12 }, 1],
  ])("cut by %j count each step once", (truncation, count) => {
    const source = createBatchSource(stream(2, 10), { batch: 2, truncation });
    expect(source.count).toBe(count);
    const ports = portsFor(source);
    const counted: number[] = [];
    for (let index = 0; index < source.count; index++) {
      source.fill(index, ports);
      const rows = source.shapeOf(index).steps * 2;
      for (let row = 0; row < rows; row++) {
        expect(ports.targets[row]! + ports.inputs[row]!).toBe(0);
        if (ports.weights[row] === 1) counted.push(ports.inputs[row]!);
      }
    }
    expect(counted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it("begin where the piece before has been updated", () => {
    const source = createBatchSource(stream(1, 10), { batch: 1, truncation: { update: 2, back: 4 } });
    const ports = portsFor(source);
    source.fill(2, ports);
    expect([take(ports.inputs, 4), take(ports.weights, 4)]).toEqual([
      [4, 5, 6, 7],
      [0, 0, 1, 1],
    ]);
  });

  it("are cut from one text, each step's target the next token", () => {
    expect(cutIntoStreams([0, 1, 2, 3, 4, 5, 6, 7], 2)).toMatchObject({
      inputs: Int32Array.of(0, 3, 1, 4, 2, 5),
      targets: Int32Array.of(1, 4, 2, 5, 3, 6),
      batch: 2,
    });
  });
});

describe("data that cannot be learned from", () => {
  it.each([
    ["windows", { kind: "windows", windows: {}, indices: new Int32Array() }, /no windows/],
    ["no sequences", sequences({ indices: new Int32Array() }), /no sequences/],
    ["a missing sequence", sequences({ indices: Int32Array.of(9) }), /Sequence 9 is asked for; there are 5/],
    ["an empty sequence", sequences({ lengths: Int32Array.of(0, 3, 2, 5, 3) }), /Sequence 0 has no steps/],
    [
      "a sequence past the end",
      sequences({ starts: Int32Array.of(0, 1, 4, 10, 11) }),
      /Sequence 3 is rows 10 to 14, but there are 14/,
    ],
    ["too few targets", sequences({ targetSize: 2 }), /5 numbers of targets; 5 sequences of 2 make 10/],
    ["streams that do not fit", { ...stream4(), batch: 3 }, /multiple of 3/],
    ["nothing known", { kind: "images" }, /no data of kind "images"/],
  ])("%s", (_, data, message) => {
    expect(() => createBatchSource(data as TrainingData, { batch: 4 })).toThrow(
      expect.objectContaining({
        code: "training/bad-data",
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });

  it("a truncation that leaves steps without a gradient", () => {
    expect(() => createBatchSource(stream4(), { batch: 2, truncation: { update: 3, back: 2 } })).toThrow(
      /every 3 steps with a gradient through 2/,
    );
  });
});

function stream4(): StreamData {
  return {
    kind: "stream",
    inputs: new Float64Array(4),
    inputSize: 1,
    targets: new Float64Array(4),
    targetSize: 1,
    batch: 2,
  };
}
