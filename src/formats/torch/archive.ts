/** The values and numbers of a file that torch.save or TorchScript wrote: a zip file, or the older row of pickles. */
import { isZip, readZip } from "../../util/zip.ts";
import { widenBfloat16, widenFloat16 } from "../../util/half-precision.ts";
import { torchError } from "./errors.ts";
import type { PickledStorage, PickledTensor, PickleValue, StorageType } from "./pickle-value.ts";
import { unpickle } from "./unpickle.ts";

export interface TorchArchive {
  readonly value: PickleValue;
  /** The numbers of a tensor, row-major. Throws `torch/bad-file` where they do not lie where the tensor says. */
  read(tensor: PickledTensor, name: string): TorchTensor;
}

/** Numbers as the networks here hold them; those of float64 are rounded, and so are whole numbers beyond 2^24. */
export interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const bytesOf: Readonly<Record<StorageType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Whether these bytes begin as one of the two does; the length of a safetensors header may look like the start of a pickle. */
export function isArchive(bytes: Uint8Array): boolean {
  const isSafetensors = bytes[8] === "{".charCodeAt(0) && bytes.subarray(4, 8).every((byte) => byte === 0);
  return isZip(bytes) || (bytes[0] === 0x80 && (bytes[1] ?? 9) <= 5 && !isSafetensors);
}

/** Reads the pickle; numbers are read when they are asked for. Throws `torch/…` and, of a damaged zip file, `file/…`. */
export function readArchive(bytes: Uint8Array, source: string): TorchArchive {
  return isZip(bytes) ? readZipArchive(bytes, source) : readLegacy(bytes, source);
}

function readZipArchive(bytes: Uint8Array, source: string): TorchArchive {
  const entries = readZip(bytes);
  const pickle = [...entries.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (pickle === undefined)
    throw torchError(
      "torch/bad-file",
      `${source} is a zip file without a data.pkl, so it is none that torch.save wrote.`,
    );
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = entries.get(`${folder}byteorder`)?.read();
  if (order !== undefined && new TextDecoder().decode(order).trim() === "big")
    throw torchError(
      "torch/bad-file",
      `${source} was written on a machine of the other byte order; save it on one of the usual order.`,
    );
  const isScript = [...entries.keys()].some((name) => name.startsWith(`${folder}code/`));
  const { value } = unpickle(entries.get(pickle)?.read() ?? new Uint8Array(), { isScript, source });
  return { value, read: readerOf(bytes.length, source, ({ key }) => entries.get(`${folder}data/${key}`)?.read()) };
}

/** The first thing in an older file. */
const magic = 0x1950a86a20f9469cfc6cn;

/** Pickles one after another (a magic number, a version, sizes of the machine, the value, the keys of its storages), then each storage behind its length. */
function readLegacy(bytes: Uint8Array, source: string): TorchArchive {
  const options = { isScript: false, source };
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = unpickle(bytes, options, at);
    at = end;
    return value;
  };
  const first = next();
  // A bare pickle is no file of torch.save, but what is in it has been looked at: a name that is not on the list is told first.
  if (first !== magic)
    throw torchError(
      "torch/bad-file",
      `${source} is a pickle, but not one that torch.save wrote: it does not begin with its number.`,
    );
  next();
  const system = next();
  const isBig =
    system !== null &&
    typeof system === "object" &&
    system.kind === "dict" &&
    system.entries.some(([key, value]) => key === "little_endian" && value === false);
  if (isBig)
    throw torchError(
      "torch/bad-file",
      `${source} was written on a machine of the other byte order; save it on one of the usual order.`,
    );
  const value = next();
  const keys = next();
  const places = new Map<string, number>();
  const lengths = storageLengths(value);
  if (keys === null || typeof keys !== "object" || keys.kind !== "list")
    throw torchError("torch/bad-file", `${source} does not say which numbers it holds; it is damaged.`);
  for (const key of keys.items) {
    const storage = typeof key === "string" ? lengths.get(key) : undefined;
    if (storage === undefined) continue;
    places.set(storage.key, at + 8);
    at += 8 + storage.length * bytesOf[storage.type];
  }
  const find = (storage: PickledStorage): Uint8Array | undefined => {
    const start = places.get(storage.key);
    return start === undefined ? undefined : bytes.subarray(start, start + storage.length * bytesOf[storage.type]);
  };
  return { value, read: readerOf(bytes.length, source, find) };
}

