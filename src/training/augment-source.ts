/** Pictures that an encoder reads, augmented anew in every epoch. */
import { augmentPicture } from "../data/augment-picture.ts";
import { createRandom, mixNumbers } from "../util/random.ts";
import type { Random } from "../util/random.ts";
import type { SourceSequences } from "./sequence-data.ts";

/** What is read in place of the rows of a source. */
export interface SourceRows {
  readonly inputs: ArrayLike<number>;
  /** First row. */
  readonly start: number;
}

/** The rows of sources as they are read. */
export interface SourceReader {
  /** Begins an epoch with a number of its own; takes one from the generator where pictures are augmented. Until then they are read as they are. */
  draw(random: Random): void;
  /** Depends on the number of the sequence and the epoch's alone, so that a resumed epoch is the same. The rows are overwritten by the next call. */
  read(sequence: number): SourceRows;
}

export function createSourceReader({
  inputs,
  inputSize,
  starts,
  lengths,
  augmentation,
}: SourceSequences): SourceReader {
  const asTheyAre = (sequence: number): SourceRows => ({ inputs, start: starts[sequence] ?? 0 });
  if (augmentation === undefined) return { draw: () => {}, read: asTheyAre };
  const length = (lengths[0] ?? 0) * inputSize;
  const room = {
    from: new Float32Array(length),
    between: new Float32Array(length),
    to: new Float32Array(length),
  };
  let salt: number | undefined;
  return {
    draw: (random) => {
      salt = random.integer(2 ** 32);
    },
    read: (sequence) => {
      if (salt === undefined) return asTheyAre(sequence);
      const at = (starts[sequence] ?? 0) * inputSize;
      room.from.set(inputs.subarray(at, at + length));
      augmentPicture(room, augmentation, createRandom(mixNumbers(salt, sequence)));
      return { inputs: room.to, start: 0 };
    },
  };
}
