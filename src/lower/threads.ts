/**
 * How threads share a program. Every function is run by N threads over the same memory: each goes through all statements, does its share of
 * each, and waits where there is a barrier. Every number is computed by one thread in the same order as by one thread alone, so results are
 * the same, bit for bit, whatever N is.
 *
 * Of n units thread i of N takes those from floor(n × i / N) up to floor(n × (i + 1) / N). Units are
 *
 *     rows      of a map or product its rows (all of them: with a window those of the share that lie in it);
 *               of an outer product the rows of C, part by part (its scratch is thread 0's; what others need is the printer's to find)
 *     columns   of a map or fill blocks of `columnBlock` columns, the last one shorter; of a pack or product the panels of the packed
 *               matrix, as wide as the printer has them
 *     whole     none: thread 0 does it
 */
import { sameTerms } from "./verify-scope.ts";
import { createAccessFinder } from "./accesses.ts";
import type { AccessFinder, BufferPlaces, Leaf, LoopCounts, Region, Split } from "./accesses.ts";
import { placeBarriers } from "./barriers.ts";
import type { KernelFunction, LoopStatement, Program, Statement } from "./ir.ts";

export type { BufferPlaces, Split } from "./accesses.ts";

/** Columns of a unit of a map or fill: whole cache lines, and whole vectors of any backend. */
export const columnBlock = 64;

/**
 * Work, in multiply-adds, that takes about as long as a barrier and what comes with it: two microseconds. A statement with less of it is not shared, for what a share
 * saves is less than waiting costs.
 */
const barrierWork = 32_768;

/** Barriers that cost as much as calling other threads for a function: waking them takes some microseconds. */
const callBarriers = 8;

export interface ThreadPlan {
  /** Loops are not asked. */
  splitOf(statement: Statement): Split;
  /** Whether all threads must have come so far before this statement starts; for a loop, once before its first step. */
  hasBarrier(statement: Statement): boolean;
  /** Whether most of the function's work is shared, and enough of it; if not it is run by one thread alone. */
  isShared(fn: KernelFunction): boolean;
}

export interface ThreadOptions {
  /** With 0 all is shared that can be, for tests. */
  readonly barrierWork?: number;
}

/** Plans a verified program whose buffers lie in these places. A statement that stands in it twice is shared alike in both. */
export function planThreads(program: Program, places: BufferPlaces, options: ThreadOptions = {}): ThreadPlan {
  const worth = options.barrierWork ?? barrierWork;
  const finder = createAccessFinder(program, places);
  const splits = new Map<Statement, Split>();
  const splitOf = (statement: Statement): Split => splits.get(statement) ?? "whole";
  for (const { body } of program.functions) decideSplits(body, new Map(), { finder, splits, worth });
  const barriers = new Set<Statement>();
  for (const { body } of program.functions) {
    for (const statement of placeBarriers(body, new Map(), { finder, splitOf })) barriers.add(statement);
  }
  const workIn = (statement: Statement, isShared: boolean): number => {
    if (statement.kind === "loop") return statement.count * sum(statement.body.map((one) => workIn(one, isShared)));
    return (splitOf(statement) !== "whole") === isShared ? workOf(statement) : 0;
  };
  return {
    splitOf,
    hasBarrier: (statement) => barriers.has(statement),
    isShared: ({ body }) => {
      const [shared, alone] = [true, false].map((isShared) => sum(body.map((one) => workIn(one, isShared))));
      // Threads that mostly wait fall asleep, and waking them takes what they save.
      return worth === 0 || (shared! >= callBarriers * worth && shared! >= alone!);
    },
  };
}

interface Decisions {
  readonly finder: AccessFinder;
  readonly splits: Map<Statement, Split>;
  /** Work that takes as long as a barrier. */
  readonly worth: number;
}

/** Outside of loops each statement by itself; in an innermost loop, and in loops around others that need no barrier, all of them together. */
function decideSplits(statements: readonly Statement[], loops: LoopCounts, decisions: Decisions): void {
  for (const statement of statements) {
    if (statement.kind !== "loop") {
      const isSmall = workOf(statement) < decisions.worth;
      decisions.splits.set(statement, isSmall ? "whole" : largestSplit(statement, loops, decisions.finder));
    } else if (!decideLoop(statement, loops, decisions)) {
      decideSplits(statement.body, inside(statement, loops), decisions);
    }
  }
}

/**
 * A loop whose statements need no barrier when each is shared is shared if all of its steps together are worth it; one that needs some, if
 * half of a step's work takes longer than they do. Else thread 0 does all of it. False, and nothing is decided, for a loop around others that needs barriers.
 */
