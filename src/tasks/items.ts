/** What a network reads one at a time, in one numbering: sequences, or windows of rows. */
import { assembleSequences, assembleWindows, readTruth } from "../data/index.ts";
import type { Classes, SequenceSet, Windows } from "../data/index.ts";
import type { SelfTestInputs } from "../formats/recurra/index.ts";
import type { SequenceData, TrainingData } from "../training/index.ts";
import { known } from "../util/errors.ts";

/** Sequences or windows. */
export type Items =
  | { readonly kind: "sequences"; readonly set: SequenceSet }
  | { readonly kind: "windows"; readonly windows: Windows };

/** Items with these numbers, as the trainer takes them. */
export function dataOf(items: Items, indices: Int32Array): TrainingData {
  if (items.kind === "windows") return { kind: "windows", windows: items.windows, indices };
  const { set } = items;
  const pick = (values: Int32Array): Int32Array =>
    Int32Array.from(indices, (index) => known(values[index], "a sequence"));
  const data: SequenceData = {
    kind: "sequences",
    inputs: set.values,
    inputSize: set.inputNames.length,
    starts: pick(set.starts),
    lengths: pick(set.lengths),
    targets: pick(set.labels),
    targetSize: 1,
    perStep: false,
  };
  return data;
}

/** Numbers of true classes; NaN or `unlabelled` where there is none. */
export function labelsOf(items: Items, indices: Int32Array): Float64Array {
  if (items.kind === "windows") return readTruth(items.windows, indices);
  return Float64Array.from(indices, (index) => known(items.set.labels[index], "a sequence"));
}

/** The number of the class that most of these items have. */
export function findMajority(items: Items, indices: Int32Array, classes: Classes): number {
  const counts = new Int32Array(classes.names.length);
  for (const label of labelsOf(items, indices)) counts[label] = (counts[label] ?? 0) + 1;
  return counts.indexOf(counts.reduce((a, b) => Math.max(a, b)));
}

/** Windows that a model is tried with. */
const testMembers = 2;

/** The last windows of the data, or its shortest sequence. */
export function selfTestInputs(items: Items): SelfTestInputs {
  if (items.kind === "windows") {
    const { windows } = items;
    const { window } = windows.spec;
    const indices = Int32Array.from(
      { length: Math.min(testMembers, windows.count) },
      (_, at) => windows.count - 1 - at,
    );
    const inputs = new Float32Array(window * indices.length * windows.inputNames.length);
    assembleWindows(windows, indices, inputs);
    return { steps: window, batch: indices.length, inputs };
  }
  const { set } = items;
  const index = set.lengths.indexOf(set.lengths.reduce((a, b) => Math.min(a, b)));
  const steps = known(set.lengths[index], "a length");
  const into = {
    inputs: new Float32Array(steps * set.inputNames.length),
    lengths: new Int32Array(1),
    labels: new Int32Array(1),
  };
  assembleSequences(set, [index], steps, into);
  return { steps, batch: 1, inputs: into.inputs };
}
