/** Sequences as they are learned from, and how a batch is filled with them. */
import type { SequenceSet } from "../data/sequences.ts";
import { pictureChannels } from "../data/pictures.ts";
import type { PictureAugmentation } from "../data/augment-picture.ts";
import { RecurraError } from "../util/errors.ts";
import type { BatchPorts } from "./batch-source.ts";
import type { TokenReplacement } from "./replace-tokens.ts";

type Values = Float32Array | Float64Array | Int32Array;

/** Sequences of numbers or tokens, with a target each or one for each step. Rows of all sequences lie in one array and may be shared. */
export interface SequenceData {
  readonly kind: "sequences";
  /** `[rows, inputSize]`, or tokens `[rows]`. */
  readonly inputs: Values;
  /** 1 for tokens. */
  readonly inputSize: number;
  /** First row and number of rows of each sequence. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** `[sequences, targetSize]`, or `[rows, targetSize]` where `perStep`. */
  readonly targets: Values;
  readonly targetSize: number;
  readonly perStep: boolean;
  /** How much each sequence (each row, where `perStep`) counts; 1 if absent, 0 leaves it out. */
  readonly weights?: Float32Array | Float64Array;
  /** Which sequences; all if absent. */
  readonly indices?: Int32Array;
  /** How many different lengths batches are padded to, at most: 4 if absent. Each is compiled on its own. */
  readonly buckets?: number;
  /** Of tokens, where there is no `source`: replaces a share of them, another one in each epoch that is shuffled. */
  readonly replaced?: TokenReplacement;
  /** What an encoder reads for each sequence. */
  readonly source?: SourceSequences;
}

/** A further sequence of numbers or tokens for each sequence. */
export interface SourceSequences {
  /** `[rows, inputSize]`, or tokens `[rows]`. */
  readonly inputs: Values;
  /** 1 for tokens. */
  readonly inputSize: number;
  /** First row and number of rows of each sequence's source; several may share rows. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** Of pictures: they are augmented, anew in each epoch that is shuffled. */
  readonly augmentation?: PictureAugmentation;
}

/** Sequences (or texts) whose class is to be told, all of them or those with these indices. */
export function classifySequences(set: SequenceSet, indices?: Int32Array): SequenceData {
  const { values, inputNames, starts, lengths, labels } = set;
  return {
    kind: "sequences",
    inputs: values,
    inputSize: inputNames.length,
    starts,
    lengths,
    targets: labels,
    targetSize: 1,
    perStep: false,
    ...(indices === undefined ? {} : { indices }),
  };
}

/** The numbers of the sequences that are used. */
export function membersOf({ indices, lengths }: SequenceData): Int32Array {
  return indices ?? Int32Array.from(lengths, (_, n) => n);
}

export interface Seat {
  readonly member: number;
  readonly batch: number;
  readonly steps: number;
  /** Whether the member counts, or only fills up the batch. */
  readonly counts: boolean;
}

/** Writes one sequence, or the first step of one that does not count, as a member of the batch; past its length inputs, targets and weights are 0. */
export function fillMember(
  data: SequenceData,
  sequence: number,
  { member, batch, steps, counts }: Seat,
  ports: BatchPorts,
): void {
  const start = data.starts[sequence] ?? 0;
  const length = counts || ports.lengths === undefined ? (data.lengths[sequence] ?? 0) : 1;
  const used = counts ? 1 : 0;
  for (let step = 0; step < steps; step++) {
    const row = step * batch + member;
    copyRow(data.inputs, step < length ? start + step : -1, ports.inputs, row, data.inputSize);
    if (!data.perStep) continue;
    copyRow(data.targets, step < length ? start + step : -1, ports.targets, row, data.targetSize);
    ports.weights[row] = step < length ? used * (data.weights?.[start + step] ?? 1) : 0;
  }
  if (!data.perStep) {
    copyRow(data.targets, sequence, ports.targets, member, data.targetSize);
    ports.weights[member] = used * (data.weights?.[sequence] ?? 1);
  }
  if (ports.lengths !== undefined) ports.lengths[member] = length;
}

