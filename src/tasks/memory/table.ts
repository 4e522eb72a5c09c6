/** The tasks that need memory, by name. */
import { suggestName } from "../../data/suggest-name.ts";
import { RecurraError } from "../../util/errors.ts";
import { adding } from "./adding.ts";
import { copy } from "./copy.ts";
import { digitPixels, digitRows } from "./digits.ts";
import { dyck } from "./dyck.ts";
import type { MemoryTask } from "./memory-task.ts";
import { order } from "./order.ts";

/** All of them, the shortest to learn first. */
export const memoryTasks: readonly MemoryTask[] = [adding, order, copy, dyck, digitRows, digitPixels];

/** The task of that name. Throws `training/bad-option`. */
export function findMemoryTask(name: string): MemoryTask {
  const found = memoryTasks.find((task) => task.name === name);
  if (found !== undefined) return found;
  const names = memoryTasks.map((task) => task.name);
  const close = suggestName(name, names);
  throw new RecurraError(
    "training/bad-option",
    `There is no memory task ${JSON.stringify(name)}; ${close === undefined ? `there are ${names.join(", ")}` : `did you mean ${close}?`}`,
  );
}
