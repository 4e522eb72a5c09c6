/** For tests: both sides of a worker in one thread, with a channel between them. */

interface Scope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

export interface WorkerStandIn {
  readonly work: { readonly create: () => Worker };
  /** Whether the page's side has ended it; nothing comes from then on. */
  readonly isEnded: () => boolean;
}

/** `serve` gets the scope that a worker's file would have. */
export function createWorkerStandIn(serve: (scope: Scope) => void): WorkerStandIn {
  const { port1: page, port2: inside } = new MessageChannel();
  let isEnded = false;
  const listen = (port: MessagePort, kind: string, listener: (event: MessageEvent) => void): void => {
    if (kind !== "message") return;
    port.addEventListener("message", (event) => isEnded || listener(event));
    port.start();
  };
  serve({
    postMessage: (message) => inside.postMessage(message),
    addEventListener: (kind, listener) => listen(inside, kind, listener),
  });
  const worker = {
    postMessage: (message: unknown) => page.postMessage(message),
    addEventListener: (kind: string, listener: (event: MessageEvent) => void) => listen(page, kind, listener),
    terminate: () => {
      isEnded = true;
      page.close();
    },
  };
  return { work: { create: () => worker as unknown as Worker }, isEnded: () => isEnded };
}
