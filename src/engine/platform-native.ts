/** What native code needs of the system: its C compiler, a folder for what that has compiled, and a way to call it. Loads unchanged in a browser, where there is none. */
import type * as ChildProcess from "node:child_process";
import type * as Crypto from "node:crypto";
import type * as Fs from "node:fs";
import type { createRequire } from "node:module";
import type * as Os from "node:os";
import type * as Path from "node:path";
import type * as Url from "node:url";
import { RecurraError } from "../util/errors.ts";

/** The modules of Node that are used, asked for at run time: an import would have to be resolved by whatever loads this file, browsers too. */
interface Modules {
  readonly fs: typeof Fs;
  readonly os: typeof Os;
  readonly path: typeof Path;
  readonly crypto: typeof Crypto;
  readonly child: typeof ChildProcess;
  readonly module: { readonly createRequire: typeof createRequire };
  readonly url: typeof Url;
}

/** The runtime's functions, see `codegen/c/runtime.c`. */
export interface NativeRuntime {
  /** The compiler and the vectors its code uses, for people. */
  readonly summary: string;
  /** Loads a compiled program over memory and numbers, which must stay where they are; returns its handle. Throws `engine/no-native`. */
  open(file: string, memory: Float32Array, numbers: BigInt64Array): number;
  call(handle: number, fn: number, threads: number): void;
  close(handle: number): void;
  /** Bytes from the address of an array back to a whole cache line. */
  misalignment(array: Float32Array): number;
  /** The file of a compiled program: compiled now, or before. Throws `engine/no-native`. */
  compile(text: string): string;
}

let found: NativeRuntime | string | undefined;

/** The native runtime, compiled when it is first asked for, or why there is none here. */
export function findNative(): NativeRuntime | string {
  found ??= openNative();
  return found;
}

