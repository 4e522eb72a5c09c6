/** Finds a Chromium for the browser tests once for all of them, or says why there is none. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The browser's executable, or "" where there is none. */
    readonly chromium: string;
    /** Why there is none. */
    readonly chromiumMissing: string;
  }
}

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where Playwright keeps the browsers it downloads, by platform. */
const playwrightCaches = [".cache/ms-playwright", "Library/Caches/ms-playwright", "AppData/Local/ms-playwright"];

function* listCandidates(): Generator<string> {
  const chosen = process.env["CHROME_PATH"];
  if (chosen !== undefined) yield chosen;
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    for (const command of commands) yield path.join(folder, command);
  }
  yield "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  yield "/Applications/Chromium.app/Contents/MacOS/Chromium";
  for (const program of [process.env["PROGRAMFILES"], process.env["PROGRAMFILES(X86)"]]) {
    if (program !== undefined) yield path.join(program, "Google/Chrome/Application/chrome.exe");
  }
  for (const cache of playwrightCaches) {
    const folder = path.join(homedir(), cache);
    const builds = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("chromium")) : [];
    for (const build of builds) {
      for (const file of readdirSync(path.join(folder, build), { recursive: true, encoding: "utf8" })) {
        if (/^(chrome|headless_shell|chrome-headless-shell|Chromium|chrome\.exe)$/.test(path.basename(file))) {
          yield path.join(folder, build, file);
        }
      }
    }
  }
}

/** Whether the file is a browser that starts: Ubuntu's package, for one, may leave only a script that asks for another. */
function answersVersion(file: string): boolean {
  try {
    return /\d+\.\d+/.test(
      execFileSync(file, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 30_000 }),
    );
  } catch {
    return false;
  }
}

function findChromium(): string | undefined {
  for (const file of listCandidates()) if (existsSync(file) && answersVersion(file)) return file;
  return undefined;
}

/** Installs Debian's package where that needs no question: as root, on Debian or its kin. Says why not, or nothing. */
function installChromium(): string {
  if (process.env["RECURRA_INSTALL_CHROMIUM"] !== "1") return "only `npm test` installs one";
  if (process.getuid?.() !== 0) return "installing one needs root";
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (!/^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release)) return "this is not Debian or Ubuntu";
  console.log("installing chromium for the browser tests (apt-get)");
  const options = {
    stdio: "ignore",
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  } as const;
  const install = ["install", "-y", "--no-install-recommends", "chromium"];
  try {
    execFileSync("apt-get", ["update"], options);
    execFileSync("apt-get", install, options);
    return "";
  } catch (error) {
    return `apt-get failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function setup(project: TestProject): void {
  const found = findChromium();
  const failure = found === undefined ? installChromium() : "";
  const chromium = found ?? findChromium() ?? "";
  project.provide("chromium", chromium);
  project.provide(
    "chromiumMissing",
    chromium === "" ? `no Chromium for the browser tests (${failure}); set CHROME_PATH to one` : "",
  );
}
