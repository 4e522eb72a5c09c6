/** The `wasm` backend: programs printed as WebAssembly with 128-bit SIMD, run on one fixed memory. */
import { emitModule } from "../codegen/wasm/module.ts";
import type { Program } from "../lower/ir.ts";
import { verifyProgram } from "../lower/verify.ts";
import { assert, RecurraError } from "../util/errors.ts";
import type { Backend, Executable } from "./backend.ts";
import { createExecutable, outOfMemory } from "./executable.ts";
import { planMemory } from "./plan.ts";
import type { MemoryPlan } from "./plan.ts";
import { detectPlatform } from "./platform.ts";

const pageBytes = 65_536;
/** Pages a 32-bit address can tell apart: 4 GiB. */
const mostPages = 65_536;

export interface WasmOptions {
  /** Use relaxed SIMD's fused multiply-add. By default, if the platform has it. */
  readonly relaxed?: boolean;
}

/** The WebAssembly backend. Throws `engine/no-simd` where the platform lacks what it is asked to use. */
export function createWasmBackend(options: WasmOptions = {}): Backend {
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
  return {
    name: "wasm",
    describe: () => ({
      name: "wasm",
      numbers: "float32",
      summary: `WebAssembly, 128-bit SIMD${relaxed ? " with relaxed multiply-add" : ""}, one thread`,
    }),
    load: (program) => loadModule(program, relaxed),
  };
}

function loadModule(program: Program, relaxed: boolean): Executable {
  verifyProgram(program);
  const plan = planMemory(program);
  const memory = allocate(plan);
  const module = new WebAssembly.Module(emitModule(program, plan, { relaxed }));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = program.functions.map(({ name }): [string, () => void] => {
    const run = exports[name];
    assert(typeof run === "function", `the module has no function ${name}`);
    return [name, run as () => void];
  });
  return createExecutable({ plan, memory: new Float32Array(memory.buffer), functions: new Map(functions) });
}

/** Memory of exactly the plan's pages: it never grows, so views of it stay valid. */
function allocate(plan: MemoryPlan): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil((plan.words * 4) / pageBytes));
  if (pages > mostPages) throw outOfMemory(plan, { bytesPerWord: 4, limit: "WebAssembly holds at most 4 GiB" });
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw outOfMemory(plan, { bytesPerWord: 4, limit: "the system refused to give it", cause });
  }
}
