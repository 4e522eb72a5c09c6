/** Gradients of whole networks, loss and all, against central differences. */
import { describe, expect, it } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import type { Numbers } from "../engine/backend.ts";
import { chooseBackend } from "../engine/backends.ts";
import { cell } from "../language/index.ts";
import { network } from "../network/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import { known } from "../util/errors.ts";
import type { LossSpec } from "./losses.ts";
import { createMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import type { SequenceData, SourceSequences } from "./sequence-data.ts";
import { settleOptions } from "./training-options.ts";

const lengths = Int32Array.of(5, 2, 4);
const starts = Int32Array.of(0, 5, 7);
const rows = 11;

function wave(length: number, pace: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => Math.sin(pace * (n + 1)));
}

interface Shape {
  readonly spec: NetworkSpec;
  readonly loss: LossSpec;
  readonly perStep?: boolean;
  readonly targets: Float64Array;
  readonly scheduledSampling?: { readonly to: number };
  /** Each of the three sequences has a source. */
  readonly source?: SourceSequences;
}

/** Lengths in another order than those of the sequences. */
const sources = { starts: Int32Array.of(0, 2, 6), lengths: Int32Array.of(2, 4, 3) } as const;

const tokens = Float64Array.from({ length: rows }, (_, n) => (n * n + 1) % 4);
const tags = Float64Array.from({ length: rows }, (_, n) => (n * 2) % 4);
const features = network({ features: 2 });
const words = network({ tokens: 4 }).embedding(3);

const shapes: Readonly<Record<string, Shape>> = {
  "two layers, one in both directions, mean over time": {
    spec: features
      .recurrent("lstm", { size: 3, direction: "both" })
      .recurrent("gru", { size: 2 })
      .mean()
      .dense(2)
      .build(),
    loss: { kind: "mean-squared" },
    targets: wave(6, 2),
  },
  "dropout, zoneout and recurrent dropout": {
    spec: features
      .dropout(0.3)
      .recurrent("lstm", { size: 4, zoneout: 0.2, recurrentDropout: 0.3 })
      .dropout(0.2, { perSequence: true })
      .last()
      .dense(1)
      .build(),
    loss: { kind: "huber", delta: 0.3 },
    targets: wave(3, 2),
  },
  "a residual layer, normalised, with a learned first state": {
    spec: features
      .dense(3, { activation: "tanh" })
      .recurrent("rnn", { size: 3, residual: true, initialState: "learned" })
      .normalise()
      .max()
      .dense(4)
      .build(),
    loss: { kind: "quantile", quantiles: [0.2, 0.8] },
    targets: wave(6, 2),
  },
  "a layer whose states are computed a second time": {
    spec: features
      .recurrent("gru-v1", { size: 3, checkpoint: 2 })
      .recurrent("lstm", { size: 2, checkpoint: 3, direction: "backward" })
      .last()
      .dense(2)
      .build(),
    loss: { kind: "binary-cross-entropy" },
    targets: Float64Array.of(1, 0, 0, 1, 1, 1),
  },
  "tags from an embedding, both directions": {
    spec: words.recurrent("lstm", { size: 2, direction: "both" }).dense(4).build(),
    loss: { kind: "cross-entropy", smoothing: 0.1 },
    perStep: true,
    targets: tags,
  },
  "a decoder that starts from an encoder of both directions": {
    spec: network({
      tokens: 4,
      encoder: network({ tokens: 5 })
        .embedding(2)
        .dropout(0.2)
        .recurrent("lstm", { size: 2, direction: "both" })
        .build(),
    })
      .embedding(3)
      .recurrent("lstm", { size: 4, initialState: "encoder" })
      .recurrent("lstm", { size: 4, initialState: "encoder", zoneout: 0.1 })
      .dropout(0.2)
      .dense(4)
      .build(),
    loss: { kind: "cross-entropy", smoothing: 0.1 },
    perStep: true,
    targets: tags,
    source: { ...sources, inputs: Float64Array.from({ length: 9 }, (_, n) => (n * 3 + 1) % 5), inputSize: 1 },
  },
  "a decoder that is given what it would have said, half of the time": {
    spec: network({ tokens: 4, encoder: network({ tokens: 5 }).embedding(2).recurrent("gru", { size: 3 }).build() })
      .embedding(3)
      .recurrent("gru", { size: 3, initialState: "encoder" })
      .dense(4)
      .build(),
    loss: { kind: "cross-entropy" },
    perStep: true,
    targets: tags,
    scheduledSampling: { to: 0.5 },
    source: { ...sources, inputs: Float64Array.from({ length: 9 }, (_, n) => (n * 3 + 1) % 5), inputSize: 1 },
  },
  "attention after the decoder, and within it": {
    spec: network({
      tokens: 4,
      encoder: network({ tokens: 5 }).embedding(2).recurrent("gru", { size: 2, direction: "both" }).build(),
    })
      .embedding(3)
      .recurrent(cell("looking", "v in R^H\nc = attend(W h, K memory, memory, v)\nh' = tanh(A x + B c + U h + b)"), {
        size: 4,
        initialState: "encoder",
      })
      .recurrent(cell("general", "y = tanh(C attend(W x, memory) + V x + b)"), { size: 4 })
      .dense(4)
      .build(),
    loss: { kind: "cross-entropy" },
    perStep: true,
    targets: tags,
    source: { ...sources, inputs: Float64Array.from({ length: 9 }, (_, n) => (n * 3 + 1) % 5), inputSize: 1 },
  },
  "numbers from a source of numbers": {
    spec: network({
      features: 2,
      encoder: network({ features: 3 }).recurrent("gru", { size: 3, checkpoint: 2 }).build(),
    })
      .recurrent("gru", { size: 3, initialState: "encoder" })
      .dense(2)
      .build(),
    loss: { kind: "mean-squared" },
    perStep: true,
    targets: wave(2 * rows, 2),
    source: { ...sources, inputs: wave(27, 0.7), inputSize: 3 },
  },
  "convolutions along a sequence, with steps and gaps": {
    spec: features
      .dense(3, { activation: "tanh" })
      .convolution(4, { kernel: 3, stride: 2, activation: "tanh" })
      .convolution(3, { kernel: 2, dilation: 2, activation: "tanh" })
      .pool(2, "mean", { stride: 1 })
      .mean()
      .dense(2)
      .build(),
    loss: { kind: "mean-squared" },
    targets: wave(6, 2),
  },
  "convolutions over pictures, with steps and gaps": {
    spec: network({
      tokens: 4,
      encoder: network({ image: { height: 6, width: 6, channels: 2 } })
        .convolution(3, { kernel: 2, dilation: 2, activation: "tanh" })
        .convolution(4, { kernel: [2, 3], stride: [1, 2], activation: "tanh" })
        .convolution(2, { kernel: [3, 2], stride: [2, 1], padding: "valid", activation: "tanh" })
        .convolution(3, { kernel: 2, stride: 2 })
        .recurrent("gru", { size: 3 })
        .build(),
    })
      .embedding(3)
      .recurrent("gru", { size: 3, initialState: "encoder" })
      .dense(4)
      .build(),
    loss: { kind: "cross-entropy" },
    perStep: true,
    targets: tags,
    source: {
      starts: Int32Array.of(0, 36, 72),
      lengths: Int32Array.of(36, 36, 36),
      inputs: wave(216, 0.7),
      inputSize: 2,
    },
  },
  "a head tied to the embedding": {
    spec: words
      .recurrent("gru", { size: 3 })
      .dense(4, { ties: { W: "0.E" } })
      .build(),
    loss: { kind: "cross-entropy", classWeights: [1, 2, 0.5, 1] },
    perStep: true,
    targets: tags,
  },
};

