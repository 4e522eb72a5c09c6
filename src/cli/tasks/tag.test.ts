import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../run.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "recurra-tag-"));
  const lines = ["Tôi là bác sĩ.", "Bạn đã cười.", "Tôi tên là Lan.", "Bà ơi, đi đâu?"];
  const texts = Array.from({ length: 80 }, (_, at) => `${lines[at % 4]!} ${lines[(at * 7 + 1) % 4]!} ${at}`);
  await writeFile(path.join(folder, "vi.txt"), texts.join("\n"));
  await writeFile(path.join(folder, "pairs.tsv"), texts.map((text, at) => `${at}\t${text}`).join("\n"));
  const tagged = Array.from({ length: 60 }, (_, at) => `the/at dog/nn-tl ${at}/cd can/md run/vb ./.`);
  await writeFile(path.join(folder, "tags.txt"), tagged.join("\n"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Runs a command; words that end in a file's ending lie in the test's folder. */
async function run(...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const paths = args.map((word) => (/^\w+\.(?:txt|tsv|safetensors)$/.test(word) ? path.join(folder, word) : word));
  const status = await runCommand(paths, {
    command: "recurra",
    print: (text) => (out += `${text}\n`),
    say: (text) => (err += `${text}\n`),
    screen: undefined,
    onInterrupt: () => () => undefined,
  });
  return { status, out, err };
}

const quick = "--hidden 12 --layers 1 --embedding 8 --rate 0.02 --epochs 12 --backend wasm".split(" ");

test("restores marks: train, predict, evaluate, inspect", async () => {
  const trained = await run(
    "train",
    "vi.txt",
    "--task",
    "tag",
    "--restore",
    "diacritics",
    "--out",
    "vi.safetensors",
    ...quick,
  );
  expect(trained).toMatchObject({ status: 0 });
  expect(trained.out).toContain("usual form of each word");
  const predicted = await run("predict", "vi.safetensors", "--input", "Toi la bac si. ", "--backend", "wasm");
  expect(predicted).toMatchObject({ status: 0, out: "Tôi là bác sĩ.\n" });
  const evaluated = await run("evaluate", "vi.safetensors", "vi.txt", "--json", "--backend", "wasm");
  expect(JSON.parse(evaluated.out)).toMatchObject({ of: "marks", sentences: 80 });
  expect((await run("inspect", "vi.safetensors")).out).toContain("restores the marks of letters");
});

test("reads a column of a table without names", async () => {
  const words = ["--restore", "diacritics", "--columns", "number,vi", "--text", "vi", "--out", "pairs.safetensors"];
  const { status, err } = await run("train", "pairs.tsv", "--task", "tag", ...words, ...quick, "--epochs", "1");
  expect(status).toBe(0);
  expect(err).toContain("80 sentences");
});

test("tags words, and says which options contradict", async () => {
  const trained = await run("train", "tags.txt", "--task", "tag", "--base-tags", "--out", "tags.safetensors", ...quick);
  expect(trained).toMatchObject({ status: 0 });
  const predicted = await run("predict", "tags.safetensors", "--input", "the dog can run .", "--backend", "wasm");
  expect(predicted.out).toBe("the/at dog/nn can/md run/vb ./.\n");
  expect(await run("train", "tags.txt", "--task", "tag", "--text", "a")).toMatchObject({ status: 2 });
  const plain = await run("train", "vi.txt", "--task", "tag");
  expect(plain.status).toBe(1);
  expect(plain.err).toContain("vi.txt, line 3");
});
