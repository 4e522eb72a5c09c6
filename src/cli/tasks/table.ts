/** The table of all tasks of the command line: which one is meant, and which options are whose. */
import { Option } from "commander";
import type { Command } from "commander";
import { reasonToRefuse } from "../../node.ts";
import type { TaskName } from "../../node.ts";
import { UsageError } from "../terminal.ts";
import type { TrainFlags } from "../train-options.ts";
import { givenOptions } from "../values.ts";
import { captionCommand } from "./caption.ts";
import { classifyCommand } from "./classify.ts";
import type { CommandTask, TaskOption } from "./command-task.ts";
import { forecastCommand } from "./forecast.ts";
import { tagCommand } from "./tag.ts";
import { generateCommand } from "./generate.ts";
import { textsCommand } from "./texts.ts";
import { translateCommand } from "./translate.ts";

/** One line a task. The first that claims the options is the one that is meant. */
export const commandTasks: readonly CommandTask[] = [
  tagCommand,
  textsCommand,
  classifyCommand,
  translateCommand,
  captionCommand,
  generateCommand,
  forecastCommand,
];

/** The command's side of a task of the library. */
export function findCommandTask(kind: TaskName): CommandTask {
  const found = commandTasks.find((task) => task.kind === kind);
  if (found === undefined) throw new Error(`the task ${kind} is not in the command line's table`);
  return found;
}

/** The task that the options of `recurra train` mean; nothing where they say none. */
export function chooseTask(flags: TrainFlags): CommandTask | undefined {
  const { task: name } = flags;
  const named = commandTasks.filter(({ names }) => name === undefined || names.includes(name));
  return named.find((task) => task.claims(flags)) ?? (name === undefined ? undefined : named.at(-1));
}

/** What to say where no data were given: commands that have some, for each task that may be meant. */
export function askForData(flags: TrainFlags): string {
  const chosen = chooseTask(flags);
  const meant = commandTasks.filter((task) =>
    flags.task === undefined ? task === (chosen ?? forecastCommand) : task.names.includes(flags.task),
  );
  const commands = meant.map(({ examples }) => `"${/\$ (.*)/.exec(examples)?.[1] ?? ""}"`);
  const shown = meant.map(({ shownBy }) => shownBy);
  const where = `${shown.join(" and ")} ${shown.length === 1 ? "shows it with data of its own" : "show it with data of their own"}`;
  return `name the data, as in ${commands.join(" or ")}; in the repository, ${where}`;
}

type CommandName = keyof CommandTask["options"];

interface OwnedOption {
  readonly option: TaskOption;
  readonly owners: readonly CommandTask[];
}

/** The options of all tasks, by the name under which commander gives their values. */
function collectOptions(command: CommandName): ReadonlyMap<string, OwnedOption> {
  const found = new Map<string, OwnedOption>();
  for (const task of commandTasks)
    for (const option of task.options[command] ?? []) {
      const name = new Option(option.flags).attributeName();
      const before = found.get(name);
      if (before !== undefined && before.option !== option)
        throw new Error(`two tasks declare ${option.flags}, each in its own way; share one object`);
      found.set(name, { option, owners: [...(before?.owners ?? []), task] });
    }
  return found;
}

/** An option for commander. */
export function makeOption({ flags, description, parse }: TaskOption): Option {
  const option = new Option(flags, description);
  return parse === undefined ? option : option.argParser(parse);
}

/** Declares the options of all tasks: those that several have first, then each task's own. */
export function declareTaskOptions(parent: Command, command: CommandName): void {
  const all = [...collectOptions(command).values()];
  const declare = ({ option, owners }: OwnedOption, heading: string): void => {
    const isShared = owners.length > 1 && owners.length < commandTasks.length;
    const whose = isShared ? ` [${[...new Set(owners.flatMap(({ names }) => names))].join(", ")}]` : "";
    parent.addOption(makeOption({ ...option, description: option.description + whose }).helpGroup(heading));
  };
  for (const one of all) if (one.owners.length > 1) declare(one, "Of several tasks:");
  for (const task of commandTasks)
    for (const one of all) if (one.owners.length === 1 && one.owners[0] === task) declare(one, `${task.heading}:`);
}

/** Throws a usage error where an option was given that is another task's, or one of learning that the task has no use for. */
export function checkTaskOptions(parent: Command, command: CommandName, task: CommandTask): void {
  const all = collectOptions(command);
  for (const { key, flag } of givenOptions(parent)) {
    const reason = reasonToRefuse(task.kind, key);
    if (reason !== undefined) throw new UsageError(`${flag} is not for ${task.called}: ${reason}`);
    const owned = all.get(key);
    if (owned === undefined || owned.owners.includes(task)) continue;
    const isKept = command !== "train" && (task.options.train ?? []).some((one) => one.flags === owned.option.flags);
    if (isKept)
      throw new UsageError(`${flag} is not said again: the model keeps what it was trained with; leave it out`);
    const whose = owned.owners.map(({ called }) => called).join(" and ");
    throw new UsageError(`${flag} is for ${whose}, not for ${task.called}`);
  }
}
