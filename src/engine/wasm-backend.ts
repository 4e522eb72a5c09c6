/** The `wasm` backend: programs printed as WebAssembly with 128-bit SIMD, run on one fixed memory. */
import { barrierPlaces, barrierWords } from "../codegen/wasm/barrier.ts";
import { emitModule } from "../codegen/wasm/module.ts";
import { outerScratchLength } from "../lower/ir.ts";
import type { Program, Statement } from "../lower/ir.ts";
import { planThreads } from "../lower/threads.ts";
import type { ThreadOptions as ThreadPlanOptions, ThreadPlan } from "../lower/threads.ts";
import { verifyProgram } from "../lower/verify.ts";
import { assert, RecurraError } from "../util/errors.ts";
import type { Backend, Executable } from "./backend.ts";
import { createExecutable, outOfMemory } from "./executable.ts";
import { planMemory } from "./plan.ts";
import type { MemoryPlan } from "./plan.ts";
import { detectPlatform, mayBlock } from "./platform.ts";
import { sharedPool } from "./pool.ts";
import type { WorkerPool } from "./pool.ts";
import { printThreads, settleThreads } from "./thread-count.ts";
import type { ThreadCount } from "./thread-count.ts";

const pageBytes = 65_536;
/** Pages a 32-bit address can tell apart: 4 GiB. */
const mostPages = 65_536;

export interface WasmOptions {
  /** Use relaxed SIMD's fused multiply-add. By default, if the platform has it. */
  readonly relaxed?: boolean;
  /** Most threads that share a program's work: one if absent. With `auto` as many as there are cores, up to eight. */
  readonly threads?: ThreadCount;
}

/** For tests: workers from elsewhere, and another measure of what is worth sharing. */
export interface WasmInternals {
  readonly pool?: WorkerPool;
  readonly planning?: ThreadPlanOptions;
}

/** The WebAssembly backend. Throws `engine/no-simd` where the platform lacks what it is asked to use, and `engine/bad-option`. */
export function createWasmBackend(options: WasmOptions = {}, internals: WasmInternals = {}): Backend {
  const platform = detectPlatform();
  if (!platform.simd)
    throw new RecurraError(
      "engine/no-simd",
      "This platform has no WebAssembly SIMD. Use a newer browser or Node, or the backend `reference`.",
    );
  const relaxed = options.relaxed ?? platform.relaxedSimd !== "absent";
  if (relaxed && platform.relaxedSimd === "absent") {
    throw new RecurraError(
      "engine/no-simd",
      "This platform has no relaxed SIMD. Leave `relaxed` out to use plain SIMD here.",
    );
  }
  const { threads, why } = settleThreads(options.threads);
  return {
    name: "wasm",
    describe: () => ({
      name: "wasm",
      numbers: "float32",
      summary: `WebAssembly, 128-bit SIMD${relaxed ? " with relaxed multiply-add" : ""}, ${printThreads(threads)}${why === undefined ? "" : ` (${why})`}`,
    }),
    threads,
    load: (program) => {
      verifyProgram(program);
      return loadModule(program, { relaxed, threads, ...internals });
    },
  };
}

interface LoadOptions extends WasmInternals {
  readonly relaxed: boolean;
  readonly threads: number;
}

function loadModule(program: Program, options: LoadOptions): Executable {
  const plan = planMemory(program);
  const threads = options.threads > 1 ? planThreads(program, plan, options.planning) : undefined;
  return threads !== undefined && program.functions.some((fn) => threads.isShared(fn))
    ? loadShared(program, plan, threads, options)
    : loadAlone(program, plan, options);
}

function loadAlone(program: Program, plan: MemoryPlan, { relaxed }: LoadOptions): Executable {
  const memory = allocate(plan, plan.words, false);
  const module = new WebAssembly.Module(emitModule(program, plan, { relaxed }));
  const find = instantiate(module, memory);
  const functions = program.functions.map(({ name }): [string, () => void] => [name, find(name)]);
  return createExecutable({ plan, memory: new Float32Array(memory.buffer), functions: new Map(functions) });
}

/** What threads need of memory stands behind the buffers: the barrier, and scratch for each of them. */
function loadShared(program: Program, plan: MemoryPlan, threads: ThreadPlan, options: LoadOptions): Executable {
  const { relaxed, pool = sharedPool() } = options;
  const toLine = (words: number): number => Math.ceil(words / barrierWords) * barrierWords;
  const barrier = toLine(plan.words);
  const scratch = { offset: barrier + barrierWords, wordsEach: toLine(largestScratch(program)) };
  const memory = allocate(plan, scratch.offset + options.threads * scratch.wordsEach, true);
  const module = new WebAssembly.Module(
    emitModule(program, plan, { relaxed, threads: { plan: threads, barrier, scratch } }),
  );
  new Int32Array(memory.buffer)[barrier + barrierPlaces.wakeful] = mayBlock() ? 0 : 1;
  const find = instantiate(module, memory);
  const shared = program.functions.filter((fn) => threads.isShared(fn));
  const loaded = pool.load({ module, memory, functions: shared.map(({ name }) => name) }, options.threads - 1);
  const functions = program.functions.map((fn): [string, () => void] => {
    const [own, index] = [find(fn.name), shared.indexOf(fn)];
    return [fn.name, index < 0 ? own : () => loaded.run(index, options.threads, own)];
  });
  return createExecutable({
    plan,
    memory: new Float32Array(memory.buffer),
    functions: new Map(functions),
    release: () => loaded.dispose(),
  });
}

type KernelCall = (thread?: number, threads?: number) => void;

function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): (name: string) => KernelCall {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (name) => {
    const run = exports[name];
    assert(typeof run === "function", `the module has no function ${name}`);
    return run as KernelCall;
  };
}

/** Words of scratch that the largest outer product needs. */
function largestScratch({ functions }: Program): number {
  const of = (statement: Statement): number => {
    if (statement.kind === "loop") return Math.max(0, ...statement.body.map(of));
    return statement.kind === "outer" ? outerScratchLength(statement) : 0;
  };
  return Math.max(0, ...functions.flatMap(({ body }) => body.map(of)));
}

/** Memory of exactly so many words in whole pages: it never grows, so views of it stay valid. */
function allocate(plan: MemoryPlan, words: number, shared: boolean): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil((words * 4) / pageBytes));
  if (pages > mostPages) throw outOfMemory(plan, { bytesPerWord: 4, limit: "WebAssembly holds at most 4 GiB" });
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    throw outOfMemory(plan, { bytesPerWord: 4, limit: "the system refused to give it", cause });
  }
}
