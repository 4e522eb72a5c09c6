/** The `native` backend: programs printed as C, compiled by the system's compiler, run on memory of Node's. */
import { printProgram } from "../codegen/c/program.ts";
import type { Program } from "../lower/ir.ts";
import { planThreads } from "../lower/threads.ts";
import type { ThreadOptions as ThreadPlanOptions } from "../lower/threads.ts";
import { verifyProgram } from "../lower/verify.ts";
import { RecurraError } from "../util/errors.ts";
import type { Backend, Executable } from "./backend.ts";
import { createExecutable, outOfMemory } from "./executable.ts";
import { planMemory } from "./plan.ts";
import type { MemoryPlan } from "./plan.ts";
import { findNative } from "./platform-native.ts";
import type { NativeRuntime } from "./platform-native.ts";
import { printThreads, settleThreads } from "./thread-count.ts";
import type { ThreadCount } from "./thread-count.ts";

export interface NativeOptions {
  /** Most threads that share a program's work: one if absent. With `auto` as many as there are cores, up to eight. */
  readonly threads?: ThreadCount;
}

/** The native backend. Throws `engine/no-native` where there is no compiler or no way to call what it compiles, and `engine/bad-option`. */
export function createNativeBackend(options: NativeOptions = {}, planning: ThreadPlanOptions = {}): Backend {
  const native = findNative();
  if (typeof native === "string") {
    throw new RecurraError(
      "engine/no-native",
      `The native backend does not work here: ${native.replace(/\.$/, "")}. The backends wasm and auto do without it.`,
    );
  }
  const { threads } = settleThreads(options.threads);
  return {
    name: "native",
    threads,
    describe: () => ({ name: "native", numbers: "float32", summary: `C, ${native.summary}, ${printThreads(threads)}` }),
    load: (program) => loadNative(program, native, { threads, planning }),
  };
}

interface Sharing {
  readonly threads: number;
  readonly planning: ThreadPlanOptions;
}

function loadNative(program: Program, native: NativeRuntime, { threads, planning }: Sharing): Executable {
  verifyProgram(program);
  const plan = planMemory(program);
  const memory = allocate(plan, native);
  const sharing = planThreads(program, plan, planning);
  const { text, numbers } = printProgram(program, plan, sharing);
  const table = BigInt64Array.from([...numbers, 0].map(BigInt));
  const handle = native.open(native.compile(text), memory, table);
  const functions = program.functions.map((fn, i): [string, () => void] => {
    const used = sharing.isShared(fn) ? threads : 1;
    return [fn.name, () => native.call(handle, i, used)];
  });
  const executable = createExecutable({ plan, memory, functions: new Map(functions) });
  let alive = true;
  // What native code points to lives as long as it may be called.
  const kept = { memory, table };
  return {
    ...executable,
    dispose: () => {
      if (alive) native.close(handle);
      alive = false;
      executable.dispose();
      void kept;
    },
  };
}

/** Words past the plan's end that vectors may read. */
const overreadWords = 64;

/** Memory that begins at a cache line: what lies in vectors then crosses none. */
function allocate(plan: MemoryPlan, native: NativeRuntime): Float32Array {
  try {
    const all = new Float32Array(plan.words + overreadWords + 16);
    const skip = (64 - native.misalignment(all)) % 64;
    return all.subarray(skip / 4, skip / 4 + plan.words + overreadWords);
  } catch (cause) {
    throw outOfMemory(plan, { bytesPerWord: 4, limit: "JavaScript refused to allocate it", cause });
  }
}
