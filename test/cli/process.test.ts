/** The built command as a process of its own: signals, pipes and exit statuses as shells see them. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const main = path.resolve(import.meta.dirname, "../../dist/cli/main.js");
const isBuilt = existsSync(main);
const notBuilt = "no dist/ here: npm run build makes it";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "recurra-process-"));
  const rows = Array.from({ length: 300 }, (_, row) => `${row},${(row % 7) + ((row * 13) % 5) / 5}`);
  await writeFile(path.join(folder, "data.csv"), `step,value\n${rows.join("\n")}\n`);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

interface Finished {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

function start(words: string): { readonly child: ChildProcess; readonly finished: Promise<Finished>; said(): string } {
  const child = spawn(process.execPath, [main, ...words.split(" ")], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const finished = new Promise<Finished>((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal, out, err }));
  });
  return { child, finished, said: () => err };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    if (tries > 2000) throw new Error("waited too long");
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

const settings =
  "train data.csv --target value --hidden 8 --window 7 --epochs 150 --patience 150 --test 30 --validation 30 --dropout 0.1";

describe("a run", () => {
  let whole: Buffer;
  beforeAll(async () => {
    if (!isBuilt) return;
    const { status, err } = await start(`${settings} --out whole.safetensors`).finished;
    if (status !== 0) throw new Error(err);
    whole = await readFile(path.join(folder, "whole.safetensors"));
  });

  test("that is killed at any moment ends with the same model once it is resumed", async (context) => {
    if (!isBuilt) return context.skip(notBuilt);
    const { child, finished } = start(`${settings} --out killed.safetensors`);
    await until(() => existsSync(path.join(folder, "killed.checkpoint")));
    child.kill("SIGKILL");
    expect((await finished).signal).toBe("SIGKILL");
    expect(existsSync(path.join(folder, "killed.safetensors"))).toBe(false);
    expect((await start("train data.csv --resume killed.checkpoint").finished).status).toBe(0);
    expect((await readFile(path.join(folder, "killed.safetensors"))).equals(whole)).toBe(true);
  });

  test("that is interrupted says how to go on, and the command it gives does", async (context) => {
    if (!isBuilt) return context.skip(notBuilt);
    const { child, finished, said } = start(`${settings} --out stopped.safetensors`);
    await until(() => /^epoch/m.test(said()));
    child.kill("SIGINT");
    const { status, out, err } = await finished;
    expect({ status, out }).toEqual({ status: 130, out: "" });
    const command = /To go on:\n {2}node \S+ (.*)\n/.exec(err)?.[1] ?? "";
    expect(command).toBe("train data.csv --resume stopped.checkpoint --out stopped.safetensors");
    expect((await start(command).finished).status).toBe(0);
    expect((await readFile(path.join(folder, "stopped.safetensors"))).equals(whole)).toBe(true);
  });
});

test("results go to standard output, failures to standard error with a status", async (context) => {
  if (!isBuilt) return context.skip(notBuilt);
  expect(await start("inspect rnn --latex").finished).toMatchObject({ status: 0, err: "" });
  const missing = await start("train nothing.csv --target value").finished;
  expect(missing).toMatchObject({ status: 1, out: "" });
  expect(missing.err).toBe("error: nothing.csv cannot be read: there is no such file or folder; check the name\n");
  expect(await start("train data.csv --target value --epochs 0").finished).toMatchObject({ status: 2, out: "" });
});

test("a reader that goes away ends it without a word", async (context) => {
  if (!isBuilt) return context.skip(notBuilt);
  const { child, finished } = start("inspect lstm-fgr");
  child.stdout?.destroy();
  expect(await finished).toMatchObject({ status: 0, err: "" });
});
