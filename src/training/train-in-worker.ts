/** Training off the main thread: the same events, with the page or the program free meanwhile. */
import type { StartedWorker } from "../engine/workers.ts";
import { RecurraError } from "../util/errors.ts";
import type { TrainingEvent } from "./events.ts";
import { startTrainingWorker } from "./start-worker.ts";
import { train } from "./trainer.ts";
import type { TrainingControl, TrainingOptions } from "./training-options.ts";
import { fromPlain } from "./worker-protocol.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

type Message = FromWorker | { readonly kind: "broken"; readonly why: string };

/**
 * As `train`, in a worker. Where there are none, the run takes place on this thread, and the first event's note says so. Leaving
 * the loop ends the worker. Throws what `train` throws, and `training/worker-lost`.
 */
export async function* trainInWorker(
  options: TrainingOptions,
  control: TrainingControl = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  const messages = createQueue<Message>();
  const started = startTrainingWorker({
    message: (message) => messages.push(message),
    broken: (why) => messages.push({ kind: "broken", why }),
  });
  if (typeof started === "string") return yield* trainHere(options, control, started);
  try {
    const first = await messages.next();
    if (first.kind === "broken") return yield* trainHere(options, control, first.why);
    yield* follow(started, messages, options, control);
  } finally {
    started.terminate();
  }
}

async function* trainHere(
  options: TrainingOptions,
  control: TrainingControl,
  why: string,
): AsyncGenerator<TrainingEvent, void, undefined> {
  for await (const event of train(options, control)) {
    yield event.kind === "started"
      ? { ...event, note: `${event.note} On this thread, as no worker could be started (${why}).` }
      : event;
  }
}

async function* follow(
  worker: StartedWorker<ToWorker>,
  messages: Queue<Message>,
  options: TrainingOptions,
  { signal }: TrainingControl,
): AsyncGenerator<TrainingEvent, void, undefined> {
  const stop = (): void => worker.post({ kind: "stop" });
  send(worker, options);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  try {
    for (;;) {
      const message = await messages.next();
      switch (message.kind) {
        case "event":
          yield message.event;
          break;
        case "failed":
          throw fromPlain(message.error);
        case "broken":
          throw new RecurraError(
            "training/worker-lost",
            `The worker that trained is gone: ${message.why}. Resume from the last checkpoint.`,
          );
        case "done":
          return;
        case "ready":
          break;
      }
    }
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function send(worker: StartedWorker<ToWorker>, options: TrainingOptions): void {
  try {
    worker.post({ kind: "train", options });
  } catch (cause) {
    throw new RecurraError(
      "training/bad-option",
      `The options cannot be sent to a worker, because not all of them are plain data: ${String(cause)}`,
      { cause },
    );
  }
}

interface Queue<T> {
  push(item: T): void;
  /** The first item not yet taken, as soon as there is one. */
  next(): Promise<T>;
}

function createQueue<T>(): Queue<T> {
  const items: T[] = [];
  let waiting: ((item: T) => void) | undefined;
  return {
    push: (item) => {
      if (waiting === undefined) items.push(item);
      else waiting(item);
      waiting = undefined;
    },
    next: async () => {
      const [item] = items.splice(0, 1);
      if (item !== undefined) return item;
      return new Promise<T>((resolve) => {
        waiting = resolve;
      });
    },
  };
}
