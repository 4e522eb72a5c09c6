/** Learning-rate schedules: plain data in, a rate out. The formulas are PyTorch's. */
import { RecurraError } from "../util/errors.ts";

/** How the learning rate changes. Times are counted in updates, or in epochs where training says so; `rate` is the optimiser's. */
export type Schedule =
  | { readonly kind: "constant" }
  /** rate · factor^⌊t / every⌋; the factor is 0.1 if not given. */
  | { readonly kind: "step"; readonly every: number; readonly factor?: number }
  /** A straight line from `from` · rate (1) to `to` · rate (0) over `steps` (the whole run), then constant. */
  | { readonly kind: "linear"; readonly from?: number; readonly to?: number; readonly steps?: number }
  /** Half a cosine from the rate to `least` (0) over `steps` (the whole run); after that it rises again, as PyTorch's does. */
  | { readonly kind: "cosine"; readonly steps?: number; readonly least?: number }
  /** Cosines that start afresh: the first after `first`, each later one `growth` (1) times as long (Loshchilov and Hutter 2017). */
  | { readonly kind: "cosine-restarts"; readonly first: number; readonly growth?: number; readonly least?: number }
  /**
   * Up to the rate over a share `rise` (0.3) of `steps` (the whole run), then down (Smith and Topin 2018). It starts at rate /
   * `startDivisor` (25) and ends at that over `endDivisor` (1e4).
   */
  | {
      readonly kind: "one-cycle";
      readonly steps?: number;
      readonly rise?: number;
      readonly startDivisor?: number;
      readonly endDivisor?: number;
      readonly shape?: "cosine" | "linear";
    }
  /** From `from` · rate (0) to the rate in `steps`; then another schedule from its beginning. */
  | { readonly kind: "warm-up"; readonly steps: number; readonly from?: number; readonly next?: Schedule }
  /** The rate times `factor` (0.1) whenever the watched loss has not fallen by a share `threshold` (1e-4) for more than `patience` (10) epochs. */
  | {
      readonly kind: "on-plateau";
      readonly factor?: number;
      readonly patience?: number;
      readonly threshold?: number;
      readonly cooldown?: number;
      readonly least?: number;
    };

/** What an `on-plateau` schedule remembers. Plain data. */
export interface PlateauState {
  readonly rate: number;
  /** The least loss so far; absent before the first. */
  readonly best?: number;
  /** Epochs since then. */
  readonly waited: number;
  /** Epochs in which nothing is counted. */
  readonly cooldown: number;
}

export interface ScheduleTime {
  /** The optimiser's rate. */
  readonly rate: number;
  /** Updates (or epochs) done so far: 0 for the first. */
  readonly time: number;
  /** How many there will be in all: at least 1. */
  readonly total: number;
  readonly plateau?: PlateauState | undefined;
}

type Kind = Schedule["kind"];
type Of<K extends Kind> = Extract<Schedule, { readonly kind: K }>;

/** The table. */
const rules: { readonly [K in Kind]: (schedule: Of<K>, at: ScheduleTime) => number } = {
  constant: (_, { rate }) => rate,
  step: ({ every, factor = 0.1 }, { rate, time }) => rate * factor ** Math.floor(time / every),
  linear: ({ from = 1, to = 0, steps }, { rate, time, total }) => {
    const length = steps ?? total;
    return rate * (from + (to - from) * (Math.min(time, length) / length));
  },
  cosine: ({ steps, least = 0 }, { rate, time, total }) =>
    least + (rate - least) * fallingCosine(time / (steps ?? total)),
  "cosine-restarts": ({ first, growth = 1, least = 0 }, { rate, time }) => {
    let start = 0;
    let length = first;
    for (; time >= start + length; length *= growth) start += length;
    return least + (rate - least) * fallingCosine((time - start) / length);
  },
  "one-cycle": (
    { steps, rise = 0.3, startDivisor = 25, endDivisor = 1e4, shape = "cosine" },
    { rate, time, total },
  ) => {
    const length = Math.max(1, steps ?? total);
    const top = rise * length - 1;
    const end = length - 1;
    const low = rate / startDivisor;
    const bend = (from: number, to: number, share: number): number =>
      shape === "linear" ? from + (to - from) * share : to + (from - to) * fallingCosine(share);
    if (time <= top) return bend(low, rate, top === 0 ? 1 : time / top);
    return bend(rate, low / endDivisor, Math.min(1, (time - top) / (end - top)));
  },
  "warm-up": ({ steps, from = 0, next = { kind: "constant" } }, at) => {
    if (at.time < steps) return at.rate * (from + (1 - from) * (at.time / steps));
    return rateAt(next, { ...at, time: at.time - steps, total: Math.max(1, at.total - steps) });
  },
  "on-plateau": (_, { rate, plateau }) => plateau?.rate ?? rate,
};

