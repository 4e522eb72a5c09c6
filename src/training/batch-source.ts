/** Where batches come from: an interface between data and the trainer, and the check that both fit. */
import { readTruth } from "../data/assemble-windows.ts";
import type { Numbers } from "../data/numbers.ts";
import type { Windows } from "../data/windows.ts";
import { columnsOf, outputSteps } from "../network/index.ts";
import type { NetworkShape, NetworkSpec } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import type { Random } from "../util/random.ts";
import { checkLabels } from "./labels.ts";
import { createPairSource } from "./pair-source.ts";
import { membersOf } from "./sequence-data.ts";
import type { SequenceData } from "./sequence-data.ts";
import { createSequenceSource } from "./sequence-source.ts";
import { createStreamSource } from "./stream-source.ts";
import type { StreamData, Truncation } from "./stream-source.ts";
import { createWindowSource } from "./window-source.ts";

/** Windows over a table, one target row each (see `createWindows` and `windowsOfPart`). */
export interface WindowData {
  readonly kind: "windows";
  readonly windows: Windows;
  /** Which of them. */
  readonly indices: Int32Array;
}

/** What is learned from, as plain data that can be sent to a worker. */
export type TrainingData = WindowData | SequenceData | StreamData;

/** The arrays that a batch is written into: the program's own memory. */
export interface BatchPorts {
  /** `[T, B, I]`, or tokens `[T, B]`. */
  readonly inputs: Numbers;
  /** `[T, B, O]` where there is a target for each step, else `[B, O]`. */
  readonly targets: Numbers;
  /** `[T, B]` or `[B]`: 0 leaves a row out. */
  readonly weights: Numbers;
  /** `[B]`, where members differ in length; none longer than the one before. */
  readonly lengths: Numbers | undefined;
  /** What an encoder reads: as `inputs` and `lengths`. */
  readonly source?: { readonly inputs: Numbers; readonly lengths: Numbers | undefined } | undefined;
}

/** What is padded to what: a batch's size beside the number of its members. */
export interface BatchShape {
  readonly steps: number;
  /** Of a network with an encoder: steps of what that reads. */
  readonly sourceSteps?: number;
}

/** Batches of one size, over and over. Nothing is allocated after it is made. */
export interface BatchSource {
  /** Shapes that batches may have, each once, those of fewer steps first; see `shapeOf`. */
  readonly shapes: readonly BatchShape[];
  readonly batch: number;
  /** Batches in an epoch. */
  readonly count: number;
  /** Numbers in a row of the inputs (1 for tokens) and of the targets. */
  readonly inputSize: number;
  readonly targetSize: number;
  /** Whether there is a target for each step. */
  readonly perStep: boolean;
  /** Whether members differ in length. */
  readonly lengths: boolean;
  /** What an encoder reads, if there is one. */
  readonly source?: { readonly inputSize: number; readonly lengths: boolean } | undefined;
  /** Where one batch goes on from the one before: how often an update is made. */
  readonly truncation: Truncation | undefined;
  /** Another order, which depends on the generator's state alone; streams keep theirs. */
  shuffle(random: Random): void;
  /** One of `shapes`. */
  shapeOf(index: number): BatchShape;
  /** Writes a batch: the first T × B rows of each port. */
  fill(index: number, ports: BatchPorts): void;
}

export interface SourceOptions {
  /** Members of every batch; where there are fewer, the others have weight 0. */
  readonly batch: number;
  readonly truncation?: Truncation | undefined;
}

/** How many windows, sequences or streams there are. */
export function countMembers(data: TrainingData): number {
  switch (data.kind) {
    case "windows":
      return data.indices.length;
    case "sequences":
      return membersOf(data).length;
    case "stream":
      return data.batch;
  }
}

/** The batches of some data. Throws `training/bad-data`. */
export function createBatchSource(data: TrainingData, options: SourceOptions): BatchSource {
  switch (data.kind) {
    case "windows":
      return createWindowSource(data, options);
    case "sequences":
      return data.source === undefined
        ? createSequenceSource(data, options)
        : createPairSource({ ...data, source: data.source }, options);
    case "stream":
      return createStreamSource(data, options);
    default:
      throw new RecurraError(
        "training/bad-data",
        `There is no data of kind ${JSON.stringify((data as { kind: unknown }).kind)}; give windows, sequences or a stream.`,
      );
  }
}

