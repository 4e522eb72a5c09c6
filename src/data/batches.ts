/** Items put into batches: in any order for windows, by length for sequences. */
import { RecurraError, known } from "../util/errors.ts";
import type { Random } from "../util/random.ts";

export interface BatchOptions {
  readonly batchSize: number;
  /** Shuffles items (and batches); without it their order is kept, for evaluation. */
  readonly random?: Random | undefined;
}

/** Batches of these indices, each once; the last may be smaller. Throws `util/bad-argument`. */
export function makeBatches(indices: Int32Array, options: BatchOptions): readonly Int32Array[] {
  const { batchSize, random } = options;
  checkBatchSize(batchSize);
  const order = random === undefined ? indices : random.shuffle(indices.slice());
  return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, batch) =>
    order.subarray(batch * batchSize, (batch + 1) * batchSize),
  );
}

/** Sequences of like length. */
export interface LengthBatch {
  readonly indices: Int32Array;
  /** Steps they are padded to: the greatest length of their bucket. */
  readonly steps: number;
}

export interface LengthBatchOptions extends BatchOptions {
  /** Most different numbers of steps, each of which costs a kernel of its own; 8 where not given. */
  readonly buckets?: number | undefined;
}

/**
 * Batches of sequences whose lengths (by index) are close: bucket limits are quantiles of the lengths, so that each bucket has
 * about as many sequences. Shuffled within buckets, and the batches among one another. Throws `util/bad-argument`.
 */
export function makeLengthBatches(
  lengths: Int32Array,
  indices: Int32Array,
  options: LengthBatchOptions,
): readonly LengthBatch[] {
  const { buckets = 8, random } = options;
  if (!Number.isInteger(buckets) || buckets < 1) {
    throw new RecurraError("util/bad-argument", `The number of buckets is ${buckets}; give a whole number from 1`);
  }
  const lengthOf = (index: number): number => known(lengths[index], "a sequence");
  const sorted = indices.slice().sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  const limits = findLimits(Int32Array.from(sorted, lengthOf), buckets);
  const batches = limits.flatMap((steps, bucket) => {
    const least = bucket === 0 ? 0 : known(limits[bucket - 1], "a limit");
    const members = sorted.filter((index) => lengthOf(index) > least && lengthOf(index) <= steps);
    return makeBatches(members, options).map((batch) => ({ indices: batch, steps }));
  });
  return random === undefined ? batches : random.shuffle(batches);
}

/** Greatest lengths of the buckets, ascending: every (1/buckets)-quantile, each once. */
function findLimits(sorted: Int32Array, buckets: number): readonly number[] {
  const ends = Array.from({ length: buckets }, (_, bucket) => Math.ceil((sorted.length * (bucket + 1)) / buckets) - 1);
  return [...new Set(ends.flatMap((end) => sorted[end] ?? []))];
}

function checkBatchSize(batchSize: number): void {
  if (Number.isInteger(batchSize) && batchSize >= 1) return;
  throw new RecurraError("util/bad-argument", `The batch size is ${batchSize}; give a whole number from 1`);
}
