/** Keeps what a command writes apart from what it reads. */
import { realpathSync } from "node:fs";
import path from "node:path";
import { UsageError } from "./terminal.ts";

/** A file of a command, by what it is to the user: `the data`, `--out`. */
export interface NamedFile {
  readonly what: string;
  readonly file: string;
}

/** Throws a usage error where an output is an input, or another output: the later would replace the earlier. */
export function checkApart(inputs: readonly NamedFile[], outputs: readonly NamedFile[]): void {
  outputs.forEach((output, index) => {
    const other = [...inputs, ...outputs.slice(0, index)].find(({ file }) => findReal(file) === findReal(output.file));
    if (other !== undefined)
      throw new UsageError(`${output.what} would replace ${other.what}, ${output.file}; name another file for it`);
  });
}

/** Where a file is or would be, all links followed. */
function findReal(file: string): string {
  const whole = path.resolve(file);
  for (const [start, rest] of [
    [whole, ""],
    [path.dirname(whole), path.basename(whole)],
  ] as const) {
    try {
      return path.join(realpathSync.native(start), rest);
    } catch {
      // It is not there yet; perhaps its folder is.
    }
  }
  return whole;
}
