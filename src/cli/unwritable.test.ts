/** Outputs that cannot be written are found before the work, and nothing is written in their stead. */
import { chmod, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";

const quick = "--epochs 1 --hidden 4 --embedding 4 --batch 16 --backend wasm --quiet --no-report";

let folder: CommandFolder;
let before: readonly string[];
beforeAll(async () => {
  const pairs = Array.from({ length: 40 }, (_, at) => `one ${at % 20} up,two ${at % 20} down`);
  folder = await createCommandFolder({
    "pairs.csv": `a,b\n${pairs.join("\n")}\n`,
    "verse.txt": pairs.join("\n"),
  });
  for (const words of [
    "pairs.csv --task translate --source a --target b --out said.safetensors",
    "verse.txt --task generate --out verse.safetensors",
  ])
    await folder.run("train", ...words.split(" "), ...quick.split(" "));
  await mkdir(folder.path("taken.json"));
  await mkdir(folder.path("locked"));
  await chmod(folder.path("locked"), 0o500);
  before = (await readdir(folder.path(), { recursive: true })).sort();
});
afterAll(async () => {
  await chmod(folder.path("locked"), 0o700);
  await folder.remove();
});

const commands = [
  "predict said.safetensors pairs.csv --backend wasm",
  "generate verse.safetensors --length 5 --backend wasm",
  "compare --task adding --cells rnn --steps 4 --hidden 4 --updates 5 --fast --backend wasm",
];

async function refused(words: string, out: string): Promise<string> {
  const { status, out: said, err } = await folder.run(...words.split(" "), "--out", folder.path(out));
  expect({ status, said }).toEqual({ status: 1, said: "" });
  expect(err.match(/^error: /gm)).toHaveLength(1);
  expect(err).not.toContain("defect");
  expect((await readdir(folder.path(), { recursive: true })).sort()).toEqual(before);
  return err;
}

test.each(commands)("%s --out in a folder that is missing", async (words) => {
  expect(await refused(words, path.join("none", "x.json"))).toMatch(/^error: none.x\.json cannot be written: /);
});

test.each(commands)("%s --out where a folder is", async (words) => {
  expect(await refused(words, "taken.json")).toMatch(/^error: taken\.json cannot be written: /);
});

test.for(commands)("%s --out in a place that may only be read", async (words, context) => {
  if (process.getuid === undefined || process.getuid() === 0)
    return context.skip("root, and Windows, may write in a folder that others may only read");
  expect(await refused(words, path.join("locked", "x.json"))).toMatch(/^error: locked.x\.json cannot be written: /);
});

test.each([
  ["0", "Give a whole number from 1 to 100."],
  ["101", "Give a whole number from 1 to 100."],
  ["2.5", "Give a whole number from 1 to 100."],
  ["many", "Give a whole number from 1 to 100."],
])("--beam %s is refused", async (beam, advice) => {
  for (const command of ["predict said.safetensors --input one", "evaluate said.safetensors pairs.csv"]) {
    const { status, out, err } = await folder.run(...command.split(" "), "--beam", beam);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(advice);
  }
});

test("--beam 100 is the widest, and finds what narrower ones find at least as likely", async () => {
  const found = await folder.run("predict", "said.safetensors", "--input", "one 3 up", "--beam", "100", "--json");
  expect(found).toMatchObject({ status: 0 });
  const narrow = await folder.run("predict", "said.safetensors", "--input", "one 3 up", "--beam", "1", "--json");
  const scoreOf = (said: string): number => (JSON.parse(said) as readonly { readonly score: number }[])[0]!.score;
  expect(scoreOf(found.out)).toBeGreaterThanOrEqual(scoreOf(narrow.out));
});
