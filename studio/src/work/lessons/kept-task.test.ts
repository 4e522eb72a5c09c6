/** Runs by what the command line notes in their checkpoints. */
import type { StoredRun } from "recurra";
import { expect, test } from "vitest";
import { keepFlags } from "../../../../src/cli/tasks/kept-flags.ts";
import { findCommandTask } from "../../../../src/cli/tasks/table.ts";
import { StudioError } from "../../studio-error.ts";
import { findKeptTask } from "./kept-task.ts";

/** The task that the workbench takes a run for which was begun with these flags, or the code with which it refuses. */
function taskOf(kind: StoredRun["kind"], flags: Readonly<Record<string, unknown>>, options: object = {}): string {
  const notes = keepFlags(findCommandTask(kind), flags);
  try {
    return findKeptTask({ kind, options, notes } as unknown as StoredRun, "run");
  } catch (error) {
    if (error instanceof StudioError) return error.code;
    throw error;
  }
}

test("runs of a part of their data, or of marks from a column, are known by the flags that they were begun with", () => {
  const marks = { restore: "diacritics" };
  expect(taskOf("forecast", { target: ["sales"], horizon: 2 })).toBe("forecast");
  expect(taskOf("generate", { text: "poem" })).toBe("generate");
  expect(taskOf("tag", marks, marks)).toBe("marks");
  expect(taskOf("forecast", { fast: true })).toBe("studio/part-of-data");
  expect(taskOf("tag", { ...marks, text: "line" }, marks)).toBe("studio/other-column");
  expect(taskOf("tag", {})).toBe("studio/other-task");
});
