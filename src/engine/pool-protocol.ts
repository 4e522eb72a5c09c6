/** What a pool and its workers say to each other: programs by message, jobs through words of shared memory. */

export type ToPoolWorker =
  | {
      readonly kind: "load";
      readonly program: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      /** The program's functions, which jobs ask for by number. */
      readonly functions: readonly string[];
    }
  | { readonly kind: "unload"; readonly program: number };

/** The first message a worker gets. */
export interface PoolControl {
  /** `controlWords` words of shared memory, all zero. */
  readonly control: SharedArrayBuffer;
}

export const controlWords = 32;

/** Words of the control, in two cache lines: what the owner writes, and what the worker does. */
export const controlPlaces = {
  /** Grows by one with every command. */
  command: 0,
  /** 1: run a function; 0: leave the loop and read messages. */
  isJob: 1,
  program: 2,
  function: 3,
  thread: 4,
  threads: 5,
  /** 1 while the worker waits for commands or runs one. */
  isServing: 16,
  /** Messages the worker has taken in. */
  taken: 17,
} as const;

/** A worker's side of the line. */
export interface PoolPort {
  listen(listener: (message: ToPoolWorker | PoolControl) => void): void;
}

/** How long a worker looks for its next job before it goes to sleep, in milliseconds: a training step's calls follow closer than that. */
const awake = 0.15;

type PoolFunction = (thread: number, threads: number) => void;

/**
 * Serves jobs for ever:
 *
 *     take in messages until there are none; wait for commands and run jobs until one says to leave; again
 *
 * While it waits for commands a worker sleeps in shared memory and gets no messages. Functions wait for one another at their end, so that a job
 * is over for all threads when it is for one.
 */
export function servePool(port: PoolPort): void {
  const programs = new Map<number, readonly PoolFunction[]>();
  let control: Int32Array | undefined;
  let seen = 0;
  let isDue = false;

  const takeIn = (message: ToPoolWorker): void => {
    if (message.kind === "unload") {
      programs.delete(message.program);
      return;
    }
    const { exports } = new WebAssembly.Instance(message.module, { env: { memory: message.memory } });
    programs.set(
      message.program,
      message.functions.map((name) => exports[name] as PoolFunction),
    );
  };
  const serve = (words: Int32Array): void => {
    isDue = false;
    Atomics.store(words, controlPlaces.isServing, 1);
    for (;;) {
      waitWhile(words, seen);
      seen = Atomics.load(words, controlPlaces.command);
      if (words[controlPlaces.isJob] === 0) break;
      const run = programs.get(words[controlPlaces.program]!)?.[words[controlPlaces.function]!];
      run?.(words[controlPlaces.thread]!, words[controlPlaces.threads]!);
    }
    Atomics.store(words, controlPlaces.isServing, 0);
  };
  port.listen((message) => {
    if ("control" in message) {
      control = new Int32Array(message.control);
      return;
    }
    const words = control;
    if (words === undefined) return;
    takeIn(message);
    Atomics.add(words, controlPlaces.taken, 1);
    // Later, so that messages that have come meanwhile are taken in first.
    if (!isDue) setTimeout(() => serve(words), 0);
    isDue = true;
  });
}

/** Until the command is another: looks for a while, then sleeps. */
function waitWhile(words: Int32Array, command: number): void {
  const end = performance.now() + awake;
  while (Atomics.load(words, controlPlaces.command) === command) {
    for (let n = 0; n < 100; n++) if (Atomics.load(words, controlPlaces.command) !== command) return;
    if (performance.now() > end) Atomics.wait(words, controlPlaces.command, command);
  }
}
