/** The command line in a folder of a test's own. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommand } from "../../src/cli/run.ts";

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandFolder {
  /** Runs a command; words that look like a file's name are files of the folder. */
  run(...words: readonly string[]): Promise<Said>;
  /** The same, stopped (Ctrl-C) once this has been said. */
  runUntil(said: RegExp, ...words: readonly string[]): Promise<Said>;
  /** Of the folder, or of a file in it. */
  path(name?: string): string;
  read(name: string): Promise<string>;
  bytes(name: string): Promise<Buffer>;
  write(name: string, contents: string | Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

const isFile = (word: string): boolean => /^[\w-]+\.[a-z]+$/.test(word);

/** A folder with these files. What is said names them without the folder. */
export async function createCommandFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<CommandFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "recurra-command-"));
  const write = async (name: string, contents: string | Uint8Array): Promise<void> => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), contents);
  };
  for (const [name, contents] of Object.entries(files)) await write(name, contents);
  const run = async (words: readonly string[], stopAt?: RegExp): Promise<Said> => {
    let [out, err] = ["", ""];
    const listeners = new Set<() => void>();
    const args = words.map((word) => (isFile(word) ? path.join(folder, word) : word));
    const status = await runCommand(args, {
      command: "recurra",
      print: (text) => (out += `${text}\n`),
      say: (text) => {
        err += `${text}\n`;
        if (stopAt?.test(text) === true) for (const listener of listeners) listener();
      },
      screen: undefined,
      onInterrupt: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    if (listeners.size > 0) throw new Error(`${words.join(" ")} left ${listeners.size} listeners behind`);
    const plain = (text: string): string => text.replaceAll(folder + path.sep, "");
    return { status, out: plain(out), err: plain(err) };
  };
  return {
    run: (...words) => run(words),
    runUntil: (said, ...words) => run(words, said),
    path: (name = "") => path.join(folder, name),
    read: (name) => readFile(path.join(folder, name), "utf8"),
    bytes: (name) => readFile(path.join(folder, name)),
    write,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
