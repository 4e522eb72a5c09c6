/** Files that change while they are followed. */
import { expect, test } from "vitest";
import { followFile } from "./follow-file.ts";
import type { AskFile } from "./follow-file.ts";

test("a file is told when it is there, and again only when it is another", async () => {
  // Not there yet, there, the same, gone, the server gone, another one.
  const script = [404, "a", 304, 404, undefined, "b"] as const;
  const asked: (string | undefined)[] = [];
  const stop = new AbortController();
  const ask: AskFile = async (_, { headers }) => {
    const next = script[asked.length];
    asked.push(headers["if-none-match"]);
    if (next === undefined) throw new Error("no answer");
    if (typeof next === "number") return new Response(null, { status: next });
    return new Response(next, { headers: { etag: `"${next}"` } });
  };
  const told: string[] = [];
  for await (const bytes of followFile("./files/0/run", { ask, every: 0, signal: stop.signal })) {
    told.push(new TextDecoder().decode(bytes));
    if (told.length === 2) stop.abort();
  }
  expect(told).toEqual(["a", "b"]);
  expect(asked).toEqual([undefined, undefined, '"a"', '"a"', '"a"', '"a"']);
});
