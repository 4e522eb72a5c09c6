/** What the system may do to native code: threads that end, compilers and folders of every kind. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findNative } from "./platform-native.ts";

const native = findNative();

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
});