/** Every storage that tensors in a value lie in, by key. */
function storageLengths(value: PickleValue): ReadonlyMap<string, PickledStorage> {
  const found = new Map<string, PickledStorage>();
  walk(value, (inner) => {
    if (inner !== null && typeof inner === "object" && inner.kind === "tensor")
      found.set(inner.storage.key, inner.storage);
  });
  return found;
}

/** Every value within a value, itself first, each object once. */
export function walk(value: PickleValue, visit: (value: PickleValue) => void): void {
  const seen = new Set<PickleValue>();
  const waiting: PickleValue[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === null || typeof next !== "object" || seen.has(next)) continue;
    seen.add(next);
    visit(next);
    if (next.kind === "dict") for (const pair of next.entries) waiting.push(...pair);
    else if (next.kind === "list" || next.kind === "tuple") for (const item of next.items) waiting.push(item);
    else if (next.kind === "object") waiting.push(next.state);
  }
}

/** Tensors may share numbers, but all together have at most so many times the bytes of the file. */
const mostSharing = 16;

function readerOf(
  length: number,
  source: string,
  find: (storage: PickledStorage) => Uint8Array | undefined,
): TorchArchive["read"] {
  let left = mostSharing * length + 2 ** 16;
  return (tensor, name) => {
    const { storage, offset, shape, strides } = tensor;
    const width = bytesOf[storage.type];
    const fail = (what: string): Error =>
      torchError(
        "torch/bad-file",
        `${source}: tensor ${JSON.stringify(name.slice(0, 80))} ${what}; the file is damaged.`,
      );
    const stored = find(storage);
    if (stored === undefined || stored.length < storage.length * width) {
      const has = stored === undefined ? "none" : stored.length;
      throw fail(`needs the ${storage.length * width} bytes of its storage, but the file has ${has}`);
    }
    const count = shape.reduce((product, size) => product * size, 1);
    const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), offset);
    if (count > 0 && (last >= storage.length || count > storage.length))
      throw fail(`[${shape.join(", ")}] reaches past the ${storage.length} numbers of its storage`);
    left -= count * 4;
    if (left < 0) throw fail("shares its numbers with too many others");
    return { shape, data: gather(createNumberAt(stored, storage.type), { offset, shape, strides, count }) };
  };
}

/** Elements in row-major order. */
function gather(
  numberAt: (index: number) => number,
  { offset, shape, strides, count }: Pick<PickledTensor, "offset" | "shape" | "strides"> & { readonly count: number },
): Float32Array {
  const data = new Float32Array(count);
  const index = shape.map(() => 0);
  let from = offset;
  for (let to = 0; to < count; to++) {
    data[to] = numberAt(from);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      from += stride;
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      from -= stride * (shape[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return data;
}

function createNumberAt(bytes: Uint8Array, type: StorageType): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case "float64":
      return (index) => view.getFloat64(index * 8, true);
    case "float32":
      return (index) => view.getFloat32(index * 4, true);
    case "float16":
      return (index) => widenFloat16(view.getUint16(index * 2, true));
    case "bfloat16":
      return (index) => widenBfloat16(view.getUint16(index * 2, true));
    case "int64":
      return (index) => Number(view.getBigInt64(index * 8, true));
    case "int32":
      return (index) => view.getInt32(index * 4, true);
    case "int16":
      return (index) => view.getInt16(index * 2, true);
    case "int8":
      return (index) => view.getInt8(index);
    case "uint8":
    case "bool":
      return (index) => view.getUint8(index);
  }
}
