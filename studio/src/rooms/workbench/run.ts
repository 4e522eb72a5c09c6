/** A run as it goes on, event by event: curves, speed, samples, and what it has come to. */
import type { Checkpoint, EpochRecord } from "recurra";
import type { LearnEvent } from "../../work/learn.ts";
import type { LessonConclusion, LessonSample } from "../../work/lessons/lesson.ts";
import type { LessonFacts } from "../../work/lessons/plan-lesson.ts";
import type { Failure } from "../../work/protocol.ts";

/** What was told of some updates: all of them in a short run, evenly spread ones in a long one. */
export interface Steps {
  readonly updates: readonly number[];
  readonly losses: readonly number[];
  readonly norms: readonly number[];
}

export interface Run {
  readonly kind: "ready" | "starting" | "learning" | "pausing" | "paused" | "finished" | "failed";
  readonly facts?: LessonFacts;
  readonly backend?: string;
  /** Where it ran before it was stopped, if that is another backend. */
  readonly before?: string;
  readonly updatesPerEpoch: number;
  readonly update: number;
  /** In all. */
  readonly updates: number;
  readonly steps: Steps;
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch?: number;
  readonly rate?: number;
  /** Updates a second, of late. */
  readonly speed?: number;
  readonly times: readonly { readonly update: number; readonly seconds: number }[];
  readonly sample?: { readonly epoch: number; readonly sample: LessonSample };
  readonly paused?: { readonly checkpoint: Checkpoint; readonly file?: Uint8Array };
  readonly finished?: {
    readonly because: "epochs" | "patience";
    readonly kept: number;
    readonly conclusion: LessonConclusion;
  };
  readonly failure?: Failure;
}

export const readyRun: Run = {
  kind: "ready",
  updatesPerEpoch: 1,
  update: 0,
  updates: 0,
  steps: { updates: [], losses: [], norms: [] },
  epochs: [],
  times: [],
};

/** Steps that are kept: beyond it every second one is left out. */
const mostSteps = 2000;
/** Seconds over which the speed is measured. */
const speedSeconds = 2;

/** The run after an event. */
export function advanceRun(run: Run, event: LearnEvent): Run {
  switch (event.kind) {
    case "planned":
      return { ...run, facts: event.facts };
    case "started": {
      const { backend, before, updatesPerEpoch, epochs, update, history, best = run.bestEpoch } = event;
      const done = { epochs: history, updatesPerEpoch, update, updates: updatesPerEpoch * epochs, times: [] };
      const told = { ...(before === undefined ? {} : { before }), ...(best === undefined ? {} : { bestEpoch: best }) };
      return { ...run, kind: run.kind === "pausing" ? "pausing" : "learning", backend, ...done, ...told };
    }
    case "step": {
      const { update, updates, loss, norm, rate, seconds } = event;
      const times = [...run.times.filter((one) => one.seconds > seconds - speedSeconds), { update, seconds }];
      const [first] = times;
      const speed =
        first === undefined || seconds === first.seconds
          ? undefined
          : (update - first.update) / (seconds - first.seconds);
      return {
        ...run,
        update,
        updates,
        rate,
        times,
        ...(speed === undefined ? {} : { speed }),
        steps: addStep(run.steps, { update, loss, norm }),
      };
    }
    case "epoch": {
      const { record, isBest } = event;
      return {
        ...run,
        epochs: [...run.epochs, record],
        update: record.epoch * run.updatesPerEpoch,
        ...(isBest ? { bestEpoch: record.epoch } : {}),
      };
    }
    case "sample":
      return { ...run, sample: { epoch: event.epoch, sample: event.sample } };
    case "paused": {
      const { checkpoint, file } = event;
      return { ...run, kind: "paused", paused: { checkpoint, ...(file === undefined ? {} : { file }) } };
    }
    case "finished": {
      const { because, kept, conclusion } = event;
      return { ...run, kind: "finished", finished: { because, kept, conclusion } };
    }
  }
}

