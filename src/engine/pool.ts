/** Workers that help this thread: created once, shared by all programs, never waited for. */
import { controlPlaces, controlWords } from "./pool-protocol.ts";
import type { PoolControl, ToPoolWorker } from "./pool-protocol.ts";
import { startWorker } from "./workers.ts";
import type { StartedWorker, WorkerListener } from "./workers.ts";

/** Starts a worker that serves a pool, or says why there is none. */
export type StartPoolWorker = (listener: WorkerListener<never>) => StartedWorker<ToPoolWorker | PoolControl> | string;

/** A program for several threads. */
export interface PoolProgram {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Names of its functions (thread, threads), which are called by number. */
  readonly functions: readonly string[];
}

export interface LoadedProgram {
  /**
   * Runs a function on this thread, as thread 0, and on the workers that are ready for it: none while they start or take the program in, at most
   * `threads` - 1. Allocates nothing.
   */
  run(index: number, threads: number, own: (thread: number, threads: number) => void): void;
  /** Workers that would take part in a call now. */
  ready(): number;
  /** Lets the workers forget it. */
  dispose(): void;
}

export interface WorkerPool {
  /** Hands a program to so many workers, and starts those that there are not yet. */
  load(program: PoolProgram, workers: number): LoadedProgram;
  /** Workers that have been started and not been lost. */
  count(): number;
  dispose(): void;
}

interface Helper {
  readonly worker: StartedWorker<ToPoolWorker | PoolControl>;
  readonly words: Int32Array;
  /** Messages sent, and how many it had taken in when it was last told to read them. */
  sent: number;
  toldAt: number;
  isLost: boolean;
}

/** A pool of no workers yet. */
export function createPool(start: StartPoolWorker): WorkerPool {
  const helpers: Helper[] = [];
  let programs = 0;
  let isHopeless = false;

  /** Starts a worker, if there are any to be had. */
  const add = (): boolean => {
    if (isHopeless) return false;
    const control = new SharedArrayBuffer(controlWords * Int32Array.BYTES_PER_ELEMENT);
    const state = { words: new Int32Array(control), sent: 0, toldAt: -1, isLost: false };
    const lose = (): void => {
      state.isLost = true;
    };
    const worker = start({ message: () => undefined, broken: lose });
    isHopeless = typeof worker === "string";
    if (typeof worker === "string") return false;
    const helper: Helper = Object.assign(state, { worker });
    worker.post({ control });
    helpers.push(helper);
    return true;
  };

  return {
    count: () => helpers.filter((helper) => !helper.isLost).length,
    load: (program, workers) => {
      while (helpers.length < workers && add());
      const id = programs++;
      const own = helpers.slice(0, workers);
      for (const helper of own) send(helper, { kind: "load", program: id, ...program });
      return {
        run: (index, threads, run) => {
          // By numbers: iterators are objects until the loop is compiled.
          let ready = 1;
          for (let n = 0; n < own.length && ready < threads; n++) if (isReady(own[n]!)) ready++;
          for (let n = 0, thread = 1; thread < ready; n++) {
            const helper = own[n]!;
            if (!isReady(helper)) continue;
            const { words } = helper;
            words[controlPlaces.isJob] = 1;
            words[controlPlaces.program] = id;
            words[controlPlaces.function] = index;
            words[controlPlaces.thread] = thread++;
            words[controlPlaces.threads] = ready;
            wake(words);
          }
          run(0, ready);
        },
        ready: () => own.filter(isReady).length,
        dispose: () => {
          for (const helper of own) send(helper, { kind: "unload", program: id });
        },
      };
    },
    dispose: () => {
      for (const helper of helpers) {
        helper.isLost = true;
        helper.worker.terminate();
      }
      isHopeless = true;
    },
  };
}

/** Tells the worker that there is a new command. */
function wake(words: Int32Array): void {
  Atomics.add(words, controlPlaces.command, 1);
  Atomics.notify(words, controlPlaces.command);
}

function send(helper: Helper, message: ToPoolWorker): void {
  if (helper.isLost) return;
  helper.sent++;
  helper.worker.post(message);
  isReady(helper);
}

/**
 * Whether a worker waits for jobs and has taken in all it was sent; it then stays so until it is sent more. One that waits and has not is told to
 * go and read. What it has taken in is looked at first: a worker says that it has left before it takes in anything.
 */
function isReady(helper: Helper): boolean {
  const { words } = helper;
  const taken = Atomics.load(words, controlPlaces.taken);
  if (helper.isLost || Atomics.load(words, controlPlaces.isServing) === 0) return false;
  if (taken === helper.sent) return true;
  if (helper.toldAt !== taken) {
    helper.toldAt = taken;
    words[controlPlaces.isJob] = 0;
    wake(words);
  }
  return false;
}

const here = import.meta.url;

let shared: WorkerPool | undefined;

/** The pool of this thread. */
export function sharedPool(): WorkerPool {
  shared ??= createPool((listener) =>
    startWorker(
      {
        url: new URL("./pool-worker.js", here),
        create: () => new Worker(new URL("./pool-worker.js", import.meta.url), { type: "module" }),
      },
      listener,
      { minor: true },
    ),
  );
  return shared;
}
