/** HDF5 files in memory, as plain trees of groups, attributes and tensors. The HDF5 library is loaded when the first file is read or written. */
import type { Dataset, File, Group } from "h5wasm";
import type * as hdf5Library from "h5wasm";
import type { Tensor } from "../../graph/tensor.ts";
import { RecurraError } from "../../util/errors.ts";
import { widenFloat16 } from "../../util/half-precision.ts";

/** An attribute that is neither text nor a list of texts is left out. */
export interface Hdf5Group {
  readonly attributes: ReadonlyMap<string, string | readonly string[]>;
  readonly groups: ReadonlyMap<string, Hdf5Group>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** `\x89HDF\r\n\x1a\n`. */
const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const deepest = 24;
const mostObjects = 100_000;
/** What all tensors and attributes may take, beside the size of the file: they may be compressed. */
const smallestLimit = 64 * 2 ** 20;
const usualRatio = 100;

export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

interface Budget {
  bytes: number;
  objects: number;
}

/**
 * Everything in a file but the groups of these names. Throws `keras/bad-file` where it is damaged, and `file/too-large` where its tensors would take more than 64 MiB and a hundred times the
 * size of the file.
 */
export async function readHdf5(bytes: Uint8Array, skip: ReadonlySet<string>): Promise<Hdf5Group> {
  const { hdf5, files, nextPath } = await loadLibrary();
  const path = nextPath();
  let file: File | undefined;
  try {
    files.writeFile(path, bytes);
    file = new hdf5.File(path, "r");
    const budget = { bytes: smallestLimit + usualRatio * bytes.length, objects: mostObjects };
    return readGroup(hdf5, file, { budget, skip, depth: 0 });
  } catch (cause) {
    if (cause instanceof RecurraError) throw cause;
    throw new RecurraError(
      "keras/bad-file",
      `The HDF5 file cannot be read; it is damaged or was cut off (${messageOf(cause)}).`,
      { cause },
    );
  } finally {
    forget(() => file?.close());
    forget(() => files.unlink(path));
  }
}

/** A file of these groups, attributes and tensors (float32 and int32). */
export async function writeHdf5(root: Hdf5Group): Promise<Uint8Array> {
  const { hdf5, files, nextPath } = await loadLibrary();
  const path = nextPath();
  withoutTime(() => {
    const file = new hdf5.File(path, "w");
    try {
      writeGroup(file, root);
      file.flush();
    } finally {
      file.close();
    }
  });
  const bytes = files.readFile(path);
  files.unlink(path);
  return bytes;
}

/** Runs something at a time that is always the same: objects of HDF5 files tell when they were made, and the same model shall give the same file. */
function withoutTime(run: () => void): void {
  const { now } = Date;
  Date.now = () => 0;
  try {
    run();
  } finally {
    Date.now = now;
  }
}

type Library = Pick<typeof hdf5Library, "File" | "Group" | "Dataset" | "ready">;

interface Files {
  writeFile(path: string, bytes: Uint8Array): void;
  readFile(path: string): Uint8Array;
  unlink(path: string): void;
}

let filesRead = 0;

async function loadLibrary(): Promise<{
  readonly hdf5: Library;
  readonly files: Files;
  readonly nextPath: () => string;
}> {
  const hdf5 = await import("h5wasm");
  const { FS, activate_throwing_error_handler: throwErrors } = (await hdf5.ready) as unknown as {
    readonly FS: Files;
    readonly activate_throwing_error_handler: () => void;
  };
  // Errors are thrown, where the library would print them.
  throwErrors();
  return { hdf5, files: FS, nextPath: () => `recurra-${filesRead++}.h5` };
}

interface Reading {
  readonly budget: Budget;
  readonly skip: ReadonlySet<string>;
  readonly depth: number;
}

function readGroup(hdf5: Library, group: Group, { budget, skip, depth }: Reading): Hdf5Group {
  if (depth > deepest) throw bad(`groups lie more than ${deepest} deep in each other`);
  const groups = new Map<string, Hdf5Group>();
  const tensors = new Map<string, Tensor>();
  for (const name of group.keys()) {
    if (--budget.objects < 0) throw bad(`it holds more than ${mostObjects} objects`);
    if (skip.has(name)) continue;
    const child = group.get(name);
    if (child instanceof hdf5.Group) groups.set(name, readGroup(hdf5, child, { budget, skip, depth: depth + 1 }));
    else if (child instanceof hdf5.Dataset) {
      const tensor = readTensor(child, budget);
      if (tensor !== undefined) tensors.set(name, tensor);
    }
  }
  return { attributes: readAttributes(group, budget), groups, tensors };
}

function readAttributes(group: Group, budget: Budget): ReadonlyMap<string, string | readonly string[]> {
  const attributes = new Map<string, string | readonly string[]>();
  for (const [name, attribute] of Object.entries(group.attrs)) {
    const { size, total_size: count } = attribute.metadata;
    spend(budget, size * count, `attribute ${name}`);
    if (count === 0) attributes.set(name, []);
    const value = attribute.value;
    if (typeof value === "string") attributes.set(name, value);
    else if (Array.isArray(value) && value.every((one) => typeof one === "string")) attributes.set(name, value);
  }
  return attributes;
}

/** float64 becomes float32, as models compute in it; texts and compounds are left out. */
function readTensor(dataset: Dataset, budget: Budget): Tensor | undefined {
  const { shape, metadata } = dataset;
  if (shape === null) return undefined;
  spend(budget, metadata.size * metadata.total_size, `dataset ${dataset.path}`);
  // h5wasm's classes: 0 whole numbers, 1 floating point.
  if (metadata.type === 1 && metadata.size === 2) return readHalves(dataset, shape);
  if (metadata.type !== 0 && metadata.type !== 1) return undefined;
  const { value } = dataset;
  const data = typeof value === "number" || typeof value === "bigint" ? [value] : value;
  const type = metadata.type === 1 ? "float32" : "int32";
  const length = shape.reduce((product, size) => product * size, 1);
  if (data === null || !(ArrayBuffer.isView(data) || Array.isArray(data)) || lengthOf(data) !== length)
    throw bad(`dataset ${dataset.path} cannot be read`);
  const numbers = Array.from(data as ArrayLike<number | bigint>, Number);
  return { type, shape, data: type === "float32" ? Float32Array.from(numbers) : Int32Array.from(numbers) };
}

function lengthOf(data: object): number {
  return (data as ArrayLike<unknown>).length;
}

function readHalves(dataset: Dataset, shape: readonly number[]): Tensor {
  const { value, metadata } = dataset;
  if (!(value instanceof Uint8Array) || value.length !== 2 * metadata.total_size)
    throw bad(`dataset ${dataset.path} holds numbers of 16 bits that cannot be read`);
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const data = Float32Array.from({ length: value.length / 2 }, (_, at) =>
    widenFloat16(view.getUint16(2 * at, metadata.littleEndian)),
  );
  return { type: "float32", shape, data };
}

function writeGroup(into: Group, group: Hdf5Group): void {
  for (const [name, value] of group.attributes) {
    if (typeof value === "string") into.create_attribute(name, value);
    // An empty list of texts is one of numbers, as h5py writes it.
    else if (value.length === 0) into.create_attribute(name, new Float64Array(0), [0]);
    else into.create_attribute(name, [...value], [value.length], `S${Math.max(...value.map((one) => one.length))}`);
  }
  for (const [name, { shape, data, type }] of group.tensors)
    into.create_dataset({
      name,
      data: type === "int32" ? Int32Array.from(data as Int32Array) : Float32Array.from(data as Float32Array),
      shape: [...shape],
      dtype: type === "int32" ? "<i" : "<f",
    });
  for (const [name, child] of group.groups) writeGroup(into.create_group(name), child);
}

function spend(budget: Budget, bytes: number, what: string): void {
  // Not a number where the file tells nonsense.
  if (!(bytes >= 0 && bytes <= budget.bytes))
    throw new RecurraError(
      "file/too-large",
      `The ${what} of an HDF5 file would take ${bytes} bytes, and at most ${budget.bytes} are left for it by the size of the file.`,
    );
  budget.bytes -= bytes;
}

function forget(action: () => void): void {
  try {
    action();
  } catch {
    // The file was not opened or written; what is wrong with it was said already.
  }
}

function messageOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  // HDF5 tells a chain of reasons, `#006: file.c line 388 in f(): file signature not found`; the last one is the first cause.
  const reasons = [...text.matchAll(/#\d+: .* in \w+\(\): (.*)/g)];
  return (reasons.at(-1)?.[1] ?? text.split("\n")[0] ?? "").slice(0, 200);
}

function bad(what: string): RecurraError {
  return new RecurraError("keras/bad-file", `The HDF5 file cannot be read: ${what}.`);
}
