/** What counts as a change since the last build. */
import { mkdir, mkdtemp, rm, unlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isBuilt } from "./is-built.mjs";

let root = "";
/** @param {string} name @param {number} seconds */
const write = async (name, seconds) => {
  const file = path.join(root, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, "");
  await utimes(file, seconds, seconds);
};
/** @param {number} seconds */
const setFolders = async (seconds) => {
  for (const folder of ["src", "src/deep", "studio"]) await utimes(path.join(root, folder), seconds, seconds);
};

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "is-built-"));
  for (const name of ["src/deep/one.ts", "src/two.ts", "studio/index.html", "package.json"]) await write(name, 100);
  await setFolders(100);
});
afterAll(() => rm(root, { recursive: true }));

test("a build is good until a source is changed, added or taken away", async () => {
  expect(await isBuilt(root)).toBe(false);
  await write("dist/cli/main.js", 200);
  expect(await isBuilt(root)).toBe(false);
  await write("dist/studio/index.html", 210);
  expect(await isBuilt(root)).toBe(true);
  await write("src/deep/one.ts", 205);
  expect(await isBuilt(root)).toBe(false);
  await write("src/deep/one.ts", 100);
  expect(await isBuilt(root)).toBe(true);
  await unlink(path.join(root, "src/two.ts"));
  expect(await isBuilt(root)).toBe(false);
});
