/** Where something went wrong: which flags about reading may be advised there. */
import type { CommandTask } from "./tasks/command-task.ts";

/** What `--missing` may be beside `error`. */
export type RuleName = "drop" | "previous" | "linear" | "number";

/** Of numbers. */
export const everyRule: readonly RuleName[] = ["drop", "previous", "linear", "number"];

/** Of texts, which cannot be made up. */
export const rulesOfTexts: readonly RuleName[] = ["drop"];

export interface Place {
  /** Whether the command has the flags about reading, `recurra train` had them, or none did. */
  readonly reading: "here" | "training" | "nowhere";
  /** What `--missing` may be there. */
  readonly rules: readonly RuleName[];
}

export const anywhere: Place = { reading: "here", rules: everyRule };

/** Such as in a resumed run, whose flags are its checkpoint's. */
export const nowhere: Place = { reading: "nowhere", rules: [] };

const places = new WeakMap<object, Place>();

/** Where this was thrown; where that is not known, all flags may be advised. */
export function placeOf(thrown: unknown): Place {
  return (typeof thrown === "object" && thrown !== null ? places.get(thrown) : undefined) ?? anywhere;
}

/** Does a command's work for a task. What it throws is known to be from there. */
export async function workAt<R>(place: Place, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (typeof error === "object" && error !== null) places.set(error, place);
    throw error;
  }
}

/** The place of a task in a command. */
export function placeIn({ options, rules = [] }: CommandTask, command: keyof CommandTask["options"]): Place {
  const has = (of: keyof CommandTask["options"]): boolean =>
    options[of]?.some(({ flags }) => flags.startsWith("--missing ")) ?? false;
  if (!has("train")) return nowhere;
  return { reading: has(command) ? "here" : "training", rules };
}
