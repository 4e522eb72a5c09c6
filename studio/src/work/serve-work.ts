/** The worker's side of work: serves one request with a stream of events. */
import { RecurraError } from "recurra";
import type { Failure, FromWorker, ToWorker } from "./protocol.ts";
import { messageOf } from "./protocol.ts";
import { StudioError } from "../studio-error.ts";

/** The part of a worker's global scope that is needed. */
export interface WorkScope<Request, Event> {
  postMessage(message: FromWorker<Event>): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker<Request>>) => void): void;
}

/** Answers the request that comes with what `work` yields; its signal says when to stop. Call it once, at the end of a worker's file; tests give a scope of their own. */
export function serveWork<Request, Event>(
  work: (request: Request, signal: AbortSignal) => AsyncIterable<Event>,
  scope: WorkScope<Request, Event> = globalThis,
): void {
  const stop = new AbortController();
  const serve = async (request: Request): Promise<void> => {
    try {
      for await (const event of work(request, stop.signal)) scope.postMessage({ kind: "event", event });
      scope.postMessage({ kind: "done" });
    } catch (error) {
      scope.postMessage({ kind: "failed", failure: describeFailure(error) });
    }
  };
  scope.addEventListener("message", ({ data }) => {
    if (data.kind === "stop") stop.abort();
    else void serve(data.request);
  });
}

/** An error as data. */
export function describeFailure(error: unknown): Failure {
  const message = messageOf(error);
  if (error instanceof StudioError) return { message, code: error.code };
  if (!(error instanceof RecurraError)) return { message };
  const { code, line, column } = error;
  return { message, code, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}
