/** How many threads to use. */
import { RecurraError } from "../util/errors.ts";
import { detectPlatform } from "./platform.ts";

/** A whole number of threads, or `auto`: as many as there are cores, up to `mostAuto`. */
export type ThreadCount = number | "auto";

const mostThreads = 64;
const mostAuto = 8;

export interface SettledThreads {
  readonly threads: number;
  /** Why there are fewer than were asked for, if there are. */
  readonly why: string | undefined;
}

/** One thread if nothing is asked for, or where threads cannot share memory. Throws `engine/bad-option`. */
export function settleThreads(asked: ThreadCount = 1): SettledThreads {
  checkThreads(asked);
  const { cores, sharesMemory } = detectPlatform();
  const threads = asked === "auto" ? Math.min(cores, mostAuto) : asked;
  return threads > 1 && !sharesMemory
    ? { threads: 1, why: "pages share memory between threads only where they are cross-origin isolated" }
    : { threads, why: undefined };
}

/** Throws `engine/bad-option` for anything that is no number of threads. */
export function checkThreads(asked: ThreadCount): void {
  if (asked === "auto" || (Number.isInteger(asked) && asked >= 1 && asked <= mostThreads)) return;
  throw new RecurraError(
    "engine/bad-option",
    `threads must be "auto" or a whole number from 1 to ${mostThreads}, but is ${typeof asked === "string" ? JSON.stringify(asked) : String(asked)}.`,
  );
}

/** For summaries: `one thread`, `up to 4 threads`. */
export function printThreads(threads: number): string {
  return threads === 1 ? "one thread" : `up to ${threads} threads`;
}
