/** What the system may do to native code: threads that end, compilers and folders of every kind. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { findNative } from "./platform-native.ts";

const native = findNative();
const folder = mkdtempSync(path.join(tmpdir(), "recurra-native-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** What a process with these variables in its environment would find. */
async function findWith(env: Readonly<Record<string, string>>): Promise<ReturnType<typeof findNative>> {
  for (const [name, value] of Object.entries({ RECURRA_CACHE: folder, ...env })) vi.stubEnv(name, value);
  vi.resetModules();
  return (await import("./platform-native.ts")).findNative();
}

/** A program of the shell. */
function script(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o700);
  return file;
}

/** A program whose one function waits until all threads are there. */
const meet = `#include "context.h"
static void meet(const struct context *c) { c->barrier(c); }
program_function *const recurra_functions[] = {meet};`;

/** Threads of JavaScript, one after the other, each the only one that has loaded the runtime. */
const comeAndGo = `
const { Worker } = require("node:worker_threads");
const [runtime, program] = process.argv.slice(1);
const inside = \`
  const koffi = require("koffi");
  const { workerData: { runtime, program } } = require("node:worker_threads");
  const library = koffi.load(runtime);
  const open = library.func("int64_t recurra_open(const char *file, void *memory, void *numbers, void *error, int32_t length)");
  const call = library.func("void recurra_call(int64_t handle, int32_t function, int32_t threads)");
  const handle = open(program, new Float32Array(80), new BigInt64Array(20), new Uint8Array(512), 512);
  for (let i = 0; i < 100; i++) call(handle, 0, 3);
\`;
const run = (more) =>
  new Worker(inside, { eval: true, workerData: { runtime, program } }).on("exit", (code) => {
    console.log("ended with", code);
    if (more > 0) setTimeout(run, 20, more - 1);
  });
run(3);`;

describe.skipIf(typeof native === "string")("native code", () => {
  test("outlives the thread of JavaScript that loaded it, as its own threads do", () => {
    if (typeof native === "string") return;
    const runtime = native.compile(readFileSync(new URL("../codegen/c/runtime.c", import.meta.url), "utf8"));
    const said = execFileSync(process.execPath, ["-e", comeAndGo, runtime, native.compile(meet)], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect(said).toBe("ended with 0\n".repeat(4));
  });

  test("is compiled by what CC says, under the name it has there, with what it is to be called with", async () => {
    const spaced = await findWith({ CC: script("my cc", `exec cc "$@"`) });
    expect(typeof spaced === "string" ? spaced : spaced.summary).toMatch(/^my cc, \d+-bit vectors$/);
    // Programs such as ccache go by the name they are called by.
    const real = script("by-name", `case "$0" in */named-cc) exec cc "$@" ;; esac; exit 1`);
    execFileSync("ln", ["-s", real, path.join(folder, "named-cc")]);
    const other = await findWith({ CC: `${path.join(folder, "named-cc")} -DNAMED` });
    expect(typeof other === "string" ? other : other.summary).toMatch(/^by-name, /);
  });

  test("lies in a folder that stays the same where the program changes its own", async () => {
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    const found = await findWith({ RECURRA_CACHE: "", XDG_CACHE_HOME: "." });
    vi.restoreAllMocks();
    expect(typeof found === "string" ? found : path.dirname(found.compile(meet))).toBe(path.join(folder, "recurra"));
  });

  test("that cannot be kept is an error of its own", async () => {
    const cache = mkdtempSync(path.join(folder, "cache-"));
    const found = await findWith({ RECURRA_CACHE: cache });
    rmSync(cache, { recursive: true });
    writeFileSync(cache, "");
    const compile = typeof found === "string" ? expect.fail(found) : found.compile;
    expect(() => compile(meet)).toThrow(expect.objectContaining({ code: "engine/no-native" }));
  });

  test.each([
    ["no program", { CC: "/nonexistent" }, /^CC is "\/nonexistent", but there is no such program/],
    [
      "one that fails",
      { CC: script("failing", "exit 1") },
      /failing could not compile the kernels: it ended with status 1$/,
    ],
    [
      "a full disk",
      { CC: script("full", "echo 'ld: final link failed: No space left' >&2; echo 'collect2: error: ld' >&2; exit 1") },
      /full could not compile the kernels: ld: final link failed: No space left$/,
    ],
    ["one that does nothing", { CC: script("idle", "exit 0") }, /idle could not compile the kernels: it made no file$/],
    [
      "a file for a folder",
      { RECURRA_CACHE: import.meta.filename },
      /^The folder for compiled code, .* cannot be made/,
    ],
  ])("with %s, there is one sentence for why nothing is compiled", async (_, env, why) => {
    const before = readdirSync(folder);
    expect(await findWith(env)).toMatch(why);
    expect(readdirSync(folder)).toEqual(before);
  });
});
