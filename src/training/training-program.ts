/** Everything training does to a network, as one program: a step's loss and gradient, the update, and evaluation. */
import { at, copyStep, createProgramBuilder, gradientArena, overRows } from "../lower/index.ts";
import type { BufferId, Location, Program, ProgramBuilder, Statement } from "../lower/index.ts";
import { columnsOf, declareParameters, describeNetwork, lowerNetwork } from "../network/index.ts";
import type { ChainSpec, LowerNetworkOptions, NetworkParameters, NetworkShape, NetworkSpec } from "../network/index.ts";
import type { BatchShape } from "./batch-source.ts";
import { known, RecurraError } from "../util/errors.ts";
import { planLoss } from "./losses.ts";
import type { LossPlan, LossSpec } from "./losses.ts";
import { lowerGuesses } from "./lower-guesses.ts";
import { declareLoss, lowerLoss } from "./lower-loss.ts";
import type { LossVectors } from "./lower-loss.ts";
import { checkClip, declareUpdate, lowerNorm, lowerUpdate } from "./lower-update.ts";
import type { ClipSpec, UpdateBuffers } from "./lower-update.ts";
import { planOptimiser } from "./optimisers.ts";
import type { OptimiserPlan, OptimiserSpec } from "./optimisers.ts";
import { declarePorts, declareStates, rowsAt } from "./training-ports.ts";
import type { TrainingPorts } from "./training-ports.ts";

export interface TrainingProgramOptions {
  readonly network: NetworkSpec;
  readonly loss: LossSpec;
  readonly optimiser: OptimiserSpec;
  readonly clip?: ClipSpec | undefined;
  /** Shapes that batches may have, those of fewer steps first. Each gets functions of its own; they share all memory. */
  readonly shapes: readonly BatchShape[];
  readonly batch: number;
  /** Labels of a sequence at most, where the loss compares whole sequences. */
  readonly labels?: number | undefined;
  /** Whether members of a batch differ in length; they come longest first. */
  readonly lengths: boolean;
  /** The same of what an encoder reads; members then come by that, and `lengths` must be false. */
  readonly sourceLengths?: boolean;
  /** Scheduled sampling, of the share in the port. */
  readonly guesses?: boolean;
  /**
   * States are carried from one step to the next, in `carried`. Where fewer steps are carried than a step has (k1 < k2), the function
   * `advance` brings the states that far.
   */
  readonly carry?: { readonly update: number } | undefined;
}