/** Copies a row of numbers; row -1 is zeros. */
export function copyRow(
  from: ArrayLike<number>,
  row: number,
  to: Float32Array | Float64Array,
  toRow: number,
  columns: number,
): void {
  for (let column = 0; column < columns; column++)
    to[toRow * columns + column] = row < 0 ? 0 : (from[row * columns + column] ?? 0);
}

/** Throws `training/bad-data` for arrays that do not fit one another. */
export function checkSequences(data: SequenceData): void {
  const { inputs, inputSize, starts, lengths, targets, targetSize, perStep, weights, indices } = data;
  if (starts.length !== lengths.length)
    fail(`There are ${starts.length} starts for ${lengths.length} lengths; give one of each for every sequence.`);
  const rows = inputs.length / inputSize;
  if (!Number.isInteger(rows))
    fail(`The inputs are ${inputs.length} numbers, which is no multiple of their size ${inputSize}.`);
  const wanted = perStep ? rows : lengths.length;
  const unit = perStep ? "rows" : "sequences";
  if (targets.length !== wanted * targetSize)
    fail(
      `There are ${targets.length} numbers of targets; ${wanted} ${unit} of ${targetSize} make ${wanted * targetSize}.`,
    );
  if (weights !== undefined && weights.length !== wanted)
    fail(`There are ${weights.length} weights for ${wanted} ${unit}.`);
  if (data.source !== undefined && data.replaced !== undefined)
    fail("Tokens are replaced in plain sequences only; leave `replaced` out where sequences have sources.");
  if (data.source !== undefined) checkSourceSequences(data.source, lengths.length);
  const missing = indices?.find((index) => lengths[index] === undefined);
  if (missing !== undefined) fail(`Sequence ${missing} is asked for; there are ${lengths.length}, numbered from 0.`);
  const members = membersOf(data);
  if (members.length === 0) fail("There are no sequences to learn from.");
  for (const n of members) {
    const [start, length] = [starts[n] ?? 0, lengths[n] ?? 0];
    if (length < 1) fail(`Sequence ${n} has no steps; leave empty sequences out.`);
    if (start < 0 || start + length > rows)
      fail(`Sequence ${n} is rows ${start} to ${start + length - 1}, but there are ${rows}.`);
  }
}

function checkSourceSequences(
  { inputs, inputSize, starts, lengths, augmentation }: SourceSequences,
  count: number,
): void {
  if (starts.length !== count || lengths.length !== count)
    fail(
      `There are ${starts.length} starts and ${lengths.length} lengths of sources for ${count} sequences; give one of each for every sequence.`,
    );
  const rows = inputs.length / inputSize;
  lengths.forEach((length, n) => {
    const start = starts[n] ?? -1;
    if (length < 1) fail(`The source of sequence ${n} has no steps; leave empty ones out.`);
    if (start < 0 || start + length > rows)
      fail(`The source of sequence ${n} is rows ${start} to ${start + length - 1}, but there are ${rows}.`);
    if (augmentation !== undefined && length !== augmentation.height * augmentation.width)
      fail(
        `The source of sequence ${n} has ${length} rows; a picture of ${augmentation.height} × ${augmentation.width} has a row for each pixel.`,
      );
  });
  if (augmentation === undefined) return;
  if (inputSize !== pictureChannels)
    fail(`Pictures that are augmented have ${pictureChannels} numbers for each pixel, not ${inputSize}.`);
  for (const name of ["shift", "warp", "colour", "blur"] as const) {
    const amount = augmentation[name];
    if (!(amount >= 0 && amount <= 1))
      fail(`The augmentation of pictures has a ${name} of ${amount}; give a number from 0 to 1.`);
  }
}

function fail(message: string): never {
  throw new RecurraError("training/bad-data", message);
}
