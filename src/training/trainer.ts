/** The trainer: a run as an async iterable of events, which can be stopped at any update and goes on with the same bits. */
import type { Backend } from "../engine/backend.ts";
import { chooseBackend } from "../engine/backends.ts";
import { parameterArena } from "../lower/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import type { Random } from "../util/random.ts";
import { checkCheckpoint, progressAt } from "./checkpoint.ts";
import type { Checkpoint, EpochRecord, Progress } from "./checkpoint.ts";
import type { EpochEvent, FinishedEvent, StartedEvent, StepEvent, StoppedEvent, TrainingEvent } from "./events.ts";
import { createMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { trainReadout } from "./train-readout.ts";
import { reportNotFinite } from "./report-not-finite.ts";
import { rateAt, watchLoss } from "./schedules.ts";
import { settleOptions } from "./training-options.ts";
import type { TrainingControl, TrainingOptions, TrainingSettings } from "./training-options.ts";

/** Milliseconds of work between two breaths, in which timers, messages and the page get their turn. */
const breathMilliseconds = 30;
/** Gradient norms remembered for the report of a run that fails. */
const rememberedNorms = 5;
/** Seeds of dropout: whole numbers that a float32 holds exactly. */
const seedLimit = 2 ** 24;

/**
 * Trains a network. The same options on the same backend give the same numbers, bit for bit, also when the run was stopped and
 * resumed. Throws `training/…` for settings and data that do not fit, and `training/not-finite` where the loss or gradient becomes
 * NaN or infinite, before that reaches the weights.
 */
export async function* train(
  options: TrainingOptions,
  control: TrainingControl = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  const settings = settleOptions(options);
  if (settings.readout !== undefined) return yield* trainReadout(settings);
  const { backend, reason } = chooseBackend(settings.backend, { threads: settings.threads });
  const machine = createMachine(settings, backend);
  try {
    const run = createRun(settings, machine, backend);
    yield describeStart(run, reason);
    yield* runEpochs(run, control.signal);
  } finally {
    machine.dispose();
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Run {
  readonly settings: TrainingSettings;
  readonly machine: Machine;
  readonly backend: Backend;
  readonly progress: Mutable<Progress>;
  /** The generator within the epoch, drawn from by shuffling and then once a batch. */
  random: Random;
  /** Of the last update. */
  rate: number;
  loss: number;
  /** The latest norms, the latest first. */
  readonly norms: Float64Array;
  /** Batches since the run was started or resumed. */
  done: number;
  lastBreath: number;
  lastStepEvent: number;
}

function createRun(settings: TrainingSettings, machine: Machine, backend: Backend): Run {
  const random = createRandom(settings.seed).fork();
  const fresh: Mutable<Progress> = {
    epoch: 1,
    batch: 0,
    update: 0,
    lossSum: 0,
    lossCount: 0,
    random: random.state(),
    history: [],
    seconds: 0,
  };
  if (settings.resume !== undefined) {
    checkCheckpoint(settings.resume, machine.identity);
    machine.restore(settings.resume);
  }
  const { rate } = machine.program.optimiser;
  const progress = settings.resume === undefined ? fresh : { ...progressAt(settings.resume, rate) };
  const run: Run = {
    settings,
    machine,
    backend,
    progress,
    random,
    rate,
    loss: NaN,
    norms: new Float64Array(rememberedNorms),
    done: 0,
    lastBreath: performance.now(),
    lastStepEvent: -Infinity,
  };
  openEpoch(run);
  // What the batches that are done have drawn.
  for (let batch = 0; batch < progress.batch; batch++) run.random.integer(seedLimit);
  return run;
}

/** Order and dropout of an epoch follow from the generator's state at its start. */
function openEpoch(run: Run): void {
  run.random = createRandom(run.progress.random);
  if (run.settings.shuffle) run.machine.source.shuffle(run.random);
}

function describeStart({ machine, settings, progress, backend: { name: backend } }: Run, note: string): StartedEvent {
  const { program, executable, source } = machine;
  const before = settings.resume?.backend;
  const trained = parameterArena(program.program.buffers).places;
  const parameters = program.program.buffers.reduce((sum, { id, length }) => sum + (trained.has(id) ? length : 0), 0);
  return {
    kind: "started",
    backend,
    note,
    parameters,
    words: executable.plan.words,
    epochs: settings.epochs,
    updatesPerEpoch: source.count,
    update: progress.update,
    ...(before === undefined || before === backend ? {} : { before }),
  };
}

async function* runEpochs(run: Run, signal: AbortSignal | undefined): AsyncGenerator<TrainingEvent, void, undefined> {
  const { settings, progress, machine } = run;
  while (progress.epoch <= settings.epochs) {
    if (isPatienceOver(run)) break;
    const start = performance.now() - progress.seconds * 1000;
    const stop = (): StoppedEvent => {
      progress.seconds = (performance.now() - start) / 1000;
      return { kind: "stopped", checkpoint: takeCheckpoint(run) };
    };
    while (progress.batch < machine.source.count) {
      if (signal?.aborted) return yield* once(stop());
      const fault = trainBatch(run);
      if (fault !== undefined) {
        yield { kind: "checkpoint", checkpoint: takeCheckpoint(run) };
        throw fault;
      }
      if (isStepDue(run)) yield describeStep(run);
      if (isBreathDue(run)) await breathe(run);
    }
    const validation = await validate(run, signal);
    if (validation === "stopped") return yield* once(stop());
    const event = closeEpoch(run, validation, (performance.now() - start) / 1000);
    yield event;
    const { checkpointEpochs } = settings;
    if (checkpointEpochs !== undefined && event.epoch % checkpointEpochs === 0)
      yield { kind: "checkpoint", checkpoint: takeCheckpoint(run) };
  }
  yield finish(run, isPatienceOver(run) ? "patience" : "epochs");
}

async function* once<T>(event: T): AsyncGenerator<T, void, undefined> {
  yield event;
}

/** One batch and its update, or the error of a loss or gradient that is not finite; then nothing has changed. */
function trainBatch(run: Run): RecurraError | undefined {
  const { machine, progress, settings } = run;
  if (progress.batch === 0) machine.resetStates();
  machine.setStatesAside();
  const { loss, norm, count } = machine.step(progress.batch, run.random.integer(seedLimit), shareOf(run));
  run.rate = rateOf(run, progress.update);
  if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
    machine.takeStatesUp();
    const { epoch, batch, update } = progress;
    return reportNotFinite({
      machine,
      settings,
      loss,
      norm,
      epoch,
      batch: batch + 1,
      update,
      rate: run.rate,
      norms: run.norms.slice(0, Math.min(run.done, rememberedNorms)),
    });
  }
  // A batch in which nothing counts teaches nothing.
  if (count > 0) machine.update(++progress.update, run.rate);
  progress.lossSum += loss * count;
  progress.lossCount += count;
  progress.batch++;
  run.loss = loss;
  run.norms.copyWithin(1, 0);
  run.norms[0] = norm;
  run.done++;
  return undefined;
}

/** The share of scheduled sampling in the next update. */
function shareOf({ settings: { scheduledSampling, epochs }, machine, progress }: Run): number {
  if (scheduledSampling === undefined) return 0;
  const { from = 0, to } = scheduledSampling;
  return from + ((to - from) * progress.update) / Math.max(1, epochs * machine.source.count - 1);
}

/** The learning rate after so many updates. */
function rateOf({ settings, machine, progress }: Run, update: number): number {
  const perEpoch = settings.schedulePer === "epoch";
  const { count } = machine.source;
  return rateAt(settings.schedule, {
    rate: machine.program.optimiser.rate,
    time: perEpoch ? progress.epoch - 1 : update,
    total: perEpoch ? settings.epochs : settings.epochs * count,
    plateau: progress.plateau,
  });
}

function isStepDue({ settings, progress, lastStepEvent }: Run): boolean {
  const { stepSeconds, stepUpdates } = settings;
  if (stepUpdates !== undefined && progress.update % stepUpdates === 0) return true;
  return performance.now() - lastStepEvent >= stepSeconds * 1000;
}

function describeStep(run: Run): StepEvent {
  const { settings, machine, progress, loss, norms, rate } = run;
  run.lastStepEvent = performance.now();
  return {
    kind: "step",
    epoch: progress.epoch,
    update: progress.update,
    updates: settings.epochs * machine.source.count,
    loss,
    norm: norms[0] ?? NaN,
    rate,
  };
}

function isBreathDue({ lastBreath }: Run): boolean {
  return performance.now() - lastBreath >= breathMilliseconds;
}

/** Lets timers, messages and the page have their turn. */
async function breathe(run: Run): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0);
  });
  run.lastBreath = performance.now();
}

