/** Questions to a worker that stays: one at a time, and of those that wait only the newest. For what follows a slider. */
import { WorkError } from "./protocol.ts";
import type { Failure } from "./protocol.ts";
import type { Work } from "./run-work.ts";

/** To the worker. */
export interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

/** From the worker. */
export type Answered<Answer> =
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answer }
  | { readonly kind: "failed"; readonly id: number; readonly failure: Failure };

export interface Asker<Question, Answer> {
  /** The answer; undefined where a newer question came before this one was begun, or the worker was ended. Throws a `WorkError`. */
  ask(question: Question): Promise<Answer | undefined>;
  /** Ends the worker. */
  dispose(): void;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the worker. */
export function createAsker<Question, Answer>({ create }: Work<Question, Answer>): Asker<Question, Answer> {
  const worker = create();
  let id = 0;
  let current: Waiting<Question, Answer> | undefined;
  let next: Waiting<Question, Answer> | undefined;
  const begin = (): void => {
    [current, next] = [next, undefined];
    if (current === undefined) return;
    const message: Asked<Question> = { id: ++id, question: current.question };
    worker.postMessage(message);
  };
  const fail = (failure: Failure): void => {
    current?.reject(new WorkError(failure));
    begin();
  };
  worker.addEventListener("message", ({ data }: MessageEvent<Answered<Answer>>) => {
    if (data.id !== id) return;
    if (data.kind === "failed") return fail(data.failure);
    current?.resolve(data.answer);
    begin();
  });
  worker.addEventListener("error", ({ message }) => fail({ message: message || "the worker could not be loaded" }));
  return {
    ask: async (question) =>
      new Promise((resolve, reject) => {
        next?.resolve(undefined);
        next = { question, resolve, reject };
        if (current === undefined) begin();
      }),
    dispose: () => {
      worker.terminate();
      current?.resolve(undefined);
      next?.resolve(undefined);
      current = next = undefined;
    },
  };
}
