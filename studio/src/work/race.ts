/** A comparison of cells as it goes on: curves, progress and results, event by event. */
import type { CompareEvent, RunResult } from "recurra";

/** One cell of a race. */
export interface Runner {
  readonly cell: string;
  readonly parameters: number;
  /** The loss of the last batch at each of these updates. */
  readonly updates: readonly number[];
  readonly losses: readonly number[];
  /** From 0 to 1. */
  readonly progress: number;
  /** Once it has come to its end. */
  readonly result?: RunResult;
}

export type Race =
  | { readonly kind: "ready" }
  | { readonly kind: "running" | "stopped" | "finished"; readonly runners: readonly Runner[] };

/** The race after an event. */
export function advanceRace(race: Race, event: CompareEvent): Race {
  if (event.kind === "planned") {
    const runners = event.runs.map(({ cell, parameters }) => ({
      cell,
      parameters,
      updates: [],
      losses: [],
      progress: 0,
    }));
    return { kind: "running", runners };
  }
  if (race.kind === "ready" || event.kind === "begun") return race;
  if (event.kind === "compared") return { ...race, kind: event.stopped ? "stopped" : "finished" };
  const name = event.kind === "progress" ? event.run.cell : event.result.cell;
  const runners = race.runners.map((runner) => {
    if (runner.cell !== name) return runner;
    if (event.kind === "result") return { ...runner, progress: 1, result: event.result };
    const { update, updates, loss } = event;
    return {
      ...runner,
      updates: [...runner.updates, update],
      losses: [...runner.losses, loss],
      progress: update / updates,
    };
  });
  return { ...race, runners };
}

/** The share of all that is done, from 0 to 1. */
export function progressOf(runners: readonly Runner[]): number {
  return runners.reduce((sum, { progress }) => sum + progress, 0) / Math.max(1, runners.length);
}

/** Curves at common places, as charts have them: between two updates on the line through them, and NaN before the first and after the last. */
export function alignCurves(
  runners: readonly Runner[],
  count = 80,
): { readonly x: readonly number[]; readonly curves: readonly (readonly number[])[] } {
  const last = Math.max(1, ...runners.flatMap(({ updates }) => updates.at(-1) ?? 1));
  const x = [...new Set(Array.from({ length: count }, (_, at) => Math.round(1 + ((last - 1) * at) / (count - 1))))];
  return { x, curves: runners.map((runner) => x.map((at) => valueAt(runner, at))) };
}

function valueAt({ updates, losses }: Runner, at: number): number {
  const after = updates.findIndex((update) => update >= at);
  if (after < 0) return NaN;
  const [right = NaN, high = NaN] = [updates[after], losses[after]];
  if (right === at) return high;
  const [left = NaN, low = NaN] = after === 0 ? [] : [updates[after - 1], losses[after - 1]];
  return low + ((high - low) * (at - left)) / (right - left);
}
