/** Finds the backend a user asked for, or the fastest that works here. */
import { RecurraError } from "../util/errors.ts";
import type { Backend, BackendName } from "./backend.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";
import { createNativeBackend } from "./native-backend.ts";
import { detectPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { checkThreads, settleThreads } from "./thread-count.ts";
import type { ThreadCount } from "./thread-count.ts";
import { createWasmBackend } from "./wasm-backend.ts";

/** Every backend by name, fastest first. */
export const backendNames: readonly BackendName[] = ["native", "wasm", "reference"];

export interface BackendChoice {
  readonly backend: Backend;
  /** One sentence: which backend it is, and why. */
  readonly reason: string;
}

export interface BackendOptions {
  /** Most threads that share the work, where the backend has threads: one if absent. */
  readonly threads?: ThreadCount | undefined;
}

/** The backend of that name, or with `auto` the fastest that works. Throws `engine/unknown-backend`, `engine/no-simd` and `engine/bad-option`. */
export function chooseBackend(name: BackendName | "auto", { threads = 1 }: BackendOptions = {}): BackendChoice {
  checkThreads(threads);
  switch (name) {
    case "auto":
      return chooseFastest(detectPlatform(), threads);
    case "native":
      return describeChoice(createNativeBackend({ threads: settleThreads(threads).threads }), "it was asked for");
    case "wasm":
      return describeChoice(createWasmBackend({ threads }), "it was asked for");
    case "reference":
      return describeChoice(createInterpreterBackend(), "it was asked for");
    default:
      throw new RecurraError(
        "engine/unknown-backend",
        `There is no backend ${JSON.stringify(name)}; choose ${["auto", ...backendNames].join(", ")}.`,
      );
  }
}

function chooseFastest(platform: Platform, threads: ThreadCount): BackendChoice {
  if (!platform.simd) return describeChoice(createInterpreterBackend(), "this platform has no WebAssembly SIMD");
  const why = {
    native: "the fastest here",
    flag: "the fastest here, relaxed SIMD switched on by a flag of V8",
    absent: "the fastest here, relaxed SIMD is not available",
  };
  return describeChoice(createWasmBackend({ threads }), why[platform.relaxedSimd]);
}

function describeChoice(backend: Backend, why: string): BackendChoice {
  return { backend, reason: `${backend.name} (${backend.describe().summary}): ${why}.` };
}
