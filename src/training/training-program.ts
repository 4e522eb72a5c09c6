/** Everything training does to a network, as one program: a step's loss and gradient, the update, and evaluation. */
import { at, copyStep, createProgramBuilder, gradientArena, overRows } from "../lower/index.ts";
import type { BufferId, Location, Program, ProgramBuilder, Statement } from "../lower/index.ts";
import { cellOf, declareParameters, describeNetwork, lowerNetwork, outputSteps } from "../network/index.ts";
import type { NetworkParameters, NetworkShape, NetworkSpec } from "../network/index.ts";
import { stateShapes } from "../network/describe.ts";
import { known, RecurraError } from "../util/errors.ts";
import { planLoss } from "./losses.ts";
import type { LossPlan, LossSpec } from "./losses.ts";
import { declareLoss, lowerLoss } from "./lower-loss.ts";
import type { LossVectors } from "./lower-loss.ts";
import { checkClip, declareUpdate, lowerNorm, lowerUpdate } from "./lower-update.ts";
import type { ClipSpec, UpdateBuffers } from "./lower-update.ts";
import { planOptimiser } from "./optimisers.ts";
import type { OptimiserPlan, OptimiserSpec } from "./optimisers.ts";

export interface TrainingProgramOptions {
  readonly network: NetworkSpec;
  readonly loss: LossSpec;
  readonly optimiser: OptimiserSpec;
  readonly clip?: ClipSpec | undefined;
  /** Steps that batches may have, ascending. Each gets functions of its own; they share all memory. */
  readonly steps: readonly number[];
  readonly batch: number;
  /** Labels of a sequence at most, where the loss compares whole sequences. */
  readonly labels?: number | undefined;
  /** Whether members of a batch differ in length; they come longest first. */
  readonly lengths: boolean;
  /**
   * States are carried from one step to the next, in `carried`. Where fewer steps are carried than a step has (k1 < k2), the function
   * `advance` brings the states that far.
   */
  readonly carry?: { readonly update: number } | undefined;
}

/**
 * The functions of the program, by what they do:
 *
 *     step T       zero the gradients; forwards, loss, backwards through T steps; `loss`, `norm`, and the carried states
 *     advance      the carried states k1 steps on (only with k1 < k2, then `step` leaves them alone)
 *     update       clip the gradients, and the optimiser's update of all parameters
 *     evaluate T   forwards without dropout; `loss`, `outputs`, and the carried states
 */
export interface TrainingProgram {
  readonly program: Program;
  readonly shape: NetworkShape;
  readonly loss: LossPlan;
  readonly optimiser: OptimiserPlan;
  readonly parameters: NetworkParameters;
  readonly lossVectors: LossVectors;
  readonly update: UpdateBuffers;
  readonly ports: TrainingPorts;
  /** By `layer.state`; empty unless states are carried. */
  readonly carried: ReadonlyMap<string, BufferId>;
}

/** Buffers that the host writes (inputs to clock) or reads (loss to outputs). Sizes are those of the most steps. */
export interface TrainingPorts {
  /** `[T, B, I]`, or tokens `[T, B]`. */
  readonly inputs: BufferId;
  /** `[B]` */
  readonly lengths: BufferId | undefined;
  /** `[T or 1, B, targets]` */
  readonly targets: BufferId;
  /** `[T or 1, B]` */
  readonly weights: BufferId;
  /** One word: 1 / `countLoss`. */
  readonly scale: BufferId;
  /** One word: a whole number below 2^24 that dropout draws from. */
  readonly seed: BufferId;
  /** `[B]`: the stream's steps before this batch, where states are carried. */
  readonly clock: BufferId | undefined;
  /** One word each. */
  readonly loss: BufferId;
  readonly norm: BufferId;
  /** `[T or 1, B, outputs]`, after `evaluate`. */
  readonly outputs: BufferId;
}

/** The names of a program's functions for batches of so many steps. */
export function functionNames(steps: number): { readonly step: string; readonly evaluate: string } {
  return { step: `step ${steps}`, evaluate: `evaluate ${steps}` };
}

