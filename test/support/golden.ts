/** Golden files under test/golden: what is printed today must equal what was reviewed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The reviewed text of a golden file such as `lstm/diagram.svg`. With RECURRA_UPDATE_GOLDEN set, a file that is missing is first written
 * from `printed`; without it, a missing file is an error. To review a changed picture, delete its file and run again.
 */
export function readGolden(path: string, printed: string): string {
  const file = fileURLToPath(new URL(`../golden/${path}`, import.meta.url));
  if (!existsSync(file)) {
    if (!process.env["RECURRA_UPDATE_GOLDEN"]) throw new Error(`test/golden/${path} is missing: run the tests with RECURRA_UPDATE_GOLDEN=1 and look at what is written.`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, printed);
  }
  return readFileSync(file, "utf8");
}
