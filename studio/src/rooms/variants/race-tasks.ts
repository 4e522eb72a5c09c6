/** The memory tasks that a page can make, and the lengths at which they end soon enough to wait for. */
import { findMemoryTask } from "recurra";
import type { MemoryTask } from "recurra";

/** Handwritten digits are left out: they come from a package that is not in the page. */
export const raceTaskNames = ["adding", "order", "copy", "dyck"] as const;
export type RaceTaskName = (typeof raceTaskNames)[number];

export interface Lengths {
  readonly from: number;
  readonly to: number;
  /** Lengths go up by this. */
  readonly step: number;
}

export const lengthsOf: Readonly<Record<RaceTaskName, Lengths>> = {
  adding: { from: 4, to: 100, step: 2 },
  order: { from: 10, to: 100, step: 2 },
  copy: { from: 20, to: 100, step: 2 },
  dyck: { from: 6, to: 60, step: 2 },
};

/** The length nearest to the one wanted that the task has. */
export function fitSteps(task: RaceTaskName, steps: number): number {
  const { from, to, step } = lengthsOf[task];
  return Math.min(to, Math.max(from, from + Math.round((steps - from) / step) * step));
}

export function taskOf(name: RaceTaskName): MemoryTask {
  return findMemoryTask(name);
}
