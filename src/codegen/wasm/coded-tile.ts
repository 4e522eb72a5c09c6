/** Micro-kernels of products with weights of fewer bits: each vector of weights becomes float32 on its way to the multiply-add. */
import { op } from "./assembler.ts";
import type { Code, WasmFunction } from "./assembler.ts";
import {
  advance,
  constantVector,
  createFrame,
  differ,
  get,
  i32,
  plusBytes,
  repeat,
  set,
  splatFloat,
  splatInteger,
  vectorBytes,
  wordBytes,
} from "./code.ts";
import type { Frame, LocalIndex } from "./code.ts";
import { codedLayouts, codedPanel, halfScale } from "./coded-layout.ts";
import type { CodedFormat } from "./coded-layout.ts";
import type { Features } from "./features.ts";
import { emitTailStore } from "./tail.ts";
import { multiplyAdd } from "./tile.ts";

/** C[m, n] (+)= scale[n] Σ_k A[m, k]·B[k, n] for `rows × columns` elements, the columns of one panel or of neighbouring ones. Strides are in words. */
export interface CodedTile {
  readonly format: CodedFormat;
  readonly rows: number;
  readonly columns: number;
  readonly aRow: number;
  readonly cRow: number;
  readonly accumulate: boolean;
  /** Bytes from one panel to the next. */
  readonly panelBytes: number;
  /** As for `Tile`. */
  readonly segments?: { readonly depth: number; readonly aSegment: number };
}

/** Equal tiles share one function. */
export function codedTileName({ format, rows, columns, aRow, cRow, ...more }: CodedTile): string {
  const { accumulate, panelBytes, segments } = more;
  const runs = segments === undefined ? "" : `.s${segments.depth}+${segments.aSegment}`;
  return `${format}.${rows}x${columns}.a${aRow}.p${panelBytes}.c${cRow}${runs}${accumulate ? ".add" : ""}`;
}

/** What all parts of one tile know. */
interface Making {
  readonly tile: CodedTile;
  readonly features: Features;
  readonly frame: Frame;
  readonly sums: readonly (readonly LocalIndex[])[];
}

const [a, b, end, c, scales] = [0, 1, 2, 3, 4] as const;

/**
 * The function (a, b, end, c, scales), addresses in bytes; the first panel's steps run from `b` to `end`, at least one.
 *
 *     do { s[m][n] += A[m] × decoded B[n] for all m, n; a++; b++ } while (b ≠ end)
 *     C[m][n] = what the sums stand for
 */
export function emitCodedTile(tile: CodedTile, features: Features): WasmFunction {
  const frame = createFrame(["a", "b", "end", "c", "scales"]);
  const vectors = Math.ceil(tile.columns / 4);
  const sums = Array.from({ length: tile.rows }, (_, m) =>
    Array.from({ length: vectors }, (__, n) => frame.local("v128", `s${m}_${n}`)),
  );
  const making = { tile, features, frame, sums };
  const step = [
    ...emitters[tile.format].step(making),
    ...advance(a, wordBytes),
    ...advance(b, codedLayouts[tile.format].rowBytes),
  ];
  const body = [
    ...sums.flat().flatMap((sum) => set(sum, splatFloat(0))),
    ...emitRuns(tile, step, frame),
    ...sums.flatMap((row, m) =>
      emitters[tile.format].finish(row, making).flatMap((value, n) => emitStore(m, n, value, making)),
    ),
  ];
  return frame.finish(codedTileName(tile), body);
}

function emitRuns({ segments, format }: CodedTile, step: Code, frame: Frame): Code {
  if (segments === undefined) return repeat(step, differ(get(b), get(end)));
  const run = frame.local("i32", "run");
  const one = [
    ...set(run, plusBytes(get(b), segments.depth * codedLayouts[format].rowBytes)),
    ...repeat(step, differ(get(b), get(run))),
    ...advance(a, (segments.aSegment - segments.depth) * wordBytes),
  ];
  return repeat(one, differ(get(b), get(end)));
}

function emitStore(m: number, n: number, value: Code, { tile, frame }: Making): Code {
  const offset = m * tile.cRow * wordBytes + n * vectorBytes;
  const stored = frame.local("v128", "stored");
  const sum = tile.accumulate ? op("f32x4.add", [], op("v128.load", [offset], get(c)), value) : value;
  const lanes = Math.min(4, tile.columns - 4 * n);
  return [...set(stored, sum), ...emitTailStore({ address: get(c), offset, value: get(stored), lanes })];
}

