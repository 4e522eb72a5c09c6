/** The examples about memory and reservoirs, in their fast form. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "recurra-examples-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function runExample(name: string): Promise<string> {
  const file = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, "--fast"], { cwd: folder });
  return stdout;
}

test(
  "an echo state network runs on its own, and beats both naive forecasts of births",
  { timeout: 120_000 },
  async () => {
    const out = await runExample("echo-state.js");
    const [error, naive] = [...out.matchAll(/(?:NRMSE|last value\)) +(\S+)/g)].map((match) => Number(match[1]));
    expect(error).toBeLessThan(0.1);
    expect(naive).toBeGreaterThan(1);
    const births = [...out.matchAll(/(\d+) births a day/g)].map((match) => Number(match[1]));
    expect(births).toHaveLength(3);
    expect(births[0]).toBeLessThan(Math.min(...births.slice(1)));
  },
);

test("cells are compared, one of one's own among them", { timeout: 120_000 }, async () => {
  expect(await runExample("compare.js")).toMatch(/10 +mine/);
  expect(await readFile(path.join(folder, "out/compare.svg"), "utf8")).toMatch(/^<svg/);
  expect(await readFile(path.join(folder, "out/compare.html"), "utf8")).toMatch(/^<!doctype html>/);
});
