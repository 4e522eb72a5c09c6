/** Help and version. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({});
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...(words === "" ? [] : words.split(" ")));

test.each([
  "",
  "--help",
  "train --help",
  "predict --help",
  "evaluate --help",
  "backtest --help",
  "inspect --help",
  "compare --help",
  "bench --help",
  "help train",
])("recurra %s explains itself", async (words) => {
  const { status, out, err } = await run(words);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toMatch(/^Usage: recurra/);
  expect(out).toMatch(/\$ recurra \w+/);
});

test("the version is told", async () => {
  expect(await run("--version")).toEqual({
    status: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
    err: "",
  });
});
