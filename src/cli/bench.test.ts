/** `recurra bench`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({});
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...words.split(" "));

test("bench prints a line of JSON a workload", async () => {
  const { status, out, err } = await run(
    "bench --only stream-lstm-64,lstm-64 --seconds 0.05 --backend wasm --threads 1 --weights int8 --json",
  );
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([
    {
      name: "lstm-64",
      mode: "train",
      backend: "wasm",
      threads: 1,
      weights: "float32",
      milliseconds: expect.any(Number) as unknown,
      runs: expect.any(Number) as unknown,
    },
    { name: "stream-lstm-64", mode: "infer", weights: "int8" },
  ]);
});
