/** Work that is asked for again and again, as a control is moved: one worker stays, and only the last request counts. */
import { WorkError } from "./protocol.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import type { Work } from "./run-work.ts";

export interface LatestWork<Request, Answer> {
  /** Asks for an answer; undefined where a later request has overtaken this one, or the work was ended. Throws a `WorkError`. */
  readonly ask: (request: Request) => Promise<Answer | undefined>;
  /** Ends the worker. */
  readonly dispose: () => void;
}

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a worker whose requests have one event each: the answer. While it computes, the latest request waits, and those before it are dropped. */
export function startLatestWork<Request, Answer>({ create }: Work<Request, Answer>): LatestWork<Request, Answer> {
  const worker = create();
  let running: Waiting<Request, Answer> | undefined;
  let next: Waiting<Request, Answer> | undefined;
  const start = (one: Waiting<Request, Answer> | undefined): void => {
    running = one;
    next = undefined;
    const message: ToWorker<Request> | undefined = one && { kind: "start", request: one.request };
    if (message !== undefined) worker.postMessage(message);
  };
  const end = (settle: (one: Waiting<Request, Answer>) => void): void => {
    if (running !== undefined) settle(running);
    start(next);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker<Answer>>) => {
    if (data.kind === "event") running?.resolve(next === undefined ? data.event : undefined);
    else
      end(({ resolve, reject }) => (data.kind === "failed" ? reject(new WorkError(data.failure)) : resolve(undefined)));
  });
  worker.addEventListener("error", () => {
    end(({ reject }) => reject(new WorkError({ message: "the worker could not be loaded" })));
  });
  return {
    ask: async (request) =>
      new Promise<Answer | undefined>((resolve, reject) => {
        const one = { request, resolve, reject };
        if (running === undefined) return start(one);
        next?.resolve(undefined);
        next = one;
      }),
    dispose: () => {
      worker.terminate();
      running?.resolve(undefined);
      next?.resolve(undefined);
      running = next = undefined;
    },
  };
}
