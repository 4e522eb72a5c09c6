/** Keeps what a command writes apart from what it reads. */
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
    const other = [...inputs, ...outputs.slice(0, index)].find(
      ({ file }) => path.resolve(file) === path.resolve(output.file),
    );
    if (other !== undefined)
      throw new UsageError(`${output.what} would replace ${other.what}, ${output.file}; name another file for it`);
  });
}
