/** Batches of long streams, cut into pieces that go on from one another: truncated backpropagation through time. */
import { RecurraError } from "../util/errors.ts";
import type { SourceOptions, BatchSource } from "./batch-source.ts";
import { copyRow } from "./sequence-data.ts";

type Values = Float32Array | Float64Array | Int32Array;

/** Streams that run side by side, each with a target for every step. The state is carried from piece to piece, and is zero at each epoch's start. */
export interface StreamData {
  readonly kind: "stream";
  /** `[length, batch, inputSize]`, or tokens `[length, batch]`. */
  readonly inputs: Values;
  /** 1 for tokens. */
  readonly inputSize: number;
  /** `[length, batch, targetSize]` */
  readonly targets: Values;
  readonly targetSize: number;
  /** Number of streams. */
  readonly batch: number;
  /** `[length, batch]`: how much each step counts; 1 if absent. */
  readonly weights?: Float32Array | Float64Array;
}

/** Williams and Peng 1990, BPTT(h; h'): an update every k1 steps, its gradient through the last k2. */
export interface Truncation {
  /** k1 */
  readonly update: number;
  /** k2, at least k1; k1 if absent. */
  readonly back?: number;
}

const defaultSteps = 32;

/**
 * Piece n holds steps n·k1 to n·k1 + k2 - 1. Each step counts in one piece only: all steps of the first, the last k1 of every other. What
 * lies past the streams' end has weight 0.
 */
export function createStreamSource(data: StreamData, options: SourceOptions): BatchSource {
  const { inputs, inputSize, targets, targetSize, batch: streams, weights } = data;
  const { batch } = options;
  const length = lengthOf(data);
  if (streams > batch)
    fail(
      `There are ${streams} streams, but a batch has ${batch} members; give as many streams to validate on as to train on, or fewer.`,
    );
  const truncation = checkTruncation(options.truncation ?? {}, length);
  const { update, back } = truncation;
  const shape = { steps: back };
  const rest = Math.max(0, length - back);
  return {
    shapes: [shape],
    batch,
    count: Math.ceil(rest / update) + 1,
    inputSize,
    targetSize,
    perStep: true,
    lengths: false,
    truncation,
    shuffle: () => undefined,
    shapeOf: () => shape,
    fill: (index, ports) => {
      ports.lengths?.fill(back);
      const start = index * update;
      const counted = index === 0 ? 0 : back - update;
      for (let step = 0; step < back; step++) {
        for (let member = 0; member < batch; member++) {
          const to = step * batch + member;
          const from = start + step < length && member < streams ? (start + step) * streams + member : -1;
          copyRow(inputs, from, ports.inputs, to, inputSize);
          copyRow(targets, from, ports.targets, to, targetSize);
          ports.weights[to] = from < 0 || step < counted ? 0 : (weights?.[from] ?? 1);
        }
      }
    },
  };
}

/**
 * One long sequence as `batch` streams of equal length side by side, each step's target the step after: `[length, batch]`. What is
 * left over at the end is not used. Throws `training/bad-data`.
 */
export function cutIntoStreams(tokens: ArrayLike<number>, batch: number): StreamData {
  const length = Math.floor((tokens.length - 1) / batch);
  if (length < 1) fail(`${tokens.length} tokens are too few for ${batch} streams; give more text or fewer streams.`);
  const inputs = new Int32Array(length * batch);
  const targets = new Int32Array(length * batch);
  for (let member = 0; member < batch; member++) {
    for (let step = 0; step < length; step++) {
      inputs[step * batch + member] = tokens[member * length + step] ?? 0;
      targets[step * batch + member] = tokens[member * length + step + 1] ?? 0;
    }
  }
  return { kind: "stream", inputs, inputSize: 1, targets, targetSize: 1, batch };
}

function lengthOf({ inputs, inputSize, targets, targetSize, batch, weights }: StreamData): number {
  const length = inputs.length / (batch * inputSize);
  if (!Number.isInteger(length) || length < 1)
    fail(
      `The streams' inputs are ${inputs.length} numbers; ${batch} streams of ${inputSize} numbers a step need a multiple of ${batch * inputSize}.`,
    );
  if (targets.length !== length * batch * targetSize) {
    fail(
      `The streams' targets are ${targets.length} numbers; ${length} steps of ${batch} streams of ${targetSize} make ${length * batch * targetSize}.`,
    );
  }
  if (weights !== undefined && weights.length !== length * batch)
    fail(`The streams' weights are ${weights.length} numbers, but there are ${length * batch} steps.`);
  return length;
}

function checkTruncation({ update, back }: Partial<Truncation>, length: number): Required<Truncation> {
  const k1 = update ?? Math.min(defaultSteps, length);
  const k2 = back ?? k1;
  if (!Number.isInteger(k1) || k1 < 1 || !Number.isInteger(k2) || k2 < k1) {
    fail(
      `The truncation is an update every ${k1} steps with a gradient through ${k2}; give whole numbers, the second at least the first.`,
    );
  }
  return { update: k1, back: k2 };
}

function fail(message: string): never {
  throw new RecurraError("training/bad-data", message);
}
