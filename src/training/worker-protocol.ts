/** What a training run off the main thread and its owner say to each other. Everything is plain data. */
import type { WorkerPort } from "../engine/workers.ts";
import { RecurraError } from "../util/errors.ts";
import type { ErrorCode } from "../util/errors.ts";
import type { TrainingEvent } from "./events.ts";
import { train } from "./trainer.ts";
import type { TrainingOptions } from "./training-options.ts";

export type ToWorker = { readonly kind: "train"; readonly options: TrainingOptions } | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "event"; readonly event: TrainingEvent }
  | { readonly kind: "failed"; readonly error: PlainError }
  | { readonly kind: "done" };

/** An error as data: classes do not survive the way between threads. */
export interface PlainError {
  readonly message: string;
  /** Of a RecurraError. */
  readonly code?: ErrorCode;
  readonly line?: number;
  readonly column?: number;
}

type Port = WorkerPort<ToWorker, FromWorker>;

/** Waits for a run, makes it, and tells of it, until it ends. */
export function serveTraining(port: Port): void {
  const stop = new AbortController();
  port.listen((message) => {
    if (message.kind === "stop") stop.abort();
    else void runAndTell(message.options, stop.signal, port);
  });
  port.post({ kind: "ready" });
}

async function runAndTell(options: TrainingOptions, signal: AbortSignal, port: Port): Promise<void> {
  try {
    for await (const event of train(options, { signal })) port.post({ kind: "event", event });
    port.post({ kind: "done" });
  } catch (error) {
    port.post({ kind: "failed", error: toPlain(error) });
  }
}

function toPlain(error: unknown): PlainError {
  if (!(error instanceof RecurraError))
    return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const { message, code, line, column } = error;
  return { message, code, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

/** The error again. */
export function fromPlain({ message, code, line, column }: PlainError): Error {
  if (code === undefined) return new Error(message);
  return new RecurraError(code, message, {
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  });
}
