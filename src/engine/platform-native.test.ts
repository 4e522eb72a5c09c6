/** The compiler and the cache of what it has compiled; what is said where native code does not work. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { NativeRuntime } from "./platform-native.ts";
import { findNative } from "./platform-native.ts";

const works = typeof findNative() !== "string";
const folder = mkdtempSync(path.join(tmpdir(), "recurra-native-"));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is found with these environment variables, asked anew. */
async function find(env: Readonly<Record<string, string>>): Promise<NativeRuntime | string> {
  vi.resetModules();
  for (const [name, value] of Object.entries({ RECURRA_CACHE: path.join(folder, "cache"), ...env }))
    vi.stubEnv(name, value);
  return (await import("./platform-native.ts")).findNative();
}

/** A script that is found as this compiler. */
function compiler(name: string, script: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

/** The path of the system's compiler. */
function realCompiler(): string {
  const find = "command -v cc || command -v gcc || command -v clang";
  return execFileSync("sh", ["-c", find], { encoding: "utf8" }).trim();
}

const text = '#include "context.h"\nint here(void) { return 1; }\n';

describe.skipIf(process.platform === "win32")(
  "where native code does not work, says why (skipped where the system is Windows)",
  () => {
    it("without a compiler", async () => {
      expect(await find({ CC: "", PATH: folder })).toBe(
        "there is no C compiler (cc, gcc or clang); install one, or name it in CC",
      );
    });

    it("where CC names nothing", async () => {
      expect(await find({ CC: "no-such-compiler" })).toBe(
        'CC is "no-such-compiler", but there is no such program; name a C compiler there, or unset it',
      );
    });

    it("where CC is a program with arguments that is none", async () => {
      expect(await find({ CC: "no-such-compiler -m64" })).toMatch(/^CC is "no-such-compiler -m64"/);
    });

    it("where the compiler fails", async () => {
      const CC = compiler("broken", "echo 'x.c:1: error: no space' >&2; exit 1");
      expect(await find({ CC })).toBe(`The C compiler ${CC} could not compile the kernels: x.c:1: error: no space`);
    });

    it("where the compiler says nothing", async () => {
      expect(await find({ CC: compiler("silent", "exit 3") })).toMatch(
        /could not compile the kernels: it ended with status 3$/,
      );
    });

    it("where the compiler makes nothing", async () => {
      expect(await find({ CC: compiler("idle", "exit 0") })).toMatch(/could not compile the kernels: it made no file$/);
    });

    it("where others may write what it would run", async () => {
      const cache = path.join(folder, "open");
      mkdirSync(cache);
      chmodSync(cache, 0o777);
      expect(await find({ CC: compiler("unused", "exit 1"), RECURRA_CACHE: cache })).toMatch(
        /can be written by someone else, so nothing in it is run/,
      );
    });

    it("where the cache cannot be made", async () => {
      writeFileSync(path.join(folder, "file"), "");
      expect(
        await find({ CC: compiler("unused", "exit 1"), RECURRA_CACHE: path.join(folder, "file", "cache") }),
      ).toMatch(/ENOTDIR|EEXIST/);
    });
  },
);

describe.skipIf(!works)("what was compiled (skipped where there is no C compiler)", () => {
  let native: NativeRuntime;
  beforeAll(async () => {
    // Some programs do what they are called by.
    const CC = compiler("real", `case "$0" in */mine) exec ${realCompiler()} "$@";; esac; exit 1`);
    symlinkSync(CC, path.join(folder, "mine"));
    native = (await find({
      CC: "mine",
      PATH: [folder, process.env["PATH"]].join(path.delimiter),
      RECURRA_CACHE: "",
      XDG_CACHE_HOME: "",
      HOME: folder,
    })) as NativeRuntime;
  });

  it("comes from the compiler that CC names, by that name", () => {
    expect(native.summary).toMatch(/^mine, \d+-bit vectors$/);
  });

  it("comes from a compiler with the arguments that CC names beside it", async () => {
    const CC = compiler("counted", `[ "$1" = "-DONE" ] || exit 1; exec ${realCompiler()} "$@"`);
    expect(((await find({ CC: `${CC} -DONE` })) as NativeRuntime).summary).toMatch(/^counted, /);
  });

  it("lies in the user's cache, unless variables that are not empty say otherwise", () => {
    expect(native.compile(text)).toMatch(new RegExp(`^${folder}/(\\.cache|Library/Caches)/recurra/[0-9a-f]{64}\\.so$`));
  });

  it("is compiled once, for its owner only, and again if it is damaged", () => {
    const file = native.compile(text);
    const [bytes, names] = [readFileSync(file), readdirSync(path.dirname(file))];
    expect(statSync(path.dirname(file)).mode & 0o077).toBe(0);
    const before = statSync(file).mtimeMs;
    expect(native.compile(text)).toBe(file);
    expect(statSync(file).mtimeMs).toBe(before);
    writeFileSync(file, "half of it");
    expect(native.compile(text)).toBe(file);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    rmSync(`${file}.sha256`);
    expect(native.compile(text)).toBe(file);
    expect(readdirSync(path.dirname(file))).toEqual(names);
    expect(native.compile(`${text}\n`)).not.toBe(file);
  });
});
