/** Many cells on one memory task, at several lengths and from several seeds: runs side by side, each told as it ends. */
import { createModel } from "../../network/index.ts";
import type { ParameterValues } from "../../network/index.ts";
import { trainInWorker } from "../../training/index.ts";
import type { SequenceData, TrainingControl } from "../../training/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { planRuns, trainingOf } from "./compare-plan.ts";
import type { CompareOptions, PlannedRun, RunResult } from "./compare-plan.ts";
import type { MemoryTask } from "./memory-task.ts";

export type { ComparedCell, CompareOptions, RunResult } from "./compare-plan.ts";

export interface CompareControl extends TrainingControl {
  /** Seconds between two events about the progress of a run, at least: 0.5 */
  readonly progressSeconds?: number | undefined;
  /** Updates between two of them, at most, however fast they are; no limit if not given. */
  readonly progressUpdates?: number | undefined;
}

/** A run as it is told of before it is done. */
export type RunName = Pick<PlannedRun, "cell" | "steps" | "seed" | "hidden" | "parameters">;

export type CompareEvent =
  /** First: all runs, and how many of them are done already. */
  | { readonly kind: "planned"; readonly runs: readonly RunName[]; readonly done: number }
  | { readonly kind: "begun"; readonly run: RunName }
  /** Now and then: how far a run is, and the loss of its last batch. */
  | {
      readonly kind: "progress";
      readonly run: RunName;
      readonly update: number;
      readonly updates: number;
      readonly loss: number;
    }
  | { readonly kind: "result"; readonly result: RunResult }
  /** Last: results of all runs in the order of the plan; of those that were done when it was stopped. */
  | { readonly kind: "compared"; readonly results: readonly RunResult[]; readonly stopped: boolean };

/**
 * Trains every cell at every length from every seed. Runs whose results are given as `done` are not repeated. Leaving the loop ends the workers. A run whose loss
 * becomes infinite counts as failed; other errors are thrown: `training/…`, `network/…`, `data/…`.
 */
export async function* compareCells(
  options: CompareOptions,
  control: CompareControl = {},
): AsyncGenerator<CompareEvent, void, undefined> {
  const { signal } = control;
  const runs = planRuns(options);
  const results = new Map((options.done ?? []).map((result) => [result.key, result]));
  const left = runs.filter(({ key }) => !results.has(key));
  yield { kind: "planned", runs: runs.map(nameOf), done: runs.length - left.length };
  const lanes = new Map<AsyncGenerator<CompareEvent>, Promise<LaneStep>>();
  const advance = (lane: AsyncGenerator<CompareEvent>): void => {
    lanes.set(
      lane,
      lane.next().then((next) => ({ lane, next })),
    );
  };
  const begin = (): void => {
    const run = signal?.aborted === true ? undefined : left.shift();
    if (run !== undefined) advance(runOne(run, options.backend, control));
  };
  try {
    for (let lane = 0; lane < (options.threads ?? 1); lane++) begin();
    while (lanes.size > 0) {
      const { lane, next } = await Promise.race(lanes.values());
      if (next.done === true) {
        lanes.delete(lane);
        begin();
        continue;
      }
      if (next.value.kind === "result") results.set(next.value.result.key, next.value.result);
      advance(lane);
      yield next.value;
    }
  } finally {
    await Promise.allSettled([...lanes.keys()].map(async (lane) => lane.return(undefined)));
  }
  const all = runs.flatMap(({ key }) => results.get(key) ?? []);
  yield { kind: "compared", results: all, stopped: all.length < runs.length };
}

interface LaneStep {
  readonly lane: AsyncGenerator<CompareEvent>;
  readonly next: IteratorResult<CompareEvent, unknown>;
}

function nameOf({ cell, steps, seed, hidden, parameters }: PlannedRun): RunName {
  return { cell, steps, seed, hidden, parameters };
}

/** One run in a worker, and its test. */
async function* runOne(
  run: PlannedRun,
  backend: CompareOptions["backend"],
  { signal, progressSeconds = 0.5, progressUpdates }: CompareControl,
): AsyncGenerator<CompareEvent, void, undefined> {
  const name = nameOf(run);
  yield { kind: "begun", run: name };
  const parts = await run.task.make({ ...run.counts, steps: run.steps, seed: run.seed });
  const due = { stepSeconds: progressSeconds, stepUpdates: progressUpdates };
  const training = { ...trainingOf(run, parts, backend), ...due };
  const curve: number[] = [];
  const shared = { key: run.key, ...name, chance: parts.chance.error };
  let update = 0;
  // By the worker's own clock: its messages may come long after they were sent.
  let seconds = 0;
  let secondsPerUpdate: number | null = null;
  try {
    for await (const event of trainInWorker(training, { signal })) {
      if (event.kind === "step") {
        ({ update } = event);
        yield { kind: "progress", run: name, update, updates: event.updates, loss: event.loss };
      }
      if (event.kind === "epoch") {
        update = event.epoch * Math.ceil(parts.train.lengths.length / run.batch);
        seconds += event.seconds;
        secondsPerUpdate = seconds / update;
        curve.push(event.validation ?? NaN);
      }
      if (event.kind !== "finished") continue;
      const error = measure(run, event.parameters, parts.test, backend);
      yield { kind: "result", result: { ...shared, updates: update, error, secondsPerUpdate, curve } };
    }
  } catch (failure) {
    if (!(failure instanceof RecurraError) || failure.code !== "training/not-finite") throw failure;
    const failed = failure.message;
    yield {
      kind: "result",
      result: { ...shared, updates: update, error: null, secondsPerUpdate, curve, failed },
    };
  }
}

/** Sequences that are tested at once. */
const testBatch = 100;

/** The error on sequences of one length, as the task measures it. */
function measure(
  { task, network: spec, steps }: PlannedRun,
  parameters: ParameterValues,
  data: SequenceData,
  backend: CompareOptions["backend"],
): number {
  const model = createModel({ spec, parameters, ...(backend === undefined ? {} : { backend }) });
  const count = data.lengths.length;
  let [sum, total] = [0, 0];
  try {
    for (let first = 0; first < count; first += testBatch) {
      const batch = Math.min(testBatch, count - first);
      const inputs = new Float32Array(steps * batch * data.inputSize);
      for (let row = 0; row < steps * batch; row++) {
        const from = (first + (row % batch)) * steps + Math.floor(row / batch);
        for (let column = 0; column < data.inputSize; column++)
          inputs[row * data.inputSize + column] = known(data.inputs[from * data.inputSize + column], "an input");
      }
      const outputs = model.predict({ steps, batch, inputs });
      for (let row = 0; row < outputs.length / task.outputs; row++) {
        const sequence = first + (row % batch);
        const place = task.perStep ? sequence * steps + Math.floor(row / batch) : sequence;
        const weight = data.weights?.[place] ?? 1;
        total += weight;
        if (weight > 0) sum += weight * errorOf(task, outputs, row, known(data.targets[place], "a target"));
      }
    }
  } finally {
    model.dispose();
  }
  return sum / total;
}

function errorOf(
  { outputs: size, measure: measured }: MemoryTask,
  predicted: ArrayLike<number>,
  row: number,
  truth: number,
): number {
  if (measured === "mean squared error") return (predicted[row]! - truth) ** 2;
  let best = 0;
  for (let at = 1; at < size; at++) if (predicted[row * size + at]! > predicted[row * size + best]!) best = at;
  return best === truth ? 0 : 1;
}
