/** Keeps what a command writes apart from what it reads. */
import { existsSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { checkWritable } from "../node.ts";
import { UsageError } from "./terminal.ts";

/** A file of a command, by what it is to the user: `the data`, `--out`. A folder that is read stands for the pictures in it. */
export interface NamedFile {
  readonly what: string;
  readonly file: string;
}

/** Throws a usage error as `checkApart`, and `file/cannot-write` where an output cannot be written: before work is done whose result it is to hold. */
export async function checkOutputs(inputs: readonly NamedFile[], outputs: readonly NamedFile[]): Promise<void> {
  checkApart(inputs, outputs);
  for (const { file } of outputs) await checkWritable(file);
}

/** Throws a usage error where an output is an input, or another output: the later would replace the earlier. */
export function checkApart(inputs: readonly NamedFile[], outputs: readonly NamedFile[]): void {
  outputs.forEach((output, index) => {
    const other = [...inputs, ...outputs.slice(0, index)].find(
      ({ file }) => findReal(file) === findReal(output.file) || isPictureIn(file, output.file),
    );
    if (other !== undefined)
      throw new UsageError(`${output.what} would replace ${other.what}, ${output.file}; name another file for it`);
  });
}

/** Whether a file is a picture that is there already, somewhere in a folder. */
function isPictureIn(folder: string, file: string): boolean {
  if (!/\.(png|jpe?g|webp|svg|gif|tiff?|avif)$/i.test(file) || !existsSync(file)) return false;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return findReal(path.dirname(file)).concat(path.sep).startsWith(findReal(folder).concat(path.sep));
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