/** ½ (1 + cos π s): from 1 at s = 0 to 0 at s = 1. */
function fallingCosine(share: number): number {
  return (1 + Math.cos(Math.PI * share)) / 2;
}

/** The learning rate at a time. */
export function rateAt(schedule: Schedule, at: ScheduleTime): number {
  return (rules[schedule.kind] as (schedule: Schedule, at: ScheduleTime) => number)(schedule, at);
}

/** The state after an epoch with this loss (PyTorch's ReduceLROnPlateau: least, relative threshold), or undefined if nothing watches it. */
export function watchLoss(
  schedule: Schedule,
  state: PlateauState | undefined,
  loss: number,
  rate: number,
): PlateauState | undefined {
  if (schedule.kind === "warm-up")
    return schedule.next === undefined ? undefined : watchLoss(schedule.next, state, loss, rate);
  if (schedule.kind !== "on-plateau") return undefined;
  const { factor = 0.1, patience = 10, threshold = 1e-4, cooldown = 0, least = 0 } = schedule;
  const before = state ?? { rate, waited: 0, cooldown: 0 };
  const better = before.best === undefined || loss < before.best * (1 - threshold);
  const best = better ? loss : before.best;
  const cooling = before.cooldown > 0;
  const waited = better || cooling ? 0 : before.waited + 1;
  const next = {
    rate: before.rate,
    waited,
    cooldown: cooling ? before.cooldown - 1 : 0,
    ...(best === undefined ? {} : { best }),
  };
  if (waited <= patience) return next;
  const lower = Math.max(before.rate * factor, least);
  // Differences below 1e-8 are not worth an event (PyTorch's eps).
  return { ...next, rate: before.rate - lower > 1e-8 ? lower : before.rate, waited: 0, cooldown };
}

/** Throws `training/bad-schedule`. */
export function checkSchedule(schedule: Schedule): void {
  const { kind } = schedule;
  if (!(kind in rules)) fail(`There is no schedule ${JSON.stringify(kind)}; choose ${Object.keys(rules).join(", ")}.`);
  for (const [name, value] of Object.entries(schedule) as [string, unknown][]) {
    if (typeof value !== "number") continue;
    const positive = ["every", "steps", "first", "growth", "startDivisor", "endDivisor"].includes(name);
    if (!(positive ? value > 0 : value >= 0) || value === Infinity)
      fail(`The schedule ${kind} has ${name} ${value}; give a number ${positive ? "above" : "of at least"} 0.`);
  }
  if (kind === "cosine-restarts" && (schedule.growth ?? 1) < 1)
    fail(`The schedule ${kind} has growth ${schedule.growth}; give 1 or more.`);
  if (kind === "one-cycle" && (schedule.rise ?? 0.3) > 1)
    fail(`The schedule ${kind} has rise ${schedule.rise}; give a share of the run, up to 1.`);
  if (kind === "warm-up" && schedule.next !== undefined) checkSchedule(schedule.next);
}

function fail(message: string): never {
  throw new RecurraError("training/bad-schedule", message);
}
