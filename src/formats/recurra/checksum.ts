/** The checksum in a model file. */
import { crc32 } from "../../util/crc32.ts";
import type { Tensor } from "../../util/safetensors.ts";

/** The checksum of these parts, one after another, as eight hexadecimal digits of its CRC-32. */
export function checksumOf(parts: readonly Uint8Array[]): string {
  return crc32(parts).toString(16).padStart(8, "0");
}

/** Over the document, then each tensor's name and numbers in the order of the names: wherever in the file they lie. */
export function checksumOfModel(text: string, tensors: ReadonlyMap<string, Tensor>): string {
  const encoder = new TextEncoder();
  const parts = [...tensors]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { data }]) => [
      encoder.encode(name),
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ]);
  return checksumOf([encoder.encode(text), ...parts]);
}
