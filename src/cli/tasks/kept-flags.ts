/** What a checkpoint keeps of the command line that began its run: flags by which a resumed run reads its data again. */
import type { Option } from "commander";
import { RecurraError } from "../../node.ts";
import type { Json } from "../../node.ts";
import type { TrainFlags } from "../train-options.ts";
import type { CommandTask, TaskOption } from "./command-task.ts";
import { makeOption } from "./table.ts";

export type KeptFlags = Readonly<Record<string, Json>>;

const fast: TaskOption = { flags: "--fast", description: "a first look" };

/** The task's options, by the name under which commander gives their values. */
function optionsOf({ options }: CommandTask): ReadonlyMap<string, Option> {
  const own = [fast, ...options.train].map((option) => makeOption(option));
  return new Map(own.map((option) => [option.attributeName(), option]));
}

/** The flags of the task's own options, and `fast`. */
export function keepFlags(task: CommandTask, flags: TrainFlags): KeptFlags {
  const own = optionsOf(task);
  return Object.fromEntries(
    Object.entries(flags).filter(([key, value]: [string, unknown]) => own.has(key) && value !== undefined),
  );
}

/** Flags that a checkpoint kept; none where it was not begun by a command. Throws `training/bad-checkpoint` for what is no option of the task, or no value of it. */
export function parseFlags(task: CommandTask, kept: unknown, source: string): TrainFlags {
  const own = optionsOf(task);
  for (const [key, value] of Object.entries(kept ?? {})) {
    const option = own.get(key);
    if (option !== undefined && isValue(option, value)) continue;
    throw new RecurraError(
      "training/bad-checkpoint",
      `${source}: the run was begun with ${key} ${JSON.stringify(value)}, which the task does not have; begin it anew.`,
    );
  }
  return { ...(kept as KeptFlags | undefined) };
}

/** Whether a value can be an option's: what has no parser is a text (or texts), or a flag. */
function isValue({ required, variadic, parseArg }: Option, value: unknown): boolean {
  if (!required) return typeof value === "boolean";
  if (variadic) return Array.isArray(value) && value.every((one) => typeof one === "string");
  return parseArg === undefined ? typeof value === "string" : value !== null && typeof value !== "boolean";
}
