/** The page's side of work: a request to a worker of its own, and what comes of it as it comes. */
import { WorkError } from "./protocol.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

/** What a kind of worker takes and says, and how one is started. A bundler looks for `new Worker(new URL("./name.worker.ts", import.meta.url), { type: "module" })`. */
export interface Work<Request, Event> {
  readonly create: () => Worker;
  /** Never there: the types alone. */
  readonly types?: { readonly request: Request; readonly event: Event };
}

export interface WorkControl {
  /** Asks the worker to stop; what it still has to say comes. */
  readonly signal?: AbortSignal;
}

/** Starts a worker, sends it the request and yields its events. Leaving the loop ends the worker. Throws a `WorkError`. */
export async function* runWork<Request, Event>(
  { create }: Work<Request, Event>,
  request: Request,
  { signal }: WorkControl = {},
): AsyncGenerator<Event, void, undefined> {
  const worker = create();
  const post = (message: ToWorker<Request>): void => worker.postMessage(message);
  const stop = (): void => post({ kind: "stop" });
  const waiting: FromWorker<Event>[] = [];
  let wake = (): void => undefined;
  const take = (message: FromWorker<Event>): void => {
    waiting.push(message);
    wake();
  };
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker<Event>>) => take(data));
  worker.addEventListener("error", ({ message }) => {
    take({
      kind: "failed",
      failure: { message: message === "" || message === undefined ? "the worker could not be loaded" : message },
    });
  });
  signal?.addEventListener("abort", stop);
  try {
    post({ kind: "start", request });
    if (signal?.aborted === true) stop();
    for (;;) {
      const message = waiting.shift();
      if (message === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else if (message.kind === "event") yield message.event;
      else if (message.kind === "done") return;
      else throw new WorkError(message.failure);
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}
