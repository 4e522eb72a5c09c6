/** Starts a worker where there are workers: the web's, or Node's threads. */
import type { FromWorker, ToWorker } from "./worker-protocol.ts";
import { startNodeWorker } from "./worker-node.ts";

export interface StartedWorker {
  /** Throws a DataCloneError for what is not plain data. */
  post(message: ToWorker): void;
  terminate(): void;
}

export interface WorkerListener {
  message(message: FromWorker): void;
  /** The worker could not be loaded, or is gone. */
  broken(why: string): void;
}

/** A worker that serves one training run, or why there is none. */
export function startWorker(listener: WorkerListener): StartedWorker | string {
  try {
    if (typeof Worker === "undefined")
      return startNodeWorker(new URL("./worker.js", import.meta.url), listener) ?? "there are no workers here";
    // In one expression: that is what bundlers look for.
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => listener.message(data));
    worker.addEventListener("error", (event) =>
      listener.broken(event.message === "" || event.message === undefined ? "it could not be loaded" : event.message),
    );
    return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
