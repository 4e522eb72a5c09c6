/** Sequences of labels as targets, for a loss that compares whole sequences, and the check that a network can say them. */
import { outputSteps } from "../network/index.ts";
import type { NetworkShape, NetworkSpec } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import type { TrainingData } from "./batch-source.ts";
import { membersOf } from "./sequence-data.ts";

/** Labels of all sequences as the `targets` and `targetSize` of sequence data: `[sequences, most labels]`, filled up with -1. */
export function padLabels(labels: readonly ArrayLike<number>[]): {
  readonly targets: Int32Array;
  readonly targetSize: number;
} {
  const targetSize = labels.reduce((most, { length }) => Math.max(most, length), 1);
  const targets = new Int32Array(labels.length * targetSize).fill(-1);
  labels.forEach((own, n) => targets.set(Array.from(own), n * targetSize));
  return { targets, targetSize };
}

interface LabelFit {
  readonly spec: NetworkSpec;
  readonly shape: NetworkShape;
  readonly blank: number;
}

/**
 * Throws `training/bad-data` for labels that are no classes or the blank, and for sequences with fewer outputs than their labels need: one each, and a
 * blank between two that are the same.
 */
export function checkLabels(data: TrainingData, { spec, shape, blank }: LabelFit): void {
  if (data.kind !== "sequences" || data.perStep)
    fail(
      'The loss "ctc" needs sequences with labels each: data of kind "sequences", without perStep, and targets of padLabels.',
    );
  if (!shape.perStep)
    fail(
      'The loss "ctc" needs an output for each step, but the network gives one for each sequence; remove the pooling.',
    );
  const { targets, targetSize } = data;
  const outputsOf = new Map<number, number>();
  for (const sequence of membersOf(data)) {
    const own = Array.from(targets.subarray(sequence * targetSize, (sequence + 1) * targetSize));
    const count = own.findLastIndex((label) => label !== -1) + 1;
    const labels = own.slice(0, count);
    const bad = labels.find(
      (label) => !Number.isInteger(label) || label < 0 || label >= shape.outputSize || label === blank,
    );
    if (bad !== undefined)
      fail(
        `Sequence ${sequence} has label ${bad}; a label is a whole number from 0 to ${shape.outputSize - 1}, but not the blank, ${blank}.`,
      );
    const repeats = labels.filter((label, n) => n > 0 && label === labels[n - 1]).length;
    const steps = data.lengths[sequence] ?? 0;
    const outputs = outputsOf.get(steps) ?? outputSteps(spec, steps);
    outputsOf.set(steps, outputs);
    if (outputs < count + repeats)
      fail(
        `Sequence ${sequence} has ${count} labels, which need ${count + repeats} outputs at least (repeated ones a blank between them), but its ${steps} steps give ${outputs}; leave it out, or pool less.`,
      );
  }
}

function fail(message: string): never {
  throw new RecurraError("training/bad-data", message);
}
