/** Classes of windows. */
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../../test/support/command.ts";
import type { CommandFolder, Said } from "../../../test/support/command.ts";
import { salesTable } from "../../../test/support/command-files.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({ "sales.csv": salesTable() });
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...words.split(" "));

test("windows are classified by a label", async () => {
  const { status, out, err } = await run(
    `train sales.csv --label parity --features price,sales --hidden 6 --window 5 --epochs 2 --out parity.safetensors`,
  );
  expect(status).toBe(0);
  expect(err).toContain("classify  windows by parity: 2 classes (even, odd)");
  expect(out).toContain('always "');
  expect((await run("predict parity.safetensors sales.csv")).out).toMatch(
    /^date,parity predicted,probability\n2020-01-05,/,
  );
  expect(JSON.parse((await run("evaluate parity.safetensors sales.csv --json")).out)).toMatchObject({
    count: 296,
    classes: ["even", "odd"],
  });
});

test("--task classify takes its class from --target, and --no-report writes none", async () => {
  const { status, err } = await run(
    `train sales.csv --task classify --target parity --features price --hidden 4 --window 3 --epochs 1 --no-report --out task.safetensors`,
  );
  expect(status).toBe(0);
  expect(err).toContain("classify  windows by parity: 2 classes (even, odd)");
  expect(await readdir(made.path())).not.toContain("task.report.html");
});
