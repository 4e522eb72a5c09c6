/** Data files on disk: the only part of this folder that needs Node. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { RecurraError } from "../util/errors.ts";
import { readTable } from "./read-table.ts";
import type { ReadTableOptions, TableReading } from "./read-table.ts";

/** A table from a file; its name (without folders) is what messages call it. Throws `data/cannot-read` and as `readTable`. */
export async function readTableFile(path: string, options: ReadTableOptions = {}): Promise<TableReading> {
  return readTable(await readBytes(path), { source: basename(path), ...options });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new RecurraError("data/cannot-read", `${path} cannot be read: ${describeFailure(cause)}`, { cause });
  }
}

function describeFailure(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  switch (code) {
    case "ENOENT":
      return "there is no such file; check the name and the folder";
    case "EISDIR":
      return "it is a folder; name a file in it";
    case "EACCES":
    case "EPERM":
      return "the file may not be read by this user; change its rights";
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
