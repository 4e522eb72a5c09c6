/** Runs built modules where there is nothing of a browser or of Node. */
import { runInNewContext } from "node:vm";

interface Ports {
  readonly [name: string]: { readonly shape: readonly number[]; readonly below?: number };
}

/** What a built module exports, as far as it has it. */
export interface Built {
  readonly info: { readonly inputs: Ports; readonly outputs: Ports; readonly weights: string };
  createNetwork(): Built;
  selfTest(): void;
  step(x: ArrayLike<number>): Float32Array;
  predict(x: ArrayLike<number>): Float32Array;
  outputs(): Record<string, Float32Array>;
  snapshot(): Record<string, Float32Array>;
  restore(kept: Record<string, Float32Array>): void;
  reset(): void;
}

/** The module in a realm of its own that has WebAssembly and nothing of a browser or of Node, as a worklet. */
export function runBuilt(code: string): Built {
  const script = code
    .replaceAll(/^export const (\w+) =/gm, "const $1 = exports.$1 =")
    .replaceAll(/^export function (\w+)/gm, "exports.$1 = $1; function $1");
  const exports = {} as Built;
  runInNewContext(script, { exports, WebAssembly });
  return exports;
}
