/** Safetensors: named arrays in one file. Eight bytes of header length, a JSON header, then the numbers, little-endian and row-major. */
import { plainData } from "./plain-data.ts";
import type { PlainData } from "./plain-data.ts";
import { RecurraError } from "./errors.ts";
import type { ErrorCode } from "./errors.ts";
import { narrowFloat16, widenBfloat16, widenFloat16 } from "./half-precision.ts";
import { parseStrictJson } from "./strict-json.ts";

/** An array of numbers, row-major; `[]` is the shape of one number. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
  /** What the numbers are in the file where not as they are here: float16's, or whole numbers from -128 to 127. */
  readonly as?: "F16" | "I8";
  /** Of what was read: the type in the file, where neither `data` nor `as` tells it. */
  readonly stored?: string;
}

export interface Safetensors {
  /** In the order of the file. F32, F16, BF16 and I8 are read as float32, F64 as float64. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface ReadOptions {
  /** What messages call the file. */
  readonly source?: string;
  /** Reads tensors of whole numbers and of truth values as well, as float64; a file that has any is refused if absent. */
  readonly wholeNumbers?: boolean;
}

const bytesOf = { F64: 8, F32: 4, F16: 2, BF16: 2, I8: 1, I64: 8, I32: 4, I16: 2, U8: 1, BOOL: 1 } as const;
type DataType = keyof typeof bytesOf;
const floatTypes = ["F64", "F32", "F16", "BF16", "I8"] as const;
const dataTypes = Object.keys(bytesOf) as DataType[];

/** Whether a tensor that was read tells this type by its numbers. */
const isTold = (type: DataType): boolean => ["F32", "F64", "F16", "I8"].includes(type);

const metadataName = "__metadata__";
/** The most header a reader of the reference implementation takes. */
const mostHeader = 100_000_000;
const mostDimensions = 16;

