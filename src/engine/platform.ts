/** What the machine underneath can do, found out by trying. */
import { enableRelaxedSimd } from "./platform-node.ts";

export interface Platform {
  /** 128-bit SIMD in WebAssembly. */
  readonly simd: boolean;
  /** Relaxed SIMD (fused multiply-add): there by itself, after setting a flag of V8, or not at all. */
  readonly relaxedSimd: "native" | "flag" | "absent";
}

/** `\0asm`, version 1, one function () → () whose body drops what `instructions` leave behind. */
function probeModule(instructions: readonly number[]): Uint8Array<ArrayBuffer> {
  // locals: none … drop, end
  const body = [0x00, ...instructions, 0x1a, 0x0b];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00], // types: () → ()
    ...[0x03, 0x02, 0x01, 0x00], // functions: one of type 0
    ...[0x0a, body.length + 2, 0x01, body.length, ...body], // code
  ]);
}

/** `i32.const 0; i8x16.splat` */
const zeroVector = [0x41, 0x00, 0xfd, 0x0f] as const;
const simdProbe: Uint8Array<ArrayBuffer> = probeModule(zeroVector);
/** Three vectors and `f32x4.relaxed_madd` (0xfd 0x105). */
const relaxedProbe: Uint8Array<ArrayBuffer> = probeModule([...zeroVector, ...zeroVector, ...zeroVector, 0xfd, 0x85, 0x02]);

let detected: Platform | undefined;

/** The platform, found out once. On Node 20 this switches V8's relaxed SIMD on. Prints nothing. */
export function detectPlatform(): Platform {
  detected ??= { simd: validates(simdProbe), relaxedSimd: detectRelaxedSimd() };
  return detected;
}

function detectRelaxedSimd(): Platform["relaxedSimd"] {
  if (validates(relaxedProbe)) return "native";
  return enableRelaxedSimd() && validates(relaxedProbe) ? "flag" : "absent";
}

function validates(bytes: Uint8Array<ArrayBuffer>): boolean {
  return typeof WebAssembly !== "undefined" && WebAssembly.validate(bytes);
}
