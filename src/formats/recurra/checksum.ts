/** CRC-32 (ISO 3309, as in zip and PNG): finds every flipped bit of a file, by chance or by a bad disk; it is no proof against forgery. */
import type { Tensor } from "./safetensors.ts";

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb88320;
  return value;
});

/** The checksum of these parts, one after another, as eight hexadecimal digits. */
export function checksumOf(parts: readonly Uint8Array[]): string {
  let value = 0xffffffff;
  for (const part of parts) for (const byte of part) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
  return ((value ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
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
