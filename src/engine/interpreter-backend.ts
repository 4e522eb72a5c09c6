/** The `reference` backend for kernel programs: the float64 interpreter. */
import { interpretProgram } from "../codegen/interpreter/interpret.ts";
import { verifyProgram } from "../lower/verify.ts";
import type { Backend } from "./backend.ts";
import { createExecutable, outOfMemory } from "./executable.ts";
import { planMemory } from "./plan.ts";
import type { MemoryPlan } from "./plan.ts";

/** The interpreter as a backend. Slow and exact: what the others are measured by. */
export function createInterpreterBackend(): Backend {
  return {
    name: "reference",
    threads: 1,
    describe: () => ({ name: "reference", numbers: "float64", summary: "float64 interpreter in JavaScript" }),
    load: (program) => {
      verifyProgram(program);
      const plan = planMemory(program);
      const memory = allocate(plan);
      return createExecutable({ plan, memory, functions: interpretProgram(program, plan, memory) });
    },
  };
}

function allocate(plan: MemoryPlan): Float64Array {
  try {
    return new Float64Array(plan.words);
  } catch (cause) {
    throw outOfMemory(plan, { bytesPerWord: 8, limit: "JavaScript refused to allocate it", cause });
  }
}
