/** The model of the run that was finished last, kept as long as the page: a room forgets its run when it is left. */
import type { NetworkSizes } from "../../network-link.ts";
import type { LessonConclusion } from "../../work/lessons/lesson.ts";

export interface FinishedModel {
  readonly conclusion: LessonConclusion;
  /** What its files are called, without an ending. */
  readonly stem: string;
  /** Absent where no layer has a state. */
  readonly network?: NetworkSizes;
}

let last: FinishedModel | undefined;

/** Keeps it in place of the one before. */
export function keepModel(model: FinishedModel): void {
  last = model;
}

/** The last one; undefined before any run was finished. */
export function lastModel(): FinishedModel | undefined {
  return last;
}
