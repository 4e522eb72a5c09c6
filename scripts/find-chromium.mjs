/** Finds a Chromium: the one that `CHROME_PATH` names, one on the path, or one where they are usually installed. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where Playwright keeps the browsers it downloads, by platform. */
const playwrightCaches = [".cache/ms-playwright", "Library/Caches/ms-playwright", "AppData/Local/ms-playwright"];

/** @returns {Generator<string>} */
function* listCandidates() {
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

/**
 * Whether the file is a browser that starts: Ubuntu's package, for one, may leave only a script that asks for another.
 * @param {string} file
 */
function answersVersion(file) {
  try {
    return /\d+\.\d+/.test(
      execFileSync(file, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 30_000 }),
    );
  } catch {
    return false;
  }
}

/**
 * The browser's executable, or undefined where there is none.
 * @returns {string | undefined}
 */
export function findChromium() {
  for (const file of listCandidates()) if (existsSync(file) && answersVersion(file)) return file;
  return undefined;
}
