/** A training program in memory, with its data: runs batches and updates, and hands out and takes in everything that must outlive it. */
import type { Backend, Executable, Numbers } from "../engine/backend.ts";
import { assertLongestFirst } from "../engine/member-order.ts";
import type { BufferId } from "../lower/index.ts";
import { initialiseNetwork } from "../network/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { checkFit, createBatchSource } from "./batch-source.ts";
import type { BatchPorts, BatchShape, BatchSource, TrainingData } from "./batch-source.ts";
import type { RunIdentity } from "./checkpoint.ts";
import { openStates } from "./carried-states.ts";
import type { CarriedStates } from "./carried-states.ts";
import { fingerprint } from "./fingerprint.ts";
import { countLoss } from "./losses.ts";
import { createStore, trainedPlaces } from "./store.ts";
import type { Store } from "./store.ts";
import type { TrainingSettings } from "./training-options.ts";
import { functionNames, lowerTraining } from "./training-program.ts";
import type { TrainingProgram } from "./training-program.ts";

/** What a batch gave; the same object each time. */
export interface BatchResult {
  loss: number;
  /** What the batch's losses were divided by: its share in the epoch's mean. 0 for a batch that holds nothing. */
  count: number;
  /** 2-norm of the gradient, after a step. */
  norm: number;
}

export interface Machine extends Store, CarriedStates {
  readonly program: TrainingProgram;
  readonly executable: Executable;
  readonly source: BatchSource;
  readonly validation: BatchSource | undefined;
  readonly ports: BatchPorts;
  readonly identity: RunIdentity;
  /** Loss and gradient of a batch, with dropout drawn from `seed`, and a share `guessed` of scheduled sampling. Parameters stay as they are. */
  step(index: number, seed: number, guessed?: number): BatchResult;
  /** The optimiser's update number `update` (from 1) with the last step's gradient. */
  update(update: number, rate: number): void;
  /** Loss of a batch of the validation data. */
  evaluate(index: number): BatchResult;
  dispose(): void;
}

/** Makes everything ready. Throws `training/…`, `network/…` and `engine/out-of-memory`. */
export function createMachine(settings: TrainingSettings, backend: Backend): Machine {
  const { batch, truncation } = settings;
  const source = createBatchSource(settings.data, { batch, truncation });
  const validation =
    settings.validation === undefined
      ? undefined
      : createBatchSource(settings.validation, { batch, truncation: wholePieces(source) });
  const program = lowerTraining({
    network: settings.network,
    loss: settings.loss,
    optimiser: settings.optimiser,
    clip: settings.clip,
    shapes: mergeShapes([...source.shapes, ...(validation?.shapes ?? [])]),
    batch,
    labels: source.targetSize,
    lengths: source.lengths || validation?.lengths === true,
    sourceLengths: source.source?.lengths === true || validation?.source?.lengths === true,
    carry: source.truncation === undefined ? undefined : { update: source.truncation.update },
    guesses: settings.scheduledSampling !== undefined,
  });
  checkData(settings.data, source, settings.network, program);
  if (settings.validation !== undefined && validation !== undefined)
    checkData(settings.validation, validation, settings.network, program);
  const executable = backend.load(program.program);
  setFirstValues(settings, program, executable);
  return assemble({ settings, backend, program, executable, source, validation });
}

/** Each shape once, those of fewer steps first. */
function mergeShapes(shapes: readonly BatchShape[]): readonly BatchShape[] {
  const byName = new Map(shapes.map((shape) => [functionNames(shape).step, shape]));
  return [...byName.values()].sort((a, b) => a.steps - b.steps || (a.sourceSteps ?? 0) - (b.sourceSteps ?? 0));
}

/** Validation takes streams in pieces that do not overlap, of the same length. */
function wholePieces({ truncation }: BatchSource): { readonly update: number } | undefined {
  return truncation?.back === undefined ? undefined : { update: truncation.back };
}

function checkData(data: TrainingData, source: BatchSource, spec: NetworkSpec, { shape, loss }: TrainingProgram): void {
  checkFit(data, source, { spec, shape, targets: loss.targets, isClass: loss.isClass, ctc: loss.ctc });
}

/** Parameters (given or drawn), moments, and the constants of loss and optimiser. */
function setFirstValues(settings: TrainingSettings, program: TrainingProgram, executable: Executable): void {
  const { parameters: given = {}, network, seed } = settings;
  const drawn = initialiseNetwork(network, { seed });
  const stray = Object.keys(given).find((name) => !program.parameters.has(name));
  if (stray !== undefined)
    throw new RecurraError(
      "network/bad-parameters",
      `There is no parameter ${stray}; the network has ${[...program.parameters.keys()].join(", ")}.`,
    );
  for (const [name, { value }] of program.parameters) {
    const array = executable.array(value);
    const values = given[name] ?? known(drawn[name], `parameter ${name}`);
    if (values.length !== array.length)
      throw new RecurraError(
        "network/bad-parameters",
        `Parameter ${name} was given ${values.length} numbers, but has ${array.length}.`,
      );
    array.set(values);
  }
  for (const [name, buffer] of program.update.moments)
    executable.array(buffer).fill(known(program.optimiser.moments[name], `moment ${name}`));
  for (const [name, buffer] of program.lossVectors.buffers)
    executable.array(buffer).set(known(program.loss.vectors[name], name));
  const { decay } = program.update;
  if (decay !== undefined) {
    const byElement = executable.array(decay).fill(0);
    for (const { buffer, start, length } of trainedPlaces(program)) {
      if (known(program.program.buffers[buffer], "a buffer").shape.length >= 2)
        byElement.fill(program.optimiser.matrixDecay ?? 0, start, start + length);
    }
  }
}

