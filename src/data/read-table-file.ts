/** Reading a file by its path; the part that needs Node is loaded only then, so that a browser can load all the rest. */
import type { ReadTableOptions, TableReading } from "./read-table.ts";

/**
 * A table from a file on disk; its name (without folders) is what messages call it. Only where there is a file system: in a
 * browser, give a file's bytes to `readTable`. Throws `data/cannot-read` and as `readTable`.
 */
export async function readTableFile(path: string, options: ReadTableOptions = {}): Promise<TableReading> {
  const files = await import("./files.ts");
  return files.readTableFile(path, options);
}
