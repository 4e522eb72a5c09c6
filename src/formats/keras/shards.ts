/** The weights of a TF.js model: files that are one row of numbers, cut into tensors by a list of names, types and shapes. */
import type { Tensor } from "../../graph/tensor.ts";
import { widenFloat16 } from "../../util/half-precision.ts";
import { isBeside } from "../../util/paths.ts";
import { badConfig, badFile, printValue } from "./refusals.ts";
import type { NamedTensor } from "./weights.ts";

/** Files by their paths, or how to get one. */
export type ShardSource = Readonly<Record<string, Uint8Array>> | ((path: string) => Promise<Uint8Array> | Uint8Array);

/** How numbers of a type are stored, and read as float32 or int32. */
interface Coding {
  readonly bytes: number;
  readonly type: "float32" | "int32";
  readonly read: (view: DataView, at: number) => number;
}

const codings: Readonly<Record<string, Coding>> = {
  float32: { bytes: 4, type: "float32", read: (view, at) => view.getFloat32(at, true) },
  float16: { bytes: 2, type: "float32", read: (view, at) => widenFloat16(view.getUint16(at, true)) },
  int32: { bytes: 4, type: "int32", read: (view, at) => view.getInt32(at, true) },
  uint16: { bytes: 2, type: "int32", read: (view, at) => view.getUint16(at, true) },
  uint8: { bytes: 1, type: "int32", read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, type: "int32", read: (view, at) => view.getUint8(at) },
};

export interface StoredTensor {
  readonly named: NamedTensor;
  /** The type of its numbers in the file, where they are of fewer bits. */
  readonly stored: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** The tensors of a manifest in its order. Throws `keras/bad-file` for files that are missing or too short, and paths that leave their folder. */
export async function readShards(manifest: unknown, source: ShardSource | undefined): Promise<readonly StoredTensor[]> {
  const tensors: StoredTensor[] = [];
  for (const group of listOf(manifest ?? [], "weightsManifest")) {
    const { paths, weights } = objectOf(group, "a group of weights");
    const parts: Uint8Array[] = [];
    for (const path of listOf(paths, "the paths of weights")) parts.push(await readShard(path, source));
    const whole = joinBytes(parts);
    const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
    let at = 0;
    for (const entry of listOf(weights, "the list of weights")) {
      const read = readTensor(objectOf(entry, "a weight"), view, at);
      tensors.push(read);
      at = read.end;
    }
  }
  return tensors;
}

async function readShard(path: unknown, source: ShardSource | undefined): Promise<Uint8Array> {
  if (typeof path !== "string" || !isBeside(path))
    throw badFile(`The model.json names ${printValue(path)} as a file of weights, which is no path beside it.`);
  if (source === undefined)
    throw badFile(
      `The weights of the model lie in ${path}; give its bytes as the option weights: { ${JSON.stringify(path)}: bytes }.`,
    );
  const bytes =
    typeof source === "function" ? await source(path) : Object.hasOwn(source, path) ? source[path] : undefined;
  if (!(bytes instanceof Uint8Array)) throw badFile(`The weights of the model lie in ${path}, which was not given.`);
  return bytes;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function readTensor(entry: Json, view: DataView, at: number): StoredTensor & { readonly end: number } {
  const { name, shape, dtype, quantization } = entry;
  if (typeof name !== "string")
    throw badConfig(`The weightsManifest has ${printValue(name)} where the name of a weight should be.`);
  const sizes = listOf(shape, `the shape of ${name}`);
  if (
    sizes.length > 8 ||
    !sizes.every((size): size is number => typeof size === "number" && Number.isSafeInteger(size) && size >= 0)
  )
    throw badConfig(`The shape of the weight ${name} is ${printValue(shape)}.`);
  const stored = quantization === undefined ? undefined : objectOf(quantization, `the quantization of ${name}`);
  const coding = codingOf(stored?.["dtype"] ?? dtype, name);
  const count = sizes.reduce((product, size) => product * size, 1);
  const end = at + count * coding.bytes;
  if (!(end <= view.byteLength))
    throw badFile(
      `The weights of the model end after ${view.byteLength} bytes, within ${name}; a file is missing or was cut off.`,
    );
  const { scale, min } = scaleOf(stored, name);
  const isFloat = dtype === "float32" || coding.type === "float32";
  const data = isFloat ? new Float32Array(count) : new Int32Array(count);
  for (let i = 0; i < count; i++) data[i] = coding.read(view, at + i * coding.bytes) * scale + min;
  const tensor: Tensor = { type: isFloat ? "float32" : "int32", shape: sizes, data };
  return { named: { name, tensor }, stored: stored === undefined ? undefined : String(stored["dtype"]), end };
}

function codingOf(dtype: unknown, name: string): Coding {
  const coding = typeof dtype === "string" && Object.hasOwn(codings, dtype) ? codings[dtype] : undefined;
  if (coding === undefined)
    throw badConfig(`The weight ${name} holds numbers of type ${printValue(dtype)}, which are not read.`);
  return coding;
}

/** w = q scale + min; half precision has neither. */
function scaleOf(stored: Json | undefined, name: string): { readonly scale: number; readonly min: number } {
  const { scale = 1, min = 0 } = stored ?? {};
  if (typeof scale !== "number" || typeof min !== "number")
    throw badConfig(`The quantization of the weight ${name} is ${printValue(stored)}.`);
  return { scale, min };
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw badConfig(`The model.json has ${printValue(value)} where ${what} should be.`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw badConfig(`The model.json has ${printValue(value)} where ${what} should be.`);
}
