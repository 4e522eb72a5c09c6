/** Augmented pictures: as they are until an epoch is shuffled, then the same for the same epoch, whatever the size of batches. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../util/random.ts";
import { createBatchSource } from "./batch-source.ts";
import type { BatchPorts } from "./batch-source.ts";
import type { SequenceData, SourceSequences } from "./sequence-data.ts";

const [height, width, pictures] = [4, 5, 3];
const pixels = height * width;
const random = createRandom(3);

function makeData(change: Partial<SourceSequences> = {}): SequenceData {
  return {
    kind: "sequences",
    inputs: Int32Array.of(0, 1, 0, 2, 0, 3),
    inputSize: 1,
    starts: Int32Array.of(0, 2, 4),
    lengths: Int32Array.of(2, 2, 2),
    targets: Int32Array.of(1, 0, 2, 0, 3, 0),
    targetSize: 1,
    perStep: true,
    source: {
      inputs: Float32Array.from({ length: pictures * pixels * 3 }, () => random.uniform(0.5, 2)),
      inputSize: 3,
      starts: Int32Array.of(0, pixels, 2 * pixels),
      lengths: new Int32Array(pictures).fill(pixels),
      augmentation: { height, width, shift: 0.2, warp: 0.1, colour: 0.1, blur: 0.5, most: 2 },
      ...change,
    },
  };
}

/** What is read of each picture in an epoch, by the token that its caption has. */
function readAll(data: SequenceData, batch: number, seed?: number): ReadonlyMap<number, readonly number[]> {
  const source = createBatchSource(data, { batch });
  if (seed !== undefined) source.shuffle(createRandom(seed));
  const ports: BatchPorts = {
    inputs: new Float64Array(2 * batch),
    targets: new Float64Array(2 * batch),
    weights: new Float64Array(2 * batch),
    lengths: undefined,
    source: { inputs: new Float64Array(pixels * batch * 3), lengths: undefined },
  };
  const read = new Map<number, readonly number[]>();
  for (let index = 0; index < source.count; index++) {
    source.fill(index, ports);
    for (let member = 0; member < batch; member++) {
      if (ports.weights[member] === 0) continue;
      const rows = Array.from({ length: pixels }, (_, step) => (step * batch + member) * 3);
      read.set(
        ports.targets[member]!,
        rows.flatMap((at) => Array.from(ports.source!.inputs.slice(at, at + 3))),
      );
    }
  }
  return read;
}

describe("augmented pictures", () => {
  const data = makeData();
  const plain = new Map(
    [1, 2, 3].map((token, n) => [token, Array.from(data.source!.inputs.slice(n * pixels * 3, (n + 1) * pixels * 3))]),
  );

  it("are read as they are before an epoch is shuffled", () => {
    expect(readAll(data, 2)).toEqual(plain);
  });

  it("are read in another form in each epoch, the same in batches of any size", () => {
    const first = readAll(data, 2, 1);
    expect(first.size).toBe(pictures);
    for (const [token, values] of first) expect(values).not.toEqual(plain.get(token));
    expect(readAll(data, 2, 2)).not.toEqual(first);
    for (const batch of [1, 2, 3]) expect(readAll(data, batch, 1)).toEqual(first);
  });

  it("are refused where they do not fit their size, or would be augmented by no share", () => {
    const augmentation = data.source!.augmentation!;
    const create = (change: Partial<SourceSequences>) => () => createBatchSource(makeData(change), { batch: 2 });
    expect(create({ augmentation: { ...augmentation, height: 3 } })).toThrow(
      /has 20 rows; a picture of 3 × 5 has a row for each pixel/,
    );
    expect(create({ augmentation: { ...augmentation, warp: 2 } })).toThrow(/a warp of 2; give a number from 0 to 1/);
    expect(create({ augmentation: { ...augmentation, shift: -1 } })).toThrow(
      /a shift of -1; give a number from 0 to 1/,
    );
    expect(create({ inputSize: 1, inputs: new Float32Array(pictures * pixels) })).toThrow(
      /3 numbers for each pixel, not 1/,
    );
  });
});
