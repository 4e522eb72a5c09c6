/** Batches of pairs for a network with an encoder: those of similar lengths together, sources and sequences each padded to one of a few lengths. */
import { findLimits } from "../data/batches.ts";
import { known } from "../util/errors.ts";
import type { Random } from "../util/random.ts";
import type { BatchShape, BatchSource, SourceOptions } from "./batch-source.ts";
import { checkSequences, copyRow, fillMember, membersOf } from "./sequence-data.ts";
import type { SequenceData, SourceSequences } from "./sequence-data.ts";

export type PairData = SequenceData & { readonly source: SourceSequences };

interface PairBatch {
  /** The longest source first. */
  readonly indices: Int32Array;
  readonly shape: BatchShape;
}

/** Of either side; every combination that there is gets kernels of its own. */
const fewBuckets = 3;

/**
 * Members of a batch stand by the length of their source, the longest first, since the encoder skips what lies past it. The sequences themselves are padded,
 * with weight 0. A last batch that is not full is filled up with members that do not count.
 */
export function createPairSource(data: PairData, { batch }: SourceOptions): BatchSource {
  checkSequences(data);
  const members = membersOf(data);
  const buckets = Math.min(data.buckets ?? fewBuckets, Math.ceil(members.length / batch));
  const lengthOf = (index: number): number => known(data.lengths[index], "a length");
  const sourceLengthOf = (index: number): number => known(data.source.lengths[index], "a length");
  const limits = limitsOf(members, lengthOf, buckets);
  const sourceLimits = limitsOf(members, sourceLengthOf, buckets);
  const shapes = new Map<string, BatchShape>();
  const shapeOf = (indices: Int32Array): BatchShape => {
    const steps = reach(limits, indices, lengthOf);
    const sourceSteps = reach(sourceLimits, indices, sourceLengthOf);
    const key = `${steps} ${sourceSteps}`;
    const shape = shapes.get(key) ?? { steps, sourceSteps };
    shapes.set(key, shape);
    return shape;
  };
  // How many members each pair of buckets has is the same in every epoch, and so are the shapes of the batches.
  const make = (random?: Random): PairBatch[] => {
    const order = random === undefined ? members.slice() : random.shuffle(members.slice());
    const rank = new Map(Array.from(order, (index, at) => [index, at]));
    const bucketOf = (index: number, bounds: readonly number[], length: (index: number) => number): number =>
      bounds.findIndex((limit) => length(index) <= limit);
    order.sort(
      (a, b) =>
        bucketOf(a, limits, lengthOf) - bucketOf(b, limits, lengthOf) ||
        bucketOf(a, sourceLimits, sourceLengthOf) - bucketOf(b, sourceLimits, sourceLengthOf) ||
        (rank.get(a) ?? 0) - (rank.get(b) ?? 0),
    );
    const batches = Array.from({ length: Math.ceil(order.length / batch) }, (_, n): PairBatch => {
      const indices = order
        .slice(n * batch, (n + 1) * batch)
        .sort((a, b) => sourceLengthOf(b) - sourceLengthOf(a) || a - b);
      return { indices, shape: shapeOf(indices) };
    });
    return random === undefined ? batches : random.shuffle(batches);
  };
  let batches = make();
  return {
    shapes: [...shapes.values()].sort((a, b) => a.steps - b.steps || (a.sourceSteps ?? 0) - (b.sourceSteps ?? 0)),
    batch,
    count: batches.length,
    inputSize: data.inputSize,
    targetSize: data.targetSize,
    perStep: data.perStep,
    lengths: false,
    source: {
      inputSize: data.source.inputSize,
      lengths: members.some((index) => sourceLengthOf(index) !== sourceLimits[0]),
    },
    truncation: undefined,
    shuffle: (random) => {
      batches = make(random);
    },
    shapeOf: (index) => known(batches[index], `batch ${index}`).shape,
    fill: (index, ports) => {
      const { indices, shape } = known(batches[index], `batch ${index}`);
      const source = known(ports.source, "the ports of a source");
      for (let member = 0; member < batch; member++) {
        const counts = member < indices.length;
        const sequence = known(indices[counts ? member : indices.length - 1], "a sequence");
        fillMember(data, sequence, { member, batch, steps: shape.steps, counts }, ports);
        fillSource(data.source, sequence, { member, batch, steps: shape.sourceSteps ?? 0, counts }, source);
      }
    },
  };
}

type Ports = NonNullable<Parameters<BatchSource["fill"]>[1]["source"]>;

function fillSource(
  { inputs, inputSize, starts, lengths }: SourceSequences,
  sequence: number,
  { member, batch, steps, counts }: Parameters<typeof fillMember>[2],
  ports: Ports,
): void {
  const start = starts[sequence] ?? 0;
  const length = counts || ports.lengths === undefined ? (lengths[sequence] ?? 0) : 1;
  for (let step = 0; step < steps; step++)
    copyRow(inputs, step < length ? start + step : -1, ports.inputs, step * batch + member, inputSize);
  if (ports.lengths !== undefined) ports.lengths[member] = length;
}

function limitsOf(members: Int32Array, lengthOf: (index: number) => number, buckets: number): readonly number[] {
  return findLimits(Int32Array.from(members, lengthOf).sort(), buckets);
}

/** The least of the limits that holds all of them. */
function reach(limits: readonly number[], indices: Int32Array, lengthOf: (index: number) => number): number {
  const longest = indices.reduce((most, index) => Math.max(most, lengthOf(index)), 0);
  return known(
    limits.find((limit) => limit >= longest),
    "a limit",
  );
}
