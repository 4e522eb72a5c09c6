/** Starts a worker that trains. */
import { startWorker } from "../engine/workers.ts";
import type { StartedWorker, WorkerListener } from "../engine/workers.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

const here = import.meta.url;

/** A worker that serves one training run, or why there is none. */
export function startTrainingWorker(listener: WorkerListener<FromWorker>): StartedWorker<ToWorker> | string {
  return startWorker(
    {
      url: new URL("./worker.js", here),
      create: () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" }),
    },
    listener,
  );
}
