/** What a checkpoint keeps of the command line that began its run: flags by which a resumed run reads its data again. */
import { isDeepStrictEqual } from "node:util";
import { InvalidArgumentError } from "commander";
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
  const failure = (what: string): RecurraError =>
    new RecurraError("training/bad-checkpoint", `${source}: ${what}; begin the run anew.`);
  if (kept === undefined) return {};
  const own = optionsOf(task);
  if (typeof kept !== "object" || kept === null || Array.isArray(kept))
    throw failure(`the run was begun with ${JSON.stringify(kept)}, which are no options`);
  const wrong = Object.entries(kept).find(([key, value]) => {
    const option = own.get(key);
    return option === undefined || !isValue(option, value);
  });
  if (wrong === undefined) return { ...kept };
  const [key, value] = wrong as [string, unknown];
  throw failure(`the run was begun with ${key} ${JSON.stringify(value)}, which the task does not have`);
}

/** Whether a value can be an option's: what has no parser is a text (or texts), or a flag; else what its parser makes of it as a text. */
function isValue({ required, variadic, parseArg }: Option, value: unknown): boolean {
  if (!required) return typeof value === "boolean";
  if (variadic) return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string");
  if (parseArg === undefined) return typeof value === "string";
  try {
    return isDeepStrictEqual(parseArg(printArgument(value), undefined), value);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return false;
    throw error;
  }
}

/** A value as it is written on the command line: lists with commas, a number that stands for what is missing as itself. */
function printArgument(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(",");
  const isNumber = typeof value === "object" && value !== null && "value" in value;
  return String(isNumber ? value.value : value);
}
