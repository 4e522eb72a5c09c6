/** C's threads outlive the threads of Node that called them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { printProgram } from "../codegen/c/program.ts";
import { at, createProgramBuilder } from "../lower/builder.ts";
import type { Program } from "../lower/ir.ts";
import { planThreads } from "../lower/threads.ts";
import { planMemory } from "./plan.ts";
import { findNative } from "./platform-native.ts";

const native = findNative();

/** x = x + 1, over enough columns for two threads. */
function count(): Program {
  const builder = createProgramBuilder();
  const buffer = builder.buffer({ name: "x", length: 200, role: "port" });
  const view = { buffer, offset: at(0), rowStride: 0, columnStride: 1 } as const;
  const map = builder.map("count", { rows: 1, columns: 200 }, (m) =>
    m.store(view, m.apply("add", m.load(view), m.constant(1))),
  );
  return builder.finish([{ name: "run", body: [map] }]);
}

/** A process whose first thread loads nothing: six others, one after the other, call function 0 a hundred times on two threads of C, and end. */
const script = `
const { Worker } = require("node:worker_threads");
const calls = ({ koffi, runtime, program, numbers }) => {
  const library = require(koffi).load(runtime);
  const open = library.func("int64_t recurra_open(const char *file, void *memory, void *numbers, void *error, int32_t length)");
  const call = library.func("void recurra_call(int64_t handle, int32_t function, int32_t threads)");
  const memory = new Float32Array(1024);
  const handle = Number(open(program, memory, BigInt64Array.from(numbers.map(BigInt)), new Uint8Array(64), 64));
  for (let n = 0; n < 100; n++) call(handle, 0, 2);
  console.log(memory.subarray(0, 200).every((value) => value === 100));
};
const start = (left) => {
  if (left > 0)
    new Worker("(" + calls + ")(require('node:worker_threads').workerData)", { eval: true, workerData: JSON.parse(process.argv[1]) })
      // Its threads are asleep by then.
      .on("exit", () => setTimeout(start, 50, left - 1));
};
start(6);
`;

it("may be called from a thread of Node that ends, and from another after it", (context) => {
  if (typeof native === "string") return context.skip(`the native backend does not work here: ${native}`);
  const program = count();
  const plan = planMemory(program);
  const { text, numbers } = printProgram(program, plan, planThreads(program, plan, { barrierWork: 0 }));
  const data = {
    koffi: createRequire(import.meta.url).resolve("koffi"),
    runtime: native.compile(readFileSync(new URL("../codegen/c/runtime.c", import.meta.url), "utf8")),
    program: native.compile(text),
    numbers,
  };
  const out = execFileSync(process.execPath, ["-e", script, JSON.stringify(data)], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(out.trim().split("\n")).toEqual(Array.from({ length: 6 }, () => "true"));
});
