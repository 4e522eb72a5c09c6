/** Which runs of checkpoint files the workbench goes on with. Only this file knows what `recurra train` notes in them. */
import { openCheckpoint, RecurraError } from "recurra";
import type { LoadedModel, StoredRun } from "recurra";
import { StudioError } from "../../studio-error.ts";
import type { StudioCode } from "../../studio-error.ts";

/** Tasks of the workbench that have files. */
export type KeptTask = "forecast" | "texts" | "generate" | "marks";

/** Options of `recurra train`, noted where they were given, that make data of a file which the workbench does not make. */
type NotedOption = "fast" | "text";

/** The task of a run. Throws a `StudioError` for tasks, and data, that the workbench does not have. */
export function findKeptTask({ kind, options, notes }: StoredRun, source: string): KeptTask {
  const isNoted = (name: NotedOption): boolean => typeof notes === "object" && notes !== null && name in notes;
  const refuse = (code: StudioCode, why: string): StudioError =>
    new StudioError(
      code,
      `${source} is of a run ${why}, which the workbench does not have; recurra train DATA --resume ${source} goes on with it.`,
    );
  if (isNoted("fast")) throw refuse("studio/part-of-data", "with --fast, of a part of its data");
  switch (kind) {
    case "forecast":
    case "texts":
    case "generate":
      return kind;
    case "tag":
      if (options.restore === undefined) throw refuse("studio/other-task", "that learns tags");
      if (isNoted("text")) throw refuse("studio/other-column", "that learns from a column of a table (--text)");
      return "marks";
    case "classify":
      throw refuse("studio/other-task", "that classifies sequences of numbers");
    case "translate":
      throw refuse("studio/other-task", "that translates");
    case "caption":
      throw refuse("studio/other-task", "that captions pictures");
  }
}

/** Whether a file holds a run that the workbench goes on with. */
export function holdsKeptRun(model: LoadedModel, source: string): boolean {
  if (model.details.checkpoint === undefined) return false;
  try {
    findKeptTask(openCheckpoint(model, source), source);
    return true;
  } catch (error) {
    if (error instanceof StudioError || error instanceof RecurraError) return false;
    throw error;
  }
}
