/** Training, validation and test: by time, by item, by group. */
import { RecurraError, known } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { groupRows } from "./group-rows.ts";
import { readCompleteDates } from "./table.ts";
import type { Table } from "./table.ts";

export type Part = "train" | "validation" | "test";

/** Order in time: what is learnt from, what is watched while learning, what is kept for the end. */
const parts: readonly Part[] = ["train", "validation", "test"];

/** Which part each row (or item) belongs to. */
export interface Split {
  readonly kind: "split";
  /** 0 training, 1 validation, 2 test, for each row. */
  readonly parts: Uint8Array;
}

/** How much is held back: a count (whole, ≥ 1) or a share (> 0, < 1) of all; none where not given. The rest is for training. */
export interface SplitSizes {
  readonly validation?: number | undefined;
  readonly test?: number | undefined;
}

export interface TimeSplitOptions extends SplitSizes {
  /** Series that run beside each other. */
  readonly groupColumn?: string | undefined;
  /** With groups: all are cut at the same times, and sizes count distinct times. Without: each group is cut by its own rows. */
  readonly dateColumn?: string | undefined;
}

export interface SeededSplitOptions extends SplitSizes {
  /** Whole number; the same seed gives the same split. */
  readonly seed: number;
  /** What messages call the items: `"items"`, of groups `"groups"` */
  readonly what?: string | undefined;
}

/** The number that stands for a part in `Split.parts`. */
export function partNumber(part: Part): number {
  return parts.indexOf(part);
}

/** Rows of a part, ascending. */
export function rowsOfPart(split: Split, part: Part): Int32Array {
  const number = partNumber(part);
  return Int32Array.from({ length: split.parts.length }, (_, row) => row).filter((row) => split.parts[row] === number);
}

/**
 * The last rows for the test, those before them for validation, the first for training: no training or validation row is
 * later than a test row. Rows must be in order of time. Throws `data/bad-split`, `data/wrong-type`, `data/missing-value`.
 */
export function splitByTime(table: Table, options: TimeSplitOptions): Split {
  const assigned = new Uint8Array(table.rows);
  const { groupColumn, dateColumn } = options;
  if (dateColumn !== undefined) {
    const times = readCompleteDates(table, dateColumn);
    const distinct = [...new Set(times)].sort((a, b) => a - b);
    const cuts = cutCounts(distinct.length, options, "times");
    const validationFrom = distinct[cuts.train] ?? Infinity;
    const testFrom = distinct[cuts.train + cuts.validation] ?? Infinity;
    times.forEach((time, row) => (assigned[row] = time >= testFrom ? 2 : time >= validationFrom ? 1 : 0));
    return { kind: "split", parts: assigned };
  }
  for (const { name, rows } of groupRows(table, groupColumn)) {
    const cuts = cutCounts(rows.length, options, name === "" ? "rows" : `rows of "${name}"`);
    rows.forEach((row, index) => (assigned[row] = partAt(index, cuts)));
  }
  return { kind: "split", parts: assigned };
}

/** What `splitByTime` shares out, and how much of it there is: of series that it cuts each by its own rows, in the shortest. Throws as it does. */
export function countForSplit(
  table: Table,
  { groupColumn, dateColumn }: Pick<TimeSplitOptions, "groupColumn" | "dateColumn">,
): { readonly count: number; readonly what: "rows" | "times" } {
  if (dateColumn !== undefined) return { count: new Set(readCompleteDates(table, dateColumn)).size, what: "times" };
  return { count: Math.min(...groupRows(table, groupColumn).map(({ rows }) => rows.length)), what: "rows" };
}

/** Items (sequences, images, texts) at random. Throws `data/bad-split`. */
export function splitByItem(count: number, options: SeededSplitOptions): Split {
  const cuts = cutCounts(count, options, options.what ?? "items");
  const order = createRandom(options.seed).shuffle(Int32Array.from({ length: count }, (_, item) => item));
  const assigned = new Uint8Array(count);
  order.forEach((item, index) => (assigned[item] = partAt(index, cuts)));
  return { kind: "split", parts: assigned };
}

/** Items at random, those of equal keys in one part; sizes count different keys. Throws `data/bad-split`. */
export function splitByKey(keys: readonly (string | number)[], options: SeededSplitOptions): Split {
  const groups = new Map([...new Set(keys)].map((key, group) => [key, group]));
  const ofGroup = splitByItem(groups.size, { ...options, what: options.what ?? "groups" }).parts;
  return { kind: "split", parts: Uint8Array.from(keys, (key) => known(ofGroup[groups.get(key) ?? -1], "a part")) };
}

/** Whole groups at random, so that nothing of a test group is seen in training; sizes count groups. Throws `data/bad-split`. */
export function splitByGroup(table: Table, groupColumn: string, options: SeededSplitOptions): Split {
  const groupOf = new Int32Array(table.rows);
  groupRows(table, groupColumn).forEach(({ rows }, group) => rows.forEach((row) => (groupOf[row] = group)));
  return splitByKey([...groupOf], options);
}

interface Cuts {
  readonly train: number;
  readonly validation: number;
}

function partAt(index: number, cuts: Cuts): number {
  return index < cuts.train ? 0 : index < cuts.train + cuts.validation ? 1 : 2;
}

function cutCounts(count: number, sizes: SplitSizes, what: string): Cuts {
  const validation = countOf(count, sizes.validation, { part: "validation", what });
  const test = countOf(count, sizes.test, { part: "test", what });
  const train = count - validation - test;
  if (train < 1) {
    const asked = `${validation} for validation${asTyped("validation", sizes.validation)} and ${test} for the test${asTyped("test", sizes.test)}`;
    throw new RecurraError(
      "data/bad-split",
      `${printThereAre(count, what)}: ${asked} leave none to train on; hold back fewer`,
    );
  }
  return { train, validation };
}

/** `what` is several of them, such as `rows of "b"`. */
function printThereAre(count: number, what: string): string {
  return count === 1 ? `There is 1 ${what.replace(/s(?= of "|$)/, "")}` : `There are ${count} ${what}`;
}

/** The option behind a number of items. */
function asTyped(part: Part, size: number | undefined): string {
  return size === undefined || size === 0 ? "" : ` (${part}: ${size})`;
}

function countOf(
  count: number,
  size: number | undefined,
  { part, what }: { readonly part: Part; readonly what: string },
): number {
  if (size === undefined || size === 0) return 0;
  if (size > 0 && size < 1) {
    const rounded = Math.round(count * size);
    if (rounded >= 1) return rounded;
    throw new RecurraError(
      "data/bad-split",
      `${printThereAre(count, what)}, and a share of ${size} (${part}: ${size}) is none of them; hold back more, or 0 for none`,
    );
  }
  if (Number.isInteger(size) && size > 0) return size;
  throw new RecurraError(
    "data/bad-split",
    `${part}: ${size} is no size for a part; give a whole number, a share between 0 and 1, or 0 for none`,
  );
}