/** The mean loss over the validation data, or undefined if there are none. Changes nothing that training goes on from. */
async function validate(run: Run, signal: AbortSignal | undefined): Promise<number | undefined | "stopped"> {
  const { machine, progress } = run;
  const { validation } = machine;
  if (validation === undefined) return undefined;
  let sum = 0;
  let total = 0;
  machine.setStatesAside();
  machine.resetStates();
  for (let index = 0; index < validation.count; index++) {
    if (signal?.aborted) {
      machine.takeStatesUp();
      return "stopped";
    }
    const { loss, count } = machine.evaluate(index);
    sum += loss * count;
    total += count;
    if (isBreathDue(run)) await breathe(run);
  }
  machine.takeStatesUp();
  const mean = sum / total;
  if (Number.isFinite(mean)) return mean;
  const advice = "look for missing or huge values in the validation data; the training loss is still finite";
  throw new RecurraError(
    "training/not-finite",
    `The validation loss became ${mean} after epoch ${progress.epoch}; ${advice}.`,
  );
}

/** Counts the epoch and goes on to the next. */
function closeEpoch(run: Run, validation: number | undefined, seconds: number): EpochEvent {
  const { settings, machine, progress } = run;
  const { epoch } = progress;
  if (progress.lossCount === 0)
    throw new RecurraError(
      "training/bad-data",
      "Every row of the training data has weight 0, so there is no loss to learn from; give some a weight above 0.",
    );
  const loss = progress.lossSum / progress.lossCount;
  const rate = rateOf(run, progress.update - 1);
  const record: EpochRecord = { epoch, loss, ...(validation === undefined ? {} : { validation }), rate, seconds };
  const watched = validation ?? loss;
  const best = progress.best === undefined || watched < progress.best.loss;
  if (best) {
    progress.best = { epoch, loss: watched };
    if (settings.keep === "best") machine.keepBest();
  }
  const plateau = watchLoss(settings.schedule, progress.plateau, watched, machine.program.optimiser.rate);
  if (plateau !== undefined) progress.plateau = plateau;
  progress.history = [...progress.history, record];
  Object.assign(progress, {
    epoch: epoch + 1,
    batch: 0,
    lossSum: 0,
    lossCount: 0,
    seconds: 0,
    random: run.random.state(),
  });
  openEpoch(run);
  return { kind: "epoch", ...record, epochs: settings.epochs, best };
}

/** Whether there have been as many epochs without a lower loss as there is patience for. */
function isPatienceOver({ settings: { patience }, progress: { epoch, best } }: Run): boolean {
  return patience !== undefined && best !== undefined && epoch - 1 - best.epoch >= patience;
}

function finish({ settings, machine, progress }: Run, because: FinishedEvent["because"]): FinishedEvent {
  return {
    kind: "finished",
    parameters: machine.parameters(settings.keep),
    best: known(progress.best, "a best epoch"),
    because,
    history: progress.history,
  };
}

function takeCheckpoint({ machine, progress, backend }: Run): Checkpoint {
  return {
    kind: "training-checkpoint",
    version: 1,
    run: machine.identity,
    backend: backend.name,
    progress: { ...progress },
    arrays: machine.save(),
  };
}
