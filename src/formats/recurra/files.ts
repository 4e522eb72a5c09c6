/** Model files on disk, and files that are written whole or not at all: the only part of this folder that needs Node. */
import { open, readFile, rename, rm, stat } from "node:fs/promises";
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
 * the old contents or the new, also if this process or the machine stops in between. Throws `file/cannot-write`.
 */
export async function writeWhole(file: string, contents: Uint8Array | string): Promise<void> {
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
    throw cannotWrite(file, cause);
  }
}

/** Throws `file/cannot-write` where `writeWhole` would, before work is done whose result it is to hold. Leaves nothing behind. */
export async function checkWritable(file: string): Promise<void> {
  const { handle, unfinished } = await openBeside(file);
  await handle.close();
  await rm(unfinished, { force: true });
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true)
    throw new RecurraError("file/cannot-write", `${file} cannot be written: it is a folder; name a file`);
}

async function openBeside(file: string): Promise<{ readonly handle: FileHandle; readonly unfinished: string }> {
  const unfinished = path.join(
    path.dirname(file),
    `.${path.basename(file)}.${process.pid}.${Math.random().toString(36).slice(2)}.unfinished`,
  );
  try {
    return { handle: await open(unfinished, "wx"), unfinished };
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
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
