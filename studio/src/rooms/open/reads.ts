/** What tasks are given. */
import type { TaskName } from "recurra";

const ofTexts = ["generate", "texts", "tag", "translate"] as const;
const ofTables = ["forecast", "classify", "texts"] as const;

const isOneOf = <T extends TaskName>(names: readonly T[], task: TaskName | undefined): task is T =>
  names.some((name) => name === task);

/** Whether a model of the task answers to a text that is typed. */
export const readsText = (task: TaskName | undefined): task is (typeof ofTexts)[number] => isOneOf(ofTexts, task);

/** Whether a model of the task answers to a table. */
export const readsTable = (task: TaskName | undefined): task is (typeof ofTables)[number] => isOneOf(ofTables, task);
