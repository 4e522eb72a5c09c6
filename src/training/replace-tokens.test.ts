import { expect, test } from "vitest";
import { createRandom } from "../util/random.ts";
import { createReplacer } from "./replace-tokens.ts";
import { createSequenceSource } from "./sequence-source.ts";

const rows = Array.from({ length: 20_000 }, (_, row) => row);

test("a share of the rows is replaced, others in each epoch, and the same for the same generator", () => {
  const pick = (seed: number, epochs: number): number[] => {
    const replacer = createReplacer({ share: 0.2, by: 1 });
    const random = createRandom(seed);
    for (let epoch = 0; epoch < epochs; epoch++) replacer.draw(random);
    return rows.map((row) => replacer.replace(7, row));
  };
  const first = pick(3, 1);
  expect(first.filter((token) => token === 1).length / rows.length).toBeCloseTo(0.2, 1);
  expect(first.filter((token) => token === 7).length + first.filter((token) => token === 1).length).toBe(rows.length);
  expect(pick(3, 1)).toEqual(first);
  const both = pick(3, 2).filter((token, row) => token === 1 && first[row] === 1).length;
  expect(both / rows.length).toBeCloseTo(0.04, 1);
  expect(pick(3, 0)).toEqual(rows.map(() => 7));
});

test("a share outside its range is refused", () => {
  for (const share of [1, -0.1, NaN]) expect(() => createReplacer({ share, by: 1 })).toThrow(/share of tokens/);
});

test("batches hold replaced tokens once they were shuffled, and padding stays", () => {
  const source = createSequenceSource(
    {
      kind: "sequences",
      inputs: Int32Array.of(2, 3, 4, 5, 6, 7),
      inputSize: 1,
      starts: Int32Array.of(0, 4),
      lengths: Int32Array.of(4, 2),
      targets: Int32Array.of(0, 1),
      targetSize: 1,
      perStep: false,
      replaced: { share: 0.999, by: 1 },
      buckets: 1,
    },
    { batch: 2 },
  );
  const ports = {
    inputs: new Float32Array(8),
    targets: new Float32Array(2),
    weights: new Float32Array(2),
    lengths: new Float32Array(2),
    source: undefined,
  };
  source.fill(0, ports);
  expect([...ports.inputs]).toEqual([2, 6, 3, 7, 4, 0, 5, 0]);
  source.shuffle(createRandom(1));
  source.fill(0, ports);
  expect([...ports.inputs]).toEqual([1, 1, 1, 1, 1, 0, 1, 0]);
});
