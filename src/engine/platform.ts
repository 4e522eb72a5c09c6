/** What the machine underneath can do, found out by trying. */
import { probeRelaxedSimd, probeSimd } from "../codegen/wasm/features.ts";
import { enableRelaxedSimd } from "./platform-node.ts";

export interface Platform {
  /** 128-bit SIMD in WebAssembly. */
  readonly simd: boolean;
  /** Relaxed SIMD (fused multiply-add): there by itself, after setting a flag of V8, or not at all. */
  readonly relaxedSimd: "native" | "flag" | "absent";
}

let detected: Platform | undefined;

/** The platform, found out once. On Node 20 this switches V8's relaxed SIMD on. Prints nothing. */
export function detectPlatform(): Platform {
  detected ??=
    typeof WebAssembly === "undefined"
      ? { simd: false, relaxedSimd: "absent" }
      : { simd: probeSimd(), relaxedSimd: detectRelaxedSimd() };
  return detected;
}

function detectRelaxedSimd(): Platform["relaxedSimd"] {
  if (probeRelaxedSimd()) return "native";
  return enableRelaxedSimd() && probeRelaxedSimd() ? "flag" : "absent";
}
