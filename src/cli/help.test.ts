/** Help and version. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { known } from "../util/errors.ts";
import { commandTasks } from "./tasks/table.ts";

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
  "studio --help",
  "help train",
])("recurra %s explains itself", async (words) => {
  const { status, out, err } = await run(words);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(out).toMatch(/^Usage: recurra/);
  expect(out).toMatch(/\$ recurra \w+/);
});

test("help has the defaults of each task, and backtest those of forecasts", async () => {
  const [heading = "", ...lines] = (await run("train --help")).out.split("Defaults by the task:\n")[1]!.split("\n");
  expect(heading.trim().split(/\s{2,}/)).toEqual(commandTasks.map(({ kind }) => kind));
  const rowOf = (option: string): readonly string[] =>
    known(
      lines.find((line) => line.startsWith(`  ${option} `)),
      option,
    )
      .trim()
      .split(/\s{2,}/);
  expect(rowOf("--hidden")).toEqual(["--hidden", "128", "64", "64", "256", "192", "128", "64"]);
  expect(rowOf("--epochs")).toContain("120");
  expect((await run("backtest --help")).out).toContain("hidden size (default: 64)");
});

test("the version is told", async () => {
  expect(await run("--version")).toEqual({
    status: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown,
    err: "",
  });
});
