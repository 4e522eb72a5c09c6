/** Work of which only the last request counts, with a stand-in for the worker that answers when it is told to. */
import { expect, test } from "vitest";
import { startLatestWork } from "./latest-work.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

function createStandIn() {
  const asked: number[] = [];
  let isEnded = false;
  let listen = (_event: { readonly data: FromWorker<string> }): void => undefined;
  let fail = (): void => undefined;
  const worker = {
    postMessage: (message: ToWorker<number>) => message.kind === "start" && asked.push(message.request),
    addEventListener: (kind: string, listener: () => void) => {
      if (kind === "message") listen = listener;
      else fail = listener;
    },
    terminate: () => (isEnded = true),
  };
  const say = (data: FromWorker<string>): void => listen({ data });
  return {
    work: startLatestWork<number, string>({ create: () => worker as unknown as Worker }),
    asked,
    isEnded: () => isEnded,
    answer: (event: string) => {
      say({ kind: "event", event });
      say({ kind: "done" });
    },
    say,
    fail: () => fail(),
  };
}

test("each request has its answer, from one worker", async () => {
  const { work, asked, answer } = createStandIn();
  for (const request of [1, 2]) {
    const answered = work.ask(request);
    answer(`answer ${request}`);
    expect(await answered).toBe(`answer ${request}`);
  }
  expect(asked).toEqual([1, 2]);
});

test("while it computes only the last request waits, and the others come to nothing", async () => {
  const { work, asked, answer } = createStandIn();
  const all = [1, 2, 3, 4].map(async (request) => work.ask(request));
  expect(asked).toEqual([1]);
  answer("one");
  expect(asked).toEqual([1, 4]);
  answer("four");
  expect(await Promise.all(all)).toEqual([undefined, undefined, undefined, "four"]);
});

test("what fails says so, and the next request is served", async () => {
  const { work, answer, say, fail } = createStandIn();
  const first = work.ask(1);
  say({ kind: "failed", failure: { message: "no" } });
  await expect(first).rejects.toThrow("no");
  const second = work.ask(2);
  fail();
  await expect(second).rejects.toThrow("the worker could not be loaded");
  const third = work.ask(3);
  answer("three");
  expect(await third).toBe("three");
});

test("the end leaves nobody waiting", async () => {
  const { work, isEnded } = createStandIn();
  const all = [work.ask(1), work.ask(2)];
  work.dispose();
  expect(isEnded()).toBe(true);
  expect(await Promise.all(all)).toEqual([undefined, undefined]);
});
