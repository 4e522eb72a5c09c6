/** The instructions this printer uses: name, bytes and immediates of each, in one table. */

/**
 * What follows an opcode.
 *
 * - `none`
 * - `block`: the block has no result; `end` closes it
 * - `index`: a local, a function or a label (how many blocks out)
 * - `i32`: a signed number of 32 bits, also where one of 64 is meant
 * - `memory`: an offset in bytes
 * - `memory-lane`: an offset in bytes, a lane
 * - `lane`: a lane
 * - `v128`: four words, each an unsigned number
 * - `shuffle`: sixteen byte numbers, 0 to 31
 * - `fill`: the number of the memory, always 0
 */
export type Immediates =
  | "none"
  | "block"
  | "index"
  | "i32"
  | "memory"
  | "memory-lane"
  | "lane"
  | "v128"
  | "shuffle"
  | "fill";

export interface Opcode {
  readonly bytes: readonly number[];
  readonly immediates: Immediates;
}

function plain(byte: number, immediates: Immediates = "none"): Opcode {
  return { bytes: [byte], immediates };
}

/** An opcode with a prefix: the number behind the prefix is in LEB128, at most two bytes here. */
function prefixed(prefix: number, code: number, immediates: Immediates): Opcode {
  return { bytes: code < 0x80 ? [prefix, code] : [prefix, (code & 0x7f) | 0x80, code >> 7], immediates };
}

function simd(code: number, immediates: Immediates = "none"): Opcode {
  return prefixed(0xfd, code, immediates);
}

export type Mnemonic =
  | "block"
  | "loop"
  | "end"
  | "br_if"
  | "call"
  | "local.get"
  | "local.set"
  | "drop"
  | "i32.load"
  | "f32.load"
  | "i32.store"
  | "memory.fill"
  | "memory.atomic.notify"
  | "memory.atomic.wait32"
  | "i32.atomic.load"
  | "i32.atomic.store"
  | "i32.atomic.rmw.add"
  | "i32.const"
  | "i64.const"
  | "i32.eq"
  | "i32.ne"
  | "i32.lt_u"
  | "i32.ge_u"
  | "i32.add"
  | "i32.sub"
  | "i32.mul"
  | "i32.div_u"
  | "i32.and"
  | "i32.shl"
  | "i32.xor"
  | "i32.shr_u"
  | "i32.trunc_sat_f32_s"
  | "f32.convert_i32_s"
  | "v128.load"
  | "v128.load16x4_s"
  | "v128.load32_splat"
  | "v128.store"
  | "v128.const"
  | "i8x16.shuffle"
  | "i32x4.splat"
  | "f32x4.splat"
  | "i32x4.lt_s"
  | "f32x4.eq"
  | "f32x4.lt"
  | "f32x4.ge"
  | "v128.and"
  | "v128.or"
  | "v128.xor"
  | "v128.bitselect"
  | "v128.store32_lane"
  | "v128.store64_lane"
  | "f32x4.floor"
  | "f32x4.nearest"
  | "i32x4.shl"
  | "i32x4.shr_s"
  | "i32x4.shr_u"
  | "i32x4.add"
  | "i32x4.sub"
  | "i32x4.mul"
  | "f32x4.abs"
  | "f32x4.neg"
  | "f32x4.sqrt"
  | "f32x4.add"
  | "f32x4.sub"
  | "f32x4.mul"
  | "f32x4.div"
  | "f32x4.min"
  | "f32x4.max"
  | "f32x4.pmin"
  | "f32x4.pmax"
  | "i32x4.trunc_sat_f32x4_s"
  | "f32x4.convert_i32x4_s"
  | "i8x16.relaxed_swizzle"
  | "f32x4.relaxed_madd"
  | "f32x4.relaxed_nmadd"
  | "i32x4.relaxed_laneselect";