/** What the parts of the lowering share. */
interface Work {
  readonly builder: ProgramBuilder;
  readonly options: TrainingProgramOptions;
  readonly shape: NetworkShape;
  readonly loss: LossVectors;
  readonly parameters: NetworkParameters;
  readonly ports: TrainingPorts;
  readonly carried: ReadonlyMap<string, Location>;
}

/** The program that trains a network. Throws `training/…` and `network/…` for settings that do not fit. */
export function lowerTraining(options: TrainingProgramOptions): TrainingProgram {
  if (options.clip !== undefined) checkClip(options.clip);
  const shape = describeNetwork(options.network);
  const lossPlan = planLoss(options.loss, shape.outputSize, options.labels);
  const optimiser = planOptimiser(options.optimiser);
  const builder = createProgramBuilder();
  const parameters = declareParameters(builder, shape, { gradients: true });
  if (gradientArena(builder.buffers).first === undefined) {
    throw new RecurraError(
      "training/nothing-to-train",
      "Every parameter of the network is frozen (or there is none), so there is nothing to train; add a layer with parameters.",
    );
  }
  const ports = declarePorts(builder, options, shape, lossPlan);
  const carried = options.carry === undefined ? new Map<string, Location>() : declareStates(builder, options);
  const loss = declareLoss(builder, lossPlan);
  const update = declareUpdate(builder, optimiser);
  const work: Work = { builder, options, shape, loss, parameters, ports, carried };

  const steps = options.steps.map((count) => ({ name: functionNames(count).step, body: lowerStep(work, count) }));
  const advance = advances(options) ? [{ name: "advance", body: lowerAdvance(work) }] : [];
  const updates = {
    name: "update",
    body: lowerUpdate({ builder, plan: optimiser, buffers: update, clip: options.clip, norm: ports.norm }),
  };
  const evaluations = options.steps.map((count) => ({
    name: functionNames(count).evaluate,
    body: lowerEvaluate(work, count),
  }));
  return {
    program: builder.finish([...steps, ...advance, updates, ...evaluations]),
    shape,
    loss: lossPlan,
    optimiser,
    parameters,
    lossVectors: loss,
    update,
    ports,
    carried: new Map([...carried].map(([name, { buffer }]) => [name, buffer])),
  };
}

/** Whether the carried states stop short of a step's end. */
function advances({ carry, steps }: TrainingProgramOptions): boolean {
  return carry !== undefined && steps.some((count) => count !== carry.update);
}

function declarePorts(
  builder: ProgramBuilder,
  options: TrainingProgramOptions,
  shape: NetworkShape,
  loss: LossPlan,
): TrainingPorts {
  const { batch, network } = options;
  const most = Math.max(...options.steps);
  const rows = loss.ctc === undefined && shape.perStep ? outputSteps(network, most) : 1;
  const outputs = shape.perStep ? outputSteps(network, most) : 1;
  const columns = network.input.kind === "tokens" ? 1 : network.input.size;
  const port = (name: string, dimensions: readonly number[]): BufferId =>
    builder.buffer({
      name,
      length: dimensions.reduce((product, n) => product * n, 1),
      role: "port",
      shape: dimensions,
    });
  return {
    inputs: port("inputs", [most, batch, columns]),
    lengths: options.lengths ? port("lengths", [batch]) : undefined,
    targets: port("targets", [rows, batch, loss.targets]),
    weights: port("weights", [rows, batch]),
    scale: port("scale", [1]),
    seed: port("seed", [1]),
    clock: options.carry === undefined ? undefined : port("clock", [batch]),
    loss: port("loss", [1]),
    norm: port("norm", [1]),
    outputs: port("outputs", [outputs, batch, shape.outputSize]),
  };
}

