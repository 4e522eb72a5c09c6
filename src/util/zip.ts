/** Zip files in memory, read with limits on what they unpack to, and written. */
import { inflateSync, zipSync } from "fflate";
import { crc32 } from "./crc32.ts";
import { RecurraError } from "./errors.ts";

export interface ZipLimits {
  /** Bytes that all entries together may unpack to: 64 MiB and a hundred times the size of the file. */
  readonly total?: number;
  /** Bytes that one entry may unpack to: as `total`. */
  readonly entry?: number;
}

export interface ZipEntry {
  /** A relative path with `/` between its parts. */
  readonly name: string;
  /** Bytes once unpacked. */
  readonly size: number;
  /** The bytes, part of the file itself where they are stored as they are. Throws `file/bad-zip` where they are not those that were packed. */
  read(): Uint8Array;
}

const smallestLimit = 64 * 2 ** 20;
const usualRatio = 100;

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locatorSignature = 0x07064b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endSize = 22;
const locatorSize = 20;
const end64Size = 56;
const directorySize = 46;
const localSize = 30;
/** A size or offset of this value stands in the field of zip64 (tag 1). */
const elsewhere = 0xffffffff;
const zip64Tag = 1;
const [stored, deflated] = [0, 8];

/** Whether these bytes begin as a zip file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= endSize && viewOf(bytes).getUint32(0, true) === localSignature;
}

/**
 * The files of a zip file by name, folders left out; each is unpacked when it is read. The directory is checked at once. Throws `file/bad-zip` where it is damaged, encrypted, packed in another way
 * than stored or deflated, names a path that leaves its folder, or a name twice; and `file/too-large` where the sizes it tells are beyond the limits.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits = {}): ReadonlyMap<string, ZipEntry> {
  const total = limits.total ?? smallestLimit + usualRatio * bytes.length;
  const entryLimit = limits.entry ?? total;
  const view = viewOf(bytes);
  const { count, offset } = findDirectory(view);
  const entries = new Map<string, ZipEntry>();
  const names = new Set<string>();
  let sum = 0;
  let at = offset;
  for (let n = 0; n < count; n++) {
    const header = readHeader(view, at, n);
    at = header.next;
    const { name, size } = header;
    if (names.has(name)) throw bad(`it holds ${JSON.stringify(name)} twice`);
    names.add(name);
    sum += size;
    if (size > entryLimit || sum > total)
      throw new RecurraError(
        "file/too-large",
        `${JSON.stringify(name)} of a zip file of ${bytes.length} bytes unpacks to ${size} bytes${sum > size ? ` and the entries before it to ${sum - size}` : ""}; at most ${Math.min(entryLimit, total)} are unpacked.`,
      );
    if (!name.endsWith("/")) entries.set(name, { name, size, read: () => unpack(view, header) });
  }
  return entries;
}

/** A zip file of these files; the same files give the same bytes. Names are checked as in reading. */
export function writeZip(
  files: ReadonlyMap<string, Uint8Array>,
  options: { readonly compress?: boolean } = {},
): Uint8Array {
  for (const name of files.keys()) checkName(name);
  // A local time: the oldest a zip file can hold.
  const mtime = new Date(1980, 0, 1);
  return zipSync(Object.fromEntries(files), { level: options.compress === true ? 6 : 0, mtime });
}

interface Header {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  /** Of the local header. */
  readonly offset: number;
  /** Where the next entry of the directory begins. */
  readonly next: number;
}

function findDirectory(view: DataView): { readonly count: number; readonly offset: number } {
  // The end record is followed by a comment of up to 65535 bytes.
  const first = Math.max(0, view.byteLength - endSize - 0xffff);
  let end = view.byteLength - endSize;
  while (end >= first && !(view.getUint32(end, true) === endSignature && endsThere(view, end))) end--;
  if (end < first) throw bad("its directory is not at its end, so it is no zip file or was cut off");
  const found = { count: view.getUint16(end + 10, true), offset: view.getUint32(end + 16, true) };
  const locator = end - locatorSize;
  if (locator < 0 || view.getUint32(locator, true) !== locatorSignature) return found;
  const end64 = readUint64(view, locator + 8);
  if (end64 + end64Size > locator || view.getUint32(end64, true) !== end64Signature)
    throw bad("the directory of zip64 is not where it should be");
  return { count: readUint64(view, end64 + 32), offset: readUint64(view, end64 + 48) };
}

