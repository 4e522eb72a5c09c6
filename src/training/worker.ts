/** The entry of a worker that trains: started by `trainInWorker`, in a browser or in Node. */
import { findParentPort } from "./worker-node.ts";
import { serveTraining } from "./worker-protocol.ts";
import type { ToWorker, WorkerPort } from "./worker-protocol.ts";

/** The part of a web worker's global scope that is needed here. */
interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
}

function pagePort(): WorkerPort {
  const scope = globalThis as unknown as WorkerScope;
  return {
    post: (message) => scope.postMessage(message),
    listen: (listener) => scope.addEventListener("message", ({ data }) => listener(data)),
  };
}

serveTraining(findParentPort() ?? pagePort());