/** A place for every state of every recurrent layer. Throws `training/not-causal`. */
function declareStates(builder: ProgramBuilder, { network, batch }: TrainingProgramOptions): Map<string, Location> {
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

/** Dense rows of `[steps, batch, columns]`, from the buffer's start. */
function rowsAt(buffer: BufferId, batch: number, columns: number, isNumber = false): Location {
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

/** The network over `steps` steps of the inputs' port. */
function lowerForward(
  work: Work,
  steps: number,
  purpose: "step" | "advance" | "evaluate",
): ReturnType<typeof lowerNetwork> {
  const { builder, options, ports, parameters, carried } = work;
  const { network, batch } = options;
  const tokens = network.input.kind === "tokens";
  return lowerNetwork({
    builder,
    spec: network,
    steps,
    batch,
    input: rowsAt(ports.inputs, batch, tokens ? 1 : network.input.size, tokens),
    parameters,
    prefix: `${purpose}${steps}.`,
    ...(ports.lengths === undefined ? {} : { lengths: ports.lengths }),
    ...(purpose === "evaluate" ? {} : { training: { seed: ports.seed } }),
    ...(purpose === "step" ? { gradient: true } : {}),
    ...(ports.clock === undefined ? {} : { carriedStates: carried, clock: ports.clock }),
  });
}

function lowerStep(work: Work, steps: number): readonly Statement[] {
  const { builder, options, ports } = work;
  const network = lowerForward(work, steps, "step");
  const gradients = gradientArena(builder.buffers);
  const loss = lowerLoss({
    ...lossOptions(work, network),
    name: `step${steps}.loss`,
    gradient: network.outputGradient(),
  });
  const back = network.backward();
  return [
    {
      kind: "fill",
      name: "gradient.zero",
      buffer: known(gradients.first, "a gradient"),
      offset: at(0),
      length: gradients.length,
      value: 0,
    },
    ...network.packs,
    ...network.forward,
    ...loss,
    ...back.packs,
    ...back.statements,
    ...(advances(options) ? [] : keepStates(work, network)),
    ...lowerNorm(builder, ports.norm),
  ];
}

function lowerAdvance(work: Work): readonly Statement[] {
  const network = lowerForward(work, known(work.options.carry, "what is carried").update, "advance");
  return [...network.packs, ...network.forward, ...keepStates(work, network)];
}

function lowerEvaluate(work: Work, steps: number): readonly Statement[] {
  const { options, ports, shape } = work;
  const network = lowerForward(work, steps, "evaluate");
  const outputs = rowsAt(ports.outputs, options.batch, shape.outputSize);
  return [
    ...network.packs,
    ...network.forward,
    ...lowerLoss({ ...lossOptions(work, network), name: `evaluate${steps}.loss` }),
    ...copySteps(work, network.output, outputs, network.steps),
    ...keepStates(work, network),
  ];
}

function lossOptions({ builder, options, ports, loss, shape }: Work, network: ReturnType<typeof lowerNetwork>) {
  const { targets, weights, scale, loss: to } = ports;
  const { lengths } = network;
  return {
    builder,
    loss,
    prediction: network.output,
    steps: network.steps,
    batch: options.batch,
    ...(lengths === undefined || !shape.perStep ? {} : { lengths }),
    targets,
    weights,
    scale,
    to,
  };
}

function copySteps({ builder, options }: Work, from: Location, to: Location, steps: number): readonly Statement[] {
  const rows = { builder, batch: options.batch };
  if (steps === 1) return copyStep(rows, "outputs", from, to);
  return overRows(
    rows,
    { name: "outputs", range: { first: 0, count: steps }, locations: [from, to] },
    ([source, target], count) => [
      builder.map("outputs", { rows: count, columns: to.columns }, (map) =>
        map.store(known(target, "outputs"), map.load(known(source, "the output"))),
      ),
    ],
  );
}

/** The final states become the carried ones. */
function keepStates(
  { builder, options, carried }: Work,
  network: ReturnType<typeof lowerNetwork>,
): readonly Statement[] {
  return [...carried].flatMap(([name, to]) =>
    copyStep(
      { builder, batch: options.batch },
      `carry.${name}`,
      known(network.finalStates.get(name), `the final ${name}`),
      to,
    ),
  );
}
