/** What a page and its workers say to each other. Plain data both ways. */

/** To a worker; one request is all that it serves. */
export type ToWorker<Request> = { readonly kind: "start"; readonly request: Request } | { readonly kind: "stop" };

/** From a worker: events in order, then that it is done or why it failed. */
export type FromWorker<Event> =
  | { readonly kind: "event"; readonly event: Event }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly failure: Failure };

/** An error as data. */
export interface Failure {
  readonly message: string;
  /** Of the library's errors, and the studio's own: a stable code; of the library's, the place in the text that they are about. */
  readonly code?: string;
  readonly line?: number;
  readonly column?: number;
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error as data; of one from a worker, all that the worker told. */
export function failureOf(error: unknown): Failure {
  return error instanceof WorkError ? error.failure : { message: messageOf(error) };
}

/** An error that came from a worker. */
export class WorkError extends Error {
  override readonly name = "WorkError";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}