interface Emitter {
  /** The multiply-adds of a step of depth. */
  readonly step: (making: Making) => Code;
  /** What the sums of a row stand for. */
  readonly finish: (sums: readonly LocalIndex[], making: Making) => readonly Code[];
}

/** Left numbers × `halfRaise`, so that products with numbers × 2^-112 are neither subnormal nor infinite; sums × what is left. */
const halfRaise = 2 ** 80;

/** Digits of a word of int8, and what the highest of them counts. */
const digits = 4;
const highestDigit = 2 ** 24;

const emitters: Readonly<Record<CodedFormat, Emitter>> = {
  float16: {
    step: (making) =>
      stepOf(making, {
        // The sign's copies above the number's own bits are cut away.
        decode: (n) =>
          op(
            "v128.and",
            [],
            op("i32x4.shl", [], op("v128.load16x4_s", [placeOf(making, n, 2)], get(b)), i32(13)),
            splatInteger(0x8fffffff),
          ),
        left: (number) => op("f32x4.mul", [], number, splatFloat(halfRaise)),
      }),
    finish: (sums) => sums.map((sum) => op("f32x4.mul", [], get(sum), splatFloat(1 / (halfRaise * halfScale)))),
  },
  int8: {
    step: (making) => {
      const word = making.frame.local("v128", "word");
      return stepOf(making, {
        before: (n) => (n % digits === 0 ? set(word, op("v128.load", [placeOf(making, n, 1)], get(b))) : []),
        decode: (n) => op("f32x4.convert_i32x4_s", [], raiseDigit(word, n % digits, making.features)),
        left: (number) => number,
      });
    },
    // s_i' = 2^24 (s_i + s_{i-1} / 256 + s_{i-2} / 256² + …), so s_i = (s_i' - s_{i-1}' / 256) / 2^24.
    finish: (sums) =>
      sums.map((sum, n) => {
        const before = n % digits === 0 ? undefined : sums[n - 1];
        const own =
          before === undefined
            ? get(sum)
            : op("f32x4.sub", [], get(sum), op("f32x4.mul", [], get(before), splatFloat(1 / 256)));
        const scale = op("v128.load", [n * vectorBytes], get(scales));
        return op("f32x4.mul", [], op("f32x4.mul", [], own, splatFloat(1 / highestDigit)), scale);
      }),
  },
};

/**
 * Words moved left so that a digit is their highest. Where multiplications, conversions and shifts wait for the same two units, as they do on x64, a byte
 * shuffle does it on a third: a quarter less time. A byte number with its highest bit set gives zero.
 */
function raiseDigit(word: LocalIndex, digit: number, { relaxed }: Features): Code {
  const places = digits - 1 - digit;
  if (places === 0) return get(word);
  if (!relaxed) return op("i32x4.shl", [], get(word), i32(8 * places));
  const bytes = Array.from({ length: vectorBytes }, (_, n) => (n % wordBytes < places ? 0x80 : n - places));
  const lanes = Array.from({ length: 4 }, (_, lane) => wordOf(bytes.slice(lane * wordBytes, (lane + 1) * wordBytes)));
  return op("i8x16.relaxed_swizzle", [], get(word), constantVector(lanes));
}

/** Four bytes as a word, the lowest first. */
function wordOf(bytes: readonly number[]): number {
  return bytes.reduce((word, byte, n) => word + byte * 256 ** n, 0);
}

/** Byte of the n-th vector from `b`; a number of it takes so many bytes. Of int8 it is that of the word that also has it. */
function placeOf({ tile }: Making, n: number, bytes: number): number {
  const inPanel = codedPanel / 4;
  return Math.floor(n / inPanel) * tile.panelBytes + (n % inPanel) * 4 * bytes;
}

interface StepParts {
  /** Code before the n-th vector. */
  readonly before?: (n: number) => Code;
  readonly decode: (n: number) => Code;
  /** A number of A as it is multiplied. */
  readonly left: (number: Code) => Code;
}

function stepOf({ tile, features, frame, sums }: Making, { before, decode, left }: StepParts): Code {
  const lefts = sums.map((_, m) => frame.local("v128", `a${m}`));
  const right = frame.local("v128", "right");
  const code = lefts.map((local, m) => set(local, left(op("v128.load32_splat", [m * tile.aRow * wordBytes], get(a)))));
  for (let n = 0; n < (sums[0]?.length ?? 0); n++) {
    code.push(before?.(n) ?? [], set(right, decode(n)));
    lefts.forEach((by, m) => {
      const sum = sums[m]?.[n] ?? 0;
      code.push(set(sum, multiplyAdd(get(by), get(right), get(sum), features)));
    });
  }
  return code.flat();
}
