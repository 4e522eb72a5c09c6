/** `recurra train --resume`: runs that were stopped. */
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { salesTable, salesWithHole } from "../../test/support/command-files.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({ "sales.csv": salesTable(), "hole.csv": salesWithHole });
});
afterAll(() => made.remove());

/** Runs a command in the folder. `interruptAt` stops it once this has been said. */
async function run(words: string, interruptAt?: RegExp): Promise<Said> {
  return interruptAt === undefined ? made.run(...words.split(" ")) : made.runUntil(interruptAt, ...words.split(" "));
}

describe("a run that is stopped", () => {
  const settings = `--target sales --hidden 6 --window 7 --epochs 40 --test 30 --validation 30 --dropout 0.1`;

  test("says how to go on, and goes on to the same model", async () => {
    await run(`train sales.csv ${settings} --out whole.safetensors`);
    const stopped = await run(`train sales.csv ${settings} --out part.safetensors`, /^epoch/);
    expect(stopped.status).toBe(130);
    expect(stopped.out).toBe("");
    expect(stopped.err).toContain("recurra train sales.csv --resume part.checkpoint --out part.safetensors");
    expect(await readdir(made.path())).not.toContain("part.safetensors");
    expect((await run("predict part.checkpoint sales.csv")).status).toBe(0);
    expect((await run("inspect part.checkpoint")).out).toContain("An unfinished run");
    const changed = await run("train sales.csv --resume part.checkpoint --epochs 3");
    expect(changed).toMatchObject({
      status: 2,
      err: expect.stringContaining("--epochs cannot be changed in a run that is resumed") as unknown,
    });
    const other = await run("train hole.csv --resume part.checkpoint");
    expect(other.status).toBe(1);
    expect((await run("train sales.csv --resume part.checkpoint")).status).toBe(0);
    expect((await made.bytes("part.safetensors")).equals(await made.bytes("whole.safetensors"))).toBe(true);
    expect(await readdir(made.path())).not.toContain("part.checkpoint");
    expect(await run("train sales.csv --resume part.checkpoint")).toMatchObject({
      status: 2,
      err: expect.stringContaining(
        "there is no part.checkpoint: a run that has ended leaves no checkpoint, only its model, and part.safetensors is there",
      ) as unknown,
    });
  });

  test("is told from a finished one", async () => {
    expect(await run("train sales.csv --resume whole.safetensors")).toMatchObject({
      status: 1,
      err: expect.stringContaining("is a finished model, not a checkpoint") as unknown,
    });
  });

  test("does not replace a file that is no checkpoint, nor its own", async () => {
    await made.write("notes.checkpoint", "mine");
    expect(await run("train sales.csv --target sales --out notes.safetensors")).toMatchObject({
      status: 2,
      err: expect.stringContaining("notes.checkpoint is where this run keeps its checkpoint") as unknown,
    });
    expect(await made.read("notes.checkpoint")).toBe("mine");
    await run(`train sales.csv ${settings} --out own.safetensors`, /^epoch/);
    expect(await run("train sales.csv --resume own.checkpoint --out own.checkpoint")).toMatchObject({
      status: 2,
      err: expect.stringContaining("the checkpoint would replace --out") as unknown,
    });
    expect((await run("train sales.csv --resume own.checkpoint")).status).toBe(0);
  });
});
