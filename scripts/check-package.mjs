/** Checks the package as it would be published, and the lock files. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { root } from "./tools.mjs";

const lockFiles = ["package-lock.json", "bench/package-lock.json"];

/**
 * What is wrong with the package: what publint finds in the packed files, and lock files that name a registry host.
 * @returns {Promise<string[]>}
 */
export async function checkPackage() {
  const { messages, pkg } = await publint({ pkgDir: root, pack: "npm", level: "warning" });
  const faults = messages.map((message) => `package.json: ${formatMessage(message, pkg, { color: false })}`);
  for (const name of lockFiles) {
    const { packages } = JSON.parse(await readFile(path.join(root, name), "utf8"));
    for (const [place, entry] of Object.entries(packages)) {
      if ("resolved" in entry && !entry.link) {
        faults.push(
          `${name}: ${place} has a "resolved" address; npm with omit-lockfile-registry-resolved=true leaves it out`,
        );
      }
    }
  }
  return faults;
}

if (process.argv[1] === import.meta.filename) {
  const faults = await checkPackage();
  if (faults.length > 0) console.log(faults.join("\n"));
  process.exitCode = faults.length === 0 ? 0 : 1;
}
