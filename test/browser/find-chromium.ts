/** Finds a Chromium for the browser tests once for all of them, or says why there is none. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { findChromium } from "../../scripts/find-chromium.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The browser's executable, or "" where there is none. */
    readonly chromium: string;
    /** Why there is none. */
    readonly chromiumMissing: string;
  }
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
