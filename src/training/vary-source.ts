/** Pictures that an encoder reads, each in another view in every epoch. */
import { varyPicture } from "../data/vary-picture.ts";
import { createRandom, mixNumbers } from "../util/random.ts";
import type { Random } from "../util/random.ts";
import type { SourceSequences } from "./sequence-data.ts";

/** What is read in place of the rows of a source. */
export interface Read {
  readonly inputs: ArrayLike<number>;
  /** First row. */
  readonly start: number;
}

/** Views depend on the number of the sequence and the epoch alone, so that a resumed epoch is the same. Until the first `draw`, and where nothing varies, sources are read as they are. */
export function createViews({ inputs, inputSize, starts, lengths, varied }: SourceSequences): {
  draw(random: Random): void;
  of(sequence: number): Read;
} {
  let salt: number | undefined;
  const length = (lengths[0] ?? 0) * inputSize;
  const [from, between, to] = [length, length, length].map((size) => new Float32Array(varied === undefined ? 0 : size));
  const room = { from: from!, between: between!, to: to! };
  return {
    draw: (random) => {
      if (varied !== undefined) salt = random.integer(2 ** 32);
    },
    of: (sequence) => {
      const start = starts[sequence] ?? 0;
      if (varied === undefined || salt === undefined) return { inputs, start };
      room.from.set(inputs.subarray(start * inputSize, start * inputSize + length));
      varyPicture(room, varied, createRandom(mixNumbers(salt, sequence)));
      return { inputs: room.to, start: 0 };
    },
  };
}