function addStep(
  { updates, losses, norms }: Steps,
  { update, loss, norm }: { readonly update: number; readonly loss: number; readonly norm: number },
): Steps {
  const all = { updates: [...updates, update], losses: [...losses, loss], norms: [...norms, norm] };
  if (all.updates.length <= mostSteps) return all;
  const thin = (values: readonly number[]): readonly number[] => values.filter((_, at) => at % 2 === 0);
  return { updates: thin(all.updates), losses: thin(all.losses), norms: thin(all.norms) };
}

/** The share that is done, from 0 to 1. */
export function progressOf({ kind, update, updates }: Run): number {
  return kind === "finished" ? 1 : updates === 0 ? 0 : update / updates;
}

/** Curves by the numbers of updates at which there may be a value; NaN where there is none. */
export interface DrawnCurves {
  readonly x: readonly number[];
  /** Means of the updates around places that are evenly spread. */
  readonly loss: readonly number[];
  readonly norm: readonly number[];
  /** At the ends of epochs. */
  readonly validation: readonly number[];
}

/** What has been done so far, as curves of some points. */
export function alignCurves({ steps, epochs, updatesPerEpoch, update }: Run, count = 90): DrawnCurves {
  const last = Math.max(1, update, steps.updates.at(-1) ?? 1);
  const width = Math.max(1, last / count);
  const even = Array.from({ length: Math.min(count, last) }, (_, at) => Math.round((at + 1) * width));
  const places = steps.updates.map((one) => Math.min(even.length - 1, Math.max(0, Math.ceil(one / width) - 1)));
  const ended = epochs.map(({ epoch, loss, validation = NaN }) => ({ at: epoch * updatesPerEpoch, loss, validation }));
  const x = [...new Set([...even, ...ended.map(({ at }) => at)])].toSorted((a, b) => a - b);
  const meanOf = (values: readonly number[]): readonly number[] => {
    const [sums, counts] = [new Map<number, number>(), new Map<number, number>()];
    places.forEach((place, at) => {
      const middle = even[place] ?? 0;
      sums.set(middle, (sums.get(middle) ?? 0) + (values[at] ?? 0));
      counts.set(middle, (counts.get(middle) ?? 0) + 1);
    });
    return x.map((at) => (sums.get(at) ?? NaN) / (counts.get(at) ?? NaN));
  };
  // Of epochs before a run was gone on with there is the mean loss alone.
  const [first = Infinity] = steps.updates;
  const earlier = new Map(ended.flatMap(({ at, loss }) => (at < first ? [[at, loss] as const] : [])));
  const validations = new Map(ended.map(({ at, validation }) => [at, validation]));
  return {
    x,
    loss: meanOf(steps.losses).map((value, at) => (Number.isNaN(value) ? (earlier.get(x[at] ?? NaN) ?? NaN) : value)),
    norm: meanOf(steps.norms),
    validation: x.map((at) => validations.get(at) ?? NaN),
  };
}

/** The values with those between two of them on the straight line that joins them, on a logarithmic axis or another. */
export function joinPoints(x: readonly number[], values: readonly number[], isLog: boolean): readonly number[] {
  const [there, back] = isLog ? [Math.log, Math.exp] : [Number, Number];
  const known = values.flatMap((value, at) => (Number.isNaN(value) ? [] : [at]));
  return values.map((value, at) => {
    const next = known.findIndex((one) => one > at);
    const [left, right] = [known[next - 1], known[next]];
    if (!Number.isNaN(value) || left === undefined || right === undefined) return value;
    const [from = NaN, to = NaN, own = NaN] = [x[left], x[right], x[at]];
    const [start, end] = [there(values[left] ?? NaN), there(values[right] ?? NaN)];
    return back(start + ((end - start) * (own - from)) / (to - from));
  });
}

/** Whether values span so much that a logarithmic axis shows more. */
export function isWide(values: readonly number[]): boolean {
  const known = values.filter((value) => Number.isFinite(value));
  return known.length > 1 && known.every((value) => value > 0) && Math.max(...known) > 8 * Math.min(...known);
}