function openNative(): NativeRuntime | string {
  const modules = modulesOfNode();
  if (modules === undefined) return "native code runs in Node only";
  if (modules.os.platform() === "win32") return "native code is not supported on Windows";
  try {
    const compiler = createCompiler(modules);
    if (typeof compiler === "string") return compiler;
    return openRuntime(modules, compiler);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function modulesOfNode(): Modules | undefined {
  const node = (globalThis as { process?: NodeJS.Process }).process;
  const get = node?.versions?.node === undefined ? undefined : node.getBuiltinModule;
  if (get === undefined) return undefined;
  return {
    fs: get("node:fs"),
    os: get("node:os"),
    path: get("node:path"),
    crypto: get("node:crypto"),
    child: get("node:child_process"),
    module: get("node:module"),
    url: get("node:url"),
  };
}

interface Compiler {
  /** For people: `gcc`. */
  readonly name: string;
  /** The folder of `context.h` and the other sources. */
  readonly sources: string;
  compile(text: string): string;
}

/** Sets of flags, the best first; a compiler takes the first that it knows all of. Arithmetic is as in IEEE 754, but products may fuse with sums. */
const flagSets: readonly (readonly string[])[] = [
  // GCC tunes for AMD by splitting some chains of fused products and not others, so that a row's sum would hang on which tile it falls into.
  ["-mprefer-vector-width=512", "-march=native", "--param=avoid-fma-max-bits=0"],
  ["-mprefer-vector-width=512", "-march=native"],
  ["-march=native"],
  ["-mcpu=native"],
  [],
];

const commonFlags: readonly string[] = [
  "-O3",
  "-std=gnu11",
  "-ffp-contract=fast",
  "-fno-math-errno",
  "-fPIC",
  "-shared",
  "-pthread",
  "-w",
];

/** The system's C compiler (`CC`, cc, gcc or clang) and the cache of what it has compiled, or why there is none. */
function createCompiler(modules: Modules): Compiler | string {
  const { fs, path, url } = modules;
  const found = findProgram(modules);
  if (typeof found === "string") return found;
  const { program, args } = found;
  const real = fs.realpathSync(program);
  const folder = openCache(modules);
  // In two expressions: of one, a bundler would keep the header beside what it makes for a page.
  const here = import.meta.url;
  const sources = path.dirname(url.fileURLToPath(new URL("../codegen/c/context.h", here)));
  const names = fs.readdirSync(sources).filter((name) => name.endsWith(".h"));
  const headers = names.toSorted().map((name) => fs.readFileSync(path.join(sources, name), "utf8"));
  const identity = [program, real, ...args, fs.statSync(real).mtimeMs, ...headers, describeProcessor(modules)];
  let flags: readonly string[] | undefined;
  const attempt = (text: string, set: readonly string[]): string => {
    const key = hash(modules, [...identity, ...set, text].join("\0"));
    return cached(modules, path.join(folder, `${key}.so`), (to) =>
      runCompiler(
        modules,
        [program, ...args, ...commonFlags, ...set, `-I${sources}`, "-x", "c", "-", "-lm", "-ldl"],
        text,
        to,
      ),
    );
  };
  return {
    name: path.basename(program),
    sources,
    compile: (text) => {
      if (flags !== undefined) return attempt(text, flags);
      let problem: unknown;
      for (const set of flagSets) {
        try {
          const file = attempt(text, set);
          flags = set;
          return file;
        } catch (error) {
          problem ??= error;
        }
      }
      throw problem;
    },
  };
}

/** A compiler as it is called: by the name it was found under, which some programs go by. */
interface CompilerCall {
  readonly program: string;
  /** Before all others. */
  readonly args: readonly string[];
}

/** What CC says, or the first of cc, gcc and clang that is on the path; or why there is none. */
function findProgram(modules: Modules): CompilerCall | string {
  const wanted = (process.env["CC"] ?? "").trim();
  if (wanted === "") {
    for (const name of ["cc", "gcc", "clang"]) {
      const program = findOnPath(modules, name);
      if (program !== undefined) return { program, args: [] };
    }
    return "there is no C compiler (cc, gcc or clang); install one, or name it in CC";
  }
  // A path may have spaces; else they part a program from what it is to be called with: `ccache gcc`.
  for (const [name = "", ...args] of [[wanted], wanted.split(/\s+/)]) {
    const program = findOnPath(modules, name);
    if (program !== undefined) return { program, args };
  }
  return `CC is ${JSON.stringify(wanted)}, but there is no such program; name a C compiler there, or unset it`;
}

function findOnPath({ fs, path }: Modules, name: string): string | undefined {
  if (name.includes(path.sep)) return isExecutable(fs, name) ? path.resolve(name) : undefined;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => path.resolve(folder, name)).find((file) => isExecutable(fs, file));
}

function isExecutable(fs: Modules["fs"], file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What machine code for `native` depends on: a home folder may be shared by machines of several kinds. */
function describeProcessor({ fs, os }: Modules): string {
  const [cpu] = os.cpus();
  let features = "";
  try {
    features = /^(flags|Features)\s*:.*$/m.exec(fs.readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? "";
  } catch {
    // Only Linux has it; elsewhere the model's name tells.
  }
  return [os.platform(), os.arch(), cpu?.model ?? "", features].join("\n");
}

/** The user's folder for compiled code, which only its owner may write: what lies there is run. Throws `engine/no-native`. */
function openCache({ fs, os, path }: Modules): string {
  const home =
    os.platform() === "darwin" ? path.join(os.homedir(), "Library", "Caches") : path.join(os.homedir(), ".cache");
  if (os.homedir() === "" && !process.env["RECURRA_CACHE"] && !process.env["XDG_CACHE_HOME"])
    throw new RecurraError(
      "engine/no-native",
      "There is no home folder to keep compiled code in; name a folder in RECURRA_CACHE",
    );
  // Empty is as good as unset. The program may change its folder.
  const folder = path.resolve(
    process.env["RECURRA_CACHE"] || path.join(process.env["XDG_CACHE_HOME"] || home, "recurra"),
  );
  try {
    makeFolder(fs, path, folder);
    fs.accessSync(folder, fs.constants.W_OK);
  } catch (cause) {
    throw new RecurraError(
      "engine/no-native",
      `The folder for compiled code, ${folder}, cannot be made or written to (${String(cause)}); name another in RECURRA_CACHE`,
      { cause },
    );
  }
  const { uid, mode } = fs.statSync(folder);
  const own = process.getuid?.();
  if ((own !== undefined && uid !== own) || (mode & 0o022) !== 0) {
    throw new RecurraError(
      "engine/no-native",
      `The folder for compiled code, ${folder}, belongs to or can be written by someone else, so nothing in it is run; make it yours alone (chmod 700), or name another in RECURRA_CACHE`,
    );
  }
  return folder;
}

/** Makes a folder and those it lies in, one after the other: all at once, Node 20 never comes back from some places (/proc). */
function makeFolder(fs: Modules["fs"], path: Modules["path"], folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(fs, path, path.dirname(folder));
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!fs.existsSync(folder)) throw error;
  }
}

function hash({ crypto }: Modules, data: Crypto.BinaryLike): string {
  return crypto.createHash("sha256").update(data).digest("hex");
}

/** The file, if it holds what was compiled; else made anew beside it and moved into its place, so that no one sees half of it. Throws `engine/no-native`. */
function cached(modules: Modules, file: string, make: (to: string) => void): string {
  const { fs } = modules;
  const sum = `${file}.sha256`;
  if (isWhole(modules, file, sum)) return file;
  const mark = `${process.pid}.${modules.crypto.randomUUID()}`;
  const [made, madeSum] = [`${file}.${mark}`, `${sum}.${mark}`];
  try {
    make(made);
    fs.writeFileSync(madeSum, hash(modules, fs.readFileSync(made)), { mode: 0o600 });
    fs.chmodSync(made, 0o700);
    fs.renameSync(made, file);
    fs.renameSync(madeSum, sum);
    return file;
  } catch (cause) {
    if (cause instanceof RecurraError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RecurraError("engine/no-native", `Compiled kernels could not be kept: ${why}`, { cause });
  } finally {
    for (const rest of [made, madeSum]) if (fs.existsSync(rest)) fs.rmSync(rest);
  }
}

function isWhole(modules: Modules, file: string, sum: string): boolean {
  const { fs } = modules;
  try {
    return fs.readFileSync(sum, "utf8") === hash(modules, fs.readFileSync(file));
  } catch {
    return false;
  }
}

function runCompiler(
  { fs, child }: Modules,
  [program = "", ...args]: readonly string[],
  text: string,
  to: string,
): void {
  const { status, stderr, error } = child.spawnSync(program, [...args, "-o", to], { input: text, encoding: "utf8" });
  if (status === 0 && fs.existsSync(to)) return;
  // One that ends without reading breaks the pipe to it, which says nothing.
  const end = status === 0 ? "it made no file" : `it ended with status ${status}`;
  const why =
    stderr?.split("\n").find((line) => /error|failed/.test(line)) ?? (status === null ? error?.message : end) ?? end;
  throw new RecurraError("engine/no-native", `The C compiler ${program} could not compile the kernels: ${why.trim()}`);
}

/** The part of koffi that is used. */
interface Koffi {
  load(file: string): { func(signature: string): (...args: readonly unknown[]) => unknown };
}

function openRuntime(modules: Modules, compiler: Compiler): NativeRuntime | string {
  const { fs, path } = modules;
  let koffi: Koffi;
  try {
    koffi = modules.module.createRequire(import.meta.url)("koffi") as Koffi;
  } catch {
    return "the package koffi, which calls native code, is not installed or does not load here";
  }
  const source = path.join(compiler.sources, "runtime.c");
  const library = koffi.load(compiler.compile(fs.readFileSync(source, "utf8")));
  const open = library.func(
    "int64_t recurra_open(const char *file, void *memory, void *numbers, void *error, int32_t length)",
  );
  const call = library.func("void recurra_call(int64_t handle, int32_t function, int32_t threads)");
  const close = library.func("void recurra_close(int64_t handle)");
  const lanes = Number(library.func("int32_t recurra_lanes()")());
  const misalignment = library.func("int32_t recurra_misalignment(void *address)");
  return {
    summary: `${compiler.name}, ${32 * lanes}-bit vectors`,
    open: (file, memory, numbers) => {
      const error = new Uint8Array(512);
      const handle = Number(open(file, memory, numbers, error, error.length));
      if (handle !== 0) return handle;
      const why = new TextDecoder().decode(error.subarray(0, error.indexOf(0)));
      throw new RecurraError("engine/no-native", `Compiled kernels could not be loaded: ${why}`);
    },
    call: (handle, fn, threads) => void call(handle, fn, threads),
    close: (handle) => void close(handle),
    misalignment: (array) => Number(misalignment(array)),
    compile: compiler.compile,
  };
}