function identify(
  settings: TrainingSettings,
  rate: number,
  { backend, data }: { readonly backend: Backend; readonly data: unknown },
): RunIdentity {
  const { network, loss, clip, batch, truncation } = settings;
  const optimiser = { ...settings.optimiser, rate };
  const { replaced, source } = settings.data.kind === "sequences" ? settings.data : {};
  return {
    network,
    loss,
    optimiser,
    clip,
    batch,
    truncation,
    scheduledSampling: settings.scheduledSampling === undefined ? undefined : planShares(settings),
    replaced,
    augmentation: source?.augmentation,
    data,
    numbers: backend.describe().numbers,
  };
}

/** A share that rises does so over all epochs, so that with another number of them each update would have another share. */
function planShares({ scheduledSampling, epochs }: TrainingSettings): unknown {
  const { from = 0, to = 0 } = scheduledSampling ?? {};
  return from === to ? { to } : { from, to, epochs };
}

interface Parts {
  readonly settings: TrainingSettings;
  readonly backend: Backend;
  readonly program: TrainingProgram;
  readonly executable: Executable;
  readonly source: BatchSource;
  readonly validation: BatchSource | undefined;
}

/** The program's memory as the host reads and writes it. */
function openPorts({ program, executable }: Parts) {
  const { ports: ids, update } = program;
  const array = (buffer: BufferId): Numbers => executable.array(buffer);
  const batch: BatchPorts = {
    inputs: array(ids.inputs),
    targets: array(ids.targets),
    weights: array(ids.weights),
    lengths: ids.lengths === undefined ? undefined : array(ids.lengths),
    source:
      ids.source === undefined
        ? undefined
        : {
            inputs: array(ids.source.inputs),
            lengths: ids.source.lengths === undefined ? undefined : array(ids.source.lengths),
          },
  };
  return {
    batch,
    scale: array(ids.scale),
    seed: array(ids.seed),
    share: ids.share === undefined ? undefined : array(ids.share),
    clock: ids.clock === undefined ? undefined : array(ids.clock),
    numbers: array(update.numbers),
    loss: array(ids.loss),
    norm: array(ids.norm),
  };
}

function assemble(parts: Parts): Machine {
  const { settings, backend, program, executable, source, validation } = parts;
  const ports = openPorts(parts);
  const result: BatchResult = { loss: 0, count: 0, norm: 0 };
  const stepNames = new Map(source.shapes.map((shape) => [shape, functionNames(shape).step]));
  const evaluateNames = new Map((validation?.shapes ?? []).map((shape) => [shape, functionNames(shape).evaluate]));
  const { truncation } = source;
  const advance = truncation !== undefined && truncation.back !== truncation.update;

  const begin = (from: BatchSource, index: number): BatchShape => {
    from.fill(index, ports.batch);
    if (ports.batch.lengths !== undefined) assertLongestFirst(ports.batch.lengths);
    if (ports.batch.source?.lengths !== undefined) assertLongestFirst(ports.batch.source.lengths);
    const shape = from.shapeOf(index);
    const rows = (from.perStep ? shape.steps : 1) * from.batch;
    result.count = countLoss(program.loss, rows, ports.batch.targets, ports.batch.weights);
    ports.scale[0] = result.count === 0 ? 0 : 1 / result.count;
    ports.clock?.fill(index * (from.truncation?.update ?? 0));
    return shape;
  };

  return {
    program,
    executable,
    source,
    validation,
    ports: ports.batch,
    identity: identify(settings, program.optimiser.rate, { backend, data: fingerprint(source, ports.batch) }),
    step: (index, seed, guessed = 0) => {
      const shape = begin(source, index);
      ports.seed[0] = seed;
      if (ports.share !== undefined) ports.share[0] = guessed;
      executable.call(known(stepNames.get(shape), "a step"));
      if (advance) executable.call("advance");
      result.loss = ports.loss[0] ?? NaN;
      result.norm = ports.norm[0] ?? NaN;
      return result;
    },
    update: (update, rate) => {
      program.optimiser.writeNumbers(update, rate, ports.numbers);
      executable.call("update");
    },
    evaluate: (index) => {
      const shape = begin(known(validation, "validation"), index);
      executable.call(known(evaluateNames.get(shape), "an evaluation"));
      result.loss = ports.loss[0] ?? NaN;
      return result;
    },
    ...openStates(settings.network, program, executable),
    ...createStore(program, executable),
    dispose: () => executable.dispose(),
  };
}
