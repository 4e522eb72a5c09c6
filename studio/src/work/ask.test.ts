/** Questions to a worker that stays, with both sides in one thread and a channel between them. */
import { RecurraError } from "recurra";
import { expect, test } from "vitest";
import { createWorkerStandIn } from "./worker-stand-in.ts";
import type { WorkerStandIn } from "./worker-stand-in.ts";
import { createAsker } from "./ask.ts";
import type { Answered } from "./ask.ts";
import type { Work } from "./run-work.ts";
import { serveAnswers } from "./serve-answers.ts";

type StandIn<Question, Answer> = WorkerStandIn & { readonly work: Work<Question, Answer> };

const createStandIn = <Question, Answer>(
  answer: (question: Question) => Answer | Promise<Answer>,
): StandIn<Question, Answer> => createWorkerStandIn((scope) => serveAnswers(answer, scope));

test("questions are answered one after the other, by one worker", async () => {
  const standIn = createStandIn<number, number>((question) => question * 2);
  const asker = createAsker(standIn.work);
  expect(await asker.ask(1)).toBe(2);
  expect(await asker.ask(5)).toBe(10);
  asker.dispose();
  expect(standIn.isEnded()).toBe(true);
});

test("of those that wait only the newest is answered", async () => {
  const seen: number[] = [];
  const standIn = createStandIn<number, number>(async (question) => {
    seen.push(question);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return question;
  });
  const asker = createAsker(standIn.work);
  expect(await Promise.all([1, 2, 3, 4].map(async (question) => asker.ask(question)))).toEqual([
    1,
    undefined,
    undefined,
    4,
  ]);
  expect(seen).toEqual([1, 4]);
  asker.dispose();
});

test("a failure comes with its code, and the next question is answered", async () => {
  const standIn = createStandIn<string, string>((question) => {
    if (question === "bad") throw new RecurraError("util/bad-argument", "No.");
    return question;
  });
  const asker = createAsker(standIn.work);
  await expect(asker.ask("bad")).rejects.toMatchObject({ failure: { message: "No.", code: "util/bad-argument" } });
  expect(await asker.ask("good")).toBe("good");
  asker.dispose();
});

test("a worker that cannot be loaded says so, and the next question is served", async () => {
  let fail = (): void => undefined;
  let answer = (_data: Answered<string>): void => undefined;
  const worker = {
    postMessage: () => undefined,
    addEventListener: (kind: string, listener: (event: object) => void) => {
      if (kind === "message") answer = (data) => listener({ data });
      else fail = () => listener({ message: "" });
    },
  };
  const asker = createAsker<number, string>({ create: () => worker as unknown as Worker });
  const first = asker.ask(1);
  fail();
  await expect(first).rejects.toThrow("the worker could not be loaded");
  const second = asker.ask(2);
  answer({ kind: "answer", id: 2, answer: "two" });
  expect(await second).toBe("two");
});

test("the end leaves nobody waiting", async () => {
  const standIn = createStandIn<number, number>(async () => new Promise(() => undefined));
  const asker = createAsker(standIn.work);
  const all = [asker.ask(1), asker.ask(2)];
  asker.dispose();
  expect(standIn.isEnded()).toBe(true);
  expect(await Promise.all(all)).toEqual([undefined, undefined]);
});
