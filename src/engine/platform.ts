/** What the machine underneath can do, found out by trying. */
import { probeRelaxedSimd, probeSimd } from "../codegen/wasm/features.ts";
import { coresOfNode, enableRelaxedSimd } from "./platform-node.ts";

export interface Platform {
  /** 128-bit SIMD in WebAssembly. */
  readonly simd: boolean;
  /** Relaxed SIMD (fused multiply-add): there by itself, after setting a flag of V8, or not at all. */
  readonly relaxedSimd: "native" | "flag" | "absent";
  /** Whether WebAssembly memory can be shared between threads: everywhere but in pages that are not cross-origin isolated. */
  readonly sharesMemory: boolean;
  /** Threads that run at the same time: at least one. */
  readonly cores: number;
}

let detected: Platform | undefined;

/** The platform, found out once. On Node 20 this switches V8's relaxed SIMD on. Prints nothing. */
export function detectPlatform(): Platform {
  detected ??= { ...detectSimd(), sharesMemory: probeSharedMemory(), cores: countCores() };
  return detected;
}

function detectSimd(): Pick<Platform, "simd" | "relaxedSimd"> {
  if (typeof WebAssembly === "undefined") return { simd: false, relaxedSimd: "absent" };
  return { simd: probeSimd(), relaxedSimd: detectRelaxedSimd() };
}

function probeSharedMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer !== "undefined" && crossOriginIsolated !== false;
}

function countCores(): number {
  const { navigator } = globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } };
  return Math.max(1, coresOfNode() ?? navigator?.hardwareConcurrency ?? 1);
}

/** Whether this thread may sleep in shared memory: not where it is a page's main thread. */
export function mayBlock(): boolean {
  return !("document" in globalThis);
}

function detectRelaxedSimd(): Platform["relaxedSimd"] {
  if (probeRelaxedSimd()) return "native";
  return enableRelaxedSimd() && probeRelaxedSimd() ? "flag" : "absent";
}
