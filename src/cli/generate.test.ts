/** `recurra generate`, and the model that it needs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { verse } from "../../test/support/command-files.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({ "verse.txt": verse });
});
afterAll(() => made.remove());

const run = (words: string): Promise<Said> => made.run(...words.split(" "));

test("a language model is learned from a text, measured beside n-grams, and goes on with a prompt", async () => {
  const trained = await run(
    "train verse.txt --task generate --hidden 16 --steps 16 --batch 4 --epochs 6 --rate 0.02 --test 0.1 --backend wasm --out verse.safetensors",
  );
  expect(trained.err).toMatch(/generate {2}by characters: 1\d different ones/);
  expect(trained.out).toMatch(/\d-grams \(Kneser–Ney\) +\d/);
  expect(trained.out).toContain("recurra generate");
  const { out, err } = await run("generate verse.safetensors --prompt The --length 40 --seed 3 --top-k 3");
  expect(out).toMatch(/^The [^\r]+\n/);
  expect(err).toBe("");
  expect((await run("generate verse.safetensors --prompt The --length 40 --seed 3 --top-k 3")).out).toBe(out);
  const asJson = await run("generate verse.safetensors --prompt The --length 40 --seed 3 --top-k 3 --json");
  expect(asJson.err).toBe("");
  expect(JSON.parse(asJson.out)).toEqual({ text: out.replace(/\n$/, ""), seed: 3, prompt: "The" });
  expect((await run("generate verse.safetensors --length 5")).err).toMatch(/^--seed \d+ makes this text again/);
  expect(JSON.parse((await run("evaluate verse.safetensors verse.txt --json")).out)).toMatchObject({
    unit: "character",
    model: { unknown: 0 },
  });
  expect((await run("inspect verse.safetensors")).out).toContain("says what comes next in a text, by characters");
  expect(await run("generate verse.safetensors --prompt Zoo")).toMatchObject({
    status: 1,
    err: expect.stringContaining('The prompt holds "Z", which') as string,
  });
  expect((await run("generate verse.safetensors --temperature -1")).status).toBe(2);
  expect((await run("generate verse.safetensors --top-p 0")).status).toBe(2);
});