/** Numbers and texts under names as the bytes of a file; the same input gives the same bytes. Throws `util/bad-argument`. */
export function writeSafetensors(
  tensors: Iterable<readonly [string, Tensor]>,
  metadata: Iterable<readonly [string, string]> = [],
): Uint8Array {
  // The widest numbers first, so that all are aligned.
  const sorted = [...tensors].sort(([, a], [, b]) => bytesOf[typeOf(b)] - bytesOf[typeOf(a)]);
  const entries = new Map<string, unknown>();
  const texts = new Map(metadata);
  if (texts.size > 0) entries.set(metadataName, Object.fromEntries(texts));
  let offset = 0;
  for (const [name, tensor] of sorted) {
    const { shape, data } = tensor;
    if (entries.has(name) || name === metadataName || name === "__proto__")
      throw new RecurraError(
        "util/bad-argument",
        `A tensor cannot be named ${JSON.stringify(name)}: the name is taken.`,
      );
    if (countOf(shape) !== data.length)
      throw new RecurraError(
        "util/bad-argument",
        `Tensor ${name} has ${data.length} numbers, but its shape is [${shape.join(", ")}].`,
      );
    checkNumbers(name, tensor);
    const end = offset + data.length * bytesOf[typeOf(tensor)];
    entries.set(name, { dtype: typeOf(tensor), shape, data_offsets: [offset, end] });
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength).set(text, 8);
  let at = 8 + headerLength;
  for (const [, tensor] of sorted) {
    const bytes = bytesOfNumbers(tensor);
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function typeOf({ data, as }: Tensor): DataType {
  return as ?? (data instanceof Float64Array ? "F64" : "F32");
}

/** Throws `util/bad-argument` for numbers that the file would hold otherwise. */
function checkNumbers(name: string, { data, as }: Tensor): void {
  if (as === undefined) return;
  const fits = (value: number): boolean =>
    as === "I8"
      ? Number.isInteger(value) && Math.abs(value + 0.5) < 128
      : Object.is(widenFloat16(narrowFloat16(value)), value);
  const index = data.findIndex((value) => !fits(value));
  if (index >= 0)
    throw new RecurraError(
      "util/bad-argument",
      `Number ${index} of tensor ${name} is ${data[index]}, which ${as} cannot hold.`,
    );
}

function bytesOfNumbers({ data, as }: Tensor): Uint8Array {
  if (as === "I8") return new Uint8Array(Int8Array.from(data).buffer);
  const numbers = as === "F16" ? Uint16Array.from(data, narrowFloat16) : data;
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/**
 * Everything in a safetensors file, copied out of its bytes. Throws `file/not-safetensors`, `file/truncated`, `file/bad-header`,
 * `file/bad-tensor`, whatever the bytes are.
 */
export function readSafetensors(bytes: Uint8Array, options: ReadOptions = {}): Safetensors {
  const { source = "The file" } = options;
  const header = readHeader(bytes, source);
  const start = 8 + header.length;
  const available = bytes.length - start;
  const fail = (path: string, what: string): RecurraError =>
    new RecurraError(
      "file/bad-header",
      `${source}: ${path} in its header ${what}; the file is damaged or was not written as safetensors.`,
    );
  const root = plainData(header.value, "", (path, what) => fail(path === "" ? "the whole" : path, what)).object();
  const metadata = new Map<string, string>();
  const places: Place[] = [];
  for (const name of root.keys) {
    if (name === metadataName) {
      const texts = root.get(name).object();
      for (const key of texts.keys) metadata.set(key, texts.get(key).text());
    } else places.push(readPlace(name, root.get(name), options.wholeNumbers === true ? dataTypes : floatTypes));
  }
  checkLayout(places, available, source);
  const tensors = new Map(
    places.map((place) => [
      place.name,
      {
        shape: place.shape,
        data: readNumbers(bytes, start, place),
        ...(place.type === "I8" || place.type === "F16" ? { as: place.type } : {}),
        ...(isTold(place.type) ? {} : { stored: place.type }),
      },
    ]),
  );
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array, source: string): { readonly length: number; readonly value: unknown } {
  if (bytes.length < 8) {
    const code = bytes.length === 0 ? "file/truncated" : "file/not-safetensors";
    throw new RecurraError(
      code,
      `${source} has ${bytes.length} bytes, too few for a safetensors file; it may not have been written to its end.`,
    );
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const looksRight = bytes[8] === 0x7b || bytes.length === 8;
  if (length > mostHeader || length < 2 || !looksRight) {
    throw new RecurraError(
      "file/not-safetensors",
      `${source} is no safetensors file: it does not begin with the length of a header and the header.`,
    );
  }
  if (length > bytes.length - 8) {
    throw new RecurraError(
      "file/truncated",
      `${source} ends within its header: ${length} bytes were announced, ${bytes.length - 8} are there; copy or save it again.`,
    );
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length));
    return { length, value: parseStrictJson(text) };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new RecurraError(
      "file/bad-header",
      `${source}: its header cannot be read as JSON (${what}); the file is damaged.`,
      { cause },
    );
  }
}

/** Where a tensor lies, in bytes from the end of the header. */
interface Place {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readPlace(name: string, data: PlainData, types: readonly DataType[]): Place {
  const entry = data.object(["dtype", "shape", "data_offsets"]);
  const type = entry.get("dtype").oneOf(types);
  const shape = entry
    .get("shape")
    .array(mostDimensions)
    .map((size) => size.whole(0));
  const offsets = entry.get("data_offsets");
  const [begin, end, ...others] = offsets.array(2).map((offset) => offset.whole(0));
  if (begin === undefined || end === undefined || others.length > 0 || end < begin)
    return offsets.fail("is not a begin and an end");
  return { name, type, shape, begin, end };
}

/** Tensors must fill the rest of the file, each once: no holes, no overlaps, no bytes that belong to nothing. */
function checkLayout(places: readonly Place[], available: number, source: string): void {
  const fail = (code: ErrorCode, what: string): never => {
    throw new RecurraError(code, `${source}: ${what}`);
  };
  for (const { name, type, shape, begin, end } of places) {
    const wanted = countOf(shape) * bytesOf[type];
    if (wanted !== end - begin) {
      fail(
        "file/bad-tensor",
        `tensor ${printName(name)} has the shape [${shape.join(", ")}] of ${type}, which is ${wanted} bytes, but takes ${end - begin}; the file is damaged.`,
      );
    }
  }
  const last = places.reduce((most, { end }) => Math.max(most, end), 0);
  if (last > available)
    fail("file/truncated", `it ends after ${available} of ${last} bytes of numbers; copy or save it again.`);
  let at = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at)
      fail(
        "file/bad-tensor",
        `tensor ${printName(name)} begins at byte ${begin} where ${at} is expected: tensors overlap or leave a hole; the file is damaged.`,
      );
    at = end;
  }
  if (at !== available)
    fail("file/bad-tensor", `${available - at} bytes after the last tensor belong to nothing; the file is damaged.`);
}

function readNumbers(bytes: Uint8Array, start: number, { type, begin, end }: Place): Float32Array | Float64Array {
  // A copy in a buffer of its own, so that it is aligned; `slice` would not copy the bytes of a Node Buffer.
  const { buffer } = new Uint8Array(bytes.subarray(start + begin, start + end));
  switch (type) {
    case "F64":
      return new Float64Array(buffer);
    case "F32":
      return new Float32Array(buffer);
    case "F16":
      return Float32Array.from(new Uint16Array(buffer), widenFloat16);
    case "BF16":
      return Float32Array.from(new Uint16Array(buffer), widenBfloat16);
    case "I8":
      return Float32Array.from(new Int8Array(buffer));
    case "I64":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case "I32":
      return Float64Array.from(new Int32Array(buffer));
    case "I16":
      return Float64Array.from(new Int16Array(buffer));
    case "U8":
    case "BOOL":
      return Float64Array.from(new Uint8Array(buffer));
  }
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A name as people can read it: it may hold anything. */
export function printName(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
