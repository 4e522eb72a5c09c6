/** `--fast`: a first look at a task in under a minute, of few data and with a small network. */
import { groupRows, printQuantity, readDates, takeRows } from "../node.ts";
import type { Table } from "../node.ts";
import type { CommandTypes, CommandTask } from "./tasks/command-task.ts";
import type { TrainFlags } from "./train-options.ts";

/** What a task takes where only a first look is wanted. */
export interface FastForm<C extends CommandTypes = CommandTypes> {
  /** The values of flags that are not given. */
  readonly flags: Partial<C["train"]>;
  /** Few of the data; absent where they are taken before they are read, as what is slow to read must be. */
  cut?(data: C["task"]["data"], options: C["task"]["options"]): Cut<C["task"]["data"]>;
}

/** How much of data was taken. */
export interface Taken {
  readonly kept: number;
  readonly all: number;
  /** What they are called, and behind a comma which of them are taken. */
  readonly items: string;
}

/** What is left of data. */
export interface Cut<D> extends Taken {
  readonly data: D;
}

/** The flags, with those of the task's fast form for what is not given, where that is asked for. */
export function settleFlags<F extends TrainFlags>(task: CommandTask, flags: F): F {
  return flags.fast === true ? { ...presetsOf(task, flags), ...flags } : flags;
}

type Sizes = TrainFlags & { readonly tie?: boolean; readonly embedding?: number };

/** The values of a fast form beside these flags: tied weights have one size, the given one. */
function presetsOf({ fast }: CommandTask, { tie, hidden, embedding }: Sizes): Partial<Sizes> {
  if (tie !== true) return fast.flags;
  const size = hidden ?? embedding ?? fast.flags.hidden;
  return { ...fast.flags, ...(size === undefined ? {} : { hidden: size, embedding: size }) };
}

/** Few of the data of a run, where its flags ask for a first look and nothing has been cut before. */
export function cutData(
  task: CommandTask,
  data: unknown,
  { options, flags }: { readonly options: object; readonly flags: TrainFlags },
): Cut<unknown> | undefined {
  return flags.fast === true ? task.fast.cut?.(data, options) : undefined;
}

/** One line: what of the data is taken, and which flags were set. */
export function printFast(task: CommandTask, { kept, all, items }: Taken, given: TrainFlags): string {
  const set = Object.entries(presetsOf(task, given))
    .filter(([key]) => !Object.hasOwn(given, key))
    .map(([key, value]) => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${String(value)}`);
  const some =
    kept < all
      ? `${printQuantity(kept)} of ${printQuantity(all)} ${items}`
      : `all ${printQuantity(all)} ${items.replace(/,.*/, "")}`;
  return `fast      ${[some, ...set].join(", ")}`;
}

/** So many numbers below `all`, at even distances. */
export function spreadEvenly(all: number, most: number): Int32Array {
  const count = Math.min(all, most);
  return Int32Array.from({ length: count }, (_, at) => Math.floor((at * all) / count));
}

/** Rows from all over a table. */
export function someRows(table: Table, most: number, items = "rows"): Cut<Table> {
  const rows = spreadEvenly(table.rows, most);
  return { data: takeRows(table, rows), kept: rows.length, all: table.rows, items };
}

/** Whole sequences from all over a table. */
export function someSequences(table: Table, sequence: string, most: number): Cut<Table> {
  const groups = groupRows(table, sequence);
  const kept = Array.from(spreadEvenly(groups.length, most), (at) => groups[at]?.rows ?? []);
  const rows = Int32Array.from(kept.flatMap((own) => [...own])).sort();
  return { data: takeRows(table, rows), kept: kept.length, all: groups.length, items: "sequences" };
}

/** Rows that a series needs at least, or there are fewer series. */
const leastOfSeries = 200;

/** The last rows, in order of time where there are dates; of several series, as many of each. */
export function lastRows(
  table: Table,
  {
    most,
    date,
    group,
  }: { readonly most: number; readonly date: string | undefined; readonly group: string | undefined },
): Cut<Table> {
  const times = date === undefined ? undefined : readDates(table, date);
  const series = groupRows(table, group).slice(0, Math.max(1, Math.floor(most / leastOfSeries)));
  const each = Math.floor(most / series.length);
  const kept = series.flatMap(({ rows }) => {
    const ordered = times === undefined ? rows : rows.toSorted((a, b) => (times[a] ?? NaN) - (times[b] ?? NaN));
    return Array.from(ordered).slice(-each);
  });
  const rows = Int32Array.from(kept).sort();
  return { data: takeRows(table, rows), kept: rows.length, all: table.rows, items: "rows, the last ones" };
}
