/** Small files that PyTorch 1.13 wrote, each with an input and what PyTorch gave for it. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface TorchFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly input: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly output: { readonly shape: readonly number[]; readonly data: readonly number[] };
}

interface StoredFile extends Omit<TorchFile, "name" | "bytes"> {
  /** Packed with gzip, in base64. */
  readonly bytes: string;
}

/** All of them. */
export function readTorchFiles(): readonly TorchFile[] {
  const text = readFileSync(new URL("torch-files.json", import.meta.url), "utf8");
  const stored = JSON.parse(text) as Readonly<Record<string, StoredFile>>;
  return Object.entries(stored).map(([name, file]) => ({
    ...file,
    name,
    bytes: new Uint8Array(gunzipSync(Buffer.from(file.bytes, "base64"))),
  }));
}
