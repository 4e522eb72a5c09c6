import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { detectPlatform } from "./platform.ts";

describe("detectPlatform", () => {
  it("finds SIMD and, on Node 20 behind its flag, relaxed SIMD", () => {
    const expected = process.versions.node.startsWith("20.") ? "flag" : "native";
    expect(detectPlatform()).toMatchObject({ simd: true, relaxedSimd: expected, sharesMemory: true });
    expect(detectPlatform().cores).toBeGreaterThan(0);
    expect(detectPlatform()).toBe(detectPlatform());
  });

  it("names no module of Node in an import, so that browsers can load it", async () => {
    const { readFile } = await import("node:fs/promises");
    for (const file of [
      "platform.ts",
      "platform-node.ts",
      "platform-native.ts",
      "platform-workers.ts",
      "native-backend.ts",
      "workers.ts",
      "pool.ts",
      "backends.ts",
      "wasm-backend.ts",
      "executable.ts",
      "plan.ts",
    ]) {
      const text = await readFile(new URL(file, import.meta.url), "utf8");
      // Types are gone by then.
      expect(text.replace(/^import type .*;$/gm, "")).not.toMatch(/(from|import\() *"node:/);
    }
  });

  it("agrees that plain Node 20 has no relaxed SIMD by itself, which is why the flag is set", () => {
    // A fresh process without the flag; the bytes are those of a function that uses f32x4.relaxed_madd.
    const vector = "0x41,0,0xfd,0x0f,";
    const script = `const body=[0,${vector}${vector}${vector}0xfd,0x85,2,0x1a,0x0b];process.stdout.write(String(WebAssembly.validate(new Uint8Array([0,0x61,0x73,0x6d,1,0,0,0,1,4,1,0x60,0,0,3,2,1,0,10,body.length+2,1,body.length,...body]))))`;
    const valid = execFileSync(process.execPath, ["-e", script], { encoding: "utf8", env: {} });
    expect(valid).toBe(String(!process.versions.node.startsWith("20.")));
  });
});
