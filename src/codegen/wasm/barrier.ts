/** The barrier at which threads wait for one another. */
import { op } from "./assembler.ts";
import type { Code, WasmFunction } from "./assembler.ts";
import { advance, createFrame, differ, equal, get, i32, plusBytes, repeat, set, unless, wordBytes } from "./code.ts";

/** Words of a barrier: a cache line each for what all write and what all read. */
export const barrierWords = 64;

/** Word of each number of a barrier. */
export const barrierPlaces = {
  /** How many threads have come. */
  arrived: 0,
  /** How many sleep, or are about to. */
  sleeping: 1,
  /** Grows by one whenever all have come. */
  generation: 16,
  /** Set by the host: 1 if thread 0 may not sleep (a page's main thread). */
  wakeful: 32,
} as const;

/** Looks at the generation before a thread goes to sleep: about a tenth of a millisecond. */
const looks = 30_000;

/** Nanoseconds of sleep after which a thread looks again, should nobody have woken it. */
const longestSleep = 20_000_000;

/**
 * The function (thread, threads):
 *
 *     if (threads = 1) return
 *     before = generation
 *     if (arrived++ = threads - 1) { arrived = 0; generation = before + 1; if (sleeping) wake all; return }
 *     look for a new generation a while; return if there is one
 *     do { if (thread may sleep) { sleeping++; sleep while generation = before; sleeping-- } } while (generation = before)
 *
 * All accesses are sequentially consistent: what a thread wrote before it came is there for all that have left. The last to come sees those that
 * sleep, or they see the new generation and do not fall asleep.
 */
export function emitBarrier(barrier: number): WasmFunction {
  const frame = createFrame(["thread", "threads"]);
  const [thread, threads] = [0, 1];
  const [before, left] = [frame.local("i32", "before"), frame.local("i32", "left")];
  const at = i32(barrier * wordBytes);
  const offset = (place: keyof typeof barrierPlaces): number[] => [barrierPlaces[place] * wordBytes];
  const read = (place: keyof typeof barrierPlaces): Code => op("i32.atomic.load", offset(place), at);
  const change = (place: keyof typeof barrierPlaces, by: number): Code =>
    op("i32.atomic.rmw.add", offset(place), at, i32(by));
  const isNew = differ(read("generation"), get(before));
  const open = [
    ...op("i32.atomic.store", offset("arrived"), at, i32(0)),
    ...op("i32.atomic.store", offset("generation"), at, plusBytes(get(before), 1)),
    ...unless(
      equal(read("sleeping"), i32(0)),
      op("drop", [], op("memory.atomic.notify", offset("generation"), at, i32(-1))),
    ),
  ];
  const sleep = [
    ...op("drop", [], change("sleeping", 1)),
    ...op(
      "drop",
      [],
      op("memory.atomic.wait32", offset("generation"), at, get(before), op("i64.const", [longestSleep])),
    ),
    ...op("drop", [], change("sleeping", -1)),
  ];
  // Thread 0 is that of the host, the only one that may have to stay awake.
  const maySleep = op("i32.add", [], get(thread), equal(read("wakeful"), i32(0)));
  const code: Code = [
    ...op("block"),
    ...op("br_if", [0], equal(get(threads), i32(1))),
    ...set(before, read("generation")),
    ...unless(differ(change("arrived", 1), plusBytes(get(threads), -1)), [...open, ...op("br_if", [1], i32(1))]),
    ...set(left, i32(looks)),
    ...repeat([...op("br_if", [1], isNew), ...advance(left, -1)], get(left)),
    ...repeat(unless(equal(maySleep, i32(0)), sleep), equal(read("generation"), get(before))),
    ...op("end"),
  ];
  return frame.finish("barrier", code);
}
