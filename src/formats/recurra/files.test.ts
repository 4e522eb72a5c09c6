import { execFileSync } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createModel, initialiseNetwork, network } from "../../network/index.ts";
import { checkWritable, loadFile, saveFile, writeWhole } from "./files.ts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(tmpdir(), "recurra-files-"))));
afterAll(async () => rm(folder, { recursive: true, force: true }));

const spec = network({ features: 1 }).recurrent("rnn", { size: 2 }).last().build();
const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend: "reference" });

test("a model is saved, replaced and loaded, and nothing else is left in its folder", async () => {
  const file = path.join(folder, "m.safetensors");
  await writeFile(file, "something older");
  await saveFile(file, model);
  expect((await loadFile(file, { backend: "reference", verify: true })).parameters).toEqual(model.parameters);
  expect(await readdir(folder)).toEqual(["m.safetensors"]);
});

test("a file that cannot be written leaves the one before as it was", async () => {
  const file = path.join(folder, "kept.txt");
  await writeWhole(file, "before");
  await expect(writeWhole(path.join(file, "inside"), "after")).rejects.toMatchObject({ code: "file/cannot-write" });
  await expect(writeWhole(path.join(folder, "none", "x"), "after")).rejects.toThrow(
    /none.x cannot be written: there is no such file or folder/,
  );
  await expect(writeWhole(folder, "after")).rejects.toMatchObject({ code: "file/cannot-write" });
  expect(await readFile(file, "utf8")).toBe("before");
  expect((await readdir(path.dirname(folder))).filter((name) => name.includes("unfinished"))).toEqual([]);
});

test("whether a file can be written is told before there is anything to write", async () => {
  const file = path.join(folder, "later.txt");
  await checkWritable(file);
  expect(await readdir(folder)).not.toContain("later.txt");
  await expect(checkWritable(folder)).rejects.toThrow(/it is a folder/);
  await expect(checkWritable(path.join(folder, "none", "x"))).rejects.toMatchObject({ code: "file/cannot-write" });
});

test("what a link leads to is replaced, and the link stays", async () => {
  const [file, link] = [path.join(folder, "real.txt"), path.join(folder, "link.txt")];
  await writeFile(file, "before");
  await symlink(file, link);
  await checkWritable(link);
  await writeWhole(link, "after");
  expect(await readFile(file, "utf8")).toBe("after");
  expect((await lstat(link)).isSymbolicLink()).toBe(true);
});

test.skipIf(process.platform === "win32")("a pipe is written to, and not replaced by a file", async () => {
  const pipe = path.join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  await checkWritable(pipe);
  const [read] = await Promise.all([readFile(pipe, "utf8"), writeWhole(pipe, "contents")]);
  expect(read).toBe("contents");
  expect((await lstat(pipe)).isFIFO()).toBe(true);
});

test("the longest name that a folder takes can be written", async () => {
  const file = path.join(folder, "ế".repeat(85));
  await checkWritable(file);
  await writeWhole(file, "contents");
  expect(await readFile(file, "utf8")).toBe("contents");
});

test("what cannot be read is named", async () => {
  await expect(loadFile(path.join(folder, "nothing.safetensors"))).rejects.toMatchObject({ code: "file/cannot-read" });
  await expect(loadFile(folder)).rejects.toThrow(/it is a folder/);
  const file = path.join(folder, "data.csv");
  await writeFile(file, "Date,Open\n2012-01-03,1\n");
  await expect(loadFile(file)).rejects.toThrow(/^data\.csv is no safetensors file/);
});
