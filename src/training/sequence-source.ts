/** Batches of sequences whose lengths differ: those of similar length together, padded to the longest of their bucket. */
import { makeLengthBatches } from "../data/batches.ts";
import type { LengthBatch } from "../data/batches.ts";
import { known } from "../util/errors.ts";
import type { Random } from "../util/random.ts";
import type { BatchSource, SourceOptions } from "./batch-source.ts";
import { createReplacer } from "./replace-tokens.ts";
import { checkSequences, fillMember, membersOf } from "./sequence-data.ts";
import type { SequenceData } from "./sequence-data.ts";

const fewBuckets = 4;

/** Batches of sequences, the longest of each first. A last batch of a bucket that is not full is filled up with members of one step and weight 0. */
export function createSequenceSource(data: SequenceData, { batch }: SourceOptions): BatchSource {
  checkSequences(data);
  const members = membersOf(data);
  // More buckets than full batches would only make the batches smaller.
  const buckets = Math.min(data.buckets ?? fewBuckets, Math.ceil(members.length / batch));
  const options = { batchSize: batch, buckets };
  const make = (random?: Random): readonly LengthBatch[] =>
    makeLengthBatches(data.lengths, members, { ...options, random }).map(({ indices, steps: padded }) => ({
      indices: indices
        .slice()
        .sort((a, b) => known(data.lengths[b], "a length") - known(data.lengths[a], "a length") || a - b),
      steps: padded,
    }));
  const replacer = data.replaced === undefined ? undefined : createReplacer(data.replaced);
  let batches = make();
  const shapes = [...new Set(batches.map((one) => one.steps))].sort((a, b) => a - b).map((steps) => ({ steps }));
  const shapeOf = new Map(shapes.map((shape) => [shape.steps, shape]));
  return {
    shapes,
    batch,
    count: batches.length,
    inputSize: data.inputSize,
    targetSize: data.targetSize,
    perStep: data.perStep,
    lengths: batches.some((one) => one.indices.some((index) => data.lengths[index] !== one.steps)),
    truncation: undefined,
    shuffle: (random) => {
      batches = make(random);
      replacer?.draw(random);
    },
    shapeOf: (index) => known(shapeOf.get(known(batches[index], `batch ${index}`).steps), "a shape"),
    fill: (index, ports) => {
      const { indices, steps: length } = known(batches[index], `batch ${index}`);
      for (let member = 0; member < batch; member++) {
        const counts = member < indices.length;
        const sequence = known(indices[counts ? member : indices.length - 1], "a sequence");
        fillMember(data, sequence, { member, batch, steps: length, counts }, ports);
        if (replacer === undefined) continue;
        const start = data.starts[sequence] ?? 0;
        for (let step = 0; step < Math.min(length, data.lengths[sequence] ?? 0); step++) {
          const row = step * batch + member;
          ports.inputs[row] = replacer.replace(ports.inputs[row] ?? 0, start + step);
        }
      }
    },
  };
}
