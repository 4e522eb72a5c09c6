/** What a runtime's WebAssembly can do beyond 128-bit SIMD. */
import { assemble, op } from "./assembler.ts";
import { createFrame, set, splatFloat } from "./code.ts";

export interface Features {
  /** Relaxed SIMD: `f32x4.relaxed_madd`, a multiply-add the machine rounds once. */
  readonly relaxed: boolean;
}

/** Whether this runtime accepts relaxed SIMD as it is set up now. */
export function probeRelaxedSimd(): boolean {
  return accepts((zero) => op("f32x4.relaxed_madd", [], zero, zero, zero));
}

/** Whether this runtime accepts 128-bit SIMD, without which nothing this folder emits will run. */
export function probeSimd(): boolean {
  return accepts((zero) => op("f32x4.add", [], zero, zero));
}

function accepts(value: (zero: ReturnType<typeof op>) => ReturnType<typeof op>): boolean {
  const frame = createFrame([]);
  const result = frame.local("v128", "result");
  const probe = frame.finish("probe", set(result, value(splatFloat(0))));
  return WebAssembly.validate(assemble({ sharedMemory: false, functions: [probe] }));
}