/** What a network says must fit the data it learns from. */
export interface Fit {
  readonly spec: NetworkSpec;
  readonly shape: NetworkShape;
  /** Numbers in a row of targets that the loss compares with. */
  readonly targets: number;
  readonly isClass: boolean;
  /** For a loss that compares whole sequences. */
  readonly ctc?: { readonly blank: number } | undefined;
}

/** Throws `training/bad-data` naming what does not fit: sizes, tokens or classes out of range, outputs per step or not. */
export function checkFit(data: TrainingData, source: BatchSource, { spec, shape, targets, isClass, ctc }: Fit): void {
  checkSource(data, source, spec);
  checkSteps(source, spec, shape);
  const inputs = columnsOf(spec);
  if (source.inputSize !== inputs)
    fail(`The data have ${source.inputSize} numbers a step, but the network takes ${inputs}; make the two equal.`);
  if (source.targetSize !== targets) {
    fail(
      `The data have ${source.targetSize} numbers a target, but the network's ${shape.outputSize} outputs and its loss make ${targets}; make the two equal.`,
    );
  }
  if (ctc !== undefined) {
    checkLabels(data, { spec, shape, blank: ctc.blank });
  } else if (source.perStep !== shape.perStep) {
    const advice = source.perStep
      ? "remove the pooling from the network"
      : 'end the network\'s recurrent part with { kind: "pool", over: "last" }';
    fail(
      `The data have a target for each ${source.perStep ? "step" : "sequence"}, the network an output for each ${shape.perStep ? "step" : "sequence"}; ${advice}.`,
    );
  }
  if (data.kind === "windows") {
    if (isClass) checkNumbers(readTruth(data.windows, data.indices), shape.outputSize, "class");
    return;
  }
  if (spec.input.kind === "tokens") checkNumbers(data.inputs, spec.input.size, "token");
  if (!isClass || ctc !== undefined) return;
  // A class that is left out by its weight, or is not asked for, may have any number.
  const used = data.kind === "sequences" && !data.perStep ? data.indices : undefined;
  checkNumbers(data.targets, shape.outputSize, "class", { weights: data.weights, used });
}

/** What an encoder reads must be there if the network has one, and fit it. */
function checkSource(data: TrainingData, source: BatchSource, { encoder }: NetworkSpec): void {
  if (encoder === undefined) {
    if (source.source !== undefined)
      fail("The data have sources for an encoder, but the network has none; give it one, or leave the sources out.");
    return;
  }
  const given = data.kind === "sequences" ? data.source : undefined;
  if (given === undefined || source.source === undefined)
    fail("The network has an encoder, but the data nothing that it could read; give sequences with a source each.");
  const columns = columnsOf(encoder);
  if (given.inputSize !== columns)
    fail(`The sources have ${given.inputSize} numbers a step, but the encoder takes ${columns}; make the two equal.`);
  if (encoder.input.kind === "tokens") checkNumbers(given.inputs, encoder.input.size, "source token");
}

/** Whole pictures, and where there is a target for each step as many outputs as steps. */
function checkSteps(source: BatchSource, spec: NetworkSpec, shape: NetworkShape): void {
  for (const { steps } of source.shapes) {
    const outputs = outputSteps(spec, steps);
    if (source.perStep && shape.perStep && outputs !== steps)
      fail(
        `The data have a target for each step, but the network makes ${outputs} outputs of ${steps} steps; let convolutions keep the steps (stride 1, padding "same"), or use the loss "ctc".`,
      );
  }
  if (spec.input.kind === "image" && source.lengths)
    fail("The data's pictures differ in length; a picture has a step for each pixel.");
}

interface Exceptions {
  readonly weights?: ArrayLike<number> | undefined;
  readonly used?: Int32Array | undefined;
}

function checkNumbers(
  values: ArrayLike<number>,
  count: number,
  what: string,
  { weights, used }: Exceptions = {},
): void {
  const rows = used?.length ?? values.length;
  for (let n = 0; n < rows; n++) {
    const row = used?.[n] ?? n;
    const value = values[row] ?? NaN;
    if ((Number.isInteger(value) && value >= 0 && value < count) || weights?.[row] === 0) continue;
    fail(`Row ${row} has ${what} ${value}; a ${what} is a whole number from 0 to ${count - 1}.`);
  }
}

function fail(message: string): never {
  throw new RecurraError("training/bad-data", message);
}
