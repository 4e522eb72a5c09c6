/** Packed matrices and their products, in every format of weights. */
import type { PackStatement, ProductStatement, WeightFormat } from "../../lower/ir.ts";
import { byteScale, roundToByte, roundToHalf } from "../../lower/weight-format.ts";
import { rowsIn, wordAt } from "./machine.ts";
import type { Machine } from "./machine.ts";

/** The numbers of a packed matrix, and the scale of each column. */
interface Packed {
  /** Element (k, n) at `k × width + n`. */
  readonly numbers: Float64Array | Float32Array | Int8Array;
  readonly width: number;
  readonly scales: Float64Array | undefined;
}

/**
 * A packed matrix is plain here. A word of the program is a float64 of this memory, which holds two float32 or eight int8, so what is packed
 * in fewer bits finds room.
 */
function packedAt(
  { memory, places }: Machine,
  { buffer, depth, columns, format }: Pick<PackStatement, "depth" | "columns" | "format"> & { readonly buffer: number },
): Packed {
  const start = places.offsetOf(buffer);
  const bytes = memory.byteOffset + start * 8;
  const width = Math.ceil(columns / 4) * 4;
  const whole = Math.ceil(columns / 16) * 16;
  switch (format ?? "float32") {
    case "float32":
      return { numbers: memory.subarray(start, start + depth * width), width, scales: undefined };
    case "float16":
      return { numbers: new Float32Array(memory.buffer, bytes, depth * whole), width: whole, scales: undefined };
    case "int8": {
      const at = start + (depth * whole) / 4;
      return {
        numbers: new Int8Array(memory.buffer, bytes, depth * whole),
        width: whole,
        scales: memory.subarray(at, at + whole),
      };
    }
  }
}

/** Blocks are put together in float64, then rounded. */
export function interpretPack(pack: PackStatement, machine: Machine): () => void {
  const { memory } = machine;
  const packed = packedAt(machine, { ...pack, buffer: pack.to });
  const { width, numbers } = packed;
  const whole = new Float64Array(numbers.length);
  const blocks = pack.blocks.map((block) => ({ ...block, from: wordAt(block, machine) }));
  return () => {
    whole.fill(0);
    for (const { from, depth, columns, depthStride, columnStride, depthAt, columnAt } of blocks) {
      const source = from();
      for (let k = 0; k < depth; k++) {
        const target = (depthAt + k) * width + columnAt;
        for (let n = 0; n < columns; n++) whole[target + n] = memory[source + k * depthStride + n * columnStride]!;
      }
    }
    roundWeights(whole, packed, pack.format);
  };
}

function roundWeights(from: Float64Array, { numbers, width, scales }: Packed, format: WeightFormat = "float32"): void {
  if (format === "float32") numbers.set(from);
  if (format === "float16") for (let n = 0; n < from.length; n++) numbers[n] = roundToHalf(from[n]!);
  if (scales === undefined) return;
  scales.fill(0);
  for (let n = 0; n < from.length; n++) scales[n % width] = Math.max(scales[n % width]!, Math.abs(from[n]!));
  for (let n = 0; n < width; n++) scales[n] = byteScale(scales[n]!);
  for (let n = 0; n < from.length; n++) numbers[n] = roundToByte(from[n]!, scales[n % width]!);
}

/** C[m, n] (+)= (Σ_s Σ_k A[m, s, k] · B[s·depth + k, n]) · scale[n] */
export function interpretProduct(product: ProductStatement, machine: Machine): () => void {
  const { rows, columns, depth, segments, a, c, accumulate } = product;
  const { memory } = machine;
  const aAt = wordAt(a, machine);
  const cAt = wordAt(c, machine);
  const { numbers, width, scales } = packedAt(machine, { ...product, buffer: product.b, depth: segments * depth });
  const sums = new Float64Array(columns);
  const window = rowsIn(product.window, rows, machine);
  return () => {
    const { from, to } = window();
    for (let m = from; m < to; m++) {
      sums.fill(0);
      for (let s = 0; s < segments; s++) {
        const source = aAt() + m * a.rowStride + s * a.segmentStride;
        for (let k = 0; k < depth; k++) {
          const factor = memory[source + k]!;
          const row = (s * depth + k) * width;
          for (let n = 0; n < columns; n++) sums[n]! += factor * numbers[row + n]!;
        }
      }
      const target = cAt() + m * c.rowStride;
      for (let n = 0; n < columns; n++) {
        const result = sums[n]! * (scales?.[n] ?? 1);
        memory[target + n] = accumulate ? memory[target + n]! + result : result;
      }
    }
  };
}
