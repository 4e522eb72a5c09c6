/** Model files on disk, and files that are written whole or not at all: the only part of this folder that needs Node. */
import { access, constants, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { RecurraError } from "../../util/errors.ts";
import { load } from "./load.ts";
import type { LoadedModel, LoadOptions } from "./load.ts";
import { save } from "./save.ts";
import type { SavedModel, SaveOptions } from "./save.ts";

/** Saves a model; a file of that name is replaced once the new one is complete. Throws `file/cannot-write`. */
export async function saveFile(file: string, model: SavedModel, options: SaveOptions = {}): Promise<void> {
  await writeWhole(file, save(model, options));
}

/** Loads a model; its file's name is what messages call it. Throws `file/…`. */
export async function loadFile(file: string, options: LoadOptions = {}): Promise<LoadedModel> {
  return load(await readBytes(file), { source: path.basename(file), ...options });
}

/** The bytes of a file. Throws `file/cannot-read`. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new RecurraError("file/cannot-read", `${file} cannot be read: ${describeFailure(cause)}`, { cause });
  }
}

/**
 * Writes a file in one go: to a new file beside it, which takes its name once its contents are on the disk. Whoever reads the name sees
 * the old contents or the new, also if this process or the machine stops in between. A link stays one: what it leads to is replaced. What is no file,
 * such as a pipe or `/dev/null`, is written to as it is. Throws `file/cannot-write`.
 */
export async function writeWhole(file: string, contents: Uint8Array | string): Promise<void> {
  try {
    const target = await findTarget(file);
    await (target.isFile ? replaceFile(target.place, contents) : writeFile(target.place, contents));
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Throws `file/cannot-write` where `writeWhole` would, before work is done whose result it is to hold. Leaves nothing behind. */
export async function checkWritable(file: string): Promise<void> {
  try {
    const { place, isFile } = await findTarget(file);
    if (!isFile) {
      await access(place, constants.W_OK);
      return;
    }
    const { handle, unfinished } = await openBeside(place);
    await handle.close();
    await rm(unfinished, { force: true });
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Where a name leads, and whether a file is there or may be. Throws what the system says of a folder. */
async function findTarget(file: string): Promise<{ readonly place: string; readonly isFile: boolean }> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return { place: file, isFile: true };
  if (found.isDirectory()) throw Object.assign(new Error(`${file} is a folder`), { code: "EISDIR" });
  return found.isFile() ? { place: await realpath(file), isFile: true } : { place: file, isFile: false };
}

async function replaceFile(file: string, contents: Uint8Array | string): Promise<void> {
  const { handle, unfinished } = await openBeside(file);
  try {
    try {
      await handle.writeFile(contents);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw cause;
  }
}

async function openBeside(file: string): Promise<{ readonly handle: FileHandle; readonly unfinished: string }> {
  // The longest name that is possible has no room for more.
  const begin = [...path.basename(file)].slice(0, 40).join("");
  const end = `${process.pid}.${Math.random().toString(36).slice(2)}.unfinished`;
  const unfinished = path.join(path.dirname(file), `.${begin}.${end}`);
  return { handle: await open(unfinished, "wx"), unfinished };
}

function cannotWrite(file: string, cause: unknown): RecurraError {
  return new RecurraError("file/cannot-write", `${file} cannot be written: ${describeFailure(cause)}`, { cause });
}

function describeFailure(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file or folder; check the name";
    case "EISDIR":
      return "it is a folder; name a file";
    case "ENOTDIR":
      return "part of its path is a file, not a folder; check the name";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "this user may not do that there; choose another place or change its rights";
    case "ENOSPC":
      return "the disk is full";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