/**
 * The functions of the program, by what they do:
 *
 *     step T       (`step T from S` where an encoder reads S steps) zero the gradients; forwards, loss, backwards through T steps; `loss`, `norm`, and the carried states
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

/** The names of a program's functions for batches of a shape. */
export function functionNames({ steps, sourceSteps }: BatchShape): {
  readonly step: string;
  readonly evaluate: string;
} {
  const size = sourceSteps === undefined ? `${steps}` : `${steps} from ${sourceSteps}`;
  return { step: `step ${size}`, evaluate: `evaluate ${size}` };
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
  if (options.guesses === true) checkGuesses(options, shape, lossPlan);
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

  const steps = options.shapes.map((size) => ({ name: functionNames(size).step, body: lowerStep(work, size) }));
  const advance = advances(options) ? [{ name: "advance", body: lowerAdvance(work) }] : [];
  const updates = {
    name: "update",
    body: lowerUpdate({ builder, plan: optimiser, buffers: update, clip: options.clip, norm: ports.norm }),
  };
  const evaluations = options.shapes.map((size) => ({
    name: functionNames(size).evaluate,
    body: lowerEvaluate(work, size),
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

/** Throws `training/bad-option` where what a network says is not what it reads next. */
function checkGuesses({ network, carry }: TrainingProgramOptions, shape: NetworkShape, { isClass }: LossPlan): void {
  const { kind, size } = network.input;
  const ahead = network.layers.findIndex(readsAhead);
  if (ahead >= 0)
    throw new RecurraError(
      "training/bad-option",
      `scheduledSampling gives a network what it would have said after the tokens before, but layer ${ahead} reads tokens that come later; let it read forwards only, or leave scheduledSampling out.`,
    );
  if (kind === "tokens" && isClass && shape.perStep && shape.outputSize === size && carry === undefined) return;
  throw new RecurraError(
    "training/bad-option",
    `scheduledSampling gives a network what it would have said, so it needs tokens that are both read and told at each step, in sequences; this network reads ${kind} of ${size} and tells ${shape.outputSize} numbers.`,
  );
}

function readsAhead(layer: NetworkSpec["layers"][number]): boolean {
  if (layer.kind === "cell") return layer.direction !== undefined && layer.direction !== "forward";
  return layer.kind === "convolution";
}

/** Whether the carried states stop short of a step's end. */
function advances({ carry, shapes }: TrainingProgramOptions): boolean {
  return carry !== undefined && shapes.some(({ steps }) => steps !== carry.update);
}

/** The network over a batch in the ports. */
function lowerForward(
  work: Work,
  { steps, sourceSteps }: BatchShape,
  purpose: "guess" | "step" | "advance" | "evaluate",
  input: Location = inputAt(work.ports.inputs, work.options.batch, work.options.network),
): ReturnType<typeof lowerNetwork> {
  const { builder, options, ports, parameters, carried } = work;
  const { network, batch } = options;
  return lowerNetwork({
    builder,
    spec: network,
    steps,
    batch,
    input,
    source: locateSource(work, sourceSteps),
    parameters,
    prefix: sourceSteps === undefined ? `${purpose}${steps}.` : `${purpose}${steps}from${sourceSteps}.`,
    ...(ports.lengths === undefined ? {} : { lengths: ports.lengths }),
    ...(purpose === "evaluate" || purpose === "guess" ? {} : { training: { seed: ports.seed } }),
    ...(purpose === "step" ? { gradient: true } : {}),
    ...(ports.clock === undefined ? {} : { carriedStates: carried, clock: ports.clock }),
  });
}

function inputAt(buffer: BufferId, batch: number, chain: ChainSpec): Location {
  return rowsAt(buffer, batch, columnsOf(chain), chain.input.kind === "tokens");
}

function locateSource({ options, ports }: Work, sourceSteps: number | undefined): LowerNetworkOptions["source"] {
  const { encoder } = options.network;
  if (encoder === undefined || ports.source === undefined) return undefined;
  const { inputs, lengths } = ports.source;
  return {
    steps: known(sourceSteps, "the steps of a source"),
    input: inputAt(inputs, options.batch, encoder),
    ...(lengths === undefined ? {} : { lengths }),
  };
}

function lowerStep(work: Work, size: BatchShape): readonly Statement[] {
  const { builder, options, ports } = work;
  const guesses = lowerGuessing(work, size);
  const network = lowerForward(work, size, "step", guesses?.mixed);
  const gradients = gradientArena(builder.buffers);
  const loss = lowerLoss({
    ...lossOptions(work, network),
    name: `${functionNames(size).step}.loss`.replaceAll(" ", ""),
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
    ...(guesses?.statements ?? []),
    ...network.packs,
    ...network.begin,
    ...network.forward,
    ...loss,
    ...back.packs,
    ...back.statements,
    ...(advances(options) ? [] : keepStates(work, network)),
    ...lowerNorm(builder, ports.norm),
  ];
}

/** What the decoder is given with scheduled sampling: the network goes forwards once more, first. */
function lowerGuessing(work: Work, size: BatchShape): ReturnType<typeof lowerGuesses> | undefined {
  const { builder, options, ports } = work;
  if (ports.share === undefined) return undefined;
  const network = lowerForward(work, size, "guess");
  const { statements, mixed } = lowerGuesses({
    builder,
    name: `${functionNames(size).step}.guess`.replaceAll(" ", ""),
    steps: size.steps,
    batch: options.batch,
    logits: network.output,
    tokens: inputAt(ports.inputs, options.batch, options.network),
    share: ports.share,
    seed: ports.seed,
  });
  return { statements: [...network.packs, ...network.begin, ...network.forward, ...statements], mixed };
}

function lowerAdvance(work: Work): readonly Statement[] {
  const { update: steps } = known(work.options.carry, "what is carried");
  const network = lowerForward(work, { steps }, "advance");
  return [...network.packs, ...network.forward, ...keepStates(work, network)];
}

function lowerEvaluate(work: Work, size: BatchShape): readonly Statement[] {
  const { options, ports, shape } = work;
  const network = lowerForward(work, size, "evaluate");
  const outputs = rowsAt(ports.outputs, options.batch, shape.outputSize);
  return [
    ...network.packs,
    ...network.begin,
    ...network.forward,
    ...lowerLoss({
      ...lossOptions(work, network),
      name: `${functionNames(size).evaluate}.loss`.replaceAll(" ", ""),
    }),
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
