/** Batches of pairs for a network with an encoder: those of similar lengths together, sources and sequences each padded to one of a few lengths. */
import { makeBatches } from "../data/batches.ts";
import { known } from "../util/errors.ts";
import type { Random } from "../util/random.ts";
import type { BatchShape, BatchSource, SourceOptions } from "./batch-source.ts";
import { checkSequences, copyRow, fillMember, membersOf } from "./sequence-data.ts";
import type { SequenceData, SourceSequences } from "./sequence-data.ts";
import { createSourceReader } from "./augment-source.ts";
import type { SourceRows } from "./augment-source.ts";

export type PairData = SequenceData & { readonly source: SourceSequences };

interface PairBatch {
  /** The longest source first. */
  readonly indices: Int32Array;
  readonly shape: BatchShape;
}

/** Lengths that sequences are padded to; each has kernels of its own. */
const fewBuckets = 4;

/**
 * Sequences are put into buckets by their own lengths, and the sources of a bucket are padded to the longest of them. Members of a batch stand by the length of their source, the
 * longest first, since the encoder skips what lies past it; the sequences themselves are padded with weight 0. A last batch that is not full is filled up with members that do
 * not count.
 */
export function createPairSource(data: PairData, { batch }: SourceOptions): BatchSource {
  checkSequences(data);
  const members = membersOf(data);
  const lengthOf = (index: number): number => known(data.lengths[index], "a length");
  const sourceLengthOf = (index: number): number => known(data.source.lengths[index], "a length");
  const buckets = Math.min(data.buckets ?? fewBuckets, Math.ceil(members.length / batch));
  const limits = limitsOf(members, lengthOf, buckets);
  const groups = limits.map((steps, n) => {
    const least = limits[n - 1] ?? 0;
    const own = members.filter((index) => lengthOf(index) > least && lengthOf(index) <= steps);
    const sourceSteps = own.reduce((most, index) => Math.max(most, sourceLengthOf(index)), 1);
    return { members: own, shape: { steps, sourceSteps } };
  });
  const make = (random?: Random): readonly PairBatch[] => {
    const batches = groups.flatMap(({ members: own, shape }) =>
      makeBatches(own, { batchSize: batch, random }).map((indices): PairBatch => ({
        indices: indices.slice().sort((a, b) => sourceLengthOf(b) - sourceLengthOf(a) || a - b),
        shape,
      })),
    );
    return random === undefined ? batches : random.shuffle([...batches]);
  };
  let batches = make();
  const sources = createSourceReader(data.source);
  return {
    shapes: groups.map(({ shape }) => shape),
    batch,
    count: batches.length,
    inputSize: data.inputSize,
    targetSize: data.targetSize,
    perStep: data.perStep,
    lengths: false,
    source: {
      inputSize: data.source.inputSize,
      lengths: groups.some(({ members: own, shape }) =>
        own.some((index) => sourceLengthOf(index) !== shape.sourceSteps),
      ),
    },
    truncation: undefined,
    shuffle: (random) => {
      sources.draw(random);
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
        const length = counts || source.lengths === undefined ? sourceLengthOf(sequence) : 1;
        const read = { ...sources.read(sequence), length, size: data.source.inputSize };
        fillSource(read, { member, batch, steps: shape.sourceSteps ?? 0 }, source);
      }
    },
  };
}

type Ports = NonNullable<Parameters<BatchSource["fill"]>[1]["source"]>;

function fillSource(
  { inputs, start, length, size }: SourceRows & { readonly length: number; readonly size: number },
  { member, batch, steps }: { readonly member: number; readonly batch: number; readonly steps: number },
  ports: Ports,
): void {
  for (let step = 0; step < steps; step++)
    copyRow(inputs, step < length ? start + step : -1, ports.inputs, step * batch + member, size);
  if (ports.lengths !== undefined) ports.lengths[member] = length;
}

/**
 * The limits of buckets, ascending, with which padding is least: over the lengths there are, ascending, least(k, j) of the first j of them in k buckets is
 * the least over i < j of least(k - 1, i) + (members of lengths i … j - 1) × length j - 1.
 */
function limitsOf(members: Int32Array, lengthOf: (index: number) => number, buckets: number): readonly number[] {
  const counts = new Map<number, number>();
  for (const index of members) counts.set(lengthOf(index), (counts.get(lengthOf(index)) ?? 0) + 1);
  const lengths = [...counts.keys()].sort((a, b) => a - b);
  const before = [0];
  for (const length of lengths) before.push((before.at(-1) ?? 0) + (counts.get(length) ?? 0));
  const upTo = (place: number): number => known(before[place], "a count");
  let best: { readonly cost: number; readonly limits: readonly number[] }[] = lengths.map((length, at) => ({
    cost: upTo(at + 1) * length,
    limits: [length],
  }));
  for (let bucket = 1; bucket < buckets; bucket++) {
    best = best.map((own, end) => {
      const length = known(lengths[end], "a length");
      let least = own;
      for (let start = 1; start <= end; start++) {
        const first = known(best[start - 1], "fewer buckets");
        const cost = first.cost + (upTo(end + 1) - upTo(start)) * length;
        if (cost < least.cost) least = { cost, limits: [...first.limits, length] };
      }
      return least;
    });
  }
  return known(best.at(-1), "limits").limits;
}
