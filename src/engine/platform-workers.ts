/** Threads of Node. Loads unchanged in a browser, where it finds nothing. */
import type { MessagePort, Worker } from "node:worker_threads";
import type { StartedWorker, WorkerListener, WorkerPort } from "./workers.ts";

/** The parts of node:worker_threads that are used. */
interface Threads {
  readonly Worker: new (url: URL) => Worker;
  readonly parentPort: MessagePort | null;
}

/** Asked for at run time: an import would have to be resolved by whatever loads this file, browsers too. */
function threadsOfNode(): Threads | undefined {
  const node = (globalThis as { process?: NodeJS.Process }).process;
  return node?.versions?.node === undefined ? undefined : node.getBuiltinModule?.("node:worker_threads");
}

/** A thread that runs the module at `url`, or undefined outside Node. */
export function startNodeWorker<To, From>(
  url: URL,
  listener: WorkerListener<From>,
  { minor = false }: { readonly minor?: boolean },
): StartedWorker<To> | undefined {
  const threads = threadsOfNode();
  if (threads === undefined) return undefined;
  const worker = new threads.Worker(url);
  worker.on("message", (message: From) => listener.message(message));
  worker.on("error", (error) => listener.broken(String(error)));
  worker.on("exit", (code) => listener.broken(`it ended with code ${code}`));
  if (minor) worker.unref();
  return {
    post: (message: To) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  };
}

/** The way to the thread that started this one, or undefined outside Node's threads. */
export function findParentPort<To, From>(): WorkerPort<To, From> | undefined {
  const parent = threadsOfNode()?.parentPort;
  if (parent === undefined || parent === null) return undefined;
  return {
    post: (message) => parent.postMessage(message),
    listen: (listener) => parent.on("message", (message: To) => listener(message)),
  };
}
