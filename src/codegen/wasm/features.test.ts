import v8 from "node:v8";
import { expect, it } from "vitest";
import { probeRelaxedSimd, probeSimd } from "./features.ts";

it("finds relaxed SIMD on Node 20 only once V8's flag is set, and afterwards always", () => {
  expect(probeSimd()).toBe(true);
  const isNode20 = process.versions.node.startsWith("20.");
  if (isNode20) {
    v8.setFlagsFromString("--no-experimental-wasm-relaxed-simd");
    expect(probeRelaxedSimd()).toBe(false);
    v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  expect(probeRelaxedSimd()).toBe(true);
});