function machineFor({ spec, loss, perStep = false, targets, source, scheduledSampling }: Shape): Machine {
  const isTokens = spec.input.kind === "tokens";
  const isClass = loss.kind === "cross-entropy";
  const data: SequenceData = {
    kind: "sequences",
    inputs: isTokens ? tokens : wave(rows * 2, 1.7),
    inputSize: isTokens ? 1 : 2,
    starts,
    lengths,
    targets,
    targetSize: isClass ? 1 : targets.length / (perStep ? rows : 3),
    perStep,
    ...(source === undefined ? {} : { source }),
  };
  const settings = settleOptions({
    network: spec,
    data,
    loss,
    epochs: 1,
    batch: 3,
    backend: "reference",
    scheduledSampling,
  });
  return createMachine(settings, chooseBackend("reference").backend);
}

/** The largest difference over a few elements of each parameter, and the parameter. */
function worstOf(machine: Machine): { readonly name: string; readonly difference: number } {
  const seed = 77;
  const h = 1e-4;
  machine.step(0, seed, 0.5);
  const array = (buffer: number | undefined): Numbers => machine.executable.array(known(buffer, "a gradient"));
  const slopes = new Map(
    [...machine.program.parameters].map(([name, { gradient }]) => [name, array(gradient).slice()]),
  );
  let worst = { name: "", difference: 0 };
  for (const [name, { value }] of machine.program.parameters) {
    const values = array(value);
    for (let n = 0; n < values.length; n += Math.max(1, Math.floor(values.length / 4))) {
      const before = values[n]!;
      const lossAt = (shift: number): number => {
        values[n] = before + shift;
        return machine.step(0, seed, 0.5).loss;
      };
      // The five-point formula: its error is h⁴ f⁽⁵⁾ / 30.
      const slope = (lossAt(-2 * h) - 8 * lossAt(-h) + 8 * lossAt(h) - lossAt(2 * h)) / (12 * h);
      const difference = Math.abs(slope - slopes.get(name)![n]!);
      values[n] = before;
      if (!(difference <= worst.difference)) worst = { name, difference };
    }
  }
  return worst;
}

describe("the gradient of a whole network", () => {
  it.each(Object.keys(shapes))("%s", (name) => {
    const worst = worstOf(machineFor(shapes[name]!));
    expect(worst.difference, worst.name).toBeLessThanOrEqual(tolerances.centralDifference);
  });
});
