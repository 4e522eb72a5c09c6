/** What a task that needs memory is: sequences made from a seed, and how good an answer without memory can be. */
import type { LossSpec, SequenceData } from "../../training/index.ts";
import { printCount } from "../../util/count.ts";
import { RecurraError } from "../../util/errors.ts";
import type { Random } from "../../util/random.ts";

/** How many sequences of which length. */
export interface MemoryChoice {
  readonly count: number;
  readonly steps: number;
  /** A whole number that all of them follow from. */
  readonly seed: number;
}

/** The best that can be said without remembering anything. */
export interface Chance {
  /** As the task measures it: the mean squared error, or the share of wrong answers. */
  readonly error: number;
  /** The mean loss. */
  readonly loss: number;
}

/** What learns, what says when it is best, and what measures it: no sequence is in two of them. */
export interface MemoryParts {
  readonly train: SequenceData;
  readonly validation: SequenceData;
  readonly test: SequenceData;
  readonly chance: Chance;
}

export interface MemoryTask {
  readonly name: string;
  readonly summary: string;
  /** The paper it is from. */
  readonly source: string;
  /** What a network for it reads, and how many numbers it says. */
  readonly input: { readonly kind: "features" | "tokens"; readonly size: number };
  readonly outputs: number;
  /** Whether there is an answer for each step, or one for the sequence. */
  readonly perStep: boolean;
  readonly loss: LossSpec;
  /** What is measured: `mean squared error`, or `wrong answers` as a share. */
  readonly measure: "mean squared error" | "wrong answers";
  /** Lengths worth trying, the shortest first. */
  readonly usualSteps: readonly number[];
  /** Throws `training/bad-option` for lengths that the task does not have. */
  checkSteps(steps: number): void;
  make(counts: MemoryCounts): Promise<MemoryParts>;
}

/** Sequences in each part. */
export interface MemoryCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly steps: number;
  readonly seed: number;
}

/** Three parts of a task whose sequences are drawn: each from a generator of its own. */
export function drawParts(
  { train, validation, test, steps, seed }: MemoryCounts,
  draw: (choice: MemoryChoice) => SequenceData,
  chance: Chance,
): MemoryParts {
  const make = (count: number, part: number): SequenceData => draw({ count, steps, seed: seed * 3 + part });
  return { train: make(train, 0), validation: make(validation, 1), test: make(test, 2), chance };
}

/** First rows of sequences of one length that lie one after another, and the lengths. */
export function evenRows({ count, steps }: MemoryChoice): Pick<SequenceData, "starts" | "lengths"> {
  return {
    starts: Int32Array.from({ length: count }, (_, n) => n * steps),
    lengths: new Int32Array(count).fill(steps),
  };
}

/** A whole number from `low` to `high`, both possible. */
export function drawBetween(random: Random, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

/** Throws `training/bad-option` unless there are so many steps at least. */
export function requireSteps(task: string, steps: number, least: number): void {
  if (Number.isInteger(steps) && steps >= least) return;
  throw new RecurraError(
    "training/bad-option",
    `${task} has sequences of at least ${printCount(least, "step")}, but ${steps} were asked for.`,
  );
}
