/** The buffers by which the host and a training program speak to one another, and those that hold carried states. */
import type { BufferId, Location, ProgramBuilder } from "../lower/index.ts";
import { cellOf, columnsOf, outputSteps } from "../network/index.ts";
import type { NetworkShape, NetworkSpec } from "../network/index.ts";
import { stateShapes } from "../network/describe.ts";
import { RecurraError } from "../util/errors.ts";
import type { LossPlan } from "./losses.ts";
import type { TrainingProgramOptions } from "./training-program.ts";

/** Buffers that the host writes (inputs to clock) or reads (loss to outputs). Sizes are those of the most steps. */
export interface TrainingPorts {
  /** `[T, B, I]`, or tokens `[T, B]`. */
  readonly inputs: BufferId;
  /** `[B]` */
  readonly lengths: BufferId | undefined;
  /** What an encoder reads: `[S, B, I]` or tokens `[S, B]`, and `[B]`. */
  readonly source: { readonly inputs: BufferId; readonly lengths: BufferId | undefined } | undefined;
  /** `[T or 1, B, targets]` */
  readonly targets: BufferId;
  /** `[T or 1, B]` */
  readonly weights: BufferId;
  /** One word: 1 / `countLoss`. */
  readonly scale: BufferId;
  /** One word: a whole number below 2^24 that dropout draws from. */
  readonly seed: BufferId;
  /** One word, of scheduled sampling: the share of inputs that are guessed. */
  readonly share: BufferId | undefined;
  /** `[B]`: the stream's steps before this batch, where states are carried. */
  readonly clock: BufferId | undefined;
  /** One word each. */
  readonly loss: BufferId;
  readonly norm: BufferId;
  /** `[T or 1, B, outputs]`, after `evaluate`. */
  readonly outputs: BufferId;
}

/** Declares the ports for batches of the most steps. */
export function declarePorts(
  builder: ProgramBuilder,
  options: TrainingProgramOptions,
  shape: NetworkShape,
  loss: LossPlan,
): TrainingPorts {
  const { batch, network } = options;
  const most = Math.max(...options.shapes.map(({ steps }) => steps));
  const mostOfSource = Math.max(...options.shapes.map(({ sourceSteps = 0 }) => sourceSteps));
  const rows = loss.ctc === undefined && shape.perStep ? outputSteps(network, most) : 1;
  const outputs = shape.perStep ? outputSteps(network, most) : 1;
  const port = (name: string, dimensions: readonly number[]): BufferId =>
    builder.buffer({
      name,
      length: dimensions.reduce((product, n) => product * n, 1),
      role: "port",
      shape: dimensions,
    });
  return {
    inputs: port("inputs", [most, batch, columnsOf(network)]),
    lengths: options.lengths ? port("lengths", [batch]) : undefined,
    source:
      network.encoder === undefined
        ? undefined
        : {
            inputs: port("source.inputs", [mostOfSource, batch, columnsOf(network.encoder)]),
            lengths: options.sourceLengths === true ? port("source.lengths", [batch]) : undefined,
          },
    targets: port("targets", [rows, batch, loss.targets]),
    weights: port("weights", [rows, batch]),
    scale: port("scale", [1]),
    seed: port("seed", [1]),
    share: options.guesses === true ? port("share", [1]) : undefined,
    clock: options.carry === undefined ? undefined : port("clock", [batch]),
    loss: port("loss", [1]),
    norm: port("norm", [1]),
    outputs: port("outputs", [outputs, batch, shape.outputSize]),
  };
}

/** A place for every state of every recurrent layer. Throws `training/not-causal`. */
export function declareStates(
  builder: ProgramBuilder,
  { network, batch }: TrainingProgramOptions,
): Map<string, Location> {
  checkCausal(network);
  return new Map(
    stateShapes(network).map(({ name, columns, isNumber }) => {
      const buffer = builder.buffer({
        name: `carried.${name}`,
        length: batch * columns,
        role: "port",
        shape: [batch, columns],
      });
      return [name, { ...rowsAt(buffer, batch, columns, isNumber), stepStride: 0 }];
    }),
  );
}

/** Throws `training/not-causal` where a layer reads what lies in other pieces of a stream. */
function checkCausal(network: NetworkSpec): void {
  network.layers.forEach((layer, index) => {
    if (layer.kind === "convolution" || layer.kind === "spatial-pool")
      throw new RecurraError(
        "training/not-causal",
        `Layer ${index} (${layer.kind}) reads steps beside one another, which lie in other pieces of a stream; cut the stream into sequences.`,
      );
    if (layer.kind !== "cell" || cellOf(layer.cell).states.length === 0 || (layer.direction ?? "forward") === "forward")
      return;
    const runs = layer.direction === "both" ? "in both directions" : "backwards";
    const advice = 'use direction "forward", or cut the stream into sequences';
    throw new RecurraError(
      "training/not-causal",
      `Layer ${index} (${layer.cell.name}) runs ${runs}, so its state cannot be carried along a stream; ${advice}.`,
    );
  });
}

/** Dense rows of `[steps, batch, columns]`, from the buffer's start. */
export function rowsAt(buffer: BufferId, batch: number, columns: number, isNumber = false): Location {
  return {
    buffer,
    offset: 0,
    stepStride: batch * columns,
    rowStride: columns,
    columnStride: isNumber ? 0 : 1,
    columns,
    padded: false,
    local: false,
  };
}
