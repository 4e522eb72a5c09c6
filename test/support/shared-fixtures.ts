/** Numbers made by others, which lie beside the checkout on machines that have them. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A tensor of a safetensors file, row-major, in float64. */
export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** The path of something under ../shared, or undefined where this machine has no such folder. */
export function findShared(path: string): string | undefined {
  const file = fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));
  return existsSync(file) ? file : undefined;
}

/** The tensors of a safetensors file by name (F64, F32, I64 and I32), for tests alone: nothing in the file is checked. */
export function readFixture(file: string): Readonly<Record<string, FixtureTensor>> {
  const bytes = Uint8Array.from(readFileSync(file)).buffer;
  const headerLength = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, headerLength))) as Record<
    string,
    FixtureEntry
  >;
  const tensors: Record<string, FixtureTensor> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const part = bytes.slice(8 + headerLength + offsets[0], 8 + headerLength + offsets[1]);
    tensors[name] = { shape, data: numbersOf(dtype, part) };
  }
  return tensors;
}

interface FixtureEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function numbersOf(dtype: string, part: ArrayBuffer): Float64Array {
  switch (dtype) {
    case "F64":
      return new Float64Array(part);
    case "F32":
      return Float64Array.from(new Float32Array(part));
    case "I64":
      return Float64Array.from(new BigInt64Array(part), Number);
    case "I32":
      return Float64Array.from(new Int32Array(part));
    default:
      throw new Error(`a fixture of type ${dtype}`);
  }
}