/** Numbers are those of the WebAssembly core specification 2.0 from 0x100 on of its relaxed SIMD extension, and behind 0xfe of its threads. */
export const opcodes: Readonly<Record<Mnemonic, Opcode>> = {
  block: plain(0x02, "block"),
  loop: plain(0x03, "block"),
  end: plain(0x0b),
  br_if: plain(0x0d, "index"),
  call: plain(0x10, "index"),
  "local.get": plain(0x20, "index"),
  "local.set": plain(0x21, "index"),
  drop: plain(0x1a),

  "i32.load": plain(0x28, "memory"),
  "f32.load": plain(0x2a, "memory"),
  "i32.store": plain(0x36, "memory"),
  "memory.fill": prefixed(0xfc, 0x0b, "fill"),
  "memory.atomic.notify": prefixed(0xfe, 0x00, "memory"),
  "memory.atomic.wait32": prefixed(0xfe, 0x01, "memory"),
  "i32.atomic.load": prefixed(0xfe, 0x10, "memory"),
  "i32.atomic.store": prefixed(0xfe, 0x17, "memory"),
  "i32.atomic.rmw.add": prefixed(0xfe, 0x1e, "memory"),

  "i32.const": plain(0x41, "i32"),
  "i64.const": plain(0x42, "i32"),
  "i32.eq": plain(0x46),
  "i32.ne": plain(0x47),
  "i32.lt_u": plain(0x49),
  "i32.ge_u": plain(0x4f),
  "i32.add": plain(0x6a),
  "i32.sub": plain(0x6b),
  "i32.mul": plain(0x6c),
  "i32.div_u": plain(0x6e),
  "i32.and": plain(0x71),
  "i32.xor": plain(0x73),
  "i32.shl": plain(0x74),
  "i32.shr_u": plain(0x76),
  "i32.trunc_sat_f32_s": prefixed(0xfc, 0x00, "none"),
  "f32.convert_i32_s": plain(0xb2),

  "v128.load": simd(0x00, "memory"),
  "v128.load16x4_s": simd(0x03, "memory"),
  "v128.load32_splat": simd(0x09, "memory"),
  "v128.store": simd(0x0b, "memory"),
  "v128.const": simd(0x0c, "v128"),
  "i8x16.shuffle": simd(0x0d, "shuffle"),
  "i32x4.splat": simd(0x11),
  "f32x4.splat": simd(0x13),
  "i32x4.lt_s": simd(0x39),
  "f32x4.eq": simd(0x41),
  "f32x4.lt": simd(0x43),
  "f32x4.ge": simd(0x46),
  "v128.and": simd(0x4e),
  "v128.or": simd(0x50),
  "v128.xor": simd(0x51),
  "v128.bitselect": simd(0x52),
  "v128.store32_lane": simd(0x5a, "memory-lane"),
  "v128.store64_lane": simd(0x5b, "memory-lane"),
  "f32x4.floor": simd(0x68),
  "f32x4.nearest": simd(0x6a),
  "i32x4.shl": simd(0xab),
  "i32x4.shr_s": simd(0xac),
  "i32x4.shr_u": simd(0xad),
  "i32x4.add": simd(0xae),
  "i32x4.sub": simd(0xb1),
  "i32x4.mul": simd(0xb5),
  "f32x4.abs": simd(0xe0),
  "f32x4.neg": simd(0xe1),
  "f32x4.sqrt": simd(0xe3),
  "f32x4.add": simd(0xe4),
  "f32x4.sub": simd(0xe5),
  "f32x4.mul": simd(0xe6),
  "f32x4.div": simd(0xe7),
  "f32x4.min": simd(0xe8),
  "f32x4.max": simd(0xe9),
  "f32x4.pmin": simd(0xea),
  "f32x4.pmax": simd(0xeb),
  "i32x4.trunc_sat_f32x4_s": simd(0xf8),
  "f32x4.convert_i32x4_s": simd(0xfa),
  "i8x16.relaxed_swizzle": simd(0x100),
  "f32x4.relaxed_madd": simd(0x105),
  "f32x4.relaxed_nmadd": simd(0x106),
  "i32x4.relaxed_laneselect": simd(0x10b),
};
