/** Workers, wherever there are some: the web's, or Node's threads. */
import { findParentPort, startNodeWorker } from "./platform-workers.ts";

/** The owner's side of a worker that takes messages `To`. */
export interface StartedWorker<To> {
  /** Throws a DataCloneError for what cannot be sent. */
  post(message: To): void;
  terminate(): void;
}

/** The worker's side: it takes messages `To` and sends `From`. */
export interface WorkerPort<To, From> {
  post(message: From): void;
  listen(listener: (message: To) => void): void;
}

export interface WorkerListener<From> {
  message(message: From): void;
  /** The worker could not be loaded, or is gone. */
  broken(why: string): void;
}

/** Where a worker's code is, said twice: bundlers look for `new Worker(new URL(…, import.meta.url))` in one expression. */
export interface WorkerSource {
  /** For Node. Not written as `new URL(…, import.meta.url)`: a bundler would keep a copy of the file that nothing asks for. */
  readonly url: URL;
  /** Starts it as a worker of the web. */
  create(): Worker;
}

/** A worker, or why there is none. One that is `minor` does not keep a Node process alive. */
export function startWorker<To, From>(
  { url, create }: WorkerSource,
  listener: WorkerListener<From>,
  options: { readonly minor?: boolean } = {},
): StartedWorker<To> | string {
  try {
    if (typeof Worker === "undefined")
      return startNodeWorker<To, From>(url, listener, options) ?? "there are no workers here";
    const worker = create();
    worker.addEventListener("message", ({ data }: MessageEvent<From>) => listener.message(data));
    worker.addEventListener("error", (event) =>
      listener.broken(event.message === "" || event.message === undefined ? "it could not be loaded" : event.message),
    );
    return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The part of a web worker's global scope that is needed here. */
interface WorkerScope<To> {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent<To>) => void): void;
}

/** Within a worker, the way to what started it. */
export function findWorkerPort<To, From>(): WorkerPort<To, From> {
  const scope = globalThis as unknown as WorkerScope<To>;
  return (
    findParentPort<To, From>() ?? {
      post: (message) => scope.postMessage(message),
      listen: (listener) => scope.addEventListener("message", ({ data }) => listener(data)),
    }
  );
}