function decideLoop(statement: LoopStatement, loops: LoopCounts, { finder, splits, worth }: Decisions): boolean {
  const leaves = leavesIn(statement, loops);
  const wanted = new Map(leaves.map(({ leaf, around }) => [leaf, largestSplit(leaf, around, finder)]));
  const splitOf = (leaf: Leaf): Split => wanted.get(leaf) ?? "whole";
  const barriers = placeBarriers([statement], loops, { finder, splitOf }).size;
  if (barriers > 0 && statement.body.some((one) => one.kind === "loop")) return false;
  const work = sum(leaves.map(({ leaf, times }) => (splitOf(leaf) === "whole" ? 0 : workOf(leaf) * times)));
  const isWorth = barriers === 0 ? work >= worth : work > 2 * barriers * worth * statement.count;
  for (const { leaf } of leaves) splits.set(leaf, isWorth ? splitOf(leaf) : "whole");
  return true;
}

interface PlacedLeaf {
  readonly leaf: Leaf;
  readonly around: LoopCounts;
  /** How often it runs in one run of the loop. */
  readonly times: number;
}

function leavesIn(statement: LoopStatement, loops: LoopCounts): readonly PlacedLeaf[] {
  const around = inside(statement, loops);
  return statement.body
    .flatMap((one) => (one.kind === "loop" ? leavesIn(one, around) : [{ leaf: one, around, times: 1 }]))
    .map((placed) => ({ ...placed, times: placed.times * statement.count }));
}

function inside({ loop, count }: LoopStatement, loops: LoopCounts): LoopCounts {
  return new Map([...loops, [loop, count]]);
}

/** How a statement may be shared, whatever that costs: by rows where there are several, else by columns. */
function largestSplit(statement: Leaf, loops: LoopCounts, finder: AccessFinder): Split {
  const split = (["rows", "columns"] as const).find(
    (one) => hasUnits(statement, one) && isShareable({ statement, split: one, loops, finder }),
  );
  return split ?? "whole";
}

function hasUnits(statement: Leaf, split: "rows" | "columns"): boolean {
  switch (statement.kind) {
    case "map":
      if (split === "rows") return statement.rows > 1;
      return statement.columns > columnBlock && statement.values.every((value) => value.kind !== "reduce");
    case "fill":
      return split === "columns" && statement.length > columnBlock;
    case "pack":
      return split === "columns";
    case "product":
      return split === "columns" || statement.rows > 1;
    case "outer":
      return split === "rows";
  }
}

interface Sharing {
  readonly statement: Leaf;
  readonly split: "rows" | "columns";
  readonly loops: LoopCounts;
  readonly finder: AccessFinder;
}

/** Whether what one share stores no other share loads or stores. */
function isShareable(sharing: Sharing): boolean {
  const regions = sharing.finder.regionsOf(sharing.statement);
  return regions.every(
    (store, n) =>
      !store.writes ||
      (hasOwnWords(store, sharing) && regions.every((other, m) => n === m || isSeparate(store, other, sharing))),
  );
}

/** Whether no two shares store to a word through the same view. */
function hasOwnWords(store: Region, { statement, split }: Sharing): boolean {
  const isOneRow = store.rows === 1 && !store.isIndirect;
  const areRowsApart = Math.abs(store.rowStride) >= store.width;
  if (statement.kind !== "map" && statement.kind !== "product") return isOneRow || areRowsApart;
  if (split === "rows") return !store.isIndirect && areRowsApart;
  return statement.kind === "product" || (store.isByColumn && (isOneRow || store.rowStride === 0 || areRowsApart));
}

/** Whether a store and another view of the same statement have no word in common that falls to different shares. */
function isSeparate(store: Region, other: Region, { statement, split, loops, finder }: Sharing): boolean {
  const lanes = finder.lanesOf(store, split, statement, loops);
  if (lanes !== undefined && lanes === finder.lanesOf(other, split, statement, loops)) return true;
  if (!overlap(store, other, loops, finder)) return true;
  if (store.isIndirect || other.isIndirect || !sameTerms(store.offset, other.offset)) return false;
  // They move alike, so that one step tells for all.
  const still = (region: Region): Region => ({ ...region, offset: { ...region.offset, terms: [] } });
  if (!overlap(still(store), still(other), loops, finder)) return true;
  if (store.buffer !== other.buffer || store.rowStride !== other.rowStride) return false;
  const pitch = Math.abs(store.rowStride);
  const apart = other.offset.constant - store.offset.constant;
  if (split === "columns" && apart === 0 && other.isByColumn) return true;
  if (split === "rows" && apart + other.width <= pitch && store.width - apart <= pitch) return true;
  // Side by side in every row.
  const inRow = pitch === 0 ? 0 : ((apart % pitch) + pitch) % pitch;
  return inRow >= store.width && inRow + other.width <= pitch;
}

function overlap(one: Region, other: Region, loops: LoopCounts, finder: AccessFinder): boolean {
  const [a, b] = [finder.accessOf(one, loops), finder.accessOf(other, loops)];
  return a.low < b.end && b.low < a.end;
}

/** Multiply-adds of a product, and elementary operations of anything else. */
function workOf(statement: Leaf): number {
  switch (statement.kind) {
    case "map":
      return statement.rows * statement.columns * statement.values.length;
    case "fill":
      return statement.length;
    case "pack":
      return statement.depth * statement.columns;
    case "product":
      return statement.rows * statement.columns * statement.depth * statement.segments;
    case "outer":
      return statement.rows * statement.columns * statement.depth;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
