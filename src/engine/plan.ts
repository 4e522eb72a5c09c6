/** The memory plan: where every buffer of a program lies, decided before anything runs. */
import { known } from "../util/errors.ts";
import { gradientArena, parameterArena } from "../lower/arena.ts";
import type { Arena } from "../lower/arena.ts";
import type { BufferId, BufferRole, BufferSpec, Program, Statement } from "../lower/ir.ts";
import { usesOf } from "../lower/uses.ts";
import { slackWords } from "../lower/verify-scope.ts";
import { placeScratch } from "./place-scratch.ts";

/** A buffer and its place. Statements are counted over the bodies of all functions in order; a loop counts as one. */
export interface PlannedBuffer extends BufferSpec {
  /** In words from the start of memory; a buffer begins with a cache line, but in an arena at a multiple of four words (16 bytes). */
  readonly offset: number;
  /** Number of the first and last statement that uses it, or undefined for one that none uses. */
  readonly firstUse: number | undefined;
  readonly lastUse: number | undefined;
}

/** A stretch of memory, in words. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

export interface MemoryPlan {
  /** In order of their offsets, buffers that share memory in order of their first use. */
  readonly buffers: readonly PlannedBuffer[];
  /** In words. Throws `internal/impossible` for a buffer that the program does not have. */
  offsetOf(buffer: BufferId): number;
  /** The buffer's length in words, without slack. */
  lengthOf(buffer: BufferId): number;
  /** All memory the program needs, slack included, in words. */
  readonly words: number;
  /** Words that all scratch buffers share. */
  readonly peakScratch: number;
  /** Words that scratch buffers would need if none shared. */
  readonly totalScratch: number;
  /** All parameters, and all gradients; see `lower/arena.ts`. */
  readonly parameters: Stretch;
  readonly gradients: Stretch;
}

/** The order in which roles follow one another in memory; scratch comes last, where its reuse disturbs nothing. */
const fixedRoles: readonly BufferRole[] = ["parameter", "gradient", "moment", "frozen", "port", "persistent"];

/**
 * Parameters and gradients lie in their arenas; every other buffer starts with a cache line and is followed by at
 * least four words of slack. Scratch buffers that no statement needs at the same time share memory.
 */
export function planMemory(program: Program): MemoryPlan {
  const uses = findUses(program);
  const offsets = new Map<BufferId, number>();
  let words = 0;
  const placeArena = (arena: Arena): Stretch => {
    const offset = words;
    for (const [buffer, place] of arena.places) offsets.set(buffer, offset + place);
    if (arena.length > 0) words += wholeLines(arena.length + slackWords);
    return { offset, length: arena.length };
  };
  const parameters = placeArena(parameterArena(program.buffers));
  const gradients = placeArena(gradientArena(program.buffers));
  for (const role of fixedRoles) {
    for (const { id, length, role: own } of program.buffers) {
      if (own !== role || offsets.has(id)) continue;
      offsets.set(id, words);
      words += slotWords(length);
    }
  }

  const scratch = program.buffers.filter((buffer) => buffer.role === "scratch");
  const slots = scratch.map(({ id, length }) => ({
    words: slotWords(length),
    first: uses.get(id)?.first ?? 0,
    last: uses.get(id)?.last ?? 0,
  }));
  const placed = placeScratch(slots);
  scratch.forEach(({ id }, n) => offsets.set(id, words + known(placed.offsets[n], "a scratch buffer's place")));

  const offsetOf = (buffer: BufferId): number => known(offsets.get(buffer), `the place of buffer ${buffer}`);
  const lengths = new Map(program.buffers.map(({ id, length }) => [id, length]));
  const buffers = program.buffers.map((buffer) => ({
    ...buffer,
    offset: offsetOf(buffer.id),
    firstUse: uses.get(buffer.id)?.first,
    lastUse: uses.get(buffer.id)?.last,
  }));
  buffers.sort((a, b) => a.offset - b.offset || (a.firstUse ?? 0) - (b.firstUse ?? 0));
  return {
    buffers,
    offsetOf,
    lengthOf: (buffer) => known(lengths.get(buffer), `buffer ${buffer}`),
    words: words + placed.words,
    peakScratch: placed.words,
    totalScratch: slots.reduce((sum, slot) => sum + slot.words, 0),
    parameters,
    gradients,
  };
}

/** Words of a cache line; of the pages within which a first-level cache tells addresses apart; and lines to move long buffers apart. */
const lineWords = 16;
const pageWords = 1024;
const linesApart = 9;

/**
 * Words a buffer takes with its slack, to whole cache lines. Long ones are followed by a few lines more: were their lengths multiples
 * of a page, rows of all of them would meet in the same few places of a first-level cache, and the backward map of an LSTM takes
 * nearly twice as long. Nine lines send 64 buffers of equal length to 64 places.
 */
function slotWords(length: number): number {
  const whole = wholeLines(length + slackWords);
  return length < pageWords ? whole : whole + linesApart * lineWords;
}

/** Whole cache lines: a vector as long as a line then lies in one, not in two. */
function wholeLines(words: number): number {
  return Math.ceil(words / lineWords) * lineWords;
}

interface Lifetime {
  readonly first: number;
  readonly last: number;
}

/** What a loop's body uses lives through all of the loop. */
function findUses(program: Program): ReadonlyMap<BufferId, Lifetime> {
  const uses = new Map<BufferId, Lifetime>();
  const statements: readonly Statement[] = program.functions.flatMap((one) => one.body);
  statements.forEach((statement, n) => {
    for (const { buffer } of usesOf(statement)) uses.set(buffer, { first: uses.get(buffer)?.first ?? n, last: n });
  });
  return uses;
}
