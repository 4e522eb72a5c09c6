/** Arrays of NumPy: `.npy` files, and `.npz` files of several. The format is described in NumPy's `numpy.lib.format`. */
import type { ElementType, Tensor } from "../../graph/tensor.ts";
import { convertData, countElements, elementArrays } from "../../graph/tensors.ts";
import { RecurraError } from "../../util/errors.ts";
import { widenFloat16 } from "../../util/half-precision.ts";
import { readZip } from "../../util/zip.ts";

/** Types of elements by NumPy's letters, after the mark of their byte order. */
const types: Readonly<Record<string, ElementType>> = {
  f4: "float32",
  f8: "float64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  b1: "bool",
};

function bad(source: string, what: string, cause?: unknown): RecurraError {
  return new RecurraError("numpy/bad-file", `${source} ${what}.`, { cause });
}

/** The arrays of an `.npz` file by their names, or the one of an `.npy` file, whose name is "". Throws `numpy/bad-file`. */
export function readNumpy(bytes: Uint8Array, source = "The file"): ReadonlyMap<string, Tensor> {
  if (bytes[0] === 0x93) return new Map([["", readArray(bytes, source)]]);
  let entries: ReturnType<typeof readZip>;
  try {
    entries = readZip(bytes);
  } catch (cause) {
    throw bad(source, `is no .npz or .npy file: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  return new Map(
    [...entries].map(([name, entry]) => [name.replace(/\.npy$/, ""), readArray(entry.read(), `${name} of ${source}`)]),
  );
}

function readArray(bytes: Uint8Array, source: string): Tensor {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (!magic.every((byte, n) => bytes[n] === byte)) throw bad(source, "is no array of NumPy");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = (bytes[6] ?? 0) >= 2;
  const start = isLong ? 12 : 10;
  if (bytes.length < start) throw bad(source, "ends in its header");
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) throw bad(source, "ends in its header");
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + length));
  const [, order = "", letters = ""] = /'descr'\s*:\s*'([<>|=]?)([a-z]\d+)'/.exec(header) ?? [];
  const [, isColumns] = /'fortran_order'\s*:\s*(True|False)/.exec(header) ?? [];
  const [, sizes] = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header) ?? [];
  if (letters === "" || isColumns === undefined || sizes === undefined)
    throw bad(
      source,
      `has a header that cannot be read (${JSON.stringify(header.trim().slice(0, 80))}); save plain arrays of numbers`,
    );
  const shape = sizes
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  if (order === ">") throw bad(source, "is big-endian; save it as little-endian");
  if (isColumns === "True" && shape.length > 1)
    throw bad(source, "lies column by column (Fortran order); save it with numpy.ascontiguousarray");
  const content = bytes.subarray(start + length);
  const count = countElements(shape);
  if (letters === "f2") {
    check(source, content, count * 2, shape);
    const halves = new Uint16Array(content.slice(0, count * 2).buffer);
    return { type: "float32", shape, data: Float32Array.from(halves, widenFloat16) };
  }
  const type = types[letters];
  if (type === undefined) throw bad(source, `holds elements of the type ${letters}, which is none of numbers`);
  const size = elementArrays[type].BYTES_PER_ELEMENT;
  check(source, content, count * size, shape);
  const own = content.slice(0, count * size).buffer;
  const data = new (elementArrays[type] as unknown as new (buffer: ArrayBufferLike) => Tensor["data"])(own);
  return { type, shape, data: type === "bool" ? convertData(data, "bool") : data };
}

function check(source: string, content: Uint8Array, wanted: number, shape: readonly number[]): void {
  if (content.length < wanted)
    throw bad(
      source,
      `says that its shape is (${shape.join(", ")}), but ends ${wanted - content.length} bytes before that`,
    );
}