function endsThere(view: DataView, end: number): boolean {
  return end + endSize + view.getUint16(end + 20, true) === view.byteLength;
}

function readHeader(view: DataView, at: number, number: number): Header {
  const place = `entry ${number + 1} of its directory`;
  if (at + directorySize > view.byteLength || view.getUint32(at, true) !== directorySignature)
    throw bad(`${place} is not there`);
  const nameEnd = at + directorySize + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > view.byteLength) throw bad(`${place} reaches past the end of the file`);
  const name = new TextDecoder().decode(bytesOf(view, at + directorySize, nameEnd));
  checkName(name);
  if ((view.getUint16(at + 8, true) & 1) !== 0) throw bad(`${JSON.stringify(name)} is encrypted`);
  const method = view.getUint16(at + 10, true);
  if (method !== stored && method !== deflated)
    throw bad(`${JSON.stringify(name)} is packed by method ${method}; stored and deflated entries are read`);
  // In the order of the field of zip64, which holds only those that are elsewhere.
  const long = findZip64(view, nameEnd, extraEnd);
  const field = (offset: number): number => {
    const value = view.getUint32(at + offset, true);
    if (value !== elsewhere) return value;
    const start = long.at;
    long.at += 8;
    if (long.at > long.end) throw bad(`${JSON.stringify(name)} lacks its size`);
    return readUint64(view, start);
  };
  const size = field(24);
  const packed = field(20);
  const offset = field(42);
  if (method === stored && size !== packed) throw bad(`${JSON.stringify(name)} is stored, but its two sizes differ`);
  return { name, method, checksum: view.getUint32(at + 16, true), packed, size, offset, next };
}

function findZip64(view: DataView, start: number, end: number): { at: number; readonly end: number } {
  for (let at = start; at + 4 <= end;) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === zip64Tag) return { at: at + 4, end: Math.min(fieldEnd, end) };
    at = fieldEnd;
  }
  return { at: end, end };
}

function checkName(name: string): void {
  const parts = name.replace(/\/$/, "").split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..") || /[\\:\0]/.test(name))
    throw bad(`${JSON.stringify(name)} is no path inside it`);
}

function unpack(view: DataView, header: Header): Uint8Array {
  const { name, method, checksum, packed, size, offset } = header;
  const place = JSON.stringify(name);
  if (offset + localSize > view.byteLength || view.getUint32(offset, true) !== localSignature)
    throw bad(`${place} is not where its directory says`);
  const start = offset + localSize + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > view.byteLength) throw bad(`${place} reaches past the end of the file`);
  const bytes = bytesOf(view, start, start + packed);
  const data = method === stored ? bytes : inflate(bytes, size, place);
  if (data.length !== size) throw bad(`${place} unpacks to ${data.length} bytes or more, not to ${size}`);
  if (crc32([data]) !== checksum) throw bad(`the checksum of ${place} does not fit its contents`);
  return data;
}

/** No more than the bytes at hand can justify is allocated: a byte unpacks to 1032 at most (two of the longest matches in 4 bits). */
function inflate(bytes: Uint8Array, size: number, place: string): Uint8Array {
  if (size > 1032 * bytes.length + 1) throw bad(`${bytes.length} bytes of ${place} cannot unpack to ${size}`);
  if (size === 0) return new Uint8Array(0);
  try {
    // One byte more than there should be tells a longer stream from one that fits.
    return inflateSync(bytes, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    throw bad(`${place} cannot be unpacked`, cause);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf(view: DataView, start: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + start, end - start);
}

function readUint64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (value > Number.MAX_SAFE_INTEGER) throw bad("a size or place in it is beyond any file");
  return value;
}

function bad(what: string, cause?: unknown): RecurraError {
  return new RecurraError("file/bad-zip", `A zip file cannot be read: ${what}.`, cause === undefined ? {} : { cause });
}
