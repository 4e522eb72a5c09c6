/** Files that change while they are followed. */
import { expect, test } from "vitest";
import { followFile } from "./follow-file.ts";
import type { AskFile } from "./follow-file.ts";

test("a file is told when it is there, and again only when it is another", async () => {
  // Not there yet, there, the same, gone, the server gone, another one.
  const script = [204, 204, "a", 304, 204, undefined, "b"] as const;
  const asked: (string | undefined)[] = [];
  const stop = new AbortController();
  const ask: AskFile = async (_, { headers }) => {
    const next = script[asked.length];
    asked.push(headers["if-none-match"]);
    if (next === undefined) throw new Error("no answer");
    if (typeof next === "number") return new Response(null, { status: next });
    return new Response(next, { headers: { etag: `"${next}"` } });
  };
  const told: (string | undefined)[] = [];
  for await (const bytes of followFile("./files/0/run", { ask, every: 0, signal: stop.signal })) {
    told.push(bytes === undefined ? undefined : new TextDecoder().decode(bytes));
    if (told.length === 3) stop.abort();
  }
  expect(told).toEqual([undefined, "a", "b"]);
  expect(asked).toEqual([undefined, undefined, undefined, '"a"', '"a"', '"a"', '"a"']);
});

test("what comes after another file was opened is not told", async () => {
  const stop = new AbortController();
  const ask: AskFile = async () => {
    stop.abort();
    return new Response("late", { headers: { etag: '"late"' } });
  };
  for await (const bytes of followFile("./files/0/run", { ask, every: 0, signal: stop.signal }))
    expect(bytes).toBe("never told");
  expect(stop.signal.aborted).toBe(true);
});
