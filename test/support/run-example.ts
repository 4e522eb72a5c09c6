/** An example program in its fast form, on the built package, in a folder of its own. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import type { TestContext } from "vitest";

const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));

export interface ExampleRun {
  /** What it printed. */
  readonly said: string;
  /** Names of the files in `out/`, in order; none where it wrote nothing. */
  files(): Promise<readonly string[]>;
  /** The text of one of them. */
  read(name: string): Promise<string>;
}

/** Runs `examples/NAME --fast` with further words; its folder is removed at the end of the test, which is skipped where nothing is built. */
export function runExample(
  context: Pick<TestContext, "skip">,
  name: string,
  ...more: readonly string[]
): Promise<ExampleRun> {
  return runProgram(context, name, ["--fast", ...more]);
}

/** Runs an example that has no fast form. */
export async function runProgram(
  context: Pick<TestContext, "skip">,
  name: string,
  words: readonly string[],
): Promise<ExampleRun> {
  if (!isBuilt) context.skip("no dist/ here: npm run build makes it");
  const folder = await mkdtemp(path.join(tmpdir(), "recurra-example-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const example = path.resolve(import.meta.dirname, "../../examples", name);
  const { stdout } = await promisify(execFile)(process.execPath, [example, ...words], { cwd: folder });
  const out = path.join(folder, "out");
  return {
    said: stdout,
    files: async () => (existsSync(out) ? (await readdir(out)).sort() : []),
    read: (file) => readFile(path.join(out, file), "utf8"),
  };
}
