/** Work in a worker, with both sides in one thread and a channel between them. */
import { RecurraError } from "recurra";
import { expect, test } from "vitest";
import { createWorkerStandIn } from "./worker-stand-in.ts";
import type { WorkerStandIn } from "./worker-stand-in.ts";
import { runWork } from "./run-work.ts";
import type { Work } from "./run-work.ts";
import { serveWork } from "./serve-work.ts";

type StandIn<Request, Event> = WorkerStandIn & { readonly work: Work<Request, Event> };

const createStandIn = <Request, Event>(
  work: (request: Request, signal: AbortSignal) => AsyncIterable<Event>,
): StandIn<Request, Event> => createWorkerStandIn((scope) => serveWork(work, scope));

test("events come in order, and the worker is ended after the last", async () => {
  const standIn = createStandIn<number, number>(async function* count(to) {
    for (let at = 0; at < to; at++) yield at;
  });
  const events: number[] = [];
  for await (const event of runWork(standIn.work, 5)) events.push(event);
  expect(events).toEqual([0, 1, 2, 3, 4]);
  expect(standIn.isEnded()).toBe(true);
});

test("a stop is told to the work, which may still say something", async () => {
  const standIn = createStandIn<string, string>(async function* wait(_, signal) {
    yield "begun";
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    yield "stopped";
  });
  const [stop, events] = [new AbortController(), [] as string[]];
  for await (const event of runWork(standIn.work, "", { signal: stop.signal })) {
    events.push(event);
    stop.abort();
  }
  expect(events).toEqual(["begun", "stopped"]);
});

test("leaving the loop ends the worker", async () => {
  // A worker that is ended computes no further; its stand-in has to be told.
  let isLeft = false;
  const standIn = createStandIn<string, number>(async function* endless() {
    for (let at = 0; ; at++) {
      yield at;
      await new Promise((resolve) => isLeft || setTimeout(resolve, 1));
    }
  });
  for await (const event of runWork(standIn.work, "")) if (event === 3) break;
  isLeft = true;
  expect(standIn.isEnded()).toBe(true);
});

test("an error comes with its code and its place", async () => {
  const standIn = createStandIn<string, number>(async function* fail() {
    yield 1;
    throw new RecurraError("language/syntax", "line 2: no", { line: 2, column: 5 });
  });
  const all = async (): Promise<void> => {
    for await (const event of runWork(standIn.work, "")) expect(event).toBe(1);
  };
  await expect(all()).rejects.toMatchObject({
    failure: { message: "line 2: no", code: "language/syntax", line: 2, column: 5 },
  });
  expect(standIn.isEnded()).toBe(true);
});
